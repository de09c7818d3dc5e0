#!/usr/bin/env python3
"""Runs the released program for minutes under mixed load with faults; every answer is compared with the decision computed offline.

usage: soak.py PROGRAM [--minutes M]

The decisions are those of `podscore review`, byte for byte, under two policies that are swapped under load: an answer is right when it is
what one of the two says. In the end there must be no wrong answer, no lost request of a client that did nothing wrong, no growth of memory
and no descriptor left.
"""

import argparse
import contextlib
import json
import multiprocessing
import os
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time

import bodies
import clients
import faults
from server import POLICIES, ROOT, Server

REVIEWS = sorted((ROOT / "Tests/PodscoreTests/Acceptance/reviews").glob("*.json"))
SWAPPED = ["enforcing", "warning"]
WORKERS = 4
GROWTH = 4  # MiB, from the second quarter of the time to the last


def offline(program, folder):
    """Each request body with the answers that it may get."""
    texts = [path.read_bytes() for path in REVIEWS]
    texts += [bodies.ORDINARY] + [bodies.review(many_containers(count), uid=f"n{count}") for count in (2, 5, 20, 100, 2000)]
    files = []
    for number, text in enumerate(texts):
        files.append(str(folder / f"{number}.json"))
        pathlib.Path(files[-1]).write_bytes(text)
    allowed = [set() for _ in texts]
    for policy in SWAPPED:
        command = [program, "review", "--format", "json", "--policy", str(POLICIES / f"{policy}.yaml"), *files]
        run = subprocess.run(command, capture_output=True, check=False)
        lines = run.stdout.splitlines()
        assert run.returncode in (0, 1) and len(lines) == len(texts), f"podscore review: {run.stderr.decode()}"
        for answers, line in zip(allowed, lines):
            answers.add(line)
    differing = sum(len(answers) == 2 for answers in allowed)
    assert differing > 5, "the two policies hardly differ"
    print(f"{len(texts)} bodies, {differing} of them decided otherwise by the other policy", flush=True)
    return list(zip(texts, allowed))


def many_containers(count):
    """A Pod as JSON."""
    names = [{"name": f"c{number}", "image": f"registry.example.com/c:{number}", "securityContext": {"runAsNonRoot": number % 2 == 0}} for number in range(count)]
    return json.dumps({"metadata": {"name": "many"}, "spec": {"containers": names}})


def is_right(answer, allowed):
    """Whether an answer is a decision that one of the policies makes."""
    return answer is not None and answer[0] == 200 and answer[2].strip() in allowed


class Worker:
    """A client that does nothing wrong, in a process of its own: keeps connections, opens new ones, sends ahead, in pieces or in one."""

    def __init__(self, server, cases, seed):
        fork = multiprocessing.get_context("fork")
        self.stop, self.results = fork.Event(), fork.Queue()
        address = type("Address", (), {"port": server.port, "certs": server.certs})
        self.process = fork.Process(target=self.run, args=(address, cases, random.Random(seed)), daemon=True)
        self.process.start()

    def run(self, address, cases, chance):
        """Posts until told to stop, and puts what it saw."""
        tls = clients.context(address.certs)
        right, wrong = 0, []
        while not self.stop.is_set():
            sent = []
            try:
                connection = clients.Connection(address, tls)
                for _ in range(chance.choice([1, 3, 200])):
                    sent = [chance.choice(cases) for _ in range(chance.choice([1, 1, 1, 1, 8]))]
                    request = b"".join(clients.head(len(body)) + body for body, _ in sent)
                    pieces = chance.choice([1, 1, 1, 7, 400])
                    size = max(1, len(request) // pieces)
                    for start in range(0, len(request), size):
                        connection.send(request[start : start + size])
                    for body, allowed in sent:
                        answer = connection.answer()
                        if is_right(answer, allowed):
                            right += 1
                        else:
                            wrong.append(f"{answer and answer[:2]} {answer and answer[2][:300]} for {body[:100]}")
                    if wrong or self.stop.is_set():
                        break
                connection.close()
            except OSError as error:
                wrong.append(f"lost with {len(sent)} in flight: {error!r}")
            if len(wrong) > 3:
                break
        self.results.put((right, wrong))

    def end(self):
        """Stops; returns how many answers were right, and what was wrong."""
        self.stop.set()
        outcome = self.results.get(timeout=120)
        self.process.join(60)
        return outcome


def inject(server, stop, results):
    """Does wrong in turn, until told to stop; tells how often."""
    chance, count = random.Random(7), 0
    tls = clients.context(server.certs)
    hello = faults.client_hello()
    request = faults.REQUEST

    def cut_handshake():
        connection = faults.plain(server)
        connection.sendall(hello[: chance.randrange(len(hello) + 1)])
        faults.cut(connection)

    def cut_request():
        connection = clients.Connection(server, tls)
        connection.send(request[: chance.randrange(len(request) + 1)])
        connection.stream.close()
        faults.cut(connection.socket)

    def garbage():
        connection = clients.Connection(server, tls)
        connection.send(chance.randbytes(chance.randrange(1, 4000)))
        connection.answer()
        connection.close()

    def plain_garbage():
        with faults.plain(server) as connection:
            connection.sendall(chance.randbytes(chance.randrange(1, 4000)))

    def stall():
        held.append((time.monotonic(), clients.Connection(server, tls)))
        held[-1][1].send(request[: chance.randrange(1, len(request))])
        while len(held) > 50 or (held and held[0][0] < time.monotonic() - 20):
            held.pop(0)[1].close()

    def nasty_body():
        body = chance.choice(list(bodies.nasty(chance.choice([1 << 12, 1 << 17, 1 << 20])).values()))
        clients.post_at_once(server, [body] * 3)

    def half_close():
        with faults.CarriedConnection(server) as connection:
            connection.send(request, closing=chance.choice(["notify", "half"]))
            connection.socket.recv(1)

    held = []
    kinds = [cut_handshake, cut_request, garbage, plain_garbage, stall, half_close] * 10 + [nasty_body]
    while not stop.is_set():
        with contextlib.suppress(OSError, AssertionError, ValueError):
            chance.choice(kinds)()
        count += 1
        time.sleep(0.01)
    for _, connection in held:
        connection.close()
    results.put(count)


def swap(policy, number):
    """Puts the next policy in the place of the one in force, in one step; every fifth time a broken one goes ahead."""
    new = policy.with_suffix(".new")
    if number % 5 == 4:
        new.write_text("apiVersion: podscore.dev/v1alpha1\nkind: ScorePolicy\nmetadata: {name: broken}\nspec: {enforced: {}}\n")
        os.replace(new, policy)
        time.sleep(1.5)
    new.write_bytes((POLICIES / f"{SWAPPED[number % 2]}.yaml").read_bytes())
    os.replace(new, policy)


def soak(program, certs, folder, minutes):
    """Runs the load; returns what went wrong."""
    policy = folder / "policy.yaml"
    swap(policy, 0)
    cases = offline(program, folder)
    with Server(program, certs, policy=str(policy), drain_delay=1, options=["--decision-log", str(folder / "decisions.jsonl")]) as server:
        faults.expected(server)
        before = server.descriptors()
        fork = multiprocessing.get_context("fork")
        stop, results = fork.Event(), fork.Queue()
        workers = [Worker(server, cases, seed) for seed in range(WORKERS)]
        injector = fork.Process(target=inject, args=(server, stop, results), daemon=True)
        injector.start()
        samples = watch(server, policy, minutes, folder / "decisions.jsonl")
        stop.set()
        injected = results.get(timeout=120)
        injector.join(60)
        outcomes = [worker.end() for worker in workers]
        problems = [text for _, wrong in outcomes for text in wrong]
        faults.settle(server, before)
        answers = server.answers()
        with faults.start_load(server) as load:
            server.terminate()
            server.end()
        problems += [f"lost while draining: {lost}" for lost in load.lost]
    quarter = len(samples) // 4
    early, late = statistics.median(samples[quarter : 2 * quarter]), statistics.median(samples[-quarter:])
    if late > early + GROWTH:
        problems.append(f"memory grew from {early:.1f} to {late:.1f} MiB")
    print(f"{sum(right for right, _ in outcomes):,} answers right, {injected:,} faults injected, answers by status {answers}")
    print(f"memory {early:.1f} MiB in the second quarter, {late:.1f} MiB in the last; {before} descriptors before and after")
    return problems


def watch(server, policy, minutes, log):
    """Looks at the memory once a second and swaps the policy every three; returns the samples in MiB."""
    samples = []
    end = time.monotonic() + minutes * 60
    while time.monotonic() < end:
        assert server.is_running(), "the server ended by itself"
        samples.append(server.memory())
        if len(samples) % 3 == 0:
            swap(policy, len(samples) // 3)
        if log.stat().st_size > 256 << 20:
            os.truncate(log, 0)
        if len(samples) % 60 == 0:
            print(f"  {len(samples) // 60} min: {samples[-1]:.1f} MiB, {server.descriptors()} descriptors", flush=True)
        time.sleep(1)
    return samples


def main():
    """Makes certificates and runs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--minutes", type=float, default=10)
    arguments = parser.parse_args()
    if arguments.minutes < 0.1:
        parser.error(f"--minutes must be 0.1 at least, not {arguments.minutes:g}")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        subprocess.run([str(ROOT / "Certs/generate.sh"), str(folder / "certs")], check=True, stdout=subprocess.DEVNULL)
        problems = soak(arguments.program, str(folder / "certs"), folder, arguments.minutes)
    for problem in problems[:20]:
        print(f"    {problem}")
    sys.exit(f"make soak: {len(problems)} problems" if problems else 0)


if __name__ == "__main__":
    main()
