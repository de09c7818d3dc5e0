#!/usr/bin/env bash
# Prints the Swift packages of the build, a line NAME VERSION each, from Package.resolved. Run it from the top of the tree.
set -euo pipefail

awk -F '"' '$2 == "identity" { name = $4 } $2 == "version" && name { print name, $4; name = "" }' Package.resolved | LC_ALL=C sort
