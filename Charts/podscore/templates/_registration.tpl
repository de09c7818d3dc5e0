{{/*
Where the webhooks fail closed. Each kind has two webhooks: one with failurePolicy Fail for the Namespaces in which a policy enforces, and one
with Ignore for all others. Their conditions are one text and its negation, so exactly one of them is called for each object.
*/}}

{{/*
The patterns of all policies, as a JSON object. `patterns` has each {pattern, pods, workloads}; the last two say whether that kind is denied.
`unreadable` is true if some text is no policy. Podscore will reject it, and until then nothing is admitted by mistake. webhook.enforced counts
as one more policy, which enforces. A policy that enforces where a selector matches counts as one for `*`, since conditions do not see labels of
Namespaces, unless webhook.enforced.selector says where; `selects` is true if there is one.
*/}}
{{- define "podscore.enforcement" -}}
{{- $patterns := list -}}
{{- $unreadable := false -}}
{{- $selects := false -}}
{{- if eq .Values.mode "enforce" -}}
{{- range concat .Values.webhook.enforced.namespaces .Values.webhook.enforced.patterns -}}
{{- $patterns = append $patterns (dict "pattern" . "pods" true "workloads" true) -}}
{{- end -}}
{{- range $file, $text := include "podscore.policies" . | fromJson -}}
{{- range $document := include "podscore.documents" $text | fromJsonArray -}}
{{- $spec := get $document "spec" -}}
{{- if hasKey $document "Error" }}{{ $unreadable = true }}
{{- else if and (kindIs "map" $spec) (ne (get $document "kind" | toString) "ScoreWaiver") -}}
{{- $enforces := hasKey $spec "enforce" -}}
{{- $match := get $spec "match" -}}
{{- $names := list -}}
{{- $hasSelector := false -}}
{{- if kindIs "map" $match }}{{ $names = get $match "namespaces" }}{{ $hasSelector = hasKey $match "namespaceSelector" }}{{ end -}}
{{- $isList := and (kindIs "slice" $names) (gt (len $names) 0) -}}
{{- $names = ternary $names list $isList -}}
{{- if and $enforces $hasSelector -}}
{{- $selects = true -}}
{{- if not $.Values.webhook.enforced.selector }}{{ $names = append $names "*" }}{{ end -}}
{{- else if and $enforces (not $isList) }}{{ $unreadable = true }}
{{- end -}}
{{- range $names -}}
{{- if not (and (kindIs "string" .) (regexMatch "^[-a-z0-9*]{1,63}$" (toString .))) }}{{ $unreadable = or $unreadable $enforces }}
{{- else -}}
{{- $workloads := and $enforces (eq (get $spec "workloads" | toString) "enforce") -}}
{{- $patterns = append $patterns (dict "pattern" . "pods" $enforces "workloads" $workloads) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{ dict "patterns" $patterns "unreadable" $unreadable "selects" $selects | toJson }}
{{- end -}}

{{/* The kinds that can be denied, as words: "pods", "pods workloads" or nothing. */}}
{{- define "podscore.denies" -}}
{{- $found := include "podscore.enforcement" . | fromJson -}}
{{- $kinds := list -}}
{{- range $kind := list "pods" "workloads" -}}
{{- $denied := $found.unreadable -}}
{{- range $found.patterns }}{{ $denied = or $denied (get . $kind) }}{{ end -}}
{{- if or $denied (and (eq $.Values.mode "enforce") $.Values.webhook.enforced.selector) }}{{ $kinds = append $kinds $kind }}{{ end -}}
{{- end -}}
{{ join " " $kinds }}
{{- end -}}

{{/*
A CEL expression that is true in the Namespaces in which a kind is denied; "true" or "false" if that is so in all or in none. Takes a list of
the root and the kind. It reads as policies are chosen: exact names, then the names that globs never match, then the globs with the most
literal characters. At most 63 lengths of globs alternate, and API servers accept about 250 nested choices. It is made from its end.
*/}}
{{- define "podscore.enforcedExpression" -}}
{{- $root := index . 0 -}}
{{- $kind := index . 1 -}}
{{- $found := include "podscore.enforcement" $root | fromJson -}}
{{- $names := dict "true" list "false" list -}}
{{- $globs := dict -}}
{{- range $found.patterns -}}
{{- $denied := get . $kind | toString -}}
{{- if contains "*" .pattern -}}
{{- $rank := printf "%02d %s" (.pattern | replace "*" "" | len) $denied -}}
{{- $_ := set $globs $rank (append (get $globs $rank | default list) .pattern) -}}
{{- else }}{{ $_ := set $names $denied (append (get $names $denied) .pattern) -}}
{{- end -}}
{{- end -}}
{{- $rest := "false" -}}
{{- $open := list -}}
{{- $denied := "false" -}}
{{- range $rank := keys $globs | sortAlpha -}}
{{- $next := splitList " " $rank | last -}}
{{- if ne $next $denied -}}
{{- $rest = include "podscore.choice" (list (include "podscore.anyGlob" $open) $denied $rest) -}}
{{- $open = list -}}
{{- $denied = $next -}}
{{- end -}}
{{- $open = concat (get $globs $rank) $open -}}
{{- end -}}
{{- $rest = include "podscore.choice" (list (include "podscore.anyGlob" $open) $denied $rest) -}}
{{- $system := list "kube-system" "kube-public" "kube-node-lease" $root.Release.Namespace -}}
{{- $rest = include "podscore.choice" (list (include "podscore.anyName" (concat (get $names "false") $system)) "false" $rest) -}}
{{- $rest = include "podscore.choice" (list (include "podscore.anyName" (get $names "true")) "true" $rest) -}}
{{- if $found.unreadable }}true
{{- else if gt (len $rest) 99000 -}}
{{- fail (printf "the policies name too many Namespaces for one condition of %s.podscore.dev: use globs, or set webhook.%s.failurePolicy" $kind $kind) -}}
{{- else }}{{ $rest }}
{{- end -}}
{{- end -}}

{{/* `condition ? result : rest`, shorter where it can be. Takes a list of the three. */}}
{{- define "podscore.choice" -}}
{{- $condition := index . 0 -}}
{{- $result := index . 1 -}}
{{- $rest := index . 2 -}}
{{- if or (eq $condition "false") (eq $result $rest) }}{{ $rest }}
{{- else if eq $condition "true" }}{{ $result }}
{{- else if and (eq $result "true") (eq $rest "false") }}{{ $condition }}
{{- else }}{{ $condition }} ? {{ $result }} :{{ "\n" }}{{ $rest }}
{{- end -}}
{{- end -}}

{{- define "podscore.anyName" -}}
{{- if . }}request.namespace in ['{{ uniq . | join "', '" }}']{{ else }}false{{ end -}}
{{- end -}}

{{- define "podscore.anyGlob" -}}
{{- if not . }}false
{{- else if has "*" . }}true
{{- else }}request.namespace.matches('^({{ uniq . | join "|" | replace "*" ".*" }})$')
{{- end -}}
{{- end -}}

{{/*
The two halves of a kind, as a JSON object: `closed` and `open`, each with `condition` (CEL, or empty) and `requirement` (on labels of a
Namespace, or empty), or absent if no Namespace belongs to it: an empty half would only cost a call's conditions. Takes a list of the root and
the kind.
*/}}
{{- define "podscore.halves" -}}
{{- $root := index . 0 -}}
{{- $kind := index . 1 -}}
{{- $asked := (get $root.Values.webhook $kind).failurePolicy -}}
{{- $selector := ternary $root.Values.webhook.enforced.selector dict (eq $root.Values.mode "enforce") -}}
{{- $expression := include "podscore.enforcedExpression" . -}}
{{- if $asked }}{{ $expression = ternary "true" "false" (eq $asked "Fail") }}{{ end -}}
{{- $all := dict "condition" "" "requirement" dict -}}
{{- if eq $expression "true" }}{{ dict "closed" $all | toJson }}
{{- else if and $selector (not $asked) -}}
{{- if ne $expression "false" -}}
{{- fail "webhook.enforced.selector cannot be combined with names: remove it, or webhook.enforced.namespaces, webhook.enforced.patterns and the policies that enforce" -}}
{{- end -}}
{{- $requirement := dict -}}
{{- range $selector.matchExpressions }}{{ $requirement = . }}{{ end -}}
{{- range $key, $value := $selector.matchLabels }}{{ $requirement = dict "key" $key "operator" "In" "values" (list $value) }}{{ end -}}
{{- $opposites := dict "In" "NotIn" "NotIn" "In" "Exists" "DoesNotExist" "DoesNotExist" "Exists" -}}
{{- $opposite := set (deepCopy $requirement) "operator" (get $opposites $requirement.operator) -}}
{{ dict "closed" (dict "condition" "" "requirement" $requirement) "open" (dict "condition" "" "requirement" $opposite) | toJson }}
{{- else if eq $expression "false" }}{{ dict "open" $all | toJson }}
{{- else -}}
{{- $opposite := printf "!(\n%s\n)" $expression -}}
{{ dict "closed" (dict "condition" $expression "requirement" dict) "open" (dict "condition" $opposite "requirement" dict) | toJson }}
{{- end -}}
{{- end -}}

{{/* In words, the Namespaces in which a kind fails closed. Takes a list of the root and the kind. */}}
{{- define "podscore.failsClosed" -}}
{{- $root := index . 0 -}}
{{- $kind := index . 1 -}}
{{- $halves := include "podscore.halves" . | fromJson -}}
{{- if not $halves.closed }}no Namespace
{{- else if not $halves.open }}every Namespace
{{- else if $halves.closed.requirement -}}
{{- with $halves.closed.requirement }}Namespaces with {{ .key }} {{ .operator }} {{ .values | default list | join ", " }}{{ end -}}
{{- else -}}
{{- $closed := list -}}
{{- $others := list -}}
{{- range (include "podscore.enforcement" $root | fromJson).patterns -}}
{{- if get . $kind }}{{ $closed = append $closed .pattern }}{{ else if ne .pattern "*" }}{{ $others = append $others .pattern }}{{ end -}}
{{- end -}}
{{ uniq $closed | join ", " }}
{{- if and $others (contains "*" (join "" $closed)) }} (a more specific policy does not enforce in {{ uniq $others | join ", " }}){{ end -}}
{{- end -}}
{{- end -}}
