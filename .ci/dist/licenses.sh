#!/usr/bin/env bash
# Copies the licences of all that is linked into the release build: licenses.sh FOLDER. Run it from the top of the tree.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=$1
umask 022

for package in $("$here/linked-packages.sh"); do
    checkout=.build/checkouts/$package
    found=false
    while IFS= read -r file; do
        install -D --mode=644 "$checkout/$file" "$folder/$package/$file"
        found=true
    done < <(cd "$checkout" && find . \( -name Tests -o -name .git \) -prune -o -type f \( -name 'LICENSE*' -o -name 'NOTICE*' -o -name 'COPYING*' \) -print)
    if ! $found; then
        echo "licenses.sh: $package has no licence" >&2
        exit 1
    fi
done

# The standard library, concurrency, Dispatch and Foundation, which the program contains.
toolchain=$(dirname "$(dirname "$(readlink -f "$(command -v swiftc)")")")
install -D --mode=644 "$toolchain/share/swift/LICENSE.txt" "$folder/swift/LICENSE.txt"
