#!/usr/bin/env bash
# Sets the values in which a packaged chart differs from the one in the repository: chart-values.sh CHART VERSION IMAGE-REPOSITORY.
# Both versions become that of the program. An empty repository leaves the default one.
set -euo pipefail

chart=$1 version=$2 repository=$3

replace() { # FILE PATTERN LINE: exactly one line must have the pattern
    if (($(grep --count --extended-regexp "$2" "$1") != 1)); then
        echo "chart-values.sh: ${1##*/} has not exactly one line $2" >&2
        exit 1
    fi
    sed --in-place --regexp-extended "s|$2|$3|" "$1"
}

replace "$chart/Chart.yaml" '^version: .*$' "version: $version"
replace "$chart/Chart.yaml" '^appVersion: .*$' "appVersion: $version"
if [[ -n $repository ]]; then replace "$chart/values.yaml" '^  repository: podscore$' "  repository: $repository"; fi
