#!/usr/bin/env bash
# Tests beside.sh with targets that work and targets that fail, on both sides.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
log=$scratch/log
# shellcheck source=.ci/expect.sh
. "$here/expect.sh"

printf '%s\n' 'good: ; @echo good' 'fine: ; @echo fine' 'bad: ; @echo bad; false' \
    'after: fine ; @echo after' "waiting: ; @until [ -e $scratch/there ]; do sleep 0.02; done; echo waiting" "awaited: ; @touch $scratch/there" >"$scratch/Makefile"

beside() { (cd "$scratch" && MAKE=make MAKEFLAGS='' "$here/beside.sh" "$@") >"$log" 2>&1; }

says() { grep -q "^$1\$" "$log"; }
ends_with() { [[ $(tail -n 4 "$log" | tr '\n' ' ') == *"ci: bad failed; the end of its log: $1"* ]]; }
follows() { [[ $(grep -n "^$1\$" "$log" | cut -d : -f 1) -gt $(grep -n "^$2\$" "$log" | cut -d : -f 1) ]]; }

expect 'targets that work on both sides pass' beside good fine
expect 'the log of those aside comes after the others' follows good fine
expect 'a target that fails aside fails it' not beside 'good bad' fine
expect 'its log is printed all the same' says bad
expect 'the other side is made all the same' says fine
expect 'a target that fails here fails it' not beside good 'bad fine'
expect 'what follows a target that failed is not made' not says fine
expect 'the other side is made to its end' says good
expect 'the log of what failed here ends the output' ends_with bad
expect 'a target that fails aside also fails it' not beside 'good bad' fine
expect 'with its log' ends_with bad
expect 'both fail' not beside bad bad
expect 'both sides are made at the same time' timeout 60 bash -c "$(declare -f beside); here=$here scratch=$scratch log=$log; beside waiting awaited"
expect 'a target waits for one of the other list' beside '@fine after' 'good fine'
expect 'which is then not made again' test "$(grep -c '^fine$' "$log")" = 1
expect 'it is made after the wait' says after
expect 'a wait for what fails ends, and fails it' not beside '@fine after' 'bad fine'
expect 'and nothing follows' not says after
expect 'a wait in the other list also works' beside 'good fine' '@fine after'
expect 'one list is not enough' not beside good

sum_up
