{{/* The name of the release's objects; short enough that a suffix still fits into 63 characters. */}}
{{- define "podscore.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* The labels that tell this release's Pods from all others; immutable in a Deployment. */}}
{{- define "podscore.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{- define "podscore.labels" -}}
{{ include "podscore.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "podscore.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{- define "podscore.certificateSecret" -}}
{{ .Values.certificate.existingSecret | default (printf "%s-tls" (include "podscore.fullname" .)) }}
{{- end -}}

{{/* The files of policies that are not set to null, as a JSON object. */}}
{{- define "podscore.policies" -}}
{{- $files := dict -}}
{{- range $file, $text := .Values.policies -}}
{{- if kindIs "string" $text }}{{ $_ := set $files $file $text }}{{ end -}}
{{- end -}}
{{ toJson $files }}
{{- end -}}

{{/*
Puts the certificate into .Values.generatedCertificate: ca.crt, tls.crt and tls.key, each in base64. Two templates need the same one, so it
is made once a rendering. What the cluster has already is kept, as long as it is complete.
*/}}
{{- define "podscore.makeCertificate" -}}
{{- if not (hasKey .Values "generatedCertificate") -}}
{{- $found := (lookup "v1" "Secret" .Release.Namespace (include "podscore.certificateSecret" .)).data | default dict -}}
{{- if and (get $found "ca.crt") (get $found "tls.crt") (get $found "tls.key") -}}
{{- $_ := set .Values "generatedCertificate" (pick $found "ca.crt" "tls.crt" "tls.key") -}}
{{- else -}}
{{- $service := include "podscore.fullname" . -}}
{{- $names := list (printf "%s.%s.svc" $service .Release.Namespace) (printf "%s.%s.svc.cluster.local" $service .Release.Namespace) -}}
{{- $days := int .Values.certificate.validDays -}}
{{- $ca := genCAWithKey "podscore webhook CA" $days (genPrivateKey "ecdsa") -}}
{{- $pair := genSignedCertWithKey "podscore" nil $names $days $ca (genPrivateKey "ecdsa") -}}
{{- $_ := set .Values "generatedCertificate" (dict "ca.crt" (b64enc $ca.Cert) "tls.crt" (b64enc $pair.Cert) "tls.key" (b64enc $pair.Key)) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* What the API server verifies the webhook with, in base64. */}}
{{- define "podscore.caBundle" -}}
{{- if .Values.certificate.existingSecret -}}
{{ required "webhook.caBundle is needed with certificate.existingSecret: the CA that signed it, in PEM" .Values.webhook.caBundle | b64enc }}
{{- else -}}
{{- include "podscore.makeCertificate" . -}}
{{ get .Values.generatedCertificate "ca.crt" }}
{{- end -}}
{{- end -}}

{{/* The part that both webhooks share. */}}
{{- define "podscore.webhook" -}}
admissionReviewVersions: [v1, v1beta1]
sideEffects: None
matchPolicy: Equivalent
timeoutSeconds: {{ .Values.webhook.timeoutSeconds }}
clientConfig:
  service:
    name: {{ include "podscore.fullname" . }}
    namespace: {{ .Release.Namespace | quote }}
    path: /validate
    port: 443
  caBundle: {{ include "podscore.caBundle" . }}
namespaceSelector:
  matchExpressions:
    - key: kubernetes.io/metadata.name
      operator: NotIn
      values: {{ prepend .Values.webhook.excludedNamespaces .Release.Namespace | uniq | toJson }}
{{- end -}}
