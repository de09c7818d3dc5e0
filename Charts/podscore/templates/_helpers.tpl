{{/* The name of the application, in names and labels. */}}
{{- define "podscore.name" -}}
{{- .Values.nameOverride | default .Chart.Name -}}
{{- end -}}

{{/* The name of the release's objects, short enough for a suffix within 63 characters. */}}
{{- define "podscore.fullname" -}}
{{- $name := include "podscore.name" . -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* The labels that select this release's Pods; immutable in a Deployment. */}}
{{- define "podscore.selectorLabels" -}}
app.kubernetes.io/name: {{ include "podscore.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{/* The labels that select the controller's Pod. The Service of the webhook must not select it. */}}
{{- define "podscore.controllerSelectorLabels" -}}
{{ set (include "podscore.selectorLabels" . | fromYaml) "app.kubernetes.io/name" (printf "%s-controller" (include "podscore.name" .)) | toYaml }}
{{- end -}}

{{/* The labels of every object. */}}
{{- define "podscore.labels" -}}
{{- include "podscore.labelsWith" (list . dict) -}}
{{- end -}}

{{/* The labels of an object with further ones. Takes a list of the root and those labels, which win over commonLabels. */}}
{{- define "podscore.labelsWith" -}}
{{- $root := index . 0 -}}
{{- $labels := dict -}}
{{- range list $root.Values.commonLabels (index . 1) -}}
{{- range $key, $value := . }}{{ $_ := set $labels $key $value }}{{ end -}}
{{- end -}}
{{ include "podscore.selectorLabels" $root }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" }}
{{- with $labels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* The metadata of every object. Takes a list of the root, a suffix of the full name, and further labels or nothing. */}}
{{- define "podscore.metadata" -}}
{{- $root := index . 0 -}}
name: {{ include "podscore.fullname" $root }}{{ index . 1 }}
namespace: {{ $root.Release.Namespace | quote }}
labels:
  {{- include "podscore.labelsWith" (list $root (gt (len .) 2 | ternary (last .) dict)) | nindent 2 }}
{{- end -}}

{{- define "podscore.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{/* The files of policies that are not set to null, as a JSON object; empty if the policies are in another ConfigMap. */}}
{{- define "podscore.policies" -}}
{{- include "podscore.checkPolicies" . -}}
{{- $files := dict -}}
{{- range $file, $content := .Values.policies -}}
{{- if not (kindIs "invalid" $content) }}{{ $_ := set $files $file (include "podscore.policyText" $content) }}{{ end -}}
{{- end -}}
{{- if .Values.existingConfigMap -}}
{{- range $file, $_ := omit $files "default.yaml" -}}
{{- fail (printf "policies.%s is not used with existingConfigMap: move it into the ConfigMap %s" $file $.Values.existingConfigMap) -}}
{{- end -}}
{{- $files = dict -}}
{{- end -}}
{{ toJson $files }}
{{- end -}}

{{/* The ConfigMap with the policies; empty without policies. */}}
{{- define "podscore.policyConfigMap" -}}
{{- if .Values.existingConfigMap }}{{ .Values.existingConfigMap }}
{{- else if include "podscore.policies" . | fromJson }}{{ include "podscore.fullname" . }}-policies
{{- end -}}
{{- end -}}
