#!/usr/bin/env python3
"""Writes the README of each chart from its description and the comments of its values.yaml.

usage: .ci/chart-readme.py [--check]

A comment belongs to the key that follows it. With --check, nothing is written, and the exit code is 1 if the README is out of date. Run it from
the top of the tree.
"""

import pathlib
import re
import sys

CHARTS = pathlib.Path(__file__).parent.parent / "Charts"

PODSCORE = """\
# podscore

{description}.

```sh
helm install podscore Charts/podscore --namespace podscore --create-namespace --wait
helm test podscore --namespace podscore
```

Needs Kubernetes {kubernetes} or later. [docs/operations.md](../../docs/operations.md) has the steps to roll it out, to switch it off and to upgrade
it, and [docs/policy.md](../../docs/policy.md) the policies. `ci/` has values for some platforms.

`make docs` writes this page from values.yaml. values.schema.json rejects unknown and wrong values.

## Values
"""

CRDS = """\
# podscore-crds

{description}.

```sh
helm install podscore-crds Charts/podscore-crds --namespace podscore --create-namespace
```

Needs Kubernetes {kubernetes} or later. [docs/crds.md](../../docs/crds.md) has the steps to upgrade, to roll back and to install again under another
name.

The CRDs stay when the release is uninstalled. If a CRD is deleted, Kubernetes deletes all its objects. The chart has no values.

`make docs` writes the templates from docs/crds.yaml, and this page.
"""

HEADS = {"podscore": PODSCORE, "podscore-crds": CRDS}


class Value:
    """A key of values.yaml."""

    def __init__(self, path, text, comments):
        self.path, self.text, self.comments = path, text, comments

    @property
    def is_map(self):
        return self.text == ""

    @property
    def default(self):
        """The default, as it is written."""
        return f"`{self.text}`" if not re.match(r"[|>]", self.text) else "see values.yaml"

    @property
    def description(self):
        return " ".join(self.comments).replace("|", "\\|")


def values(lines):
    """The keys in their order, without the elements of lists and the lines of texts."""
    found, path, comments, skipped = [], [], [], None
    for line in lines:
        indentation = len(line) - len(line.lstrip())
        if skipped is not None and (not line.strip() or indentation > skipped):
            continue
        skipped = None
        if not line.strip():
            comments = []
        elif line.lstrip().startswith("#"):
            comments.append(line.lstrip()[1:].strip())
        elif match := re.fullmatch(r"( *)([\w./-]+|\"[^\"]*\"):(?: +(.*))?", line):
            depth = len(match[1]) // 2
            path = path[:depth] + [match[2]]
            text = match[3] or ""
            found.append(Value(path, text, comments))
            comments = []
            if re.match(r"[|>]", text):
                skipped = indentation
        elif line.lstrip().startswith("- "):
            # A list belongs to the key before it, and is too long for a table.
            found[-1].text = "|"
            skipped = indentation
        else:
            raise SystemExit(f"chart-readme: cannot read this line of values.yaml: {line}")
    return found


def table(rows):
    """A table of values that have no keys below them."""
    if not rows:
        return ""
    lines = ["| value | default | |", "|---|---|---|"]
    lines += [f"| `{'.'.join(row.path)}` | {row.default} | {row.description} |" for row in rows]
    return "\n" + "\n".join(lines) + "\n"


def sections(found):
    """The text: the values at the top, then a section for each map at the top, with the comments of its maps above the table."""
    yield table([value for value in found if len(value.path) == 1 and not value.is_map])
    for top in [value for value in found if len(value.path) == 1 and value.is_map]:
        yield f"\n### {top.path[0]}\n"
        below = [value for value in found if value.path[0] == top.path[0]]
        for value in below:
            if value.is_map and value.comments:
                name = "" if value is top else f"`{'.'.join(value.path)}`: "
                yield f"\n{name}{' '.join(value.comments)}\n"
        yield table([value for value in below if not value.is_map])


def readme(name):
    chart = CHARTS / name
    about = (chart / "Chart.yaml").read_text()
    description = re.search(r"^description: (.*)$", about, re.MULTILINE)[1]
    kubernetes = re.search(r'^kubeVersion: ">=([0-9]+\.[0-9]+)', about, re.MULTILINE)[1]
    head = HEADS[name].format(description=description, kubernetes=kubernetes)
    if not (chart / "values.yaml").exists():
        return head
    return head + "".join(sections(values((chart / "values.yaml").read_text().splitlines())))


def main(arguments):
    if arguments not in ([], ["--check"]):
        raise SystemExit(__doc__)
    status = 0
    for name in HEADS:
        path, text = pathlib.Path("Charts", name, "README.md"), readme(name)
        if not arguments:
            path.write_text(text)
        elif not path.exists() or path.read_text() != text:
            print(f"{path}:1: not what the chart says; run .ci/chart-readme.py")
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
