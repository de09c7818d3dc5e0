#!/usr/bin/env python3
"""Copies docs/policy.schema.json, which `make docs` writes, into the chart.

usage: .ci/policy-schema.py [--check]

The whole schema becomes the definition `policyDocument` of values.schema.json, for policies that are values of the chart. The names of the
fields alone become policy-fields.yaml, by which the templates check policies that are texts. With --check, nothing is written, and the exit
code is 1 if one of them is out of date. Run it from the top of the tree.
"""

import json
import pathlib
import sys

SCHEMA = pathlib.Path("docs/policy.schema.json")
VALUES = pathlib.Path("Charts/podscore/values.schema.json")
FIELDS = pathlib.Path("Charts/podscore/policy-fields.yaml")
NAME = "policyDocument"
WIDTH = 140
HEAD = "# Written by .ci/policy-schema.py from docs/policy.schema.json; `make lint` compares them. Do not edit.\n"


def laid_out(value, indent, used):
    """JSON with as much on a line as fits, as values.schema.json is written by hand; `used` characters stand before it on its line."""
    line = json.dumps(value, ensure_ascii=False)
    if used + len(line) <= WIDTH or not isinstance(value, (dict, list)):
        return line
    inner, outer = " " * (indent + 2), " " * indent
    if isinstance(value, dict):
        keys = [f"{inner}{json.dumps(key)}: " for key in value]
        members = [key + laid_out(element, indent + 2, len(key) + 1) for key, element in zip(keys, value.values())]
        return "{\n" + ",\n".join(members) + f"\n{outer}}}"
    lines = [""]
    for part in (laid_out(element, indent + 2, indent + 3) for element in value):
        if lines[-1] and ("\n" in part or indent + 5 + len(lines[-1]) + len(part) > WIDTH):
            lines.append("")
        lines[-1] += (", " if lines[-1] else "") + part
    return "[\n" + ",\n".join(inner + line for line in lines) + f"\n{outer}]"


def embedded(schema):
    """The schema as a definition of another one, with its references."""
    text = json.dumps({key: value for key, value in schema.items() if key != "$schema"})
    return json.loads(text.replace('"#/definitions/', f'"#/definitions/{NAME}/definitions/'))


def with_definition(text, definition):
    """The text of values.schema.json with another definition; everything else stays as it is."""
    first, last = f'    "{NAME}": {{', "    }"
    lines = text.splitlines()
    if first not in lines:
        sys.exit(f"{VALUES}: there is no line {first!r} to put the schema behind")
    start = lines.index(first)
    end = next(index for index in range(start, len(lines)) if lines[index].rstrip(",") == last)
    comma = lines[end].removeprefix(last)
    new = f'    "{NAME}": {laid_out(definition, 4, 6 + len(NAME))}{comma}'
    return "\n".join([*lines[:start], new, *lines[end + 1 :], ""])


def fields(value, definitions):
    """The fields of a value, each with its own; None where any value is allowed. Lists have the fields of their elements."""
    for reference in [value.get("$ref"), *(each.get("$ref") for each in value.get("allOf", []))]:
        if reference:
            return fields(definitions[reference.rpartition("/")[2]], definitions)
    if "items" in value:
        return fields(value["items"], definitions)
    if "properties" not in value:
        return None
    return {name: fields(below, definitions) for name, below in value["properties"].items()}


def yaml(tree, indent=0):
    for name, below in tree.items():
        yield f"{' ' * indent}{name}:" + ("" if below else " null") + "\n"
        yield from yaml(below or {}, indent + 2)


def main(arguments):
    schema = json.loads(SCHEMA.read_text())
    definitions = schema["definitions"]
    kinds = schema["properties"]["kind"]["enum"]
    written = {
        VALUES: with_definition(VALUES.read_text(), embedded(schema)),
        FIELDS: HEAD + "".join(yaml({kind: fields(definitions[kind], definitions) for kind in kinds})),
    }
    stale = [path for path, text in written.items() if not path.exists() or path.read_text() != text]
    if arguments == ["--check"]:
        for path in stale:
            print(f"{path}: differs from {SCHEMA}; run .ci/policy-schema.py")
        return 1 if stale else 0
    for path in stale:
        path.write_text(written[path])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
