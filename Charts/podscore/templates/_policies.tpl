{{/* The text of a file of policies. Takes the text, a document or a list of documents. */}}
{{- define "podscore.policyText" -}}
{{- if kindIs "string" . -}}
{{ . }}
{{- else if kindIs "map" . -}}
{{ toYaml . }}
{{- else -}}
{{- range $index, $document := . -}}
{{- if $index }}{{ "\n---\n" }}{{ end -}}
{{ toYaml $document }}
{{- end -}}
{{- end -}}
{{- end -}}

{{/*
The documents of a text, as a JSON array without the empty ones. A document that Helm cannot read is a map with the key "Error". Takes the
text.
*/}}
{{- define "podscore.documents" -}}
{{- $documents := list -}}
{{- range regexSplit "(?m)^(---|\\.\\.\\.)(\\s|$)" . -1 -}}
{{- with fromYaml (regexReplaceAll "(?m)^%.*$" . "") }}{{ $documents = append $documents . }}{{ end -}}
{{- end -}}
{{ toJson $documents }}
{{- end -}}

{{/*
Fails the rendering if a text has a field or a kind that podscore does not know. values.schema.json has checked documents. A text that Helm
cannot read is left to podscore, whose message has line and column. Each rendering checks once.
*/}}
{{- define "podscore.checkPolicies" -}}
{{- if not (hasKey .Values "checkedPolicies") -}}
{{- $_ := set .Values "checkedPolicies" true -}}
{{- $kinds := .Files.Get "policy-fields.yaml" | fromYaml -}}
{{- $found := dict "lines" list -}}
{{- range $file, $text := .Values.policies -}}
{{- if kindIs "string" $text -}}
{{- $documents := include "podscore.documents" $text | fromJsonArray -}}
{{- range $index, $document := $documents -}}
{{- $place := printf "policies.%s%s" $file (gt (len $documents) 1 | ternary (printf ", document %d" (add1 $index)) "") -}}
{{- $kind := get $document "kind" | toString -}}
{{- if hasKey $document "Error" -}}
{{- else if hasKey $kinds $kind -}}
{{- include "podscore.findUnknownFields" (dict "found" $found "place" $place "path" "" "value" $document "known" (get $kinds $kind)) -}}
{{- else -}}
{{- $_ := set $found "lines" (append $found.lines (printf "%s: kind must be %s" $place (keys $kinds | sortAlpha | join " or "))) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if $found.lines }}{{ fail (join "\n" $found.lines) }}{{ end -}}
{{- end -}}
{{- end -}}

{{/*
Adds a line to found.lines for each unknown field of a value. Takes the value, its path, the fields that it may have, each with its own, and
the place for messages.
*/}}
{{- define "podscore.findUnknownFields" -}}
{{- $at := . -}}
{{- if kindIs "slice" .value -}}
{{- range $index, $element := .value -}}
{{- include "podscore.findUnknownFields" (dict "found" $at.found "place" $at.place "path" (printf "%s[%d]" $at.path $index) "value" $element "known" $at.known) -}}
{{- end -}}
{{- else if and (kindIs "map" .value) (kindIs "map" .known) -}}
{{- range $field, $value := .value -}}
{{- $path := printf "%s.%s" $at.path $field | trimPrefix "." -}}
{{- if hasKey $at.known $field -}}
{{- include "podscore.findUnknownFields" (dict "found" $at.found "place" $at.place "path" $path "value" $value "known" (get $at.known $field)) -}}
{{- else -}}
{{- $similar := list -}}
{{- range $name := keys $at.known | sortAlpha -}}
{{- if eq (lower $name | trunc 3) (lower $field | trunc 3) }}{{ $similar = append $similar $name }}{{ end -}}
{{- end -}}
{{- $hint := ternary (printf "did you mean %s?" (join " or " $similar)) (printf "known fields: %s" (keys $at.known | sortAlpha | join ", ")) (gt (len $similar) 0) -}}
{{- $line := printf "%s: unknown field %q in %s; %s" $at.place $field ($at.path | default "the document") $hint -}}
{{- $_ := set $at.found "lines" (append $at.found.lines $line) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
