{{/* The parts that all Pods of the release share: the webhook's, and those of hooks and tests. */}}

{{/*
The fields of a Pod's spec that say as whom and where it runs, without its name, containers and volumes. None of these Pods calls the API
server.
*/}}
{{- define "podscore.podFields" -}}
automountServiceAccountToken: false
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

{{/* The fields of a container that runs podscore, without its name, arguments and mounts. */}}
{{- define "podscore.containerFields" -}}
image: {{ include "podscore.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
resources:
  {{- toYaml .Values.resources | nindent 2 }}
securityContext:
  {{- include "podscore.containerSecurityContext" . | nindent 2 }}
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
