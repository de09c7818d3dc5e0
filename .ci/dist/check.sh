#!/usr/bin/env bash
# Checks the files that `make dist` made in dist/: sums, tarball, manual pages, completions, chart, bill of materials, and the image in a separate root.
# Run it from the top of the tree.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
version=$("$here/../version")
arch=$(uname -m)
name=podscore-$version-linux-$arch
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fail() {
    echo "dist: $1" >&2
    exit 1
}

(cd dist && sha256sum --check --quiet SHA256SUMS) || fail 'SHA256SUMS does not fit'
for file in "$name.tar.gz" "$name.oci.tar" "$name.spdx.json" "podscore-$version.tgz" "podscore-crds-$version.tgz"; do
    grep -q "  $file\$" dist/SHA256SUMS || fail "$file is missing"
done

for file in dist/*.tar dist/*.gz dist/*.tgz; do
    if tar --list --verbose --numeric-owner --file="$file" | awk '$2 != "0/0" || $1 ~ /^.....w|^........w|^...s|^......s/' | grep .; then
        fail "$file has files that others than root could change"
    fi
done

tar --extract --gzip --directory="$scratch" --file="dist/$name.tar.gz"
tree=$scratch/$name
program=$tree/bin/podscore
[[ $("$program" version | head -n 1) == "podscore $version" ]] || fail 'the program has another version'
if readelf --section-headers --wide "$program" | grep --quiet '\.symtab'; then fail 'the program is not stripped'; fi
if LC_ALL=C grep --quiet --fixed-strings --binary-files=text -- "$PWD/" "$program"; then fail "the program contains the path $PWD"; fi

for page in "$tree"/share/man/man1/*.1; do
    warnings=$(groff -man -Tutf8 -ww -z "$page" 2>&1) || fail "groff cannot read $page"
    [[ -z $warnings ]] || fail "$warnings"
done
[[ -s $tree/share/man/man1/podscore.1 && -s $tree/share/man/man1/podscore-policy-check.1 ]] || fail 'a manual page is missing'
bash -n "$tree/share/bash-completion/completions/podscore" || fail "bash cannot read its completions"
grep -q '^#compdef podscore' "$tree/share/zsh/site-functions/_podscore" || fail 'the completions for zsh are missing'
grep -q "^complete -c 'podscore'" "$tree/share/fish/vendor_completions.d/podscore.fish" || fail 'the completions for fish are missing'
for package in swift swift-nio swift-argument-parser; do
    [[ -s $tree/share/doc/podscore/licenses/$package/LICENSE.txt ]] || fail "the licence of $package is missing"
done
# Both ways to get the program give the same program.
mkdir "$scratch/oci" "$scratch/image"
tar --extract --directory="$scratch/oci" --file="dist/$name.oci.tar"
read -r _ _ layer < <("$here/oci-archive.py" check "$scratch/oci")
tar --extract --gzip --directory="$scratch/image" --file="$scratch/oci/$layer"
cmp "$program" "$scratch/image/usr/bin/podscore" || fail 'the image has another program than the tarball'

for chart in podscore podscore-crds; do
    tar --extract --gzip --directory="$scratch" --file="dist/$chart-$version.tgz"
    grep -qx "version: $version" "$scratch/$chart/Chart.yaml" || fail "the chart $chart has another version"
    grep -qx "appVersion: $version" "$scratch/$chart/Chart.yaml" || fail "the chart $chart is for another version"
done

# Each library that the program loads, and each package of the build.
python3 - "dist/$name.spdx.json" "$scratch/image" <<'PYTHON' || fail 'the bill of materials is incomplete'
import json, pathlib, subprocess, sys

document = json.loads(pathlib.Path(sys.argv[1]).read_bytes())
versions = {each["name"]: each["versionInfo"] for each in document["packages"]}
records = pathlib.Path(sys.argv[2], "var/lib/dpkg/status.d").iterdir()
wanted = dict(subprocess.run(["dpkg-query", "--show", "--showformat", "${Package} ${Version}", each.name], capture_output=True, check=True, text=True).stdout.split() for each in records)
wanted |= dict(line.split() for line in subprocess.run([".ci/dist/resolved-packages.sh"], capture_output=True, check=True, text=True).stdout.splitlines())
missing = sorted(set(wanted.items()) - set(versions.items()))
ids = {each["SPDXID"] for each in document["packages"]} | {"SPDXRef-DOCUMENT"}
loose = [each for each in document["relationships"] if {each["spdxElementId"], each["relatedSpdxElement"]} - ids]
if missing or loose or len(ids) != len(document["packages"]) + 1:
    sys.exit(f"missing: {missing}; relations to nothing: {loose}")
PYTHON

"$here/../image-check.sh" "dist/$name.oci.tar"
(cd dist && cat SHA256SUMS)
