#!/usr/bin/env bash
# Sourced by the self-tests of scripts, which set `log`: the file that shows what the latest command said.

test_name=$(basename "$0" .sh)
passed=0
failed=0

count() { # OUTCOME SENTENCE: what is wrong is told, with the log
    if [[ $1 == right ]]; then passed=$((passed + 1)); return; fi
    failed=$((failed + 1))
    echo "$test_name: $2"
    # shellcheck disable=SC2154 # set by who sources this
    sed 's/^/    /' "$log"
}

expect() { # SENTENCE COMMAND...
    local sentence=$1
    shift
    if "$@" >/dev/null 2>&1; then count right "$sentence"; else count wrong "not so: $sentence"; fi
}

not() { ! "$@"; }

# The last line of a self-test, and its status.
sum_up() {
    echo "$test_name: $passed passed, $failed failed"
    ((failed == 0))
}
