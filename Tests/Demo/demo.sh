#!/usr/bin/env bash
# Starts `podscore serve`, posts three recorded AdmissionReviews over TLS as an API server would, and shows the user's view.
# Usage: demo.sh PROGRAM, after Certs/generate.sh. Fails if a decision is not the expected one, or if the server does not stop cleanly.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
certs=$here/../../Certs/out
program=${1:?usage: demo.sh PROGRAM}
scratch=$(mktemp -d)
server=

finish() {
    if [[ -n $server ]] && kill -0 "$server" 2>/dev/null; then
        kill -KILL "$server"
        wait "$server" 2>/dev/null || true
    fi
    rm -rf "$scratch"
}
trap finish EXIT

fail() {
    echo "demo: $1" >&2
    if [[ -s $scratch/server.log ]]; then
        echo "demo: the end of the server's log:" >&2
        tail -n 20 "$scratch/server.log" >&2
    fi
    exit 1
}

# A free port below the range from which the kernel takes ports for connections.
free_port() {
    local port
    while true; do
        port=$((20000 + RANDOM % 12000))
        if ! (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            echo "$port"
            return
        fi
    done
}

start_server() {
    port=$(free_port)
    ops_port=$(free_port)
    "$program" serve --host 127.0.0.1 --port "$port" --ops-port "$ops_port" \
        --tls-cert "$certs/tls.crt" --tls-key "$certs/tls.key" --policy "$here/policy.yaml" >"$scratch/server.log" 2>&1 &
    server=$!
}

# Succeeds when the server says that it is ready. Fails if it ends before that, or after ten seconds.
becomes_ready() {
    local attempt
    for ((attempt = 0; attempt < 100; attempt++)); do
        if curl --silent --fail --max-time 2 --output /dev/null "http://127.0.0.1:$ops_port/readyz"; then return 0; fi
        if ! kill -0 "$server" 2>/dev/null; then return 1; fi
        sleep 0.1
    done
    return 1
}

# Another program may take a port between the check and the start. Then there is a second try with other ports.
start_server
if ! becomes_ready; then
    if kill -0 "$server" 2>/dev/null || ! grep -qi 'in use' "$scratch/server.log"; then fail 'the server did not become ready'; fi
    start_server
    becomes_ready || fail 'the server did not become ready'
fi
echo "podscore serves on https://127.0.0.1:$port with the policies of Tests/Demo/policy.yaml"

post() { # FILE: puts the answer's values into $scratch/values
    local status
    status=$(curl --silent --show-error --max-time 10 --cacert "$certs/ca.crt" --header 'Content-Type: application/json' \
        --data-binary "@$here/reviews/$1" --output "$scratch/answer" --write-out '%{http_code}' \
        "https://localhost:$port/validate?timeout=5s") || fail "no answer to $1"
    if [[ $status != 200 ]]; then fail "$1 was answered with HTTP $status: $(cat "$scratch/answer")"; fi
    awk -f "$here/json-paths.awk" "$scratch/answer" >"$scratch/values"
}

value() { # PATH
    awk -F '\t' -v path="$1" '$1 == path { sub(/^[^\t]*\t/, ""); print; exit }' "$scratch/values"
}

warnings() {
    awk -F '\t' '$1 ~ /^\.response\.warnings\[/ { sub(/^[^\t]*\t/, ""); print }' "$scratch/values"
}

decision() { # denied, warned or allowed
    if [[ $(value .response.allowed) == false ]]; then echo denied
    elif [[ $(value .response.allowed) != true ]]; then echo 'not decided'
    elif [[ -n $(warnings) ]]; then echo warned
    else echo allowed
    fi
}

# Expects a decision on a recorded review with certain words, and shows it as kubectl would.
expect() { # DECISION FILE TITLE WORD...
    local wanted=$1 file=$2 title=$3 word
    shift 3
    post "$file"
    printf '\n%s\n' "$title"
    warnings | sed 's/^/  Warning: /'
    if [[ $(decision) == denied ]]; then
        printf '  Error from server (%s): admission webhook "pods.podscore.dev" denied the request: %s\n' \
            "$(value .response.status.reason)" "$(value .response.status.message)"
    else
        echo '  created'
    fi
    awk -F '\t' '$1 ~ /^\.response\.auditAnnotations\./ { sub(/^\.response\.auditAnnotations\./, ""); print "  audit: " $1 " = " $2 }' "$scratch/values"
    if [[ $(decision) != "$wanted" ]]; then fail "$file was $(decision), not $wanted: $(cat "$scratch/answer")"; fi
    for word in "$@"; do
        if ! { value .response.status.message; warnings; } | grep -F -- "$word" >/dev/null; then fail "the decision about $file does not say: $word"; fi
    done
}

expect denied pod-create-one-good-one-bad-container.json \
    'kubectl apply: Pod sandbox/mixed, where one container is hardened and the other, "bad", is not' \
    'container "bad"' RunAsNonRoot CapDropAll 'policy production'
expect warned pod-create-resources-only.json \
    'kubectl apply: Pod default/app, which sets requests and limits and nothing else' \
    RunAsNonRoot
expect allowed pod-create-hardened-with-init-and-sidecar.json \
    'kubectl apply: a Pod of payments/api, hardened, with an init container and a sidecar'

kill -TERM "$server"
# The time for the drain. After that the server counts as stuck.
for ((attempt = 0; attempt < 300; attempt++)); do
    if ! kill -0 "$server" 2>/dev/null; then break; fi
    sleep 0.1
done
if kill -0 "$server" 2>/dev/null; then fail 'the server did not stop within 30 seconds of SIGTERM'; fi
status=0
wait "$server" || status=$?
server=
if ((status != 0)); then fail "the server ended with exit code $status"; fi
printf '\nOne denied, one warned, one allowed; the server stopped cleanly.\n'
