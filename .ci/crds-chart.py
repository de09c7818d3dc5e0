#!/usr/bin/env python3
"""Copies docs/crds.yaml, which `make docs` writes, into the templates of the chart podscore-crds.

usage: .ci/crds-chart.py [--check]

Each CRD becomes a template, with the annotation that keeps it when the release is uninstalled: with a CRD, Kubernetes also deletes all objects of
its kind. With --check, nothing is written, and the exit code is 1 if a template is out of date. Run it from the top of the tree.
"""

import pathlib
import re
import sys

SOURCE = pathlib.Path("docs/crds.yaml")
TEMPLATES = pathlib.Path("Charts/podscore-crds/templates")
METADATA = "\nmetadata:\n"
KEEP = '  annotations:\n    "helm.sh/resource-policy": keep\n'


def templates(text):
    """The texts of the templates by their names."""
    if "{{" in text:
        sys.exit(f"{SOURCE}: Helm would read {{{{ as the beginning of an action")
    found = {}
    for document in filter(None, text.split("---\n")):
        plural = re.search(r"^    plural: (\w+)$", document, re.MULTILINE)
        if not plural or document.count(METADATA) != 1:
            sys.exit(f"{SOURCE}: cannot find the metadata or the plural of a CRD")
        found[f"{plural[1]}.yaml"] = document.replace(METADATA, METADATA + KEEP)
    return found


def main(arguments):
    if arguments not in ([], ["--check"]):
        raise SystemExit(__doc__)
    wanted = templates(SOURCE.read_text())
    there = {path.name: path.read_text() for path in TEMPLATES.glob("*.yaml")}
    stale = sorted(name for name in wanted.keys() | there.keys() if wanted.get(name) != there.get(name))
    if arguments:
        for name in stale:
            print(f"{TEMPLATES}/{name}:1: differs from {SOURCE}; run .ci/crds-chart.py")
        return 1 if stale else 0
    TEMPLATES.mkdir(exist_ok=True)
    for name in stale:
        if name in wanted:
            (TEMPLATES / name).write_text(wanted[name])
        else:
            (TEMPLATES / name).unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
