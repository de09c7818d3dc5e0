#!/usr/bin/env bash
# Makes a development CA and its serving certificate. See README.md in this folder.
set -euo pipefail

# From the first byte on, only the owner can read each file, private keys included.
umask 077

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here renewal_days=30 dns_names=(localhost podscore.podscore.svc) ip_name=127.0.0.1

usage() {
    cat <<TEXT
Usage: generate.sh [--force] [--days N] [--ca-days N] [FOLDER]

Writes ca.crt, ca.key, tls.crt and tls.key to FOLDER (default: Certs/out). Keeps existing files while they match and are
valid for another $renewal_days days.

  --force      replace all files
  --days N     lifetime of a new serving certificate (default: 365)
  --ca-days N  lifetime of a new CA (default: 730)
TEXT
}

fail() {
    echo "generate.sh: $1" >&2
    exit "${2:-1}"
}

force=false days=365 ca_days=730 out=
while (($# > 0)); do
    case $1 in
        --force) force=true ;;
        --days | --ca-days)
            [[ ${2:-} =~ ^[0-9]{1,5}$ ]] || fail "$1 needs a number of days" 2
            if [[ $1 == --days ]]; then days=$2; else ca_days=$2; fi
            shift
            ;;
        --help | -h)
            usage
            exit 0
            ;;
        -*)
            usage >&2
            fail "unknown option $1" 2
            ;;
        *)
            [[ -z $out ]] || fail "only one folder is possible: $out or $1" 2
            out=$1
            ;;
    esac
    shift
done
out=${out:-$here/out}

command -v openssl >/dev/null || fail 'openssl is missing; on Debian: apt-get install openssl'

lasts() { # CERTIFICATE: whether it is valid for the renewal time from now on
    openssl x509 -in "$1" -noout -checkend $((renewal_days * 86400)) >/dev/null 2>&1
}

belongs() { # KEY CERTIFICATE: whether they hold the same public key
    local of_key of_certificate
    of_key=$(openssl pkey -in "$1" -pubout 2>/dev/null) && of_certificate=$(openssl x509 -in "$2" -noout -pubkey 2>/dev/null) &&
        [[ $of_key == "$of_certificate" ]]
}

# Both print why the pair must be replaced, or nothing.
fault_of_ca() {
    if [[ ! -s $out/ca.crt || ! -s $out/ca.key ]]; then echo missing
    elif ! belongs "$out/ca.key" "$out/ca.crt"; then echo 'key and certificate do not match'
    elif ! lasts "$out/ca.crt"; then echo "expires within $renewal_days days"
    elif ! openssl verify -x509_strict -CAfile "$out/ca.crt" "$out/ca.crt" >/dev/null 2>&1; then echo 'does not verify'
    fi
}

fault_of_serving() {
    local name
    if [[ ! -s $out/tls.crt || ! -s $out/tls.key ]]; then echo missing && return; fi
    if ! belongs "$out/tls.key" "$out/tls.crt"; then echo 'key and certificate do not match' && return; fi
    if ! lasts "$out/tls.crt"; then echo "expires within $renewal_days days" && return; fi
    for name in "${dns_names[@]}"; do
        if ! verifies -verify_hostname "$name"; then echo "does not verify for $name" && return; fi
    done
    if ! verifies -verify_ip "$ip_name"; then echo "does not verify for $ip_name"; fi
}

verifies() { # OPTION NAME
    openssl verify -x509_strict -purpose sslserver -CAfile "$out/ca.crt" "$1" "$2" "$out/tls.crt" >/dev/null 2>&1
}

quietly() { # COMMAND...: its output is shown only when it fails
    local output
    output=$("$@" 2>&1) || fail "$output"
}

make_ca() {
    quietly openssl req -x509 -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -sha256 -days "$ca_days" \
        -config "$here/openssl.cnf" -extensions ca -keyout "$scratch/ca.key" -out "$scratch/ca.crt"
    mv "$scratch/ca.key" "$scratch/ca.crt" "$out/"
}

make_serving() {
    quietly openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -sha256 \
        -config "$here/openssl.cnf" -subj /CN=podscore -keyout "$scratch/tls.key" -out "$scratch/tls.csr"
    quietly openssl x509 -req -sha256 -days "$days" -in "$scratch/tls.csr" -CA "$out/ca.crt" -CAkey "$out/ca.key" \
        -set_serial "0x$(openssl rand -hex 16)" -extfile "$here/openssl.cnf" -extensions serving -out "$scratch/tls.crt"
    mv "$scratch/tls.key" "$scratch/tls.crt" "$out/"
}

says_until() { # CERTIFICATE
    echo "valid until $(openssl x509 -in "$1" -noout -enddate | cut -d= -f2)"
}

mkdir -p "$out"
scratch=$(mktemp -d "$out/.new.XXXXXX")
trap 'rm -rf "$scratch"' EXIT

fault=$(fault_of_ca)
if $force; then fault='--force'; fi
if [[ -n $fault ]]; then
    make_ca
    echo "made $out/ca.crt ($fault), $(says_until "$out/ca.crt")"
else
    echo "kept $out/ca.crt, $(says_until "$out/ca.crt")"
fi

fault=$(fault_of_serving)
if [[ -n $fault ]]; then
    make_serving
    echo "made $out/tls.crt ($fault), $(says_until "$out/tls.crt")"
else
    echo "kept $out/tls.crt, $(says_until "$out/tls.crt")"
fi

for key in "$out/ca.key" "$out/tls.key"; do
    if [[ $(stat -c %a "$key") != 600 ]]; then
        chmod 600 "$key"
        echo "made $key readable by its owner only"
    fi
done
