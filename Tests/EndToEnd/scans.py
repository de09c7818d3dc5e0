#!/usr/bin/env python3
"""Checks that the released program scans what is large or hostile: all results, clear errors, bounded memory, time in proportion.

usage: scans.py PROGRAM

Limits are several times what a quiet machine needs. Time is the program's own on the processors, so that other work does not count, and is
compared with its time for half the input.
"""

import filecmp
import os
import pathlib
import subprocess
import sys
import tempfile

POD = """apiVersion: v1
kind: Pod
metadata:
  name: p%d
spec:
  # %s
  containers:
    - name: web
      image: nginx
      securityContext:
        runAsNonRoot: true
"""


class Scan:
    """One run of `podscore scan`."""

    def __init__(self, program, *arguments, output="/dev/null", status=0):
        with open(output, "wb") as stdout, tempfile.TemporaryFile() as stderr:
            process = subprocess.Popen([program, "scan", *arguments], stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr)
            _, ended, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(ended)
            stderr.seek(0)
            self.errors = stderr.read().decode().splitlines()
        assert process.returncode == status, f"ended with {process.returncode} and not {status}: {self.errors[:5]}"
        self.seconds = usage.ru_utime + usage.ru_stime
        self.memory = usage.ru_maxrss / 1024

    def __str__(self):
        return f"{self.seconds:.1f} s, {self.memory:.0f} MiB"


def objects(path):
    """The number of documents in a report of JSON."""
    with open(path, encoding="utf-8") as file:
        return sum(line.startswith('    "object": ') for line in file)


def write_stream(path, count, filling=0, separator="---\n"):
    """Writes a stream of Pods and returns its size in MiB."""
    comment = "x" * filling
    with open(path, "w", encoding="utf-8") as file:
        for number in range(count):
            file.write(separator + POD % (number, comment))
    return path.stat().st_size / 1024 / 1024


def check_many_documents(program, folder):
    """100 000 documents in one stream are all scored, in time and memory that fewer of them predict; so are others in every format."""
    measured = []
    for form, count in [("json", 100_000), ("sarif", 20_000), ("junit", 20_000), ("github", 20_000)]:
        half, whole, report = folder / "half.yaml", folder / "whole.yaml", folder / "report"
        write_stream(half, count // 2)
        size = write_stream(whole, count, separator="--- # next\n")
        first = Scan(program, "--format", form, str(half))
        second = Scan(program, "--format", form, str(whole), output=report)
        assert second.seconds < 3 * first.seconds + 1, f"{form}: {first}, then {second}"
        assert second.memory < 4 * size + 96, f"{form}: {second} for {size:.0f} MiB"
        assert form != "json" or objects(report) == count, objects(report)
        measured.append(f"{form}: {count} in {second}, half of them in {first}")
    return measured


def check_large_stream(program, folder):
    """A stream of 60 MB is scored whole, in little more memory than it needs itself."""
    stream, report = folder / "stream.yaml", folder / "report"
    size = write_stream(stream, 50_000, filling=1_000)
    scan = Scan(program, "--format", "json", str(stream), output=report)
    assert objects(report) == 50_000, objects(report)
    assert scan.memory < 2 * size + 96, f"{scan} for {size:.0f} MiB"
    return [f"{size:.0f} MiB: {scan}"]


def check_hostile_documents(program, folder):
    """An alias bomb and 64 000 brackets are refused in a moment with their positions, and what follows them is scored."""
    bomb = "a0: &a0 [1,2,3,4,5,6,7,8,9]\n" + "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
    measured = []
    for name, text, error in [
        ("bomb.yaml", bomb, ":6:", ),
        ("brackets.yaml", "a: " + "[" * 64_000 + "\n", ":1:"),
        ("braces.yaml", "a: " + "{a: " * 64_000 + "\n", ":1:"),
        ("brackets.json", "[" * 64_000, ":1:"),
        ("objects.json", '{"a":' * 64_000, ":1:"),
    ]:
        path, report = folder / name, folder / "report"
        follows = "---\n" + POD % (1, "") if name.endswith("yaml") else ""
        path.write_text(text + follows, encoding="utf-8")
        scan = Scan(program, "--format", "json", str(path), output=report, status=2)
        assert objects(report) == (2 if follows else 1), f"{name}: {objects(report)}"
        assert len(scan.errors) == 1 and scan.errors[0].startswith(f"{path}{error}"), f"{name}: {scan.errors}"
        assert scan.seconds < 3 and scan.memory < 128, f"{name}: {scan}"
        measured.append(f"{name}: {scan}")
    return measured


def check_many_files(program, folder):
    """A directory of 10 000 files, 50 of them broken: all results in the files' order, whatever the number of jobs; memory stays flat."""
    measured, reports = [], {}
    for count in [1_000, 10_000]:
        directory = folder / str(count)
        directory.mkdir()
        for number in range(count):
            text = "kind: [\n" if number % 200 == 7 else POD % (number, "x" * 2_000)
            (directory / f"{number:05}.yaml").write_text(text, encoding="utf-8")
    for form in ["json", "sarif", "junit", "github"]:
        memory = {}
        for jobs in ["1", "4"]:
            few = Scan(program, "--format", form, "--jobs", jobs, str(folder / "1000"), status=2)
            reports[jobs] = folder / f"report-{jobs}"
            scan = Scan(program, "--format", form, "--jobs", jobs, str(folder / "10000"), output=reports[jobs], status=2)
            broken = [f"{folder}/10000/{number:05}.yaml" for number in range(7, 10_000, 200)]
            assert [line.split(":")[0] for line in scan.errors] == broken, scan.errors[:3]
            assert scan.memory < few.memory + 32, f"{form}, {jobs} jobs: {few} for 1 000 files, {scan} for 10 000"
            memory[jobs] = scan
        # Not read into this process, whose memory would be counted as that of the next program.
        assert filecmp.cmp(*reports.values(), shallow=False), f"{form}: the number of jobs changes the report"
        assert form != "json" or objects(reports["1"]) == 10_000, objects(reports["1"])
        measured.append(f"{form}: " + ", ".join(f"{jobs} jobs {scan}" for jobs, scan in memory.items()))
    return measured


def main(program):
    """Runs all checks and says what they measured; the first that fails ends with its assertion."""
    for name, check in [item for item in globals().items() if item[0].startswith("check_")]:
        with tempfile.TemporaryDirectory() as folder:
            measured = check(program, pathlib.Path(folder))
        print(f"{name.removeprefix('check_')}: {check.__doc__}")
        for line in measured:
            print(f"    {line}", flush=True)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
