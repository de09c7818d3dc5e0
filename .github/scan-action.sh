#!/usr/bin/env bash
# The step of action.yml: installs the release and scans. Its inputs are the variables INPUT_...; GitHub sets the others.
set -euo pipefail

fail() {
    echo "::error title=podscore::$1"
    exit 2
}

lines() { # TEXT: the lines of an input that are not empty
    sed -e 's/^[[:space:]]*//' -e 's/[[:space:]]*$//' -e '/^$/d' <<<"$1"
}

[[ $RUNNER_OS == Linux ]] || fail "this action needs a runner with Linux, not $RUNNER_OS"
case $RUNNER_ARCH in
    X64) machine=x86_64 ;;
    ARM64) machine=aarch64 ;;
    *) fail "there is no release for runners of kind $RUNNER_ARCH" ;;
esac
version=${INPUT_VERSION:-$("$GITHUB_ACTION_PATH/.ci/version")}
version=${version#v}
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || fail "there is no release of $version: name one with the input version, or use the action of a tag"

name=podscore-$version-linux-$machine
url=${PODSCORE_DOWNLOADS:-$GITHUB_SERVER_URL/$ACTION_REPOSITORY/releases/download}/v$version
folder=$RUNNER_TEMP/podscore
mkdir -p "$folder"
download() { # FILE
    curl --fail --silent --show-error --location --proto-redir '=https' --retry 3 --max-time 300 --output "$folder/$1" "$url/$1" ||
        fail "cannot download $url/$1"
}
download "$name.tar.gz"
if [[ -n $INPUT_SHA256 ]]; then
    sum=$INPUT_SHA256
else
    download SHA256SUMS
    sum=$(awk -v file="$name.tar.gz" '$2 == file { print $1 }' "$folder/SHA256SUMS")
fi
echo "$sum  $folder/$name.tar.gz" | sha256sum --check --status || fail "$name.tar.gz has another SHA-256 than $sum"
tar --extract --gzip --directory="$folder" --file="$folder/$name.tar.gz"
program=$folder/$name/bin/podscore
missing=$(ldd "$program" | sed -n 's/^[[:space:]]*\([^ ]*\) => not found.*/\1/p')
[[ -z $missing ]] || fail "the runner has no ${missing//$'\n'/, }; on Debian and Ubuntu: apt-get install libssl3 libyaml-0-2"
echo "$folder/$name/bin" >>"$GITHUB_PATH"

mapfile -t options < <(lines "$INPUT_OPTIONS")
mapfile -t paths < <(lines "$INPUT_PATHS")
((${#paths[@]} > 0)) || fail 'the input paths is empty'
status=0
"$program" scan "${options[@]}" --format sarif --output "$INPUT_SARIF_FILE" -- "${paths[@]}" 2>/dev/null || status=$?
# Once more for people: the scan takes less than a second, and the table has what the report's reader does not show.
"$program" scan "${options[@]}" --format table -- "${paths[@]}" || true
printf 'sarif-file=%s\nstatus=%s\n' "$INPUT_SARIF_FILE" "$status" >>"$GITHUB_OUTPUT"
exit "$status"
