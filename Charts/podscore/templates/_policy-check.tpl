{{/* The policies that are checked before an installation or upgrade. Not empty if the hook is wanted. */}}
{{- define "podscore.policyCheckConfigMap" -}}
{{- if .Values.policyCheck.enabled -}}
{{- if .Values.existingConfigMap }}{{ .Values.existingConfigMap }}
{{- else if include "podscore.policies" . | fromJson }}{{ include "podscore.fullname" . }}-policy-check
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The arguments of a check of the policies, as JSON. With cluster.enabled the server knows the labels that selectors read. */}}
{{- define "podscore.policyCheckArguments" -}}
{{- $arguments := list "policy" "check" "/etc/podscore/policies" -}}
{{- if .Values.cluster.enabled }}{{ $arguments = append $arguments "--allow-selectors" }}{{ end -}}
{{ toJson $arguments }}
{{- end -}}

{{/*
The metadata of the hook's objects. Takes a list of the root and the weight. All of them are hooks, since an installation makes nothing else
before its hooks. A failed Job stays, so that its log can be read.
*/}}
{{- define "podscore.policyCheckMetadata" -}}
{{ include "podscore.metadata" (list (index . 0) "-policy-check") }}
annotations:
  helm.sh/hook: pre-install,pre-upgrade
  helm.sh/hook-weight: {{ index . 1 | quote }}
  helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end -}}
