{{/* The parts that all Pods of the release share: the webhook's, and those of hooks and tests. */}}

{{/*
The fields of a Pod's spec that say as whom and where it runs, without its name, its token, containers and volumes.
*/}}
{{- define "podscore.podFields" -}}
enableServiceLinks: false
{{- with .Values.pod.priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
{{- if kindIs "bool" .Values.pod.hostUsers }}
hostUsers: {{ .Values.pod.hostUsers }}
{{- end }}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . | quote }}
  {{- end }}
{{- end }}
securityContext:
  {{- include "podscore.podSecurityContext" . | nindent 2 }}
{{- with .Values.pod.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.pod.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.pod.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* The same for Pods of hooks and tests, which never call the API server. A rule that keeps replicas on different nodes could leave no node for such a Pod. */}}
{{- define "podscore.hookPodFields" -}}
{{- $fields := set (include "podscore.podFields" . | fromYaml) "automountServiceAccountToken" false -}}
{{- if $fields.affinity }}{{ $_ := set $fields "affinity" (pick $fields.affinity "nodeAffinity") }}{{ end -}}
{{ toYaml $fields }}
{{- end -}}

{{/* The same for the controller's Pod, which calls the API server, and for which no other Pod waits. */}}
{{- define "podscore.controllerPodFields" -}}
{{- $fields := set (include "podscore.hookPodFields" . | fromYaml) "automountServiceAccountToken" true -}}
{{- $_ := unset $fields "priorityClassName" -}}
{{- with .Values.controller.priorityClassName }}{{ $_ := set $fields "priorityClassName" . }}{{ end -}}
{{ toYaml $fields }}
{{- end -}}

{{/* The fields of a container that runs podscore, without its name, arguments and mounts. */}}
{{- define "podscore.containerFields" -}}
{{- include "podscore.containerFieldsWith" (list . .Values.resources) -}}
{{- end -}}

{{/* The same with other resources. Takes a list of the root and the resources. */}}
{{- define "podscore.containerFieldsWith" -}}
{{- $root := index . 0 -}}
image: {{ include "podscore.image" $root }}
imagePullPolicy: {{ $root.Values.image.pullPolicy }}
resources:
  {{- toYaml (index . 1) | nindent 2 }}
securityContext:
  {{- include "podscore.containerSecurityContext" $root | nindent 2 }}
{{- end -}}

{{/*
The security context of a Pod. The group may read the private key. OpenShift has a range of ids for each Namespace, takes one of it, and
rejects a Pod that names another.
*/}}
{{- define "podscore.podSecurityContext" -}}
{{- $context := dict "runAsNonRoot" true "seccompProfile" (dict "type" "RuntimeDefault") -}}
{{- if ne .Values.platform "openshift" -}}
{{- range list "runAsUser" "runAsGroup" "fsGroup" }}{{ $_ := set $context . 65532 }}{{ end -}}
{{- end -}}
{{- with .Values.pod.appArmorProfile }}{{ $_ := set $context "appArmorProfile" (dict "type" .) }}{{ end -}}
{{- include "podscore.overridden" (list $context .Values.podSecurityContext) -}}
{{- end -}}

{{/* The security context of every container. */}}
{{- define "podscore.containerSecurityContext" -}}
{{- $context := dict "allowPrivilegeEscalation" false "readOnlyRootFilesystem" true "capabilities" (dict "drop" (list "ALL")) -}}
{{- include "podscore.overridden" (list $context .Values.securityContext) -}}
{{- end -}}

{{/* Takes a list of two maps, and returns the first with the fields of the second, as YAML. A null of the second removes a field. */}}
{{- define "podscore.overridden" -}}
{{- $fields := index . 0 -}}
{{- range $name, $value := index . 1 -}}
{{- if kindIs "invalid" $value }}{{ $_ := unset $fields $name }}{{ else }}{{ $_ := set $fields $name $value }}{{ end -}}
{{- end -}}
{{ toYaml $fields }}
{{- end -}}

{{/* The network of the Pods whose ports are below a key of the values. Takes a list of the root and that key. */}}
{{- define "podscore.network" -}}
{{- $root := index . 0 -}}
{{- $key := index . 1 -}}
{{- $ports := get $root.Values $key -}}
{{- if eq (int $ports.port) (int $ports.opsPort) }}{{ fail (printf "%s.port and %s.opsPort must differ" $key $key) }}{{ end -}}
{{- if $root.Values.hostNetwork -}}
{{- if kindIs "bool" $root.Values.pod.hostUsers }}{{ if not $root.Values.pod.hostUsers -}}
{{- fail "hostNetwork and pod.hostUsers: false exclude each other: a dedicated user namespace cannot use the node's network" -}}
{{- end }}{{ end -}}
{{- range list "port" "opsPort" -}}
{{- if has (get $ports . | int) (list 10248 10249 10250 10256) -}}
{{- fail (printf "%s.%s: %d is a port of the kubelet or of kube-proxy on every node, so it cannot be used with hostNetwork" $key . (get $ports . | int)) -}}
{{- end -}}
{{- end -}}
hostNetwork: true
dnsPolicy: {{ $root.Values.dnsPolicy | default "ClusterFirstWithHostNet" }}
{{- else if $root.Values.dnsPolicy -}}
dnsPolicy: {{ $root.Values.dnsPolicy }}
{{- end -}}
{{- end -}}

{{/*
The network of the controller's Pod: the node's with hostNetwork, so that API servers reach its webhook. On a node, each port exists once.
*/}}
{{- define "podscore.controllerNetwork" -}}
{{- $values := .Values -}}
{{- if and $values.hostNetwork (not $values.controller.policyWebhook) -}}
{{- with $values.dnsPolicy }}dnsPolicy: {{ . }}{{ end -}}
{{- else -}}
{{- range $port := list $values.controller.port $values.controller.opsPort -}}
{{- if and $values.hostNetwork (has (int $port) (list (int $values.server.port) (int $values.server.opsPort))) -}}
{{- fail (printf "with hostNetwork, controller.port and controller.opsPort must differ from server.port and server.opsPort: %d is one of them" (int $port)) -}}
{{- end -}}
{{- end -}}
{{- include "podscore.network" (list . "controller") -}}
{{- end -}}
{{- end -}}

{{/* Further arguments of the server; what the chart sets itself has a value. */}}
{{- define "podscore.extraArgs" -}}
{{- $own := splitList " " "host port ops-port tls-cert tls-key client-ca client-name policy pod-template mode own-namespace cluster kubeconfig context threads max-in-flight max-connections max-buffered-bytes drain-delay log-format log-level record record-max-files record-max-bytes" -}}
{{- range .Values.extraArgs -}}
{{- $option := regexReplaceAll "^--([^= ]*).*$" . "${1}" -}}
{{- if and (hasPrefix "--" .) (has $option $own) -}}
{{- fail (printf "extraArgs: --%s is set by the chart; values.yaml has a value for it" $option) -}}
{{- end }}
- {{ . | quote }}
{{- end -}}
{{- end -}}

{{/*
How the Pods spread. Each revision is counted separately, so that the Pods that an upgrade replaces do not push the new ones together. Without
a second node or zone the Pods still start.
*/}}
{{- define "podscore.spread" -}}
{{- $selector := dict "matchLabels" (include "podscore.selectorLabels" . | fromYaml) -}}
{{- $constraints := list -}}
{{- range .Values.topologySpreadConstraints -}}
{{- $constraints = append $constraints (hasKey . "labelSelector" | ternary . (set (deepCopy .) "labelSelector" $selector)) -}}
{{- else -}}
{{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" -}}
{{- $spread := dict "topologyKey" . "maxSkew" 1 "whenUnsatisfiable" "ScheduleAnyway" "matchLabelKeys" (list "pod-template-hash") -}}
{{- $constraints = append $constraints (set $spread "labelSelector" $selector) -}}
{{- end -}}
{{- end -}}
{{ toYaml $constraints }}
{{- end -}}

{{/* The labels of the Pod of `helm test`. Podscore's Service must not select it, so it has other selecting labels. */}}
{{- define "podscore.testLabels" -}}
{{- $labels := include "podscore.labels" . | fromYaml -}}
{{- $_ := set $labels "app.kubernetes.io/name" (printf "%s-test" (include "podscore.name" .)) -}}
{{ toYaml $labels }}
{{- end -}}
