#!/usr/bin/env bash
# The self-tests of scripts source this file. They set `log`, the file with the output of the latest command.

test_name=$(basename "$0" .sh)
passed=0
failed=0

count() { # OUTCOME SENTENCE: counts a result, and prints a wrong one with the log
    if [[ $1 == right ]]; then passed=$((passed + 1)); return; fi
    failed=$((failed + 1))
    echo "$test_name: $2"
    # shellcheck disable=SC2154 # set by the sourcing script
    sed 's/^/    /' "$log"
}

expect() { # SENTENCE COMMAND...
    local sentence=$1
    shift
    if "$@" >/dev/null 2>&1; then count right "$sentence"; else count wrong "failed: $sentence"; fi
}

not() { ! "$@"; }

# The last line of a self-test, and its status.
sum_up() {
    echo "$test_name: $passed passed, $failed failed"
    ((failed == 0))
}
