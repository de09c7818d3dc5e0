#!/usr/bin/env bash
# Makes two lists of targets at the same time: beside.sh "TARGET..." "TARGET...". In each list, one target follows another. `@TARGET` waits until the
# other list has made TARGET, and what follows does not make it again: builds in one folder would wait for each other. The log of the first list
# is printed after that of the second. The script waits for both lists. If a target of either fails, the last lines of that target's log end the
# output, so that the cause is not far above.
set -euo pipefail

if (($# != 2)); then
    echo 'beside.sh: usage: beside.sh "TARGET..." "TARGET..."' >&2
    exit 2
fi

in_turn() { # TARGET...
    local target began made=()
    for target in "$@"; do
        began=$SECONDS
        if [[ $target == @* ]]; then
            target=${target#@}
            until [[ -e $logs/$target.made ]]; do
                # Then the other list goes no further.
                if [[ -e $logs/failed ]]; then return 1; fi
                sleep 0.2
            done
            made+=("--old-file=$target")
            echo "ci: waited $((SECONDS - began)) s for $target"
            continue
        fi
        if ! "${MAKE:-make}" --no-print-directory "${made[@]}" "$target" 2>&1 | tee "$logs/$target"; then
            echo "$target" >>"$logs/failed"
            return 1
        fi
        touch "$logs/$target.made"
        echo "ci: $target took $((SECONDS - began)) s"
    done
}

read -ra aside <<<"$1"
read -ra here <<<"$2"
# A target's name is that of its log, and `failed` and `aside` are no targets. `TARGET.made` says that it is made.
logs=$(mktemp -d)
pid=
# An interrupt also ends the targets of the first list.
trap 'if [[ -n $pid ]]; then kill -- "-$pid" 2>/dev/null || true; fi; rm -rf "$logs"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

echo "ci: beside this, with its log printed after it: ${aside[*]}"
# In a separate process group.
set -m
in_turn "${aside[@]}" >"$logs/aside" 2>&1 </dev/null &
pid=$!
set +m

status=0
in_turn "${here[@]}" || status=1
wait "$pid" || status=1
pid=
echo "ci: the log of: ${aside[*]}"
cat "$logs/aside"
if [[ -e $logs/failed ]]; then
    while read -r target; do
        echo "ci: $target failed; the end of its log:"
        tail -n 40 "$logs/$target"
    done <"$logs/failed"
fi
exit "$status"
