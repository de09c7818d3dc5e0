{{/* Rules of the NetworkPolicies. A rule without "to" or "from" allows everybody. The kubelet's probes come from the node and are always allowed. */}}

{{/* The API servers alone. Their address is in the Pod's environment, so DNS is not needed. */}}
{{- define "podscore.egressToAPIServers" -}}
- ports:
    {{- range .Values.networkPolicy.apiServerPorts }}
    - {port: {{ . }}, protocol: TCP}
    {{- end }}
  {{- with .Values.networkPolicy.apiServerTo }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

{{/* From API servers, which send reviews. */}}
{{- define "podscore.ingressOfReviews" -}}
- ports:
    - {port: https, protocol: TCP}
  {{- with .Values.networkPolicy.apiServerFrom }}
  from:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

{{/* From those who may read metrics. */}}
{{- define "podscore.ingressOfMetrics" -}}
- ports:
    - {port: metrics, protocol: TCP}
  {{- with .Values.networkPolicy.metricsFrom }}
  from:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}
