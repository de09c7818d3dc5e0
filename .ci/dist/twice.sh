#!/usr/bin/env bash
# Makes the release of the current commit once more, from a clone in another folder, and compares it with the one in dist/, byte for byte.
# Run it from the top of the tree, after `make dist`.
set -euo pipefail

if [[ -n $(git status --porcelain) ]]; then
    echo 'dist-twice: commit the changes first: a clone does not have them' >&2
    exit 1
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# Another length, since a path in the program would move what comes after it.
clone=$scratch/in/another/folder
git clone --quiet . "$clone"
make -C "$clone" dist-files
cmp dist/SHA256SUMS "$clone/dist/SHA256SUMS" || {
    diff dist/SHA256SUMS "$clone/dist/SHA256SUMS" | sed 's/^/    /' >&2
    echo 'dist-twice: the files differ' >&2
    exit 1
}
echo "dist-twice: both builds of $(git rev-parse --short HEAD) gave the same $(wc -l <dist/SHA256SUMS) files"
