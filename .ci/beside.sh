#!/usr/bin/env bash
# Makes two lists of targets at the same time: beside.sh "TARGET..." "TARGET...". In each list, one target follows another. The log of the first list
# is printed at the end. The script waits for both lists, and fails if a target of either fails.
set -euo pipefail

if (($# != 2)); then
    echo 'beside.sh: usage: beside.sh "TARGET..." "TARGET..."' >&2
    exit 2
fi

in_turn() { # TARGET...
    local target began
    for target in "$@"; do
        began=$SECONDS
        "${MAKE:-make}" --no-print-directory "$target" || return 1
        echo "ci: $target took $((SECONDS - began)) s"
    done
}

read -ra aside <<<"$1"
read -ra here <<<"$2"
log=$(mktemp)
pid=
# An interrupt also ends the targets of the first list.
trap 'if [[ -n $pid ]]; then kill -- "-$pid" 2>/dev/null || true; fi; rm -f "$log"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

echo "ci: beside this, with its log printed after it: ${aside[*]}"
# In a separate process group.
set -m
in_turn "${aside[@]}" >"$log" 2>&1 </dev/null &
pid=$!
set +m

failed=()
in_turn "${here[@]}" || failed+=("${here[*]}")
status=0
wait "$pid" || status=$?
pid=
if ((status != 0)); then failed+=("${aside[*]}"); fi
echo "ci: the log of: ${aside[*]}"
cat "$log"
for targets in "${failed[@]}"; do echo "ci: failed among: $targets"; done
((${#failed[@]} == 0))
