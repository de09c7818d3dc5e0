#!/usr/bin/env python3
"""Proves on checkouts of public repositories that `podscore fix` changes what it announces, and nothing else.

usage: fixes.py PROGRAM FOLDER [--class CLASSES]

Each directory of FOLDER is copied and fixed with --write. Then, for each file:
* another YAML reader finds changes only at the fields that were announced for their document, and at least one for each announced field;
* no line is gone but those at which a value was replaced or removed;
* `patch -p0` with the diff of a run without --write gives the same bytes;
* a scan finds the announced score of each object;
* a second run changes nothing.
Files that the other reader rejects are counted and compared by lines and scores only.
"""

import argparse
import collections
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import yaml

OBJECT = re.compile(r"# (?P<object>\S.*): score (?P<new>-?\d+) of \d+ \(was (?P<old>-?\d+)\)$")
CHANGE = re.compile(r"#   (?P<class>manifest|application|image|value|node): (?P<rules>[A-Za-z, ]+?)(?: \+\d+)?: (?P<text>.*)$")
KEY = r"[A-Za-z]+(?:\[\d+\])?"
FIELD = re.compile(rf"(?:add|remove) (?P<element>\S+) (?:to|from) (?P<list>[A-Za-z.]+)|(?:set|remove) (?P<field>{KEY}(?:\.{KEY})*)")


class Loader(yaml.CSafeLoader):
    """Reads scalars as texts, and ignores tags."""


def text(loader, _, node):
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    return loader.construct_sequence(node, deep=True) if isinstance(node, yaml.SequenceNode) else loader.construct_scalar(node)


Loader.yaml_implicit_resolvers = {}
Loader.add_multi_constructor("", text)


def documents(source):
    """Reads all documents; `None` if the reader rejects the text."""
    try:
        return list(yaml.load_all(source, Loader))
    except (yaml.YAMLError, ValueError, TypeError):
        return None


def changes(old, new, path=()):
    """Yields the paths without indexes at which two values differ."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in {**old, **new}:
            yield from changes(old.get(key), new.get(key), (*path, str(key)))
    elif isinstance(new, dict) and old is None:
        for key, value in new.items():
            yield from changes(None, value, (*path, str(key)))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for one, other in zip(old, new):
            yield from changes(one, other, path)
    elif old != new:
        yield path


def lines(source):
    """Counts the lines without indentation, the sign of a list's element, and JSON's comma."""
    return collections.Counter(line.strip().removeprefix("- ").rstrip(",") for line in source.splitlines())


def without_indexes(field):
    return tuple(re.sub(r"\[\d+\]", "", field).split("."))


def nothing():
    """The announcement of a file without fixes."""
    return {"scores": [], "fields": set(), "elements": set()}


def announced(output):
    """Returns for each file of a run's output the announced fields and the scores of objects."""
    files, current = {}, None
    for line in output.splitlines():
        if match := OBJECT.match(line):
            files[current]["scores"].append((match["object"], int(match["old"]), int(match["new"])))
        elif match := CHANGE.match(line):
            for found in FIELD.finditer(match["text"]):
                files[current]["fields"].add(without_indexes(found["list"] or found["field"]))
                if found["element"]:
                    files[current]["elements"].add(found["element"])
        elif line.startswith("# ") and not line.startswith("#  "):
            current = line[2:]
            files.setdefault(current, nothing())
    return files


class Proof:
    """The comparison of one directory before and after its fixes."""

    def __init__(self, program, source, classes):
        self.program, self.source, self.options = program, source, ["--class", classes]
        self.problems, self.counts = [], collections.Counter()

    def run(self, folder, *arguments):
        done = subprocess.run([self.program, *arguments], cwd=folder, capture_output=True, check=False)
        if done.returncode not in (0, 1, 2):
            self.problems.append(f"{' '.join(arguments)}: status {done.returncode}")
        return done.stdout.decode()

    def scores(self, folder):
        """Returns the scores of each file's objects, in their order."""
        result = collections.defaultdict(list)
        for entry in json.loads(self.run(folder, "scan", "--no-config", "--format", "json", "tree") or "[]"):
            if "score" in entry:
                result[entry["fileName"]].append((entry["object"], entry["score"]))
        return result

    def prove(self, scratch):
        before, after, patched = (pathlib.Path(scratch, name) for name in ("before", "after", "patched"))
        shutil.copytree(self.source, before / "tree", symlinks=True, ignore=lambda _, names: [name for name in names if name.startswith(".")])
        shutil.copytree(before, after, symlinks=True)
        shutil.copytree(before, patched, symlinks=True)
        output = self.run(before, "fix", *self.options, "tree")
        files = announced(output)
        subprocess.run(["patch", "-p0", "--quiet", "--binary"], cwd=patched, input=output.encode(), check=False, capture_output=True)
        self.run(after, "fix", "--write", *self.options, "tree")
        second = [line for line in self.run(after, "fix", *self.options, "tree").splitlines() if line.startswith(("--- ", "+++ ", "@@ "))]
        if second:
            self.problems.append(f"a second run changes something: {second[0]}")
        old_scores, new_scores = self.scores(before), self.scores(after)
        for path in sorted(path for path in before.rglob("*") if path.is_file() and not path.is_symlink()):
            name = str(path.relative_to(before))
            old, new = path.read_bytes(), (after / name).read_bytes()
            if new != (patched / name).read_bytes():
                self.problems.append(f"{name}: patch gives other bytes")
            if old != new:
                self.counts["files"] += 1
                self.compare(name, old.decode(), new.decode(), files.get(name, nothing()))
            elif any(before_score != after_score for _, before_score, after_score in files.get(name, nothing())["scores"]):
                self.problems.append(f"{name}: announced, and not changed")
        for name, found in files.items():
            for key, scores in ((1, old_scores), (2, new_scores)):
                for entry in found["scores"]:
                    if (entry[0], entry[key]) not in scores[name]:
                        self.problems.append(f"{name}: {entry[0]} was announced with {entry[key]}, and scores {scores[name]}")
            self.counts["objects"] += len(found["scores"])

    def compare(self, name, old, new, found):
        fields = found["fields"]
        for line in (lines(old) - lines(new)).elements():
            # A replaced line holds a changed field, a removed element of a list, or an empty or inline mapping that gets a field.
            named = {key for field in fields for key in field} | found["elements"]
            if not any(name in line for name in named) and not re.search(r"[{}\[\]]", line):
                self.problems.append(f"{name}: a line is gone: {line!r}")
        first, then = documents(old), documents(new)
        if first is None or then is None:
            self.counts["files that the other reader rejects"] += 1
            if first is not None:
                self.problems.append(f"{name}: the other reader rejects it now")
            return
        unseen = set(fields)
        for path in (path for pair in zip(first, then) for path in changes(*pair)):
            matching = [field for field in fields if any(path[-length:] == field[:length] for length in range(len(field), 0, -1))]
            if not matching:
                self.problems.append(f"{name}: {'.'.join(path)} was not announced")
            unseen.difference_update(matching)
            self.counts["changed fields"] += 1
        if len(first) != len(then):
            self.problems.append(f"{name}: {len(first)} documents became {len(then)}")
        for field in sorted(unseen):
            self.problems.append(f"{name}: {'.'.join(field)} was announced, and is unchanged")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--class", dest="classes", default="manifest,application,image")
    options = parser.parse_args()
    program = options.program.resolve()
    failed = False
    sources = sorted(path for path in options.folder.iterdir() if path.is_dir())
    if not sources:
        sys.exit(f"{options.folder}: no directories")
    for source in sources:
        proof = Proof(program, source, options.classes)
        with tempfile.TemporaryDirectory() as scratch:
            proof.prove(scratch)
        print(f"{source.name}: {', '.join(f'{count} {what}' for what, count in proof.counts.items())}; {len(proof.problems)} problems", flush=True)
        for problem in proof.problems[:20]:
            print(f"  {problem}")
        failed = failed or bool(proof.problems)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
