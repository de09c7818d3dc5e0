{{/* The fields of a webhook except its name and rules. Takes a list of the root and the webhook's key below `webhook`. */}}
{{- define "podscore.webhook" -}}
{{- $root := index . 0 -}}
{{- $webhook := $root.Values.webhook -}}
failurePolicy: {{ include "podscore.failurePolicy" . }}
admissionReviewVersions: [v1, v1beta1]
sideEffects: None
matchPolicy: Equivalent
timeoutSeconds: {{ $webhook.timeoutSeconds }}
clientConfig:
  service:
    name: {{ include "podscore.fullname" $root }}
    namespace: {{ $root.Release.Namespace | quote }}
    path: /validate
    port: 443
  {{- with include "podscore.caBundle" $root }}
  caBundle: {{ . }}
  {{- end }}
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
{{- with (get $webhook (index . 1)).matchConditions }}
matchConditions:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
