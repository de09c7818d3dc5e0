#!/usr/bin/env bash
# Checks what the compiler does not check. `lint.sh` runs all checks below, `lint.sh CHECK...` only the named ones. Run it from the top of the tree.
# Each check prints its findings as FILE:LINE, and the others still run. The exit code is 1 if there is a finding.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

all_checks=(swift_format doc_comments unsafe_code safety_comments pure_imports traps unfinished file_sizes rule_sizes rooms workload_fields versions chart_readme policy_schema crds shell yaml workflows)

# The targets that may import only the standard library and each other.
pure_targets=(KubernetesAPI PodScoring AdmissionPolicy RegistrationChecks Fixes Reports)
pure_imports='KubernetesAPI|PodScoring|AdmissionPolicy|RegistrationChecks|Fixes|Reports|Synchronization'
# The targets that own C handles or raw memory.
unsafe_targets='YAML|TLS|Platform'

file_line_limit=400
rule_line_limit=75

sources() { # FOLDER...: the Swift files below the folders that exist
    local folder
    for folder in "$@"; do
        if [[ -d $folder ]]; then find "$folder" -name '*.swift' -type f; fi
    done | LC_ALL=C sort
}

code_of() { # FILE...: code without strings and comments, as FILE:LINE:CODE
    if (($# > 0)); then awk -f "$here/swift-code.awk" "$@"; fi
}

refuse() { # EXPLANATION: fails if standard input is not empty
    local found
    found=$(cat)
    if [[ -z $found ]]; then return 0; fi
    printf '%s\n' "$found"
    printf 'lint: %s\n' "$1"
    return 1
}

swift_format() {
    local paths=() path
    for path in Sources Tests Benchmarks Package.swift; do
        if [[ -e $path ]]; then paths+=("$path"); fi
    done
    swift format lint --strict --parallel --recursive "${paths[@]}"
}

doc_comments() {
    local files
    mapfile -t files < <(sources Sources)
    { code_of "${files[@]}" | awk -f "$here/doc-comments.awk" || true; } | refuse 'write a /// comment on each declaration that is not private'
}

unsafe_code() {
    local files
    mapfile -t files < <(sources Sources | grep -Ev "^Sources/($unsafe_targets)/" || true)
    { code_of "${files[@]}" | grep -E '(^|[^A-Za-z0-9_])(unsafe([^A-Za-z0-9_]|$)|@unchecked|@safe([^A-Za-z0-9_]|$))' || true; } |
        refuse "unsafe code is allowed only in Sources/{${unsafe_targets//|/,}}"
}

# Each declaration that switches off a check of the compiler has the reason on its line or in the three lines above.
safety_comments() {
    local files
    mapfile -t files < <(sources Sources)
    { code_of "${files[@]}" | grep -E '@unchecked|nonisolated\(unsafe\)|@(un)?safe([^A-Za-z0-9_]|$)' || true; } |
        while IFS=: read -r file line code; do
            if ! sed -n "$((line > 3 ? line - 3 : 1)),${line}p" "$file" | grep '// Safety:' >/dev/null; then
                echo "$file:$line:$code"
            fi
        done | refuse 'say in a "// Safety:" line why this is sound'
}

pure_imports() {
    local files
    mapfile -t files < <(sources "${pure_targets[@]/#/Sources/}")
    { code_of "${files[@]}" | grep -E ':([A-Za-z@_() ]+ )?import [A-Za-z]' | grep -Ev "import ((struct|class|enum|protocol|typealias|func|var|let) )?($pure_imports)([. ]|\$)" || true; } |
        refuse 'a pure target imports only the standard library and the other pure ones'
}

traps() {
    local files
    mapfile -t files < <(sources Sources)
    { code_of "${files[@]}" | grep -E '(^|[^A-Za-z0-9_])(try!|as!|fatalError\()' || true; } | refuse 'outside input must not end the process: throw instead'
}

unfinished() {
    # The brackets keep this line from finding itself.
    { find . \( -name '.build*' -o -name .git -o -path ./Certs/out \) -prune -o -type f \
        \( -name '*.swift' -o -name '*.[ch]' -o -name '*.sh' -o -name '*.awk' -o -name '*.py' -o -name '*.y*ml' -o -name '*.tpl' \
        -o -name '*.md' -o -name Makefile -o -name run \) -exec grep -nHE '(^|[^A-Za-z])(TO[D]O|FIX[M]E)([^A-Za-z]|$)' {} + || true; } |
        refuse 'finish it, or file an issue and remove the note'
}

file_sizes() {
    local files
    mapfile -t files < <(sources Sources)
    longer_than "$file_line_limit" "${files[@]}"
}

rule_sizes() {
    local files
    mapfile -t files < <(sources Sources/PodScoring/Rules)
    longer_than "$rule_line_limit" "${files[@]}"
}

longer_than() { # LIMIT FILE...
    local limit=$1
    shift
    if (($# == 0)); then return 0; fi
    awk -v limit="$limit" 'FNR == limit + 1 { print FILENAME ":" FNR ": line " FNR }' "$@" | refuse "at most $limit lines a file: split it"
}

# The uses between folders of a target, against the table .ci/rooms.
rooms() {
    present python3 || return 0
    "$here/rooms.py"
}

# The table of the fields of workloads, against the list that it is made of.
workload_fields() {
    present python3 || return 0
    "$here/workload-fields.py" --check
}

# The charts name the release of the program, which Version.swift defines.
versions() {
    local version charts
    mapfile -t charts < <(find Charts -name Chart.yaml -type f 2>/dev/null | LC_ALL=C sort)
    if ((${#charts[@]} == 0)); then return 0; fi
    version=$("$here/version")
    { grep -HnE '^(version|appVersion):' "${charts[@]}" | grep -vE ": ${version%-*}\$" || true; } | refuse "the version of the program is $version"
}

# The READMEs of the charts, against the comments of their values.
chart_readme() {
    present python3 || return 0
    "$here/chart-readme.py" --check
}

# The copies of docs/policy.schema.json in the chart. A test compares that file with the program.
policy_schema() {
    present python3 || return 0
    "$here/policy-schema.py" --check
}

# The copies of docs/crds.yaml in the chart podscore-crds. A test compares that file with the program.
crds() {
    present python3 || return 0
    "$here/crds-chart.py" --check
}

# A missing tool is an error in CI, and a note elsewhere.
present() { # TOOL, which may also be a path
    if command -v "$1" >/dev/null; then return 0; fi
    if [[ ${CI:-} == true ]]; then
        echo "lint: $1 is missing"
        exit 1
    fi
    echo "lint: $1 is missing, its check is skipped (make deps-lint installs it)"
    return 1
}

shell() {
    local files
    present shellcheck || return 0
    mapfile -t files < <(
        find . \( -name '.build*' -o -name .git \) -prune -o -type f -size -256k -print | LC_ALL=C sort |
            while IFS= read -r file; do
                if [[ $(head -c 64 "$file" | head -n 1 | tr -d '\0') =~ ^#!.*(bash|/sh)$ ]]; then echo "$file"; fi
            done
    )
    if ((${#files[@]} > 0)); then shellcheck --severity=style "${files[@]}"; fi
}

yaml() {
    local files
    present yamllint || return 0
    mapfile -t files < <(
        {
            find Charts -path '*/templates' -prune -o -name '*.y*ml' -type f -print
            find Tests/Demo .github action.yml .pre-commit-hooks.yaml -name '*.y*ml' -type f
        } 2>/dev/null | LC_ALL=C sort
    )
    if ((${#files[@]} > 0)); then yamllint --strict --config-file "$here/yamllint.yaml" "${files[@]}"; fi
}

# Workflows, the action and the hooks for other repositories. The tools come from lint-requirements.txt. actionlint is used where it is installed.
workflows() {
    local tools=$here/../.build-lint/venv/bin files findings
    mapfile -t files < <(find .github/workflows -name '*.y*ml' -type f 2>/dev/null | LC_ALL=C sort)
    if ((${#files[@]} == 0)); then return 0; fi
    present "$tools/zizmor" || return 0
    "$tools/check-jsonschema" --quiet --builtin-schema vendor.github-workflows "${files[@]}"
    if [[ -e action.yml ]]; then "$tools/check-jsonschema" --quiet --builtin-schema vendor.github-actions action.yml; fi
    if [[ -e .pre-commit-hooks.yaml ]]; then "$tools/pre-commit" validate-manifest .pre-commit-hooks.yaml; fi
    # It also reports that it found nothing.
    findings=$("$tools/zizmor" --offline --no-progress --quiet . 2>&1) || { printf '%s\n' "$findings"; return 1; }
    if command -v actionlint >/dev/null; then actionlint; fi
}

if (($# == 0)); then set -- "${all_checks[@]}"; fi
failed=()
for check in "$@"; do
    # A subshell with its own -e: the status of every command in the check counts.
    set +e
    (set -e; "$check")
    status=$?
    set -e
    if ((status != 0)); then failed+=("$check"); fi
done
if ((${#failed[@]} > 0)); then
    echo "lint: failed: ${failed[*]}"
    exit 1
fi
echo "lint: clean ($*)"
