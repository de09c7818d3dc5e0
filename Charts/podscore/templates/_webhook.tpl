{{/* The requests for Pods. A rule for pods does not cover their subresources. */}}
{{- define "podscore.podsRules" -}}
rules:
  - apiGroups: [""]
    apiVersions: [v1]
    resources: [pods]
    operations: [CREATE, UPDATE]
    scope: Namespaced
  - apiGroups: [""]
    apiVersions: [v1]
    resources: [pods/ephemeralcontainers, pods/resize]
    operations: [UPDATE]
    scope: Namespaced
{{- end -}}

{{/* The requests for Deployments and other kinds that make Pods. */}}
{{- define "podscore.workloadsRules" -}}
rules:
  - apiGroups: [apps]
    apiVersions: [v1]
    resources: [deployments, replicasets, statefulsets, daemonsets]
    operations: [CREATE, UPDATE]
    scope: Namespaced
  - apiGroups: [batch]
    apiVersions: [v1]
    resources: [jobs, cronjobs]
    operations: [CREATE, UPDATE]
    scope: Namespaced
  - apiGroups: [""]
    apiVersions: [v1]
    resources: [replicationcontrollers, podtemplates]
    operations: [CREATE, UPDATE]
    scope: Namespaced
  # Kinds of other projects that podscore knows. A rule for a kind that the cluster does not have never matches.
  - apiGroups: [argoproj.io]
    apiVersions: ["*"]
    resources: [rollouts]
    operations: [CREATE, UPDATE]
    scope: Namespaced
  - apiGroups: [apps.openshift.io]
    apiVersions: ["*"]
    resources: [deploymentconfigs]
    operations: [CREATE, UPDATE]
    scope: Namespaced
  - apiGroups: [serving.knative.dev]
    apiVersions: ["*"]
    resources: [services, configurations]
    operations: [CREATE, UPDATE]
    scope: Namespaced
  - apiGroups: [apps.kruise.io]
    apiVersions: ["*"]
    resources: [clonesets, statefulsets, daemonsets]
    operations: [CREATE, UPDATE]
    scope: Namespaced
  {{- range .Values.webhook.workloads.extra }}
  - apiGroups: [{{ .group | quote }}]
    apiVersions: ["*"]
    resources: [{{ .resource | quote }}]
    operations: [CREATE, UPDATE]
    scope: Namespaced
  {{- end }}
{{- end -}}

{{/*
The fields of a webhook except its name, failurePolicy and rules. Takes a list of the root, the webhook's key below `webhook`, and its half of
the Namespaces.
*/}}
{{- define "podscore.webhook" -}}
{{- $root := index . 0 -}}
{{- $kind := index . 1 -}}
{{- $scope := index . 2 -}}
{{- $webhook := $root.Values.webhook -}}
admissionReviewVersions: [v1, v1beta1]
sideEffects: None
matchPolicy: Equivalent
timeoutSeconds: {{ $webhook.timeoutSeconds }}
clientConfig:
  {{- include "podscore.clientConfig" (list $root "" "/validate") | nindent 2 }}
namespaceSelector:
  {{- with $webhook.namespaceSelector.matchLabels }}
  matchLabels:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  matchExpressions:
    - key: kubernetes.io/metadata.name
      operator: NotIn
      values: {{ prepend $webhook.excludedNamespaces $root.Release.Namespace | uniq | toJson }}
    {{- with $webhook.namespaceSelector.matchExpressions }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
    {{- with $scope.requirement }}
    {{- toYaml (list .) | nindent 4 }}
    {{- end }}
{{- $conditions := (get $webhook $kind).matchConditions }}
{{- if or $scope.condition $conditions }}
matchConditions:
  {{- with $scope.condition }}
  # The same text in both webhooks of the kind, negated in one of them.
  - name: podscore-enforced-namespaces
    expression: |-
      {{- . | nindent 6 }}
  {{- end }}
  {{- with $conditions }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
{{- end -}}
