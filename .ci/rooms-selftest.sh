#!/usr/bin/env bash
# Gives rooms.py trees that it must reject, with the expected message, and trees that it must accept.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
log=$scratch/log
# shellcheck source=.ci/expect.sh
. "$here/expect.sh"

# Each test begins with these two folders: Answer may use Policy, and not the other way round.
begin() {
    rm -rf "$scratch/tree"
    table 'A/Policy:' 'A/Answer: Policy'
    file A/Policy/Waiver.swift 'struct Waiver { enum Reach {} }' 'private struct Hidden {}' 'func clip() {}'
    file A/Answer/Text.swift 'struct Text {' '    let waiver: Waiver' '}'
}
table() { # LINE...
    mkdir -p "$scratch/tree/.ci"
    printf '%s\n' "$@" >"$scratch/tree/.ci/rooms"
}
file() { # PATH LINE...
    local path=$scratch/tree/Sources/$1
    shift
    mkdir -p "${path%/*}"
    printf '%s\n' "$@" >"$path"
}
files() { # FOLDER COUNT
    local number
    for ((number = 1; number <= $2; number++)); do file "$1/F$number.swift" ''; done
}

check() { (cd "$scratch/tree" && CI='' "$here/lint.sh" rooms) >"$log" 2>&1; }
accepts() { if check; then count right "$1"; else count wrong "rejected: $1"; fi; } # SENTENCE
refuses() { # SENTENCE TEXT: one line of the output is the text
    if check; then count wrong "accepted: $1"; elif grep --fixed-strings --line-regexp --quiet -e "$2" "$log"; then count right "$1"; else
        count wrong "rejected, but not with: $2"
    fi
}

begin
accepts 'a use that the table allows'

begin
file A/Policy/Back.swift '' 'let back: [Text]'
refuses 'a use that the table does not allow' 'Sources/A/Policy/Back.swift:2: Policy must not use Answer (names Text)'

begin
file A/Policy/Back.swift '// Text' 'let back = "Text"' 'extension Policy { /* Text */ }'
accepts 'a name in a comment or a string'

begin
file A/Policy/Back.swift 'let back: Other.Text'
accepts 'a nested type of the same name'

begin
file A/Policy/Back.swift 'enum Other { struct Text {} }' 'let back: Text'
accepts 'a name that the folder declares itself'

begin
file A/Answer/Text.swift 'extension Waiver { func text() {} }'
file A/Policy/Back.swift 'let back: Waiver'
accepts 'a type that another folder extends'

begin
table 'A/Policy:' 'A/Answer:'
file A/Answer/Text.swift 'func text() { clip() }'
refuses 'a function that the table does not allow' 'Sources/A/Answer/Text.swift:1: Answer must not use Policy (names clip)'

begin
table 'A/Policy:' 'A/Answer:'
file A/Answer/Text.swift 'let text: Hidden'
accepts 'the name of a private type'

begin
file B/Text.swift 'let waiver: Waiver'
accepts 'a name of another target'

begin
file A/Whole.swift 'struct Whole {}'
refuses 'a folder that the table lacks' '.ci/rooms: Sources/A is missing, with the folders that it may use'
table 'A/Policy:' 'A/Answer: Policy' 'A:'
accepts 'files beside the folders of a target, in the table'
file A/Answer/Text.swift 'let whole: Whole'
refuses 'a use of these files' 'Sources/A/Answer/Text.swift:1: Answer must not use A (names Whole)'

begin
table 'A/Policy:' 'A/Answer: Policy' 'A/Decision: Answer'
refuses 'a folder that does not exist' '.ci/rooms: there are no Swift files in Sources/A/Decision'

begin
table 'A/Answer: Policy' 'A/Policy:'
refuses 'a folder above the one that it uses' '.ci/rooms: Sources/A/Answer must stand below the folders that it uses: Policy'

begin
files B 25
accepts '25 files in a folder'
files B 26
refuses '26 files in a folder' 'Sources/B: 26 Swift files are more than 25: divide the folder'
table 'A/Policy:' 'A/Answer: Policy' 'any number of files: B'
accepts '26 files in a folder of any number of files'
rm "$scratch/tree/Sources/B/F1.swift"
refuses 'such a folder with 25 files' ".ci/rooms: Sources/B has 25 Swift files: remove it from 'any number of files'"

sum_up
