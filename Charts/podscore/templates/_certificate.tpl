{{/*
Where the serving certificate comes from: release, certManager or existingSecret. certificate.certManager.enabled, or a name in
certificate.existingSecret alone, chose it before certificate.source, and still do.
*/}}
{{- define "podscore.certificateSource" -}}
{{- with .Values.certificate -}}
{{- $other := ternary "certificate.source is certManager" "certificate.certManager.enabled is true" (eq .source "certManager") -}}
{{- $usesCertManager := or (eq .source "certManager") .certManager.enabled -}}
{{- if and $usesCertManager (or .existingSecret (eq .source "existingSecret")) -}}
{{- fail (printf "%s, and certificate.existingSecret is chosen too: they exclude each other, keep one of them" $other) -}}
{{- else if $usesCertManager }}certManager
{{- else if .existingSecret }}existingSecret
{{- else if eq .source "existingSecret" -}}
{{- fail "certificate.source is existingSecret: set certificate.existingSecret to the name of the Secret" -}}
{{- else }}release
{{- end -}}
{{- end -}}
{{- end -}}

{{/* What to write instead of a value that chose the certificate before certificate.source. Empty without one. */}}
{{- define "podscore.deprecatedCertificate" -}}
{{- with .Values.certificate -}}
{{- if ne .source (include "podscore.certificateSource" $) -}}
{{- if .certManager.enabled }}certificate.certManager.enabled: write certificate.source: certManager
{{- else }}certificate.existingSecret without certificate.source: write certificate.source: existingSecret beside it
{{- end -}}
{{- else if .certManager.enabled }}certificate.certManager.enabled: certificate.source is enough
{{- end -}}
{{- end -}}
{{- end -}}

{{/*
The certificates. The webhook and the controller each have one. The templates below take a list of the root and the end of the name of the
Service that the certificate is for: "" or "-controller".
*/}}

{{/*
The Secret with a serving certificate. The generated Secret and the one of cert-manager have different names. So after a change from one
to the other, one Secret never has two writers. With the longest name of a release, "-controller-tls" would be too long for a name.
*/}}
{{- define "podscore.certificateSecret" -}}
{{- $root := index . 0 -}}
{{- $part := index . 1 -}}
{{- $source := include "podscore.certificateSource" $root -}}
{{- $name := include "podscore.fullname" $root -}}
{{- if and (eq $source "existingSecret") $part -}}
{{- if not $root.Values.controller.certificateSecret -}}
{{- fail (printf "certificate.source is existingSecret: set controller.certificateSecret to the name of the Secret with a certificate for %s, or controller.policyWebhook to false" (include "podscore.dnsNames" . | fromJsonArray | first)) -}}
{{- end -}}
{{ $root.Values.controller.certificateSecret }}
{{- else if eq $source "existingSecret" }}{{ $root.Values.certificate.existingSecret }}
{{- else if eq $source "certManager" }}{{ $name }}{{ $part }}-issued-tls
{{- else }}{{ $name }}{{ $part | empty | ternary "" "-policies" }}-tls
{{- end -}}
{{- end -}}

{{/* The names of a certificate, as JSON. The API server uses the first. */}}
{{- define "podscore.dnsNames" -}}
{{- $root := index . 0 -}}
{{- $host := printf "%s%s.%s.svc" (include "podscore.fullname" $root) (index . 1) $root.Release.Namespace -}}
{{ list $host (printf "%s.cluster.local" $host) | toJson }}
{{- end -}}

{{/*
A certificate of the release, as JSON: `data` with ca.crt, tls.crt and tls.key, each in base64, and `renewAfter`, a date.
A renderer that does not see the cluster cannot keep a certificate, so it makes one only if certificate.allowOffline allows it.
Two templates need the same certificate, so each rendering makes it once. It keeps the cluster's certificate while that is complete and
a third of its life remains. A new certificate comes with both its CA and the old CA: Pods serve the old one until the kubelet has brought the
new one.
*/}}
{{- define "podscore.madeCertificate" -}}
{{- $root := index . 0 -}}
{{- $part := index . 1 -}}
{{- if not (hasKey $root.Values "madeCertificates") }}{{ $_ := set $root.Values "madeCertificates" dict }}{{ end -}}
{{- if not (hasKey $root.Values.madeCertificates $part) -}}
{{- $secret := lookup "v1" "Secret" $root.Release.Namespace (include "podscore.certificateSecret" .) -}}
{{- $found := $secret.data | default dict -}}
{{- $complete := and (get $found "ca.crt") (get $found "tls.crt") (get $found "tls.key") -}}
{{- $renewAfter := "" -}}
{{- if $secret.metadata }}{{ $renewAfter = get ($secret.metadata.annotations | default dict) "podscore.dev/renew-after" }}{{ end -}}
{{- $due := and $renewAfter (ge (now | date "2006-01-02") $renewAfter) -}}
{{- if and $complete (not $due) -}}
{{- $data := pick $found "ca.crt" "tls.crt" "tls.key" -}}
{{- $_ := set $root.Values.madeCertificates $part (dict "data" $data "renewAfter" $renewAfter) -}}
{{- else -}}
{{- include "podscore.requireCluster" $root -}}
{{- $days := int $root.Values.certificate.validDays -}}
{{- $ca := genCAWithKey "podscore webhook CA" $days (genPrivateKey "ecdsa") -}}
{{- $names := include "podscore.dnsNames" . | fromJsonArray -}}
{{- $pair := genSignedCertWithKey "podscore" nil $names $days $ca (genPrivateKey "ecdsa") -}}
{{- $bundle := $ca.Cert -}}
{{- if $complete -}}
{{- $old := regexFind "(?s)-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----" (get $found "ca.crt" | b64dec) -}}
{{- if $old }}{{ $bundle = printf "%s%s\n" $ca.Cert $old }}{{ end -}}
{{- end -}}
{{- $renewAfter = now | dateModify (printf "%dh" (div (mul $days 24 2) 3)) | date "2006-01-02" -}}
{{- $data := dict "ca.crt" (b64enc $bundle) "tls.crt" (b64enc $pair.Cert) "tls.key" (b64enc $pair.Key) -}}
{{- $_ := set $root.Values.madeCertificates $part (dict "data" $data "renewAfter" $renewAfter) -}}
{{- end -}}
{{- end -}}
{{ get $root.Values.madeCertificates $part | toJson }}
{{- end -}}

{{/* The data and annotations of a Secret with a certificate of the release, below its metadata. */}}
{{- define "podscore.madeSecret" -}}
{{- $made := include "podscore.madeCertificate" . | fromJson -}}
{{- with $made.renewAfter }}
  annotations:
    # An upgrade from this day on makes a new certificate.
    podscore.dev/renew-after: {{ . | quote }}
{{- end }}
type: kubernetes.io/tls
data:
  {{- range $file, $content := $made.data }}
  {{ $file }}: {{ $content }}
  {{- end }}
{{- end -}}

{{/* The spec of a certificate that cert-manager makes. */}}
{{- define "podscore.issuedCertificate" -}}
{{- $root := index . 0 -}}
secretName: {{ include "podscore.certificateSecret" . }}
dnsNames:
  {{- range include "podscore.dnsNames" . | fromJsonArray }}
  - {{ . }}
  {{- end }}
usages: [digital signature, server auth]
duration: {{ $root.Values.certificate.certManager.duration }}
renewBefore: {{ $root.Values.certificate.certManager.renewBefore }}
privateKey:
  algorithm: ECDSA
  size: 256
  rotationPolicy: Always
issuerRef:
  {{- with $root.Values.certificate.certManager.issuerRef }}
  {{- toYaml . | nindent 2 }}
  {{- else }}
  group: cert-manager.io
  kind: Issuer
  name: {{ include "podscore.fullname" $root }}-ca
  {{- end }}
{{- end -}}

{{/* Fails without a cluster. Every cluster has the Service `kubernetes`. */}}
{{- define "podscore.requireCluster" -}}
{{- if not (or .Values.certificate.allowOffline (lookup "v1" "Service" "default" "kubernetes")) -}}
{{- fail (cat
  "certificate.source is release, but this renderer does not see the cluster. It would make another CA each time, and API servers could no"
  "longer reach Podscore. Set certificate.source to certManager or existingSecret; docs/gitops.md has examples. Only to look at the manifests,"
  "set certificate.allowOffline to true.") -}}
{{- end -}}
{{- end -}}

{{/* The CA by which the API server verifies a certificate, in base64. Empty if cert-manager fills it in. */}}
{{- define "podscore.caBundle" -}}
{{- $root := index . 0 -}}
{{- $source := include "podscore.certificateSource" $root -}}
{{- if eq $source "existingSecret" -}}
{{ required "webhook.caBundle is needed with certificate.existingSecret: the CA that signed it, in PEM" $root.Values.webhook.caBundle | b64enc }}
{{- else if eq $source "release" -}}
{{ get (include "podscore.madeCertificate" . | fromJson).data "ca.crt" }}
{{- end -}}
{{- end -}}

{{/*
The address and the CA of a webhook, as clientConfig. Takes a list of the root, the end of the Service's name, and the path.
*/}}
{{- define "podscore.clientConfig" -}}
{{- $root := index . 0 -}}
service:
  name: {{ include "podscore.fullname" $root }}{{ index . 1 }}
  namespace: {{ $root.Release.Namespace | quote }}
  path: {{ index . 2 }}
  port: 443
{{- with include "podscore.caBundle" . }}
caBundle: {{ . }}
{{- end }}
{{- end -}}
