#!/usr/bin/env bash
# Makes the build take the versions in the file swift-packages. Run it from the top of the tree.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
wanted() { sed -e '/^#/d' "$here/swift-packages"; }

swift package resolve >/dev/null
while read -r name version; do
    if grep -qx "$name $version" <("$here/resolved-packages.sh"); then continue; fi
    swift package resolve "$name" --version "$version" >/dev/null
done < <(wanted)

difference=$(diff <(wanted) <("$here/resolved-packages.sh")) || {
    echo "pin-packages.sh: the build would take other Swift packages than .ci/dist/swift-packages lists:" >&2
    grep '^[<>]' <<<"$difference" | sed -e 's/^</  listed: /' -e 's/^>/  resolved:/' >&2
    exit 1
}
