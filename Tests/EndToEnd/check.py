#!/usr/bin/env python3
"""Checks the released program as a process: many hostile clients at once, memory, and the end.

usage: check.py PROGRAM [faults|attacks|CHECK...]

PROGRAM is the released podscore. With E2E_LONG=1 in the environment, the checks of reloads, restarts and attacks are far longer. A function whose
name begins with "check_" is a check, and its docstring is what must hold. The output has the measurements of each check.
"""

import contextlib
import json
import os
import pathlib
import stat
import subprocess
import sys
import tempfile
import threading
import time
import traceback

import apiserver
import attacked
import bodies
import clients
import faults
import reloading
import rolling
from server import ROOT, Server, stop

# These measure memory and times so closely that they need the machine alone. All others, the faults, may run beside builds.
ATTACKS = [
    "large_bodies", "mixed_bodies", "bursts", "large_pods", "leaks", "unfinished_requests", "many_unfinished_connections",
    "kernel_buffers", "probes_beside_slow_requests", "probes_beside_held_sockets", "saturation",
]
# For the address sanitizer. The other checks do the same for longer.
SANITIZED = "small_mix"


def check_large_bodies(start):
    """200 clients with 32 MiB each, of any content, all get a decision, 503 or 408, within 192 MiB, and an ordinary client is served."""
    with start() as server:
        measured = []
        for name, body in bodies.nasty().items():
            with clients.Bystander(server) as bystander:
                counts = clients.post_at_once(server, [body] * 200)
            # The slowest get 408 if the bodies of one address do not all fit.
            assert set(counts) <= {200, 400, 408, 503} and sum(counts.values()) == 200, f"{name}: {counts}"
            assert set(counts) & {200, 400}, f"{name}: nobody was decided: {counts}"
            assert server.memory("VmHWM") < attacked.MEMORY_LIMIT, f"{name}: {server.memory('VmHWM'):.0f} MiB"
            decided = counts.get(200, 0) + counts.get(400, 0)
            measured.append(f"{name}: {server.memory('VmHWM'):.0f} MiB, {decided} decided, others waited {bystander.slowest * 1000:.0f} ms")
        stop(server)
    return measured


def check_mixed_bodies(start):
    """Bodies of all kinds, at once and in one size after another, are answered, within 192 MiB, and an ordinary client is served."""
    measured = []
    with start() as server:
        for size, count in [(bodies.MIB // 8, 400), (bodies.MIB // 2, 400), (bodies.MIB - 1024, 200), (bodies.SHARED, 200), (bodies.LARGEST, 200)]:
            kinds = list(bodies.nasty(size).values())
            for _ in range(2):
                with clients.Bystander(server) as bystander:
                    counts = clients.post_at_once(server, [kinds[number % len(kinds)] for number in range(count)])
                # The slowest get 408 if the bodies of one address do not all fit.
                assert set(counts) <= {200, 400, 408, 503} and set(counts) & {200, 400}, f"{size} bytes: {counts}"
                assert server.memory("VmHWM") < attacked.MEMORY_LIMIT, f"{size} bytes: {server.memory('VmHWM'):.0f} MiB"
            measured.append(
                f"{count} of {size >> 10} KiB: {server.memory('VmHWM'):.0f} MiB, {counts}, others waited {bystander.slowest * 1000:.0f} ms"
            )
        stop(server)
    return measured


def check_bursts(start):
    """Large reviews that API servers send at once are all decided. Those without room get 503, and API servers send them again."""
    measured = []
    for count, size in [(200, bodies.MIB // 2), (60, 3 * bodies.MIB), (10, 8 * bodies.MIB)]:
        with start() as server:
            calls = apiserver.call_at_once(server, count, bodies.escaped(size), timeout=30)
            assert not calls.failures, f"{count} of {size >> 10} KiB: {calls}, {server.answers()}"
            assert server.memory("VmHWM") < attacked.MEMORY_LIMIT, f"{size >> 10} KiB: {server.memory('VmHWM'):.0f} MiB"
            measured.append(f"{count} of {size >> 10} KiB: {calls}, answers {server.answers()}, {server.memory('VmHWM'):.0f} MiB")
            stop(server)
    return measured


def check_large_pods(start):
    """16 clients that post a real review of 391 KB again and again take less than 40 MiB. The budget of docs/performance.md is 32."""
    with start() as server:
        count = clients.load(server, seconds=3, review=bodies.REAL)
        memory = server.memory("VmHWM")
        assert memory < 40, f"{memory:.1f} MiB"
        stop(server)
    return [f"{count} decided, {memory:.1f} MiB at most"]


def check_stalls(start):
    """Clients that stall in the handshake are closed. In the header and in the body they get 408 and are closed. Trickling gains no time, and others are served."""

    def in_handshake(server):
        connection = clients.socket.create_connection(("127.0.0.1", server.port), timeout=60)
        connection.sendall(bytes([22, 3, 1, 2, 0, 1]))
        return connection.recv(1) == b""

    def in_request(data):
        def run(server):
            connection = clients.Connection(server)
            connection.send(data)
            answer = connection.answer()
            return answer is not None and answer[0] == 408 and answer[1] and connection.ended()

        return run

    def in_every_phase(server):
        began = time.monotonic()
        with clients.socket.create_connection(("127.0.0.1", server.port), timeout=60) as plain:
            time.sleep(5)
            with clients.context(server.certs).wrap_socket(plain, server_hostname="localhost") as connection:
                connection.settimeout(0.5)
                for byte in clients.head(4000):
                    connection.send(bytes([byte]))
                    # The server answers or closes.
                    with contextlib.suppress(TimeoutError):
                        connection.recv(1)
                        return time.monotonic() - began < 13
        return False

    stalls = [in_every_phase, in_handshake, in_request(b"POST /validate HTTP/1.1\r\nHost: a\r\nCont"), in_request(clients.head(4000).replace(b"=30s", b"=60s") + b"{")]
    outcomes = []
    with start() as server:
        with clients.Bystander(server) as bystander:
            threads = [threading.Thread(target=lambda stall=stall: outcomes.append(stall(server))) for stall in stalls * 20]
            began = time.monotonic()
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert outcomes == [True] * 80, outcomes
        stop(server)
    return [f"80 clients were gone after {time.monotonic() - began:.0f} s, others waited {bystander.slowest * 1000:.0f} ms"]


def check_log_reader(start):
    """If the reader of the log never reads, lines are lost and counted, but no request. Memory stays bounded."""
    read_end, write_end = os.pipe()
    with start(output=write_end) as server:
        count = clients.load(server, seconds=4)
        dropped = server.metrics()["podscore_log_lines_dropped_total"]
        assert dropped > 0, f"no line dropped of {count}"
        memory = server.memory("VmHWM")
        assert memory < 64, f"{memory:.0f} MiB"
        stop(server)
    os.close(read_end)
    os.close(write_end)
    return [f"{count} decided, {dropped:.0f} lines dropped, {memory:.0f} MiB"]


def check_metrics_page(start):
    """promtool accepts the metrics of a server that has decided, rejected and recorded."""
    with start() as server:
        count = clients.load(server, seconds=1)
        clients.post_at_once(server, [b"{}"])
        page = server.metrics_page()
        found = subprocess.run(["promtool", "check", "metrics"], input=page, capture_output=True, check=False)
        said = (found.stdout + found.stderr).decode()
        assert found.returncode == 0 and not said, f"promtool ends with {found.returncode}: {said}"
        samples = server.metrics()
        decided = sum(value for name, value in samples.items() if name.startswith("podscore_admission_decisions_total"))
        assert count <= decided == server.answers()[200], f"{count} seen, {decided} counted, {server.answers()}"
        families = page.count(b"# TYPE ")
        stop(server)
    return [f"{families} families, {len(samples)} samples after {count} decisions"]


def check_records(start):
    """A directory of records has at most the allowed number of files, only their owner can read them, and none is half written at the end."""
    with tempfile.TemporaryDirectory() as folder:
        records = pathlib.Path(folder, "records")
        with start(options=["--record", str(records), "--record-max-files", "5"]) as server:
            for number in range(8):
                review = json.loads(clients.ORDINARY)
                review["request"]["namespace"] = f"n{number}"
                with contextlib.closing(clients.Connection(server)) as connection:
                    assert connection.post(json.dumps(review).encode())[0] == 200
            stop(server)
        names = sorted(os.listdir(records))
        assert len(names) == 5 and all(name.startswith("n") for name in names), names
        modes = {stat.S_IMODE(path.stat().st_mode) for path in records.iterdir()}
        assert modes == {0o600} and stat.S_IMODE(records.stat().st_mode) == 0o700, modes
        size = sum(len(json.loads(path.read_bytes())) and path.stat().st_size for path in records.iterdir())
    return [f"5 files, {size} bytes"]


def check_drain(start):
    """SIGTERM under load loses no request and ends with 0, five times."""
    answered, lost = [], []
    for _ in range(5):
        with start(drain_delay=1) as server:
            tls = clients.context(server.certs)
            threads = [threading.Thread(target=clients.post_until_gone, args=(server, tls, answered, lost)) for _ in range(16)]
            for thread in threads:
                thread.start()
            enough = len(answered) + 500
            while len(answered) < enough and not lost:
                time.sleep(0.01)
            stop(server)
            for thread in threads:
                thread.join()
        assert not lost, lost[:5]
    return [f"{len(answered)} requests, none lost"]


def check_leaks(start):
    """Memory does not grow over 100 000 requests and 5 000 connections."""
    measured = []
    for what, goal, fields in [("requests", 100_000, ""), ("connections", 5_000, 'wrk.headers["Connection"] = "close"')]:
        with start() as server:
            count, early = 0, None
            while count < goal:
                count += clients.load(server, seconds=1, fields=fields)
                if early is None and count >= goal // 5:
                    early = (count, server.memory())
            late = server.memory()
            assert late < early[1] + 2, f"{early[1]:.1f} MiB after {early[0]} {what}, {late:.1f} MiB after {count}"
            stop(server)
        measured.append(f"{early[1]:.1f} MiB after {early[0]} {what}, {late:.1f} MiB after {count}")
    return measured


def check_small_mix(start):
    """After ordinary, large, broken and short clients and a SIGTERM, the exit code is 0 and the sanitizer reports nothing."""
    with start() as server:
        for fields in ["", 'wrk.headers["Connection"] = "close"']:
            clients.load(server, seconds=3, connections=4, fields=fields)
        counts = clients.post_at_once(server, list(bodies.nasty(bodies.SHARED).values()))
        # Over the limit for several bodies at a time, but no longer, since a sanitizer is slow.
        for body in bodies.nasty(5 * bodies.MIB).values():
            assert clients.post_at_once(server, [body]).keys() <= {200, 400}
        for data in [b"", b"GET / HTTP/1.0\r\n\r\n", b"\x16\x03\x01\x02\x00\x01", b"\x80\x80" * 100]:
            with clients.socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
                connection.sendall(data)
        for data in [b"", b"POST /validate HTTP/1.1\r\nHo", clients.head(4000) + b"{", b"\0" * 100]:
            connection = clients.Connection(server)
            connection.send(data)
            connection.close()
        answers = server.answers()
        stop(server)
    return [f"answers {answers}, large bodies {counts}"]


def chosen(names, checks):
    """The names of the checks to run, for the names and groups on the command line."""
    groups = {"attacks": ATTACKS, "faults": [name for name in checks if name not in ATTACKS and name != SANITIZED]}
    return [check for name in names or groups for check in groups.get(name, [name])]


def main(program, names):
    """Runs the chosen checks; all but the one for the address sanitizer if no name is given."""
    modules = [globals(), vars(attacked), vars(faults), vars(reloading), vars(rolling)]
    checks = {name.removeprefix("check_"): check for module in modules for name, check in module.items() if name.startswith("check_")}
    failed = []
    with tempfile.TemporaryDirectory() as certs:
        subprocess.run([str(ROOT / "Certs/generate.sh"), certs], check=True, stdout=subprocess.DEVNULL)
        for name in chosen(names, checks):
            began = time.monotonic()
            try:
                measured = checks[name](lambda **options: Server(program, certs, **options))
            except Exception:  # pylint: disable=broad-except
                failed.append(name)
                measured = [traceback.format_exc()]
            print(f"{'failed' if name in failed else 'passed'} ({time.monotonic() - began:.0f} s): {checks[name].__doc__}", flush=True)
            for line in measured:
                print(f"    {line}", flush=True)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
