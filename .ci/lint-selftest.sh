#!/usr/bin/env bash
# Gives each check of lint.sh an input that it must reject and one that it must accept.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
log=$scratch/log
# shellcheck source=.ci/expect.sh
. "$here/expect.sh"

lint() { # CHECK FILE CONTENT: the exit code of the check for a tree with only this file
    rm -rf "$scratch/tree"
    mkdir -p "$scratch/tree/$(dirname "$2")"
    printf '%s\n' "$3" >"$scratch/tree/$2"
    (cd "$scratch/tree" && CI='' "$here/lint.sh" "$1") >"$log" 2>&1
}

refuses() { if lint "$@"; then count wrong "$1 accepted: $3"; else count right "$1"; fi; }
accepts() { if lint "$@"; then count right "$1"; else count wrong "$1 rejected: $3"; fi; }

lines() { yes '// line' | head -n "$1" || true; }

swift_file=Sources/PodScoring/A.swift

if command -v swift >/dev/null; then
    cp "$here/../.swift-format" "$scratch/.swift-format"
    refuses swift_format "$swift_file" 'let a  =  1'
    accepts swift_format "$swift_file" 'let a = 1'
fi

refuses doc_comments "$swift_file" 'package struct A {}'
refuses doc_comments "$swift_file" $'/// A.\nstruct A {\n    let b: Int\n}'
refuses doc_comments "$swift_file" $'extension A {\n    @inlinable\n    mutating func b() {}\n}'
refuses doc_comments "$swift_file" $'/// A.\nenum A {\n    /// B.\n    static func b() -> String { "}" }\n    var c: Int { 1 }\n}'
accepts doc_comments "$swift_file" $'/// A.\nstruct A {\n    private let b: Int\n    /// C.\n    @inlinable\n    func c(\n        d: Int\n    ) {\n        let e = 1\n    }\n}'
refuses doc_comments "$swift_file" $'/// A.\npackage struct A<\n    T\n>: B\nwhere T: C {\n    let d: Int\n}'
accepts doc_comments "$swift_file" $'private struct A {\n    let b: Int\n}\nprivate extension C {\n    func d() {}\n}'
accepts doc_comments Sources/podscore/A.swift $'/// A.\nstruct A {\n    @Option(\n        name: .long,\n        help: "Text (with {braces}).")\n    var b = 1\n}'

refuses unsafe_code "$swift_file" 'let a = unsafe b()'
refuses unsafe_code Sources/WebhookServer/A.swift 'extension A: @unchecked Sendable {}'
refuses unsafe_code "$swift_file" 'nonisolated(unsafe) var a = 1'
refuses unsafe_code "$swift_file" 'let a = "\(unsafe b())"'
accepts unsafe_code Sources/TLS/A.swift 'let a = unsafe b()'
accepts unsafe_code "$swift_file" 'let a = "an unsafe sysctl" // unsafe'

refuses safety_comments Sources/TLS/A.swift 'extension A: @unchecked Sendable {}'
refuses safety_comments Sources/TLS/A.swift $'// Safety: too far away.\n\n\n\n@safe struct A {}'
accepts safety_comments Sources/TLS/A.swift $'// Safety: immutable once made.\nextension A: @unchecked Sendable {}'

refuses pure_imports Sources/Reports/A.swift 'import Foundation'
refuses pure_imports Sources/KubernetesAPI/A.swift 'package import Dispatch'
refuses pure_imports Sources/AdmissionPolicy/A.swift '@preconcurrency import Glibc'
refuses pure_imports "$swift_file" 'import struct NIOCore.ByteBuffer'
accepts pure_imports "$swift_file" $'package import KubernetesAPI\nimport Synchronization'
accepts pure_imports Sources/TLS/A.swift 'import NIOCore'

# shellcheck disable=SC2016 # the letters are Swift's
for trap_ in 'let a = try! b()' 'let a = b as! C' 'default: fatalError("a")'; do
    refuses traps "$swift_file" "$trap_"
done
accepts traps "$swift_file" 'let a = try? b() as? C // try! would end the process'

refuses unfinished "$swift_file" "// TO""DO: later"
refuses unfinished Charts/a.yaml "# FIX""ME"
accepts unfinished "$swift_file" '// done'

refuses file_sizes "$swift_file" "$(lines 401)"
accepts file_sizes "$swift_file" "$(lines 400)"
refuses rule_sizes Sources/PodScoring/Rules/A.swift "$(lines 76)"
accepts rule_sizes Sources/PodScoring/Rules/A.swift "$(lines 75)"

fields=Sources/KubernetesAPI/Schema/WorkloadFields.swift
if command -v python3 >/dev/null; then
    refuses workload_fields "$fields" '// another table'
    accepts workload_fields "$fields" "$(cat "$here/../$fields")"
fi

lint_copies() { # CHECK WORD CHANGED FILE...: the exit code of a check for some files of the project; CHANGED has another word unless it is empty
    local check=$1 word=$2 changed=$3
    shift 3
    rm -rf "$scratch/tree"
    mkdir "$scratch/tree"
    (cd "$here/.." && cp --parents "$@" "$scratch/tree")
    if [[ -n $changed ]]; then sed -i "s/$word/another/" "$scratch/tree/$changed"; fi
    (cd "$scratch/tree" && "$here/lint.sh" "$check") >"$log" 2>&1
}
compares() { # CHECK WORD FILE...: a check accepts equal copies, and no file without the word
    local check=$1 word=$2 file
    shift 2
    if lint_copies "$check" "$word" '' "$@"; then count right "$check"; else count wrong "$check rejected equal copies"; fi
    for file in "$@"; do
        if lint_copies "$check" "$word" "$file" "$@"; then count wrong "$check accepted another $file"; else count right "$check"; fi
    done
}
if command -v python3 >/dev/null; then
    compares policy_schema minimumScore docs/policy.schema.json Charts/podscore/values.schema.json Charts/podscore/policy-fields.yaml
    compares chart_readme podscore Charts/podscore/README.md Charts/podscore-crds/README.md
    compares crds namespaces docs/crds.yaml Charts/podscore-crds/templates/score{policies,waivers}.yaml
fi

if command -v shellcheck >/dev/null; then
    # shellcheck disable=SC2016 # not expanded here on purpose
    refuses shell a.sh $'#!/usr/bin/env bash\nrm $1'
    accepts shell a.sh $'#!/usr/bin/env bash\nrm "$1"'
fi
if command -v yamllint >/dev/null; then
    refuses yaml Charts/a.yaml $'a: 1\na: 2'
    accepts yaml Charts/a.yaml 'a: 1'
    accepts yaml Charts/templates/a.yaml '{{ a }}: {{ b'
fi

version=$("$here/version")
refuses versions Charts/podscore/Chart.yaml $'version: 9.9.9\nappVersion: 9.9.9'
accepts versions Charts/podscore/Chart.yaml $'version: '"${version%-*}"

if [[ -x $here/../.build-lint/venv/bin/zizmor ]]; then
    workflow=$'name: a\non: push\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo '
    refuses workflows .github/workflows/a.yml "${workflow/runs-on/run-on}"
    refuses workflows .github/workflows/a.yml "$workflow"$'${{ github.event.issue.title }}'
    refuses workflows .github/workflows/a.yml "$workflow"$'\n      - uses: actions/checkout@v5'
    accepts workflows .github/workflows/a.yml "$workflow"
fi

sum_up
