#!/usr/bin/env python3
"""Runs the commands of docs/tutorial.md and compares what they print with the page.

usage: tutorial.py PROGRAM [--cluster]

Blocks that begin with ```console are run in order, in a copy of docs/tutorial. Blocks with ```console cluster need kubectl and helm with a
cluster behind them, so they are run only with --cluster. A line `...` stands for any number of lines, and `...` at the end of a line for its rest.
"""
import os
import pathlib
import re
import shutil
import sys
import tempfile
import time

from terminal import lines_on_terminal

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "tutorial.md"
COLUMNS = 200


def commands(page):
    """Yields (line number, needs a cluster, command, expected lines) for each `$` line of the page."""
    kind, found = None, None
    for number, line in enumerate(page.read_text().splitlines(), 1):
        if kind is None:
            kind = {"```console": "local", "```console cluster": "cluster"}.get(line)
        elif line == "```":
            if found:
                yield found
            kind, found = None, None
        elif line.startswith("$ "):
            if found:
                yield found
            found = (number, kind == "cluster", line[2:], [])
        elif found:
            found[3].append(line)
        else:
            sys.exit(f"{page}:{number}: output without a command")
    if kind is not None:
        sys.exit(f"{page}: a block has no end")


def agrees(expected, printed):
    """Says whether the printed lines are those of the page, with `...` as said above."""
    pattern = ""
    for line in expected:
        if line == "...":
            pattern += r"(?:.*\n)*?"
        elif line.endswith("..."):
            pattern += re.escape(line[:-3]) + r".*\n"
        else:
            pattern += re.escape(line) + r"\n"
    return re.fullmatch(pattern, "".join(line.rstrip() + "\n" for line in printed)) is not None


def main():
    arguments = sys.argv[1:]
    with_cluster = "--cluster" in arguments
    programs = [argument for argument in arguments if argument != "--cluster"]
    if len(programs) != 1:
        sys.exit(__doc__)
    program = pathlib.Path(programs[0]).resolve()
    counts = {"run": 0, "left out": 0}
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        folder = scratch / "docs" / "tutorial"
        shutil.copytree(ROOT / "docs" / "tutorial", folder)
        (scratch / "Charts").symlink_to(ROOT / "Charts")
        (scratch / "bin").mkdir()
        (scratch / "bin" / "podscore").symlink_to(program)
        environment = dict(os.environ, PATH=f"{scratch}/bin:{os.environ['PATH']}", NO_COLOR="1", TERM="dumb", PAGER="cat")
        for number, needs_cluster, command, expected in commands(PAGE):
            if needs_cluster and not with_cluster:
                counts["left out"] += 1
                continue
            printed = lines_on_terminal(["bash", "-c", command], folder, environment, COLUMNS)
            if command.startswith("helm "):
                # API servers learn of a changed registration from a watch, within milliseconds.
                time.sleep(2)
            while printed and not printed[-1].strip() and (not expected or expected[-1].strip()):
                printed.pop()
            if not agrees(expected, printed):
                print(f"{PAGE.relative_to(ROOT)}:{number}: $ {command}\nprinted:", *printed, "but the page says:", *expected, sep="\n", file=sys.stderr)
                sys.exit(1)
            counts["run"] += 1
    if not counts["run"]:
        sys.exit(f"{PAGE}: no commands")
    note = f"; {counts['left out']} need a cluster and were left out" if counts["left out"] else ""
    print(f"tutorial: {counts['run']} commands print what the page says{note}")


if __name__ == "__main__":
    main()
