{{/*
The floor: exported policies below the webhook, which the API server itself evaluates. A Job of a hook writes them after an installation or
upgrade, and another one removes them at the uninstallation.
*/}}

{{/* The label and its value by which the floor of a release is found. */}}
{{- define "podscore.floorLabel" -}}
podscore.dev/floor={{ include "podscore.fullname" . }}
{{- end -}}

{{/* Returns text if a Job has a floor to write: policies of the values. With cluster.enabled the controller writes it. */}}
{{- define "podscore.hasFloor" -}}
{{- if .Values.floor.enabled -}}
{{- if .Values.existingConfigMap -}}
{{- fail "floor.enabled needs the policies in `policies`: the rights of its Job are for the names of the objects. Remove existingConfigMap" -}}
{{- end -}}
{{- include "podscore.checkFloor" . -}}
{{- if include "podscore.policies" . | fromJson }}true{{ end -}}
{{- end -}}
{{- end -}}

{{/* Returns text if the controller keeps the floor. In another mode than enforce, a Job removes the floor of an earlier upgrade. */}}
{{- define "podscore.controllerFloor" -}}
{{- if and .Values.controller.enabled .Values.controller.floor (eq .Values.mode "enforce") -}}
{{- if .Values.floor.enabled -}}
{{- fail "floor.enabled and controller.floor cannot be combined: each would delete what the other writes" -}}
{{- end -}}
{{- if not .Values.cluster.enabled -}}
{{- fail "controller.floor needs cluster.enabled: it would deny by policies of the cluster that the webhook ignores" -}}
{{- end -}}
{{- include "podscore.checkFloor" . -}}
true
{{- end -}}
{{- end -}}

{{/* Returns text if the Job is needed that writes a floor, or removes one that an earlier upgrade wrote. */}}
{{- define "podscore.needsFloorJob" -}}
{{- if include "podscore.controllerFloor" . -}}
{{- else if or (include "podscore.hasFloor" .) (include "podscore.existingFloor" . | fromJsonArray) }}true{{ end -}}
{{- end -}}

{{/* Returns text if the Job is needed that removes the floor before the uninstallation. */}}
{{- define "podscore.needsFloorRemoval" -}}
{{- if or (include "podscore.controllerFloor" .) (include "podscore.needsFloorJob" .) }}true{{ end -}}
{{- end -}}

{{/* The arguments about the floor that do not depend on who keeps it, as a JSON array. */}}
{{- define "podscore.floorArguments" -}}
{{- $arguments := list -}}
{{- range .Values.webhook.excludedNamespaces }}{{ $arguments = append $arguments (printf "--exclude-namespace=%s" .) }}{{ end -}}
{{- if not (kindIs "invalid" .Values.floor.minimumScore) -}}
{{- $arguments = append $arguments (printf "--floor-minimum=%d" (int .Values.floor.minimumScore)) -}}
{{- end -}}
{{ toJson $arguments }}
{{- end -}}

{{/* Fails if the floor would deny Pods or workloads that the webhook does not check. */}}
{{- define "podscore.checkFloor" -}}
{{- if .Values.webhook.namespaceSelector -}}
{{- fail "a floor cannot be combined with webhook.namespaceSelector: it would deny Pods in Namespaces that the webhook does not check" -}}
{{- end -}}
{{- /* The chart does not know the policies of the cluster, so the controller's floor may have some that deny workloads. */ -}}
{{- $deniesWorkloads := or .Values.controller.floor (has "workloads" (include "podscore.denies" . | splitList " ")) -}}
{{- if and $deniesWorkloads (not .Values.webhook.workloads.enabled) -}}
{{- fail "a floor of policies with `workloads: enforce` needs webhook.workloads.enabled: it would deny workloads that the webhook does not check" -}}
{{- end -}}
{{- end -}}

{{/* The names of the objects that exist with the label, as a JSON array. A renderer that does not see the cluster finds none. */}}
{{- define "podscore.existingFloor" -}}
{{- $names := list -}}
{{- $label := include "podscore.floorLabel" . | splitList "=" -}}
{{- range $kind := list "ValidatingAdmissionPolicy" "ValidatingAdmissionPolicyBinding" -}}
{{- range $object := (lookup "admissionregistration.k8s.io/v1" $kind "" "").items | default list -}}
{{- if eq (get ($object.metadata.labels | default dict) (first $label) | toString) (last $label) -}}
{{- $names = append $names $object.metadata.name -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{ toJson $names }}
{{- end -}}

{{/*
The names of the objects that the Jobs may write and delete, as a JSON array: those of the policies that enforce, and those that exist. A
policy has one object, and further ones with numbers if waivers take some of its demands away in some Namespaces: at most one for each rule of
a waiver, and one for the minimum score.
*/}}
{{- define "podscore.floorNames" -}}
{{- $names := include "podscore.existingFloor" . | fromJsonArray -}}
{{- $policies := list -}}
{{- $numbers := 2 -}}
{{- range $file, $text := include "podscore.policies" . | fromJson -}}
{{- range $document := include "podscore.documents" $text | fromJsonArray -}}
{{- $spec := get $document "spec" -}}
{{- $metadata := get $document "metadata" -}}
{{- if not (and (kindIs "map" $spec) (kindIs "map" $metadata)) -}}
{{- else if eq (get $document "kind" | toString) "ScoreWaiver" -}}
{{- with get $spec "rules" }}{{ if kindIs "slice" . }}{{ $numbers = add $numbers (len .) }}{{ end }}{{ end -}}
{{- else if hasKey $spec "enforce" }}{{ $policies = append $policies (get $metadata "name" | toString) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- range $name := $policies -}}
{{- $names = append $names (printf "podscore-%s-floor" $name) -}}
{{- range $number := untilStep 2 (add1 $numbers | int) 1 }}{{ $names = append $names (printf "podscore-%s-floor-%d" $name $number) }}{{ end -}}
{{- end -}}
{{ uniq $names | sortAlpha | toJson }}
{{- end -}}

{{/*
The metadata of the hook's objects. Takes a list of the root, a suffix, the events, the weight, and whether the object has a Namespace. All of
them are hooks: nothing of them is left when a Job has ended, and the Job before the uninstallation has its rights.
*/}}
{{- define "podscore.floorMetadata" -}}
{{- $metadata := include "podscore.metadata" (list (index . 0) (index . 1)) | fromYaml -}}
{{- if not (index . 4) }}{{ $_ := unset $metadata "namespace" }}{{ end -}}
{{- $annotations := dict "helm.sh/hook" (index . 2) "helm.sh/hook-weight" (index . 3) -}}
{{- $_ := set $annotations "helm.sh/hook-delete-policy" "before-hook-creation,hook-succeeded" -}}
{{ set $metadata "annotations" $annotations | toYaml }}
{{- end -}}

{{- define "podscore.floorEvents" -}}post-install,post-upgrade,post-rollback{{- end -}}

{{/*
The events of the Job that removes the floor. The controller runs until its Deployment is deleted, so it can write the floor again after the
first Job: with its rights gone, the Job runs once more.
*/}}
{{- define "podscore.floorRemovalEvents" -}}pre-delete{{ if include "podscore.controllerFloor" . }},post-delete{{ end }}{{- end -}}

{{/* The metadata of what both Jobs use. Takes a list of the root and whether the object has a Namespace. */}}
{{- define "podscore.floorRightsMetadata" -}}
{{- $events := printf "%s,%s" (include "podscore.floorEvents" .) (include "podscore.floorRemovalEvents" (index . 0)) -}}
{{ include "podscore.floorMetadata" (list (index . 0) "-floor" $events "-1" (index . 1)) }}
{{- end -}}

{{/*
The fields of the spec of a Job. Takes a list of the root, the arguments after `policy floor`, and whether the container mounts the policies.
*/}}
{{- define "podscore.floorJobSpec" -}}
{{- $root := index . 0 -}}
{{- $name := printf "--name=%s" (include "podscore.fullname" $root) -}}
backoffLimit: 2
activeDeadlineSeconds: {{ $root.Values.floor.timeoutSeconds }}
# A failed Job stays for a day, or until the next attempt; no uninstallation deletes it.
ttlSecondsAfterFinished: 86400
template:
  metadata:
    labels:
      # Not the labels that the Service and the Deployment select.
      app.kubernetes.io/name: {{ include "podscore.name" $root }}-floor
      app.kubernetes.io/instance: {{ $root.Release.Name | quote }}
      {{- with merge dict $root.Values.pod.labels $root.Values.commonLabels }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
    {{- with $root.Values.pod.annotations }}
    annotations:
      {{- toYaml . | nindent 6 }}
    {{- end }}
  spec:
    serviceAccountName: {{ include "podscore.fullname" $root }}-floor
    restartPolicy: Never
    {{- set (include "podscore.hookPodFields" $root | fromYaml) "automountServiceAccountToken" true | toYaml | nindent 4 }}
    containers:
      - name: floor
        {{- include "podscore.containerFields" $root | nindent 8 }}
        args: {{ concat (list "policy" "floor" $name) (index . 1) | toJson }}
        # The status of the Pod also has the errors.
        terminationMessagePolicy: FallbackToLogsOnError
        {{- if index . 2 }}
        volumeMounts:
          - name: policies
            mountPath: /etc/podscore/policies
            readOnly: true
    volumes:
      - name: policies
        configMap:
          name: {{ include "podscore.policyConfigMap" $root | quote }}
        {{- end }}
{{- end -}}
