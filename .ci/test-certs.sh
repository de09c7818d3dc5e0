#!/usr/bin/env bash
# Tests which files Certs/generate.sh makes, keeps and replaces.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
log=$out.log
# shellcheck source=.ci/expect.sh
. "$root/.ci/expect.sh"

generate() { "$root/Certs/generate.sh" "$@" "$out" >"$log" 2>&1; }

fingerprint() { cat "$out/ca.crt" "$out/ca.key" "$out/tls.crt" "$out/tls.key" | sha256sum; }
verify() { openssl verify -x509_strict -purpose sslserver -CAfile "$out/ca.crt" "$@" "$out/tls.crt"; }
serving_text() { openssl x509 -in "$out/tls.crt" -noout -text; }
modes() { stat -c %a "$@" | sort -u; }
kept() { [[ $(fingerprint) == "$before" ]]; }
ca_kept() { [[ $(sha256sum <"$out/ca.key") == "$ca_before" ]]; }
says() { grep -q "$1" "$log"; }
remember() {
    before=$(fingerprint)
    ca_before=$(sha256sum <"$out/ca.key")
}

generate
for name in localhost podscore.podscore.svc; do
    expect "the certificate verifies for $name" verify -verify_hostname "$name"
done
expect 'the certificate verifies for 127.0.0.1' verify -verify_ip 127.0.0.1
expect 'the certificate does not verify for another name' not verify -verify_hostname example.com
expect 'the key usage is serverAuth' grep -q 'TLS Web Server Authentication' <(serving_text)
expect 'only the owner can read the keys' test "$(modes "$out/ca.key" "$out/tls.key")" = 600
expect 'no other file is left' test "$(cd "$out" && echo .[!.]* *)" = '.[!.]* ca.crt ca.key tls.crt tls.key'

remember
generate
expect 'a second run changes nothing' kept
expect 'a second run says so' says '^kept .*tls.crt'

chmod 644 "$out/tls.key"
generate
expect 'a key that others can read gets mode 600' test "$(modes "$out/tls.key")" = 600
expect 'and is kept' kept

generate --force
expect '--force makes a new CA' not ca_kept
expect '--force leaves a certificate that verifies' verify -verify_hostname localhost

for days in 0 10; do
    rm "$out/tls.crt"
    generate --days "$days"
    remember
    generate
    expect "a certificate of $days days is renewed" not kept
    expect "a certificate of $days days is renewed under the same CA" ca_kept
    expect "the renewed certificate lasts" openssl x509 -in "$out/tls.crt" -noout -checkend $((300 * 86400))
done

generate --force --ca-days 10
remember
generate
expect 'a CA that expires soon is renewed' not ca_kept
expect 'and so is its certificate' verify -verify_hostname localhost

openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$out/tls.key" 2>/dev/null
remember
generate
expect 'a key of another certificate is replaced' not kept
expect 'and the pair verifies' verify -verify_hostname localhost

echo broken >"$out/ca.crt"
generate
expect 'an invalid CA is replaced' verify -verify_hostname localhost

expect 'an unknown option is rejected' not generate --unknown
expect 'a lifetime that is not a number is rejected' not generate --days soon
rm -f "$log"

sum_up
