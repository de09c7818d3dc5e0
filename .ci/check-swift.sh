#!/usr/bin/env bash
# Names the fault of the Swift toolchain in one line, if there is one.
set -euo pipefail

readonly needed_major=6 needed_minor=3

if ! command -v swift >/dev/null; then
    echo "Swift is missing: install Swift $needed_major.$needed_minor or later and put its bin folder into PATH" >&2
    exit 1
fi
if ! version=$(swift --version 2>&1); then
    echo "Swift does not run: $version" >&2
    exit 1
fi
if ! [[ $version =~ Swift\ version\ ([0-9]+)\.([0-9]+) ]]; then
    echo "'swift --version' prints no version: ${version:-(no output)}" >&2
    exit 1
fi
major=${BASH_REMATCH[1]} minor=${BASH_REMATCH[2]}
if ((major < needed_major || (major == needed_major && minor < needed_minor))); then
    echo "Swift $major.$minor is too old: install Swift $needed_major.$needed_minor or later" >&2
    exit 1
fi
