#!/usr/bin/env python3
"""Writes the Swift table of the fields of Kubernetes' workload kinds from workload-fields.json beside this file.

usage: .ci/workload-fields.py [--check]

The JSON was read from the OpenAPI document of an API server of the version that it names. With --check, nothing is written, and the exit code
is 1 if the table is out of date. Run it from the top of the tree.
"""

import json
import pathlib
import sys
import textwrap

SOURCE = pathlib.Path(__file__).with_name("workload-fields.json")
TABLE = pathlib.Path("Sources/KubernetesAPI/Schema/WorkloadFields.swift")
WIDTH = 132

HEAD = '''\
// Written by .ci/workload-fields.py from .ci/workload-fields.json; `make lint` compares them. Do not edit.

/// The fields of Kubernetes' workload kinds.
enum WorkloadFields {{
    /// The version of the API server that listed the fields.
    static let kubernetesVersion = "{version}"

    /// A line for each type, `Type: field field=TypeOfField`; a line that begins with a space continues the one before.
    ///
    /// The type of a list is that of its elements. Fields without a type are scalars, maps with free keys, and values that are not checked.
    static let text = """
'''
TAIL = '''\
        """
}
'''


def short(name):
    return name.rpartition(".")[2]


def structure(kind, types):
    """The type whose fields a value has; None for scalars, maps and types without fields of their own."""
    if isinstance(kind, list):
        container, kind = kind
        if container != "array":
            return None
    return short(kind) if types.get(kind) else None


def swift(document):
    types = document["types"]
    names = [short(name) for name in types]
    if len(names) != len(set(names)):
        sys.exit(f"{SOURCE}: two types have the same short name")
    lines = []
    for name, fields in sorted((short(name), fields) for name, fields in types.items()):
        if not fields:
            continue
        kinds = {field: structure(kind, types) for field, kind in sorted(fields.items())}
        line = f"{name}: " + " ".join(field if kind is None else f"{field}={kind}" for field, kind in kinds.items())
        lines += textwrap.wrap(line, WIDTH - 8, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
    body = "".join(f"        {line}\n" for line in lines)
    return HEAD.format(version=document["kubernetesVersion"]) + body + TAIL


def main():
    table = swift(json.loads(SOURCE.read_text()))
    if sys.argv[1:] == ["--check"]:
        if not TABLE.exists() or TABLE.read_text() != table:
            sys.exit(f"{TABLE}:1: run .ci/workload-fields.py")
        return
    TABLE.parent.mkdir(parents=True, exist_ok=True)
    TABLE.write_text(table)


if __name__ == "__main__":
    main()
