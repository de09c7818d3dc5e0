#!/usr/bin/env bash
# Starts the image without a container engine.
# image-check.sh PROGRAM FLAGS: the program was built with those flags, and the Dockerfile must use the same ones. The script makes the file system of
# the Dockerfile's last stage from this machine's files.
# image-check.sh ARCHIVE: takes the file system from the layer of an OCI archive.
# In a chroot and as the image's user, it starts the entry point, with a certificate and policies mounted as a kubelet mounts them. The program must
# answer the API server over TLS, be ready, and end when told to.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(dirname "$here")

fail() {
    echo "image-check: $1" >&2
    for log in "$scratch"/*.log; do
        if [[ -s $log ]]; then sed "s|^|    ${log##*/}: |" "$log" >&2; fi
    done
    exit 1
}

if (($# != 1 && $# != 2)); then
    echo 'image-check.sh: usage: image-check.sh PROGRAM FLAGS, or image-check.sh ARCHIVE' >&2
    exit 2
fi
if (($(id -u) != 0)); then
    if [[ ${CI:-} == true ]]; then
        echo 'image-check: needs root, for chroot and the numeric user' >&2
        exit 1
    fi
    echo 'image-check: skipped, it needs root for chroot and the numeric user'
    exit 0
fi

scratch=$(mktemp -d)
pid=
finish() {
    if [[ -n $pid ]]; then kill -KILL "$pid" 2>/dev/null || true; fi
    rm -rf "$scratch"
}
trap finish EXIT

root=$scratch/root user='' entry=''

unpack() { # ARCHIVE
    local layer
    mkdir "$scratch/oci" "$root"
    tar --extract --directory="$scratch/oci" --file="$1"
    read -r user entry layer < <("$here/dist/oci-archive.py" check "$scratch/oci") || fail 'the archive is not an image with one layer'
    tar --extract --gzip --preserve-permissions --same-owner --numeric-owner --directory="$root" --file="$scratch/oci/$layer"
}

joined() { sed -e ':join' -e '/\\$/{N;s/\\\n//;b join' -e '}' "$top/Dockerfile"; }

make_root() { # PROGRAM FLAGS
    local built last instruction
    # The container must run what the tests have run.
    built=$(joined | sed "s|\$(.ci/release-flags)|$("$here/release-flags")|")
    [[ $built == *"RUN swift build $2 && cp "* ]] || fail "the Dockerfile does not build with: $2"

    # The last stage, instruction by instruction. An unknown instruction is an error, since nothing checked it.
    mapfile -t last < <(joined | awk '/^FROM /{ n = 0 } /^[A-Z]/{ line[n++] = $0 } END { for (i = 0; i < n; i++) print line[i] }')
    for instruction in "${last[@]}"; do
        case $instruction in
            'FROM scratch' | 'LABEL '* | 'EXPOSE '* | 'CMD ["--help"]') ;;
            'COPY --from=system /image/ /')
                grep -q '^RUN image-root.sh /podscore /image /licenses$' "$top/Dockerfile" || fail 'the Dockerfile no longer makes /image with image-root.sh'
                (cd "$top" && "$here/dist/licenses.sh" "$scratch/licenses") || fail 'the licences could not be found'
                "$here/image-root.sh" "$1" "$root" "$scratch/licenses" || fail 'the file system of the image could not be made'
                ;;
            'USER '*) user=${instruction#USER } ;;
            'ENTRYPOINT ["'*'"]')
                entry=${instruction#'ENTRYPOINT ["'}
                entry=${entry%'"]'}
                ;;
            *) fail "the last stage has an instruction that this check does not know: $instruction" ;;
        esac
    done
}

if (($# == 1)); then unpack "$1"; else make_root "$1" "$2"; fi
[[ -d $root ]] || fail 'the last stage copies nothing'
[[ $user =~ ^[1-9][0-9]*:[1-9][0-9]*$ ]] || fail "the user must be two numbers, not ${user:-missing}"
[[ -x $root$entry ]] || fail "the entry point ${entry:-(none)} is not in the image"

shells=$(find "$root" \( -name '*sh' -o -name busybox -o -name 'apt*' -o -name perl \) -type f)
[[ -z $shells ]] || fail "the image has programs that an intruder can use: $shells"
loose=$(find "$root" -not -type l -not -path "$root/tmp" \( -perm /022 -o -not -user root -o -perm /6000 \))
[[ -z $loose ]] || fail "users other than root can change: $loose"

# Every container engine mounts /proc. libdispatch, Swift's thread pool, reads it, and sometimes ends a process without it. So if this machine forbids
# mounts, a start that ends with that signal (SIGILL, status 132) is repeated.
mkdir "$root/proc"
PATH=$PATH:/usr/sbin:/sbin
mounts=true
unshare --mount mount --bind /proc "$root/proc" 2>"$scratch/mount.log" || mounts=false
rm "$scratch/mount.log"
readonly no_proc=132

inside() { # ARGUMENT...: the entry point as the image's user, with an empty environment, in place of this shell
    local enter=("$(command -v env)" -i "$(command -v chroot)" --userspec="$user" --groups="${user#*:}" "$root" "$entry" "$@")
    if ! $mounts; then exec "${enter[@]}"; fi
    # The mount is in a dedicated name space of the process, and ends with it.
    # shellcheck disable=SC2016 # expanded by the inner shell
    exec unshare --mount bash -c 'mount --bind /proc "$0/proc" && exec "$@"' "$root" "${enter[@]}"
}
version=$( (inside version) 2>"$scratch/version.log") || fail 'it does not start'

# The volumes of the chart: a folder whose files are links through ..data. The group can read them, as with fsGroup.
"$top/Certs/generate.sh" "$scratch/certs" >"$scratch/certs.log" 2>&1 || fail 'no certificate could be made'
mount_files() { # VOLUME FILE...
    local volume=$root/etc/podscore/$1 file
    shift
    mkdir -p "$volume/..2026_11_25"
    ln -s ..2026_11_25 "$volume/..data"
    for file in "$@"; do
        install --mode=440 --owner=root --group="${user#*:}" "$file" "$volume/..2026_11_25/${file##*/}"
        ln -s "..data/${file##*/}" "$volume/${file##*/}"
    done
}
mount_files tls "$scratch/certs/tls.crt" "$scratch/certs/tls.key"
mount_files policies "$top/Tests/Demo/policy.yaml"

port_of() { sed -n "s|.*$1://127\.0\.0\.1:\([0-9]*\).*|\1|p" "$scratch/server.log" | head -n 1; }
start() { # starts the server and waits until it logs its addresses; the status of the server if it ends before
    local status=0
    : >"$scratch/server.log"
    (inside serve --host=127.0.0.1 --port=0 --ops-port=0 --drain-delay=0 --own-namespace=podscore --policy=/etc/podscore/policies \
        --tls-cert=/etc/podscore/tls/tls.crt --tls-key=/etc/podscore/tls/tls.key) >"$scratch/decisions.log" 2>"$scratch/server.log" &
    pid=$!
    for ((i = 0; i < 300; i++)); do
        if [[ -n $(port_of https) && -n $(port_of http) ]]; then return 0; fi
        if ! kill -0 "$pid" 2>/dev/null; then
            wait "$pid" || status=$?
            pid=
            return "$((status == 0 ? 1 : status))"
        fi
        sleep 0.1
    done
    return 1
}
for ((attempt = 1; ; attempt++)); do
    status=0
    start || status=$?
    if ((status == 0)); then break; fi
    if $mounts || ((status != no_proc || attempt == 20)); then fail "the server did not start (status $status)"; fi
done

owner=$(stat -c '%u:%g' "/proc/$pid")
[[ $owner == "$user" ]] || fail "it runs as $owner"
[[ $(readlink -f "/proc/$pid/root") == "$root" ]] || fail 'it does not run in the image'

host=podscore.podscore.svc port=$(port_of https)
answer=$(curl --silent --show-error --max-time 30 --cacert "$scratch/certs/ca.crt" --resolve "$host:$port:127.0.0.1" \
    --header 'Content-Type: application/json' --data-binary "@$top/Tests/Demo/reviews/pod-create-one-good-one-bad-container.json" \
    "https://$host:$port/validate?timeout=5s" 2>"$scratch/curl.log") || fail 'it does not answer over TLS'
[[ $answer == *'"allowed":false'* ]] || fail "it should have denied the Pod: $answer"
ready=$(curl --silent --show-error --max-time 30 --output /dev/null --write-out '%{http_code}' "http://127.0.0.1:$(port_of http)/readyz" 2>>"$scratch/curl.log") ||
    fail 'it does not answer the kubelet'
[[ $ready == 200 ]] || fail "it is not ready: $ready"

kill -TERM "$pid"
status=0
wait "$pid" || status=$?
pid=
((status == 0)) || fail "it ended with status $status when it was told to end"

size=$(du --summarize --bytes "$root" | cut -f 1)
if ! $mounts; then echo "image-check: without /proc, which can't be mounted here"; fi
echo "image-check: ${version%%$'\n'*} answers from an image of $((size / 1000000)) MB with $(find "$root" -name '*.so*' -type f | wc -l) libraries"
