"""The parts between a request's bytes and its answer's bytes, each alone and in process: time, instructions, allocations."""

import concurrent.futures
import os
import pathlib
import re
import subprocess

from load import BODIES, REVIEWS

PARTS = ["decode", "score", "standard", "decide", "encode"]
SOURCES = {
    "4 KB review": str(REVIEWS / BODIES["4 KB"]),
    "391 KB review": str(REVIEWS / BODIES["391 KB"]),
    **{f"{count} containers": f"containers:{count}" for count in (1, 2, 10, 100, 500)},
}


def nanoseconds(bench, source):
    """Median nanoseconds of each part, and the bytes of the review."""
    out = subprocess.run([bench, SOURCES[source]], capture_output=True, text=True, check=True).stdout
    size = int(re.search(r"(\d+) bytes", out)[1])
    return {part: int(re.search(rf"{part}\s+(\d+) ns", out)[1]) for part in PARTS}, size


def counted(bench, source, tool):
    """Instructions ("callgrind") or allocations ("memcheck") of one run of each part.

    What a run adds to the program that does nothing is the same each time: hashing is not seeded, and nothing else is by chance.
    """
    times = 5 if any(word in source for word in ("500", "391")) else 20 if "100" in source else 50
    options, pattern = {
        "callgrind": (["--tool=callgrind", "--callgrind-out-file=/dev/null"], r"Collected : (\d+)"),
        "memcheck": (["--tool=memcheck", "--leak-check=no"], r"heap usage: ([\d,]+) allocs"),
    }[tool]

    def count(part, repetitions):
        run = subprocess.run(["valgrind", *options, bench, "--repeat", part, str(repetitions), SOURCES[source]],
                             capture_output=True, text=True, check=True, env={**os.environ, "SWIFT_DETERMINISTIC_HASHING": "1"})
        return int(re.search(pattern, run.stderr)[1].replace(",", ""))

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        nothing, *runs = pool.map(lambda job: count(*job), [(PARTS[0], 0)] + [(part, times) for part in PARTS])
    return {part: (value - nothing) / times for part, value in zip(PARTS, runs)}


def has_valgrind():
    """Whether instructions and allocations can be counted."""
    return any(os.access(pathlib.Path(folder) / "valgrind", os.X_OK) for folder in os.environ["PATH"].split(":"))
