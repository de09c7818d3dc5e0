"""Reviews that are made to cost more than their size suggests: their names, times and instructions."""

import concurrent.futures
import os
import re
import statistics
import subprocess
import tempfile

KIB = 1 << 10
SMALL = (64 * KIB, 128 * KIB)
LARGE = (512 * KIB, 1024 * KIB)
FUNCTIONS = ("podscore_bench_shape_decode", "podscore_bench_shape_decide")
# The heap keeps what is freed. Otherwise one of the two parts pays for clearing the pages of both, which one differs from start to start.
KEEP_MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(32 << 20), "MALLOC_TRIM_THRESHOLD_": str(1 << 30)}
SUSPECTS = 200
ROUNDS = 5


def names(bench, which):
    """The shapes by one field, or by two."""
    return subprocess.run([bench, "--shapes-list", which], capture_output=True, text=True, check=True).stdout.split()


def times(bench, shapes, sizes, tries):
    """Nanoseconds of CPU time of each shape for reading and deciding at each size, the lowest of some tries."""
    parts = [shapes[first::os.cpu_count()] for first in range(os.cpu_count())]

    def run(part):
        command = [bench, "--shapes-time", str(tries), *map(str, sizes)]
        environment = {**os.environ, **KEEP_MEMORY}
        run = subprocess.run(command, input="\n".join(part), capture_output=True, text=True, check=True, env=environment)
        return run.stdout.splitlines()

    with concurrent.futures.ThreadPoolExecutor(len(parts)) as pool:
        lines = [line.split() for lines in pool.map(run, parts) for line in lines]
    assert len(lines) == len(shapes), f"{len(lines)} of {len(shapes)} shapes were timed"
    return {name: [int(number) for number in numbers] for name, *numbers in lines}


def counted(bench, shapes, sizes):
    """Instructions of each shape for reading and deciding at each size."""
    per_process = max(1, -(-len(shapes) // os.cpu_count()))

    def run(part):
        with tempfile.TemporaryDirectory() as folder:
            dumps = [option for name in FUNCTIONS for option in (f"--dump-before={name}", f"--dump-after={name}")]
            command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out", *dumps, bench, "--shapes-run",
                       ",".join(map(str, sizes)), *part]
            subprocess.run(command, capture_output=True, check=True, env={**os.environ, "SWIFT_DETERMINISTIC_HASHING": "1"})
            found = []
            for number in range(1, len(os.listdir(folder))):
                with open(f"{folder}/out.{number}", encoding="utf-8") as dump:
                    text = dump.read()
                if re.search(rf"^desc: Trigger: --dump-after=({'|'.join(FUNCTIONS)})", text, re.MULTILINE):
                    found.append(int(re.search(r"^totals: (\d+)", text, re.MULTILINE)[1]))
        width = 2 * len(sizes)
        assert len(found) == width * len(part), f"{len(found)} counts for {len(part)} shapes"
        return {name: found[width * place:width * (place + 1)] for place, name in enumerate(part)}

    parts = [shapes[first:first + per_process] for first in range(0, len(shapes), per_process)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return {name: counts for part in pool.map(run, parts) for name, counts in part.items()}


def costliest(timed, count, key=lambda name: None):
    """The shapes with the longest time at the last size, alone and compared with reading, and those that grow most. `count` for each key."""
    best = {}
    for rank in (lambda numbers: sum(numbers[-2:]), lambda numbers: sum(numbers[-2:]) / max(1, sum(numbers[-4:-2])),
                 lambda numbers: numbers[-1] / max(1, numbers[-2])):
        groups = {}
        for name in sorted(timed, key=lambda name, rank=rank: -rank(timed[name])):
            groups.setdefault(key(name), []).append(name)
        for group in groups.values():
            for name in group[:count]:
                best[name] = None
    return list(best)


def worst(bench):
    """The shape with the longest deciding compared with its reading at 1 MiB, with nanoseconds of both; medians of some rounds."""
    timed = {}
    for which in ("singles", "pairs"):
        timed |= times(bench, names(bench, which), (LARGE[1] // 8,), 1)
    suspects = sorted(timed, key=lambda name: -timed[name][1] / max(1, timed[name][0]))[:SUSPECTS]
    rounds = [times(bench, suspects, (LARGE[1],), 3) for _ in range(ROUNDS)]
    ratio = {name: statistics.median(timed[name][1] / timed[name][0] for timed in rounds) for name in suspects}
    name = max(ratio, key=ratio.get)
    reading, deciding = (statistics.median(timed[name][part] for timed in rounds) for part in (0, 1))
    return name, reading, deciding, ratio[name]
