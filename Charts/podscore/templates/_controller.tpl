{{/* Parts of the controller: its labels and its webhook. */}}

{{/* The labels of the controller's Pod. */}}
{{- define "podscore.controllerPodLabels" -}}
{{- $labels := include "podscore.labelsWith" (list . .Values.pod.labels) | fromYaml -}}
{{- range $key, $value := include "podscore.controllerSelectorLabels" . | fromYaml }}{{ $_ := set $labels $key $value }}{{ end -}}
{{ toYaml $labels }}
{{- end -}}

{{/* Not empty if the controller has a webhook. */}}
{{- define "podscore.hasPolicyWebhook" -}}
{{- if and .Values.controller.enabled .Values.controller.policyWebhook }}true{{ end -}}
{{- end -}}

{{/*
The fields of a webhook of the controller except its name, rules and conditions. It fails open, so policies can be installed together with the
controller, and changed or deleted without it.
*/}}
{{- define "podscore.policyWebhook" -}}
admissionReviewVersions: [v1]
sideEffects: None
matchPolicy: Equivalent
failurePolicy: Ignore
timeoutSeconds: {{ .Values.controller.timeoutSeconds }}
clientConfig:
  {{- include "podscore.clientConfig" (list . "-controller" "/policies") | nindent 2 }}
{{- end -}}
