#!/usr/bin/env bash
# The steps of .github/workflows/release.yml that are longer than a line. Run it from the top of the tree.
# release.sh gather BUILT DIST URL: makes one folder of the files that `make dist` made on each machine, BUILT/dist-MACHINE, and adds the
#     manifest for Krew and the notes. URL is the address of the repository.
# release.sh push DIST REGISTRY: pushes the image and the chart, signs both, and attaches the bills of materials to the image.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
version=$("$here/../.ci/version")
# The names of machines in images.
declare -A architectures=([x86_64]=amd64 [aarch64]=arm64)

fail() {
    echo "release: $1" >&2
    exit 1
}

gather() { # BUILT DIST URL
    local folder file name
    mkdir "$2"
    for folder in "$1"/dist-*; do
        (cd "$folder" && sha256sum --check --quiet SHA256SUMS) || fail "the files in $folder are damaged"
        for file in "$folder"/podscore-*; do
            name=${file##*/}
            # Each machine makes the same chart.
            if [[ -e $2/$name ]]; then cmp "$file" "$2/$name" || fail "$name is not the same on all machines"; fi
            cp "$file" "$2/$name"
        done
    done
    krew "$2" "$3" >"$2/podscore-krew.yaml"
    (cd "$2" && sha256sum -- podscore-* >SHA256SUMS)
    # The changelog's section of this version.
    awk -v heading="## [$version]" 'index($0, heading) == 1 { inside = 1; next } /^## / { inside = 0 } inside' "$here/../CHANGELOG.md" >"$2/notes.md"
    [[ -s $2/notes.md ]] || fail "CHANGELOG.md has no section $version"
}

krew() { # DIST URL: prints the manifest of the kubectl plugin
    local machine file
    cat <<YAML
apiVersion: krew.googlecontainertools.github.com/v1alpha2
kind: Plugin
metadata:
  name: podscore
spec:
  version: v$version
  homepage: $2
  shortDescription: Score Pods and find what weakens them
  description: |
    Scores Pods and other workloads by what makes them safe, from manifests or from the cluster, and says how to get a better score:

      kubectl podscore scan pod.yaml
      kubectl get deployments --all-namespaces --output yaml | kubectl podscore scan -
  caveats: |
    Needs glibc 2.36 (Debian 12, Ubuntu 22.10) or later, OpenSSL 3 and libyaml.
  platforms:
YAML
    for machine in "${!architectures[@]}"; do
        file=podscore-$version-linux-$machine.tar.gz
        [[ -e $1/$file ]] || continue
        cat <<YAML
    - selector:
        matchLabels:
          os: linux
          arch: ${architectures[$machine]}
      uri: $2/releases/download/v$version/$file
      sha256: $(sha256sum "$1/$file" | cut -d ' ' -f 1)
      files:
        - from: podscore-$version-linux-$machine/bin/podscore
          to: .
        - from: podscore-$version-linux-$machine/share/doc/podscore/*
          to: .
      bin: podscore
YAML
    done
}

push() { # DIST REGISTRY
    local image=$2/podscore charts=$2/charts chart machine archive single digest singles=()
    for machine in "${!architectures[@]}"; do
        archive=$1/podscore-$version-linux-$machine.oci.tar
        [[ -e $archive ]] || continue
        single=$image:$version-${architectures[$machine]}
        skopeo copy --preserve-digests "oci-archive:$archive" "docker://$single"
        digest=$(skopeo inspect --format '{{.Digest}}' "docker://$single")
        cosign sign --yes "$image@$digest"
        cosign attest --yes --type spdxjson --predicate "$1/podscore-$version-linux-$machine.spdx.json" "$image@$digest"
        singles+=("$image@$digest")
    done
    docker buildx imagetools create --tag "$image:$version" "${singles[@]}"
    digest=$(docker buildx imagetools inspect --format '{{.Manifest.Digest}}' "$image:$version")
    cosign sign --yes "$image@$digest"
    printf 'image=%s\ndigest=%s\n' "$image" "$digest" >>"$GITHUB_OUTPUT"

    for chart in podscore podscore-crds; do
        digest=$(helm push "$1/$chart-$version.tgz" "oci://$charts" 2>&1 | tee /dev/stderr | sed -n 's/^Digest: //p')
        cosign sign --yes "$charts/$chart@$digest"
    done
}

case ${1:-} in
    gather | push) "$@" ;;
    *) fail 'usage: release.sh gather BUILT DIST URL, or release.sh push DIST REGISTRY' ;;
esac
