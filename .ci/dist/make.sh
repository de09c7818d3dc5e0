#!/usr/bin/env bash
# Makes the files of a release in dist/: make.sh PROGRAM, which is the release build. Run it from the top of the tree.
# The same commit, toolchain and Debian packages give the same bytes: every time is that of the commit, every owner is root, names are sorted.
# Variables: SOURCE_DATE_EPOCH, seconds since 1970 instead of the commit's time; IMAGE_REPOSITORY, the default image of the packaged chart.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
program=$1

umask 022
export LC_ALL=C TZ=UTC
version=$("$here/../version")
arch=$(uname -m)
name=podscore-$version-linux-$arch
commit=$(git rev-parse HEAD)
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
if [[ -n $(git status --porcelain) ]]; then echo 'dist: the work tree has changes; these are not the files of a commit' >&2; fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
rm -rf dist
mkdir dist

pack() { # FOLDER NAME...: what the folder holds under these names, as a tar archive
    tar --create --directory="$1" --format=ustar --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner "${@:2}"
}

# The image. Its program is stripped, and is the one of the tarball.
"$here/licenses.sh" "$scratch/licenses"
"$here/../image-root.sh" "$program" "$scratch/image" "$scratch/licenses"
pack "$scratch/image" . | gzip --no-name -9 >"$scratch/layer.tar.gz"
"$here/oci-archive.py" pack "$scratch/layer.tar.gz" "$scratch/oci" --dockerfile Dockerfile --version "$version" --revision "$commit" --machine "$arch"
pack "$scratch/oci" . >"dist/$name.oci.tar"

# The tarball, whose folders are those of /usr/local.
tree=$scratch/$name
install -D --mode=755 "$scratch/image/usr/bin/podscore" "$tree/bin/podscore"
mkdir -p "$tree/share/man/man1" "$tree/share/bash-completion/completions" "$tree/share/zsh/site-functions" "$tree/share/fish/vendor_completions.d"
"$tree/bin/podscore" command-reference --format man --into "$tree/share/man/man1" --date "$(date --date="@$SOURCE_DATE_EPOCH" +%F)"
"$tree/bin/podscore" completions bash >"$tree/share/bash-completion/completions/podscore"
"$tree/bin/podscore" completions zsh >"$tree/share/zsh/site-functions/_podscore"
"$tree/bin/podscore" completions fish >"$tree/share/fish/vendor_completions.d/podscore.fish"
mkdir -p "$tree/share/doc/podscore"
cp -R "$scratch/licenses" "$tree/share/doc/podscore/licenses"
libraries=$(cd "$scratch/image/var/lib/dpkg/status.d" && awk '$1 == "Package:" { p = $2 } $1 == "Version:" && p != "ca-certificates" { print "  " p " " $2 }' ./*)
cat >"$tree/share/doc/podscore/README" <<TEXT
podscore $version for Linux on $arch, made from commit $commit.

Install it for all users of this machine:

  tar --extract --gzip --file $name.tar.gz --strip-components 1 --directory /usr/local

The program contains the Swift packages and the Swift runtime whose licences are in the folder licenses. It needs glibc 2.36 or later, and
loads the libraries of these Debian packages. It was built with the versions named here; later ones with security fixes replace them:

$libraries
TEXT
pack "$scratch" "$name" | gzip --no-name -9 >"dist/$name.tar.gz"

# The charts, with the version of the program.
mkdir "$scratch/chart"
git ls-files -z Charts/podscore Charts/podscore-crds | while IFS= read -r -d '' file; do install -D --mode=644 "$file" "$scratch/chart/${file#Charts/}"; done
"$here/chart-values.sh" "$scratch/chart/podscore" "$version" "${IMAGE_REPOSITORY:-}"
"$here/chart-values.sh" "$scratch/chart/podscore-crds" "$version" ''
for chart in podscore podscore-crds; do pack "$scratch/chart" $chart | gzip --no-name -9 >"dist/$chart-$version.tgz"; done

"$here/resolved-packages.sh" >"$scratch/resolved"
"$here/linked-packages.sh" >"$scratch/linked"
"$here/sbom.py" --name "$name" --version "$version" --commit "$commit" --machine "$arch" --swift "$(swift --version 2>/dev/null | sed -n 's/^.*Swift version \([0-9.]*\).*/\1/p')" \
    --image-root "$scratch/image" --image-layout "$scratch/oci" --resolved "$scratch/resolved" --linked "$scratch/linked" >"dist/$name.spdx.json"

(cd dist && sha256sum -- podscore-* >SHA256SUMS)
