#!/usr/bin/env python3
"""Checks the folders of each target against the table .ci/rooms: what they use, and how many files they hold.

usage: rooms.py, from the top of the tree

A folder uses another folder of its target when it names a type, function or constant that the other declares at its top level. Comments and
strings do not count. An extension declares no new name, so this check does not see who uses the members of an extension.
"""

import collections
import pathlib
import re
import subprocess
import sys

TABLE = pathlib.Path(".ci/rooms")
SOURCES = pathlib.Path("Sources")
STRIP = pathlib.Path(__file__).resolve().parent / "swift-code.awk"
FILE_LIMIT = 25

DECLARATION = re.compile(r"\b(?:struct|enum|class|actor|protocol|typealias|func|let|var)\s+`?(\w+)")
HIDDEN = re.compile(r"\b(?:private|fileprivate)\s")
# Not after a dot, where the name is that of a member or of a nested type.
NAME = re.compile(r"(?<![\w.])\w+")


def path_in_sources(folder):
    """The path of a folder as the table's left side has it: TARGET or TARGET/FOLDER."""
    return folder.relative_to(SOURCES).as_posix()


def name_in_target(folder):
    """The name of a folder as the table's right side has it: the path below its target, or the target itself."""
    return "/".join(folder.parts[2:]) or folder.parts[1]


def read_table():
    """The table's lines `FOLDER: WORDS` in their order, as a dictionary."""
    lines = (line.partition("#")[0].partition(":") for line in TABLE.read_text(encoding="utf-8").splitlines())
    return {key.strip(): words.split() for key, _, words in lines if key.strip()}


def read_code(files):
    """The lines of the files as (file, line number, code)."""
    stripped = subprocess.run(["awk", "-f", STRIP, *files], check=True, capture_output=True, text=True).stdout
    fields = (line.split(":", 2) for line in stripped.splitlines())
    return [(pathlib.Path(file), number, code) for file, number, code in fields]


def names_by_folder(lines):
    """The names that each folder declares: those at the top level that other files see, and those at any level."""
    shared, all_names = collections.defaultdict(set), collections.defaultdict(set)
    current, depth = None, 0
    for file, _, code in lines:
        if file != current:
            current, depth = file, 0
        declared = DECLARATION.findall(code)
        all_names[file.parent].update(declared)
        if depth == 0 and not HIDDEN.search(code):
            shared[file.parent].update(declared[:1])
        depth += code.count("{") - code.count("}")
    return shared, all_names


def find_uses(lines):
    """Yields (using folder, used folder, file, line number, name) for each name of another folder of the same target."""
    shared, all_names = names_by_folder(lines)
    home = {(folder.parts[1], name): folder for folder, names in shared.items() for name in names}
    for file, number, code in lines:
        for name in NAME.findall(code):
            used = home.get((file.parts[1], name))
            if used not in (None, file.parent) and name not in all_names[file.parent]:
                yield file.parent, used, file, number, name


def check(table, lines, file_counts):
    """Yields what is wrong, a line each."""
    large = table.pop("any number of files", [])

    for user, used, file, number, name in find_uses(lines):
        if name_in_target(used) not in table.get(path_in_sources(user), []):
            yield f"{file}:{number}: {name_in_target(user)} must not use {name_in_target(used)} (names {name})"

    divided_targets = {folder.parts[1] for folder in file_counts if len(folder.parts) > 2}
    for folder, count in sorted(file_counts.items()):
        path = path_in_sources(folder)
        if folder.parts[1] in divided_targets and path not in table:
            yield f"{TABLE}: Sources/{path} is missing, with the folders that it may use"
        if count > FILE_LIMIT and path not in large:
            yield f"{folder}: {count} Swift files are more than {FILE_LIMIT}: divide the folder"
        if count <= FILE_LIMIT and path in large:
            yield f"{TABLE}: Sources/{path} has {count} Swift files: remove it from 'any number of files'"

    above = set()
    for path, used_names in table.items():
        folder = SOURCES / path
        if folder not in file_counts:
            yield f"{TABLE}: there are no Swift files in Sources/{path}"
        not_above = [name for name in used_names if (folder.parts[1], name) not in above]
        if not_above:
            yield f"{TABLE}: Sources/{path} must stand below the folders that it uses: {', '.join(not_above)}"
        above.add((folder.parts[1], name_in_target(folder)))


def main():
    """Prints what is wrong; the exit status is 1 if anything is."""
    files = sorted(SOURCES.rglob("*.swift"))
    problems = list(dict.fromkeys(check(read_table(), read_code(files), collections.Counter(file.parent for file in files))))
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
