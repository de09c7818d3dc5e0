#!/usr/bin/env bash
# Makes the file system of the image: image-root.sh PROGRAM FOLDER LICENSES. The Dockerfile, image-check.sh and `make dist` run it.
# LICENSES is the folder with the licences of what is linked into the program.
# It takes Debian's libraries from its machine. Each must be in the list of needed ones.
set -euo pipefail

# The allowed libraries. A new one needs a decision: it makes the image larger and brings more security updates.
readonly known='libssl\.so\.3|libcrypto\.so\.3|libyaml-0\.so\.2|libstdc\+\+\.so\.6|libgcc_s\.so\.1|libm\.so\.6|libc\.so\.6|ld-linux[a-z0-9_-]*\.so\.[0-9]'
# The program must load these, so that TLS and YAML get the system's security updates.
readonly needed=(libssl.so.3 libyaml-0.so.2)

fail() {
    echo "image-root.sh: $1" >&2
    exit 1
}

if (($# != 3)); then fail 'usage: image-root.sh PROGRAM FOLDER LICENSES'; fi
program=$1 root=$2 licenses=$3
if [[ -e $root ]]; then fail "$root already exists"; fi

umask 022
mkdir -p "$root/usr/bin" "$root/etc/ssl/certs" "$root/var/lib/dpkg/status.d" "$root/tmp"
chmod 1777 "$root/tmp"
strip --strip-all -o "$root/usr/bin/podscore" "$program"
# Nothing reads these two sections, and they would differ with the folder of the build. They become zeros: if they were removed, the segment that
# makes addresses read-only would go with them.
content=$(mktemp)
for section in .swift_modhash .note.gnu.build-id; do
    objcopy --dump-section "$section=$content" "$root/usr/bin/podscore" /dev/null
    size=$(stat --format=%s "$content")
    head --bytes="$size" /dev/zero >"$content"
    objcopy --update-section "$section=$content" "$root/usr/bin/podscore"
done
rm "$content"
chmod 755 "$root/usr/bin/podscore"

# The program must not load a library from its own folder, and nothing may overwrite the addresses of library functions.
linking=$(LC_ALL=C readelf --dynamic --program-headers --wide "$root/usr/bin/podscore")
if path=$(grep --extended-regexp '\((RUNPATH|RPATH)\)' <<<"$linking"); then fail "the program looks for libraries elsewhere:$path"; fi
if ! grep --quiet GNU_RELRO <<<"$linking" || ! grep --quiet --extended-regexp '\(FLAGS_1\).* NOW' <<<"$linking"; then
    fail 'the program is not linked with -z relro and -z now'
fi

libraries=$(ldd "$root/usr/bin/podscore" | awk '/=> not found/ { print "missing:" $1 } /=> \// { print $3 } $1 ~ /^\// { print $1 }')
for library in $libraries; do
    if [[ ! ${library##*/} =~ ^($known)$ ]]; then fail "the program is linked with ${library##*/}, which is not in the list of needed libraries"; fi
    install -D --mode=755 "$(readlink -f "$library")" "$root$library"
done
for name in "${needed[@]}"; do
    if [[ ! $libraries =~ /$name ]]; then fail "the program is not linked with $name"; fi
done

# Image scanners read these records, and which release of Debian they are of, to find missing security updates. The licences must be shipped
# with the libraries.
owner() { # FILE: the package of the file; Debian lists some files without /usr
    local name
    name=$(dpkg-query --search "$1" 2>/dev/null || dpkg-query --search "/usr$1" 2>/dev/null || dpkg-query --search "$(readlink -f "$1")") ||
        fail "no package has $1"
    echo "${name%%: *}"
}
for file in $libraries /usr/sbin/update-ca-certificates; do owner "$file"; done | LC_ALL=C sort -u | while IFS= read -r package; do
    dpkg-query --status "$package" >"$root/var/lib/dpkg/status.d/${package%%:*}"
    install -D --mode=644 "/usr/share/doc/${package%%:*}/copyright" "$root/usr/share/doc/${package%%:*}/copyright"
done

install --mode=644 /etc/os-release "$root/etc/os-release"
mkdir -p "$root/usr/share/doc/podscore"
cp -R "$licenses" "$root/usr/share/doc/podscore/licenses"

install --mode=644 /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
echo 'nonroot:x:65532:65532:nonroot:/nonexistent:/usr/sbin/nologin' >"$root/etc/passwd"
echo 'nonroot:x:65532:' >"$root/etc/group"
