"""Loads a server over TLS with keep-alive, and counts what a request costs it."""

import os
import pathlib
import re
import signal
import statistics
import subprocess
import sys
import time

from servers import ROOT, on

REVIEWS = ROOT / "Tests/PodscoreTests/Acceptance/reviews"
BODIES = {"4 KB": "pod-create-drop-all.json", "391 KB": "pod-create-60-containers-391kB.json"}


class Round:
    """The result of one round of load: requests per second, CPU microseconds per request, p50 and p99 in milliseconds."""

    def __init__(self, server, body, seconds, folder, connections=16, close=False, cores=None):
        script = folder / "post.lua"
        script.write_text(f"""
local file = io.open("{REVIEWS / BODIES[body]}", "rb"); wrk.body = file:read("*a"); file:close()
wrk.method = "POST"; wrk.headers["Content-Type"] = "application/json"
{'wrk.headers["Connection"] = "close"' if close else ''}
""")
        before = server.cpu_seconds()
        command = [*on(cores), "wrk", f"-t{1 if connections < 64 else 2}", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "--latency",
                   "-s", str(script), f"https://127.0.0.1:{server.port}/validate?timeout=30s"]
        out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        used = server.cpu_seconds() - before
        if "Non-2xx" in out or "Socket errors" in out:
            sys.exit(f"{server.name}: requests failed:\n{out}")
        self.requests = int(re.search(r"(\d+) requests in", out)[1])
        self.rate = float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1])
        self.cpu = used * 1e6 / max(1, self.requests)
        self.p50, self.p99 = (milliseconds(re.search(rf"{name}%\s+([\d.]+)(us|ms|s)", out)) for name in ("50", "99"))


def milliseconds(match):
    """A time in the notation of wrk."""
    return float(match[1]) * {"us": 0.001, "ms": 1, "s": 1000}[match[2]]


def paced(server, body, rate, seconds, folder, connections=16):
    """p50 and p99 in milliseconds of requests at a fixed rate."""
    log = folder / "paced.log"
    log.unlink(missing_ok=True)
    command = ["h2load", "--h1", "-t1", f"-c{connections}", f"-D{seconds}", "--warm-up-time=500ms", f"--rps={rate / connections:.2f}", f"--log-file={log}",
               "-d", str(REVIEWS / BODIES[body]), "-H", "content-type: application/json", f"https://127.0.0.1:{server.port}/validate"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    rows = [line.split("\t") for line in log.read_text().splitlines()]
    times = sorted(int(row[2]) / 1000 for row in rows if row[1] == "200")
    if len(times) != len(rows) or not times:
        sys.exit(f"{server.name}: {len(rows) - len(times)} of {len(rows)} paced requests failed:\n{run.stdout[-1500:]}")
    return times[len(times) // 2], times[len(times) * 99 // 100]


def handshakes(server, seconds, resumed):
    """New TLS 1.3 connections per second of one client, and CPU microseconds of the server for each."""
    before = server.cpu_seconds()
    command = ["openssl", "s_time", "-connect", f"127.0.0.1:{server.port}", "-tls1_3", "-reuse" if resumed else "-new", "-time", str(seconds),
               "-www", "/validate"]
    out = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    count, real = re.findall(r"(\d+) connections in (\d+) real seconds", out)[-1]
    return int(count) / max(1, int(real)), (server.cpu_seconds() - before) * 1e6 / max(1, int(count))


def system_calls(server, body, folder):
    """System calls of a request by kind, averaged over thousands of requests on one connection. `None` without strace, or if it saw nothing."""
    log = folder / "strace"
    command = ["strace", "-f", "-c", "-o", str(log), "-U", "calls,name", *[word for pid in server.pids() for word in ("-p", str(pid))]]
    try:
        tracer = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    except FileNotFoundError:
        return None
    time.sleep(1)
    requests = Round(server, body, 2, folder, connections=1).requests
    tracer.send_signal(signal.SIGINT)
    tracer.wait(30)
    calls = {name: int(count) for count, name in re.findall(r"^\s*(\d+)\s+([a-z_0-9]+)$", log.read_text(), re.MULTILINE)}
    kinds = {"read": ("read", "recvfrom", "recvmsg", "readv"), "write": ("write", "sendto", "sendmsg", "writev"), "poll": ("epoll_wait", "epoll_pwait2", "epoll_pwait")}
    # Each request is read and answered. With fewer calls than requests, this was not the process that served.
    if calls.get("total", 0) < requests:
        return None
    counts = {kind: sum(calls.get(name, 0) for name in names) / requests for kind, names in kinds.items()}
    counts["other"] = sum(count for name, count in calls.items() if name != "total") / requests - sum(counts.values())
    return counts


def allocations(start, body, folder):
    """Allocations of a request, by a counter that is loaded before libc's functions. `None` without a C compiler.

    `start` starts the server with an environment.
    """
    library, page = folder / "count.so", folder / "counted"
    compiler = subprocess.run(["clang", "-O1", "-shared", "-fPIC", "-o", str(library), str(ROOT / "Benchmarks/count-allocations.c")],
                              capture_output=True, text=True, check=False) if which("clang") else None
    if compiler is None or compiler.returncode != 0:
        return None
    page.write_bytes(bytes(8))
    with start({"LD_PRELOAD": str(library), "COUNT_ALLOCATIONS": str(page)}) as server:
        Round(server, body, 1, folder, connections=1)
        before = int.from_bytes(page.read_bytes(), "little")
        requests = Round(server, body, 2, folder, connections=1).requests
        time.sleep(0.3)
        counted = int.from_bytes(page.read_bytes(), "little") - before
    assert counted > 0, "the counter of allocations was not loaded"
    return counted / requests


def which(program):
    """Whether a program is installed."""
    return any(os.access(pathlib.Path(folder) / program, os.X_OK) for folder in os.environ["PATH"].split(":"))


def medians(rounds, *names):
    """The median of each of these facts."""
    return [statistics.median(getattr(each, name) for each in rounds) for name in names]
