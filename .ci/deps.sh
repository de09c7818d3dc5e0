#!/usr/bin/env bash
# Installs missing packages for the named purposes: deps.sh build|lint|chart|e2e|web|cluster|image|dist|tls|bench...
# It keeps installed programs from any source. Without root (or sudo without a password) it prints the command to run.
set -euo pipefail

has_library() { command -v pkg-config >/dev/null && pkg-config --exists "$1"; }
has_command() { command -v "$1" >/dev/null || [[ -x /usr/sbin/$1 ]]; }
has_venv() { python3 -c 'import ensurepip, venv' 2>/dev/null; }

missing=()
need() { # PACKAGE CHECK...
    local package=$1
    shift
    if ! "$@"; then missing+=("$package"); fi
}

for purpose in "$@"; do
    case $purpose in
        build)
            need pkg-config has_command pkg-config
            need libssl-dev has_library openssl
            need libyaml-dev has_library yaml-0.1
            need openssl has_command openssl
            need curl has_command curl
            ;;
        lint)
            need shellcheck has_command shellcheck
            need yamllint has_command yamllint
            need python3-venv has_venv
            ;;
        chart)
            need python3-venv has_venv
            # For promtool.
            need prometheus has_command promtool
            need openssl has_command openssl
            ;;
        e2e)
            need python3 has_command python3
            need wrk has_command wrk
            # For jumps of the clock.
            need faketime has_command faketime
            # For promtool.
            need prometheus has_command promtool
            # For the proxy of the rolling restart.
            need nginx-light has_command nginx
            need libnginx-mod-stream test -e /usr/lib/nginx/modules/ngx_stream_module.so
            ;;
        image)
            need binutils has_command strip
            need ca-certificates has_command update-ca-certificates
            ;;
        dist)
            need python3 has_command python3
            # Reads the manual pages.
            need groff-base has_command groff
            ;;
        web)
            need python3 has_command python3
            need chromium has_command chromium
            ;;
        cluster)
            need iproute2 has_command ip
            need util-linux has_command unshare
            need openssl has_command openssl
            ;;
        tls)
            need python3 has_command python3
            need testssl.sh has_command testssl
            ;;
        bench)
            need nginx-light has_command nginx
            need wrk has_command wrk
            need nghttp2-client has_command h2load
            need valgrind has_command valgrind
            need strace has_command strace
            need binutils has_command strip
            ;;
        *)
            echo "deps.sh: unknown purpose $purpose (build, lint, chart, e2e, web, cluster, image, dist, tls, bench)" >&2
            exit 2
            ;;
    esac
done

if ((${#missing[@]} == 0)); then exit 0; fi

as_root=()
if (($(id -u) != 0)); then as_root=(sudo -n); fi

if ! command -v apt-get >/dev/null || { ((${#as_root[@]} > 0)) && ! sudo -n true 2>/dev/null; }; then
    echo "deps.sh: packages are missing; install them by hand, on Debian with: apt-get install ${missing[*]}" >&2
    exit 1
fi

echo "installing ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { "${as_root[@]}" apt-get update && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "deps.sh: could not install ${missing[*]}" >&2
    exit 1
fi
