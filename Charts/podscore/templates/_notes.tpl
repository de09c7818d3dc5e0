{{/* Parts of the notes. */}}

{{/* An upgrade that keeps all values, for further arguments. The chart is the one of the README. */}}
{{- define "podscore.upgradeCommand" -}}
helm upgrade {{ .Release.Name }} Charts/podscore --namespace {{ .Release.Namespace }} --reuse-values
{{- end -}}

{{/* What the controller writes and checks. Takes the values of the controller. */}}
{{- define "podscore.controllerFeatures" -}}
{{- $features := list -}}
{{- if .reports }}{{ $features = append $features "reports" }}{{ end -}}
{{- if .events }}{{ $features = append $features "Events" }}{{ end -}}
{{- if .status }}{{ $features = append $features "status" }}{{ end -}}
{{- if .policyWebhook }}{{ $features = append $features "checks of policies" }}{{ end -}}
{{ join ", " $features }}
{{- end -}}

{{- define "podscore.policySource" -}}
{{- if .Values.existingConfigMap }}in the ConfigMap {{ .Values.existingConfigMap }}, which the chart cannot read
{{- else -}}
{{ include "podscore.policies" . | fromJson | keys | sortAlpha | join ", " | default "none, so the built-in default: warnings only" }}
{{- end -}}
{{- end -}}

{{/* What can go wrong with these values, each with a command. Takes a list of the root and whether Podscore fails closed anywhere. */}}
{{- define "podscore.notesWarnings" -}}
{{- $root := index . 0 -}}
{{- $failsClosed := index . 1 -}}
{{- $upgrade := include "podscore.upgradeCommand" $root -}}
{{- with $root.Values -}}
{{- $replicas := ternary .autoscaling.minReplicas .replicas .autoscaling.enabled -}}
{{- $enforced := .webhook.enforced -}}
{{- if and .existingConfigMap (eq .mode "enforce") (not $failsClosed) }}
WARNING: the chart does not know where the policies in {{ .existingConfigMap }} enforce, so Podscore fails open in every Namespace. If they
enforce in payments and in names that begin with "shop-":

  {{ $upgrade }} --set 'webhook.enforced.namespaces={payments}' --set 'webhook.enforced.patterns={shop-*}'
{{ end }}
{{- if and $failsClosed (include "podscore.enforcement" $root | fromJson).selects (not $enforced.selector) }}
WARNING: a policy enforces in Namespaces that it selects by labels, which the chart cannot read. So Podscore fails closed in every Namespace that
no other policy names more closely. If one label tells them apart, remove the names from that policy, and for team=shop:

  {{ $upgrade }} --set webhook.enforced.selector.matchLabels.team=shop
{{ end }}
{{- if and (ne .mode "enforce") (or $enforced.namespaces $enforced.patterns $enforced.selector) }}
WARNING: webhook.enforced has no effect in mode {{ .mode }}, since nothing is denied.
{{ end }}
{{- if and $failsClosed (lt (int $replicas) 2) }}
WARNING: there is one replica, and Podscore fails closed. While that Pod restarts or its node is drained, no Pod can be created in the
Namespaces above.

  {{ $upgrade }} --set {{ ternary "autoscaling.minReplicas" "replicas" .autoscaling.enabled }}=2
{{ end }}
{{- if and $failsClosed (not .pod.priorityClassName) }}
WARNING: pod.priorityClassName is empty, and Podscore fails closed. A full node evicts Podscore like any other Pod, and no Pod can be created in
the Namespaces above until it runs elsewhere.

  {{ $upgrade }} --set pod.priorityClassName=system-cluster-critical
{{ end }}
{{- if and (hasPrefix "system-" .pod.priorityClassName) (ne $root.Release.Namespace "kube-system") }}
WARNING: some clusters, such as GKE, create no Pods of the class {{ .pod.priorityClassName }} outside kube-system without a ResourceQuota:

  echo '{"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "{{ .pod.priorityClassName }}"}, "spec": {"hard": {"pods": "100"}, "scopeSelector": {"matchExpressions": [{"operator": "In", "scopeName": "PriorityClass", "values": ["{{ .pod.priorityClassName }}"]}]}}}' | kubectl --namespace {{ $root.Release.Namespace }} apply --filename -
{{ end }}
{{- if and .controller.enabled (not .cluster.enabled) }}
WARNING: cluster.enabled is false, so the webhook ignores the policies and waivers of the cluster. But the controller decides by them, and its
reports would say otherwise.

  {{ $upgrade }} --set cluster.enabled=true
{{ end }}
{{- if and .hostNetwork .networkPolicy.enabled }}
WARNING: NetworkPolicies do not apply to Pods in the network of their node. Whoever reaches the node reaches ports {{ .server.port }} and {{ .server.opsPort }}.
{{ end }}
{{- end -}}
{{- end -}}
