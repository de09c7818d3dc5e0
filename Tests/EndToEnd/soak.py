#!/usr/bin/env python3
"""Runs the released program for minutes under mixed load with faults and attacks, and compares every answer with the offline decision.

usage: soak.py PROGRAM [--minutes M]

`podscore review` decides offline under two policies, which are swapped under load. An answer is right if it is equal to one of the two, byte
for byte. Attacks take turns. During them all calls of an API server must be decided and all probes answered. At the end there must be no wrong
answer, no lost request of a correct client, no growth of memory and no open descriptor.
"""

import argparse
import contextlib
import itertools
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

import apiserver
import attacked
import attacks
import bodies
import clients
import faults
from clients import Beside
from server import POLICIES, ROOT, Server

REVIEWS = sorted((ROOT / "Tests/PodscoreTests/Acceptance/reviews").glob("*.json"))
SWAPPED = ["enforcing", "warning"]
WORKERS = 4
GROWTH = 8  # MiB, from the second quarter of the time to the last


def offline(program, folder):
    """Each request body with its possible answers."""
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
    """Whether an answer is the decision of one of the policies."""
    return answer[0] == 200 and answer[2].strip() in allowed


# Not the attackers' address, as in a cluster: the server shares out connections and the memory of bodies by address.
WORKER_ADDRESS, API_SERVER_ADDRESS = "127.0.100.1", "127.0.100.2"


class Worker:
    """A correct client in a separate process: keeps connections, opens new ones, sends ahead, in pieces or at once.

    It retries after a 503 with Retry-After, and sends again the requests behind an answer that closes the connection. While it waits before
    that, it counts as idle, and the server may close the connection. Like the API server's client, it then takes a new one.
    """

    def __init__(self, server, cases, seed, attacked_now):
        fork = multiprocessing.get_context("fork")
        self.stop, self.results = fork.Event(), fork.Queue()
        self.address = type("Address", (), {"port": server.port, "certs": server.certs})
        self.cases, self.chance, self.attacked_now = cases, random.Random(seed), attacked_now
        self.right, self.repeated, self.rounds, self.wrong = 0, 0, 0, []
        self.process = fork.Process(target=self.run, daemon=True)
        self.process.start()

    def run(self):
        """Posts until told to stop, and reports the results."""
        tls, batch = clients.context(self.address.certs), []
        while not self.stop.is_set() and len(self.wrong) <= 3:
            try:
                connection, closes = clients.Connection(self.address, tls, WORKER_ADDRESS), False
                for _ in range(self.chance.choice([1, 3, 200])):
                    batch = batch or [self.chance.choice(self.cases) for _ in range(self.chance.choice([1, 1, 1, 1, 8]))]
                    batch, closes = self.post(connection, batch)
                    closes = closes or bool(batch) and connection.is_readable()
                    if closes or self.wrong or self.stop.is_set():
                        break
                connection.close()
            except OSError as error:
                self.wrong.append(f"lost with {len(batch)} in flight{self.during()}: {error!r}")
        self.results.put((self.right, self.repeated, self.wrong))

    def post(self, connection, batch):
        """Posts reviews. Returns those to post again, and whether the server closes the connection."""
        request = b"".join(clients.head(len(body)) + body for body, _ in batch)
        size = max(1, len(request) // self.chance.choice([1, 1, 1, 7, 400]))
        for start in range(0, len(request), size):
            connection.send(request[start : start + size])
        again, rounds, sent = [], self.rounds + 1, time.monotonic()
        for number, (body, allowed) in enumerate(batch):
            answer = connection.whole_answer()
            if answer is None:
                waited = time.monotonic() - sent
                self.wrong.append(f"no answer to request {number + 1} of {len(batch)}, {waited:.3f} s after the last byte{self.during()}: {body[:100]}")
                break
            if answer[0] == 503 and "Retry-After" in answer[1]:
                again.append((body, allowed))
            elif is_right(answer, allowed):
                self.right += 1
            else:
                self.wrong.append(f"{answer[:2]} {answer[2][:300]} for {body[:100]}")
            if answer[1].get("Connection") == "close":
                again += batch[number + 1 :]
                break
        self.repeated += len(again)
        self.rounds = rounds if again else 0
        if again:
            time.sleep(1)
        if rounds > apiserver.RETRIES:
            self.wrong.append(f"503 with Retry-After {rounds} times")
        return again, answer is None or answer[1].get("Connection") == "close"

    def during(self):
        """The number of the attack, for problems."""
        return f" during attack {self.attacked_now.value}" if self.attacked_now.value else ""

    def end(self):
        """Stops. Returns the numbers of right answers and of retried requests, and the wrong answers."""
        self.stop.set()
        outcome = self.results.get(timeout=120)
        self.process.join(60)
        return outcome


def call_as_api_server(server, stop):
    """Calls with ordinary reviews, and every fiftieth time with the largest, until told to stop. Returns the outcomes of both."""
    client, ordinary, large = apiserver.APIServer(server, address=API_SERVER_ADDRESS), apiserver.Outcomes(), apiserver.Outcomes()
    body = bodies.largest_sent()
    while not stop.is_set():
        for _ in range(50):
            ordinary.take(client.call)
            time.sleep(0.02)
        large.take(lambda: client.call(body, attacked.RATE))
    return ordinary, large


def inject(server, stop, results):
    """Injects faults in turn until told to stop. Returns their number."""
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
        body = chance.choice(list(bodies.nasty(chance.choice([1 << 12, 1 << 17, 1 << 20, 5 << 20])).values()))
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


ATTACKS = [
    (attacks.announced(4000), 512),
    (attacks.announced(1 << 18, 8 << 20, 31 << 20), 512),
    (attacks.stalling_handshakes, 512),
    (attacks.unfinished(1 << 18), 256),
    (attacked.MANY_ADDRESSES, 400),
    (attacked.SMALL_BODIES, 766),
    (attacks.unread(), 256),
    (attacks.unread(attacks.REFUSED), 768),
    (attacks.unread(attacks.MIXED), 768),
    (attacks.held(attacks.used()), 4000),
    (attacks.trickling(), 1000),
    (attacks.handshakes(), 3000),
    (attacks.half_headers(), 1000),
    (attacks.half_headers(30_000), 1000),
    (attacks.unfinished(1 << 16, missing=1 << 15), 1000),
    (attacks.large_handshakes(16_000, 65_000, 131_396, 1 << 18), 1000),
    # Four longer ones at once, with what is decoded of them, would leave no room for the largest review.
    (attacks.deciding([body for body in bodies.slow().values() if len(body) < 1 << 20]), 4),
    (attacks.held(attacks.at_plain_port()), 64),
    (attacks.held(attacks.at_plain_port(attacks.CHUNKED)), 64),
    (attacks.unread(attacks.METRICS, port="ops_port"), 64),
    (attacks.asking(attacks.METRICS_WITHOUT_BODY, port="ops_port"), 32),
]


def besiege(server, attacked_now, stop):
    """Attacks in turn, each for five seconds after a rest of five, until told to stop. Returns the number of attacks."""
    for count, (attack, connections) in enumerate(itertools.cycle(ATTACKS)):
        if stop.wait(5):
            return count
        attacked_now.value = count % len(ATTACKS) + 1
        with attacks.Attack(server, attack, connections):
            stop.wait(5)
        attacked_now.value = 0


def swap(policy, number):
    """Replaces the policy in force by the next one, in one step. Every fifth time an invalid one comes before it."""
    new = policy.with_suffix(".new")
    if number % 5 == 4:
        new.write_text("apiVersion: podscore.dev/v1alpha1\nkind: ScorePolicy\nmetadata: {name: broken}\nspec: {enforced: {}}\n")
        os.replace(new, policy)
        time.sleep(1.5)
    new.write_bytes((POLICIES / f"{SWAPPED[number % 2]}.yaml").read_bytes())
    os.replace(new, policy)


def soak(program, certs, folder, minutes):
    """Runs the load. Returns the problems."""
    policy = folder / "policy.yaml"
    swap(policy, 0)
    cases = offline(program, folder)
    with Server(program, certs, policy=str(policy), drain_delay=1, options=["--decision-log", str(folder / "decisions.jsonl")]) as server:
        faults.expected(server)
        before = server.descriptors()
        fork = multiprocessing.get_context("fork")
        stop, results = fork.Event(), fork.Queue()
        # The number of the attack that goes on, 0 without one.
        attacked_now = fork.Value("i", 0)
        workers = [Worker(server, cases, seed, attacked_now) for seed in range(WORKERS)]
        injector = fork.Process(target=inject, args=(server, stop, results), daemon=True)
        injector.start()
        caller, prober, besieger = Beside(call_as_api_server, server), Beside(apiserver.probe, server), Beside(besiege, server, attacked_now, has_children=True)
        with caller, prober, besieger:
            samples = watch(server, policy, minutes, folder / "decisions.jsonl", attacked_now)
        stop.set()
        injected = results.get(timeout=120)
        injector.join(60)
        outcomes = [worker.end() for worker in workers]
        problems = [text for _, _, wrong in outcomes for text in wrong]
        called = {"calls": caller.result[0], "large reviews": caller.result[1], "probes": prober.result}
        problems += [f"{name}: {text}" for name, made in called.items() for text in made.failures]
        highest = server.memory("VmHWM")
        if highest > attacked.MEMORY_LIMIT:
            problems.append(f"{highest:.0f} MiB at most")
        faults.settle(server, before)
        answers = server.answers()
        with faults.start_load(server) as load:
            server.terminate()
            server.end()
        problems += [f"lost while draining: {lost}" for lost in load.lost]
    quarter = len(samples) // 4
    early, late = (statistics.median(part) if part else highest for part in (samples[quarter : 2 * quarter], samples[-quarter:]))
    if late > early + GROWTH:
        problems.append(f"memory grew from {early:.1f} to {late:.1f} MiB")
    right, repeated = sum(right for right, _, _ in outcomes), sum(repeated for _, repeated, _ in outcomes)
    print(f"{right:,} answers right, {repeated:,} requests retried after 503, {injected:,} faults and {besieger.result} attacks, answers by status {answers}")
    print("; ".join(f"{name} {made}" for name, made in called.items()))
    print(f"memory {early:.1f} MiB in the second quarter, {late:.1f} MiB in the last, {highest:.1f} MiB at most; {before} descriptors before and after")
    return problems


def watch(server, policy, minutes, log, attacked_now):
    """Measures memory every second and swaps the policy every three. Returns the samples in MiB, without those during attacks."""
    samples = []
    end = time.monotonic() + minutes * 60
    for second in itertools.count(1):
        if time.monotonic() > end:
            return samples
        assert server.is_running(), "the server ended by itself"
        now = server.memory()
        samples += [] if attacked_now.value else [now]
        if second % 3 == 0:
            swap(policy, second // 3)
        if log.stat().st_size > 256 << 20:
            os.truncate(log, 0)
        if second % 60 == 0:
            print(f"  {second // 60} min: {now:.1f} MiB, {server.descriptors()} descriptors", flush=True)
        time.sleep(1)


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
