"""Checks under attack: unfinished requests keep no client out, probes are answered, and the memory of connections is bounded."""

import contextlib
import json
import os
import statistics
import time

import apiserver
import attacks
import bodies
import faults
from attacks import Attack
from clients import Beside, Connection, head
from server import stop

IS_LONG = os.environ.get("E2E_LONG") == "1"
CALLS = 100
LARGE = 100 if IS_LONG else 2  # large reviews during each attack; each takes 2.7 s to send
MANY = 8600 if IS_LONG else 3000  # connections; the server keeps 768
RATE = 10_000_000  # bytes a second at which large reviews are sent
# The limit of the median, in seconds. In CI, clients and server share the cores of a machine that may be busy.
MEDIAN = 0.05 if IS_LONG else 1
MEMORY_LIMIT = 192  # MiB, with all defaults, whatever clients do
UNFINISHED_BODIES = attacks.unfinished(1 << 18)
MANY_ADDRESSES = attacks.unfinished(1 << 18, addresses=attacks.many_addresses(), rate=250)
# A little less than the memory for bodies divided by the number of connections.
SMALL_BODIES = attacks.unfinished(90_000, missing=5000, addresses=attacks.many_addresses(), drips=b" " * 64, rate=250)
LARGE_HANDSHAKES = attacks.large_handshakes(16_000)  # the largest message that the server waits for has 16 KiB


class Findings:
    """Lines to print, and the failed conditions."""

    def __init__(self):
        self.lines, self.failed = [], []

    def add(self, name, line, **conditions):
        """Keeps a line with the failed conditions."""
        failed = [condition.replace("_", " ") for condition, holds in conditions.items() if not holds]
        self.lines.append(f"{name}: {line}" + (f"; FAILED: {', '.join(failed)}" if failed else ""))
        self.failed += failed

    def told(self):
        """Returns the lines, or raises them if a condition failed."""
        assert not self.failed, "\n" + "\n".join(self.lines)
        return self.lines


def decide_large(server, count, _):
    """Calls with the largest review, sent at the rate of a network."""
    return apiserver.call(server, count, body=bodies.largest_sent(), rate=RATE)


def withstand(start, findings, siege, large=0):
    """Makes calls while a server is under attack. `siege` has the attacks and their numbers of connections by name."""
    name = " and ".join(f"{count} {name}" for name, (_, count) in siege.items())
    try:
        with start() as server:
            add_calls(findings, name, server, siege.values(), large)
            stop(server)
    except (AssertionError, OSError) as error:
        findings.add(name, f"{error!r}", the_server_goes_on=False)


def add_calls(findings, name, server, siege, large):
    """Attacks and calls. Each call must be decided in time, each probe answered, memory bounded, and everything released at the end."""
    descriptors = server.descriptors()
    with contextlib.ExitStack() as company:
        for attack, count in siege:
            company.enter_context(Attack(server, attack, count))
        probes = company.enter_context(Beside(apiserver.probe, server))
        with Beside(decide_large, server, large) if large else contextlib.nullcontext() as tries:
            calls = apiserver.call(server, CALLS, pause=0.04 if large else 0.01)
            first_calls = apiserver.call(server, CALLS // 5, pause=0.01, keeps_alive=False)
            # Such a review takes many reads, and while it arrives its bytes count among those of unfinished bodies.
            long_calls = apiserver.call(server, CALLS // 5, body=bodies.REAL, rate=RATE, pause=0.01)
        held = server.descriptors() - descriptors
    memory = server.memory("VmHWM")
    findings.add(
        name,
        f"calls {calls}, on a new connection each {first_calls}, of 391 kB {long_calls}, probes {probes.result}, {memory:.0f} MiB, {held} connections at last" + (f", large reviews {tries.result}" if large else ""),
        every_call_is_decided=not calls.failures,
        every_call_on_a_new_connection_is_decided=not first_calls.failures,
        every_call_of_391_kB_is_decided=not long_calls.failures,
        calls_are_quick=calls.seconds and statistics.median(calls.seconds) < MEDIAN,
        every_probe_is_answered=not probes.result.failures,
        memory_is_bounded=memory < MEMORY_LIMIT,
        every_large_review_is_decided=not large or not tries.result.failures,
    )
    faults.settle(server, descriptors)
    faults.expected(server)


def check_unfinished_requests(start):
    """While other clients leave requests unfinished or answers unread, 100 of 100 calls of an API server are decided, and so are large reviews."""
    findings = Findings()
    for name, attack, count in [
        ("connections that announce 4,000 bytes and send none", attacks.announced(4000), 512),
        ("connections that announce 256 KiB, 8 or 31 MiB and send none", attacks.announced(1 << 18, 8 << 20, 31 << 20), 512),
        ("handshakes, then 100 a second, that announce a body and stall", attacks.stalling_handshakes, 512),
        ("bodies of 256 KiB without their last byte", UNFINISHED_BODIES, 256),
        ("bodies of 256 KiB without their last byte, from 1,000 addresses, of which 500 a second come again", MANY_ADDRESSES, 400),
        ("bodies of 85,000 bytes that drip in, from 1,000 addresses, of which 500 a second come again", SMALL_BODIES, 766),
        ("clients that read no answers", attacks.unread(), 512),
        ("clients that read no refusals", attacks.unread(attacks.REFUSED), 768),
        ("clients that read neither refusals nor decisions", attacks.unread(attacks.MIXED), 768),
    ]:
        withstand(start, findings, {name: (attack, count)}, LARGE)
    return findings.told()


def check_many_unfinished_connections(start):
    """Thousands of connections in any state take less than 192 MiB, and 100 of 100 calls of an API server are decided."""
    findings = Findings()
    for siege in [
        {"idle connections": (attacks.held(attacks.used()), MANY)},
        {"connections whose second header arrives byte by byte": (attacks.trickling(), MANY)},
        {"used connections": (attacks.held(attacks.used()), 1000), "connections, of which 500 a second are opened again": (attacks.held(attacks.plain(), rate=250), 500)},
        {"connections, of which 1,000 a second are opened again": (attacks.held(attacks.plain(), rate=500), 1500)},
        {"handshakes of which the first message came": (attacks.handshakes(), min(MANY, 6000))},
        {"half headers": (attacks.half_headers(), MANY)},
        {"half headers of 30 kB": (attacks.half_headers(30_000), MANY)},
        {"half bodies of 64 KiB": (attacks.unfinished(1 << 16, missing=1 << 15), MANY)},
        {"handshake messages of 16,000 bytes that drip in": (LARGE_HANDSHAKES, 1500)},
        {"handshake messages of 65,000 bytes and 128 KiB, which are refused": (attacks.large_handshakes(65_000, 131_396), 1500)},
    ]:
        withstand(start, findings, siege)
    # All limits at once.
    siege = {"bodies of 256 KiB without their last byte": (UNFINISHED_BODIES, 256), "handshake messages of 16,000 bytes that drip in": (LARGE_HANDSHAKES, MANY)}
    withstand(start, findings, siege, LARGE)
    return findings.told()


def check_kernel_buffers(start):
    """The kernel holds less than 80 MiB for 400 connections that grow their windows and then read nothing. It is memory of the Pod."""
    body = bodies.escaped(250 << 10)
    attack, findings = attacks.unread(attacks.LONG_REFUSED, before=head(len(body)) + body), Findings()
    with start() as server:
        descriptors = server.descriptors()
        with Attack(server, attack, 400), Beside(apiserver.probe, server) as probes:
            calls = apiserver.call(server, CALLS, pause=0.03)
            held = max(server.queued() for _ in iter_for(2))
        findings.add(
            "400 clients that read no refusals",
            f"calls {calls}, probes {probes.result}, {held:.0f} MiB in the kernel, {server.memory('VmHWM'):.0f} MiB in the process",
            every_call_is_decided=not calls.failures,
            every_probe_is_answered=not probes.result.failures,
            the_kernel_holds_little=held < 80,
        )
        faults.settle(server, descriptors)
        stop(server)
    return findings.told()


def iter_for(seconds):
    """Steps every 50 ms."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield
        time.sleep(0.05)


def answered(server, body):
    """Posts a review on a connection of its own. Returns the decision's code and the time, without that of the connection."""
    with contextlib.closing(Connection(server)) as connection:
        began = time.monotonic()
        status, _, answer = connection.post(body)
        seconds = time.monotonic() - began
    assert status == 200, f"{status}: {answer[:200]}"
    response = json.loads(answer)["response"]
    return "allowed" if response["allowed"] else f"denied with {response['status']['code']}", seconds


def check_probes_beside_slow_requests(start):
    """`/livez` and `/readyz` answer within a second while all threads decide slow requests."""
    findings, slow = Findings(), list(bodies.slow().values())
    with start() as server:
        for name, body in bodies.slow().items():
            decision, seconds = answered(server, body)
            findings.add(f"{name}, {len(body) >> 10} KiB", f"{decision} after {seconds * 1000:.0f} ms")
        with Attack(server, attacks.deciding(slow), 8, processes=8), Beside(apiserver.probe, server) as probes:
            time.sleep(5)
    findings.add("8 clients with slow requests", f"probes {probes.result}", every_probe_is_answered=not probes.result.failures)
    return findings.told()


def check_probes_beside_held_sockets(start):
    """`/livez` and `/readyz` answer within a second while others hold connections of the plain port, which accepts no body."""
    findings = Findings()
    with start() as server:
        descriptors = server.descriptors()
        for name, count, attack in [
            ("silent connections", 64, attacks.held(attacks.at_plain_port())),
            ("half headers", 64, attacks.held(attacks.at_plain_port(b"GET /livez HTTP/1.1\r\nHo"))),
            ("announced bodies", 64, attacks.held(attacks.at_plain_port(attacks.ANNOUNCED))),
            ("chunked bodies", 64, attacks.held(attacks.at_plain_port(attacks.CHUNKED))),
            ("clients that read no metrics", 64, attacks.unread(attacks.METRICS, port="ops_port")),
            ("clients that ask for the head of the metrics a hundred times at once", 32, attacks.asking(attacks.METRICS_WITHOUT_BODY, port="ops_port")),
            ("silent connections or half headers", 500, attacks.held(attacks.in_turn(attacks.at_plain_port(), attacks.at_plain_port(b"GET / H")))),
        ]:
            with Attack(server, attack, count), Beside(apiserver.probe, server) as probes:
                calls = apiserver.call(server, 20, pause=0.1)
                held = server.descriptors() - descriptors
            findings.add(
                f"{count} {name}",
                f"probes {probes.result}, calls {calls}, {held} connections at last",
                every_probe_is_answered=not probes.result.failures,
                every_call_is_decided=not calls.failures,
                connections_are_bounded=held < 256,
                memory_is_bounded=server.memory("VmHWM") < MEMORY_LIMIT,
            )
        for body in ("Content-Length: 5\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"):
            answer = attacks.said(attacks.at_plain_port(f"GET /livez HTTP/1.1\r\nHost: a\r\n{body}".encode())(server))
            findings.add(body.split(":")[0], f"answered {answer[:12].decode()}", a_body_is_refused=answer.startswith(b"HTTP/1.1 413 "))
        faults.settle(server, descriptors)
        stop(server)
    return findings.told()
