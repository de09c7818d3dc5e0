#!/usr/bin/env bash
# Prints the Swift packages whose code is linked into the release build of podscore, a line NAME each. Run it from the top of the tree.
set -euo pipefail

fail() {
    echo "linked-packages.sh: $1" >&2
    exit 1
}

list=.build/release/podscore.product/Objects.LinkFileList
[[ -f $list ]] || fail "there is no release build: $list is missing"
modules=$(sed -E "s|^.*/([^/]+)\.build/.*|\1|" "$list" | LC_ALL=C sort -u)
for module in $modules; do
    if [[ -d Sources/$module ]]; then continue; fi
    found=''
    for folder in .build/checkouts/*/Sources/"$module"; do
        if [[ -d $folder ]]; then found=${folder#.build/checkouts/}; fi
    done
    [[ -n $found ]] || fail "no package has the module $module"
    echo "${found%%/*}"
done | LC_ALL=C sort -u
