"""Faults: clients that cut, stall, flood and trickle, a full disk, and another clock. After each the server must be as before."""

import contextlib
import itertools
import json
import pathlib
import resource
import shutil
import socket
import ssl
import struct
import subprocess
import tempfile
import threading
import time

import bodies
import clients
from server import stop

REQUEST = clients.head(len(bodies.ORDINARY)) + bodies.ORDINARY
GROWTH = 8  # MiB, by which memory may grow over a fault; the program returns memory to the system only above that
PATIENCE = 30  # seconds until the server must have released everything, with its own timeouts


def plain(server):
    """A TCP connection without TLS."""
    return socket.create_connection(("127.0.0.1", server.port), timeout=60)


def cut(connection):
    """Ends a connection with a reset, as if its host were gone."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def expected(server):
    """The answer to an ordinary request."""
    connection = clients.Connection(server)
    answer = connection.post()
    connection.close()
    assert answer is not None and answer[0] == 200, f"an ordinary request gets {answer}"
    return answer


def settle(server, descriptors):
    """Waits until the server holds no more descriptors than before; returns its resident memory in MiB."""
    end = time.monotonic() + PATIENCE
    while (now := server.descriptors()) > descriptors:
        assert time.monotonic() < end, f"{now} descriptors, {descriptors} before"
        time.sleep(0.05)
    return server.memory()


def give_back(server, limit, what):
    """Waits until the server holds less memory than that; returns how much it holds, in MiB."""
    wait_until(lambda: server.memory() < limit, lambda: f"{server.memory():.1f} MiB {what}")
    return server.memory()


def repeat(server, fault):
    """Injects a fault three times, beside an ordinary client. The server must release everything, also the memory."""
    usual = expected(server)
    descriptors = server.descriptors()
    before = server.memory()
    for _ in range(3):
        with clients.Bystander(server) as bystander:
            fault()
        settle(server, descriptors)
        assert expected(server) == usual, "another answer than before"
    now = give_back(server, before + GROWTH, f"after the third time, {before:.1f} MiB before the first")
    return f"{now:.1f} MiB after {before:.1f} MiB, {descriptors} descriptors as before, others waited {bystander.slowest * 1000:.0f} ms"


def check_cuts(start):
    """Connections that are cut at any stage, from the first byte of the handshake to the last of the answer, leave no resource behind."""
    hello = client_hello()

    def fault_of(server):
        tls = clients.context(server.certs)

        def fault():
            for count in range(0, len(hello) + 1, 16):
                connection = plain(server)
                connection.sendall(hello[:count])
                (cut if count % 32 else socket.socket.close)(connection)
            for count in range(0, len(REQUEST), 7):
                connection = clients.Connection(server, tls)
                connection.send(REQUEST[:count])
                connection.stream.close()
                (cut if count % 2 else ssl.SSLSocket.close)(connection.socket)
            for count in (0, 1, 20, 100):
                connection = clients.Connection(server, tls)
                connection.send(REQUEST)
                connection.stream.read(count)
                connection.stream.close()
                cut(connection.socket)

        return fault

    with start() as server:
        measured = repeat(server, fault_of(server))
        stop(server)
    return [measured]


def check_half_close(start):
    """A client that ends its half of the connection after the request gets its answer, with or without a close_notify of TLS."""
    with start() as server:
        usual = expected(server)

        def fault():
            for says_so in (True, False) * 20:
                with CarriedConnection(server) as connection:
                    connection.send(REQUEST, closing="notify" if says_so else "half")
                    assert connection.answers_with(usual), f"no answer after a half-close, {'announced' if says_so else 'not announced'}"

        measured = repeat(server, fault)
        stop(server)
    return [measured]


def check_segments(start):
    """One segment, 4 000 segments, single bytes and a hundred requests at once get the same answers in the same order."""
    with start() as server:
        usual = expected(server)
        tls = clients.context(server.certs)
        large = bodies.review('{"metadata":{"name":"a","annotations":{"a":"%s"}},"spec":{"containers":[{"name":"a","image":"b"}]}}' % ("x" * 100_000))

        def post(pieces, count=1):
            connection = clients.Connection(server, tls)
            for piece in pieces:
                connection.send(piece)
            for _ in range(count):
                assert (answer := connection.answer()) == usual, f"{answer} instead of {usual}"
            connection.close()

        def fault():
            request = clients.head(len(large)) + large
            post([request])
            post([request[index : index + len(request) // 4000] for index in range(0, len(request), len(request) // 4000)])
            post([REQUEST[index : index + 1] for index in range(len(REQUEST))])
            post([REQUEST * 100], count=100)
            post([(REQUEST * 100)[index : index + 1000] for index in range(0, len(REQUEST) * 100, 1000)], count=100)
            with CarriedConnection(server, trickles=True) as connection:
                connection.send(REQUEST)
                assert connection.answers_with(usual), "no answer to bytes that trickle in"

        measured = repeat(server, fault)
        stop(server)
    return [measured]


def check_handshake_flood(start):
    """600 abandoned handshakes and 600 completed ones without a request do not keep other clients out."""
    with start() as server:
        tls = clients.context(server.certs)
        hello = client_hello()

        def fault():
            held = []
            for number in range(600):
                connection = plain(server)
                connection.sendall(hello[: number % len(hello)] if number % 2 else hello)
                held.append(connection)
            threads = [threading.Thread(target=lambda: [clients.Connection(server, tls).close() for _ in range(100)]) for _ in range(6)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            for connection in held:
                cut(connection)

        measured = repeat(server, fault)
        stop(server)
    return [measured]


def check_descriptors(start):
    """With few descriptors the server accepts fewer connections, logs that, and serves clients with requests beside many without. Files keep their descriptors."""
    with start(descriptor_limit=64) as server:
        assert "only 64 open files are allowed" in server.said, server.said
        usual = expected(server)
        early = clients.Connection(server)
        assert early.post() == usual
        descriptors = server.descriptors()
        measured = []
        for _ in range(3):
            crowd = [plain(server) for _ in range(100)]
            assert early.post() == usual, "a connection that was there is not served"
            late = clients.Connection(server)
            assert late.post() == usual, "a new client is not served"
            assert server.status("/readyz") == 200
            measured.append(server.descriptors())
            late.close()
            for connection in crowd:
                cut(connection)
            settle(server, descriptors)
        early.close()
        assert max(measured) < 64, measured
        stop(server)
    return [f"{max(measured)} descriptors of 64 in use beside 100 clients that send nothing"]


def check_full_disk(start):
    """A full disk costs lines of the decision log and records, but no request. All are counted and logged once, and both continue when there is room."""
    lines_lost, written, lost = "podscore_log_lines_dropped_total", "podscore_records_written_total", "podscore_records_dropped_total"
    with tempfile.TemporaryDirectory() as folder:
        through = own_file_system(folder)
        options = ["--decision-log", f"{folder}/decisions.jsonl", "--record", f"{folder}/records"]
        with start(through=through, options=options) as server:
            disk = pathlib.Path(f"/proc/{server.process.pid}/root{folder}")
            log, filler = disk / "decisions.jsonl", disk / "filler"
            namespaces = (f"n{number}" for number in itertools.count())
            post_from(server, namespaces, 10)
            wait_until(lambda: server.metrics()[written] >= 10, "nothing is recorded")
            assert server.metrics()[lines_lost] == server.metrics()[lost] == 0
            memory = []
            with clients.Bystander(server):
                for turn in (1, 2):
                    before = server.metrics()
                    fill(filler)
                    clients.load(server, seconds=1)
                    post_from(server, namespaces, 20)
                    wait_until(lambda: server.metrics()[lost] >= before[lost] + 20, "records that are lost are not counted")
                    wait_until(lambda: server.metrics()[lines_lost] > before[lines_lost] + 1000, "lines that are lost are not counted")
                    memory.append(server.memory())
                    filler.unlink()
                    before = server.metrics()
                    post_from(server, namespaces, 20)
                    wait_until(lambda: server.metrics()[written] >= before[written] + 20, "recording does not go on")
                    wait_until(lambda: server.said.count("recording requests again") == turn, "nothing is said of recording that goes on")
                    assert server.said.count("cannot record requests") == turn, server.said[-2000:]
            wait_until(
                lambda: sum(map(is_json, log.read_bytes().splitlines())) + server.metrics()[lines_lost] == server.answers()[200],
                "decisions are not either a whole line or counted as lost",
            )
            lines = log.read_bytes().splitlines()
            samples, decided = server.metrics(), server.answers()[200]
            names = [path.name for path in (disk / "records").iterdir()]
            stop(server)
    whole = sum(map(is_json, lines))
    assert len(lines) - whole <= 2, f"{len(lines) - whole} lines are cut off"
    assert not [name for name in names if name.startswith(".")], names
    assert memory[1] < memory[0] + GROWTH, memory
    return [f"{decided} decided, {whole} lines whole, {samples[lines_lost]:.0f} lost; {samples[written]:.0f} records written, {samples[lost]:.0f} lost"]


def own_file_system(folder):
    """A command that runs another one with a small file system at that path. It needs no privilege where users may make namespaces."""
    script = 'mount -t tmpfs -o size=64m tmpfs "$0" && exec "$@"'
    for rights in (["--user", "--map-root-user"], []):
        command = ["unshare", *rights, "--mount", "sh", "-c", script, folder]
        if subprocess.run([*command, "true"], stderr=subprocess.DEVNULL, check=False).returncode == 0:
            return command
    raise AssertionError("neither user namespaces nor the right to mount")


def post_from(server, namespaces, count):
    """Posts that many reviews, each from the next Namespace. All must be decided."""
    with contextlib.closing(clients.Connection(server)) as connection:
        for namespace in itertools.islice(namespaces, count):
            answer = connection.post(bodies.ORDINARY.replace(b'"namespace":"n"', b'"namespace":"%s"' % namespace.encode()))
            assert answer is not None and answer[0] == 200, f"not decided: {answer}"


def fill(path):
    """Writes until the disk is full."""
    with open(path, "wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(1 << 16))


def is_json(line):
    """Whether a line is complete."""
    with contextlib.suppress(ValueError):
        return isinstance(json.loads(line), dict)
    return False


def check_file_size_limit(start):
    """A limit on the size of files (`ulimit -f`) costs lines of the decision log, which are counted, and does not end the server."""
    with tempfile.TemporaryDirectory() as folder:
        with start(options=["--decision-log", f"{folder}/decisions.jsonl"]) as server:
            resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))
            count = clients.load(server, seconds=1)
            wait_until(lambda: server.metrics()["podscore_log_lines_dropped_total"] > 0, f"no line of {count} counted as dropped")
            size = pathlib.Path(folder, "decisions.jsonl").stat().st_size
            assert size <= 100_000, size
            stop(server)
    return [f"{count} decided, {size} bytes of log"]


def check_clock_jumps(start):
    """If the clock jumps by years, forward and back, requests get the same answers, and time limits hold."""
    library = shutil.which("faketime") and next(pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
    assert library, "faketime is missing (make deps-e2e installs it)"
    with tempfile.NamedTemporaryFile("w") as clock:

        def set_clock(offset):
            clock.seek(0)
            clock.truncate()
            clock.write(offset + "\n")
            clock.flush()

        set_clock("+0")
        # `env` twice: the library changes the environment when it is loaded, and then Swift no longer finds the arguments after it.
        faked = ["env", f"LD_PRELOAD={library}", f"FAKETIME_TIMESTAMP_FILE={clock.name}", "FAKETIME_NO_CACHE=1", "FAKETIME_DONT_FAKE_MONOTONIC=1", "env"]
        with start(through=faked) as server:
            usual = expected(server)
            outcomes = [server.status("/readyz")]
            assert outcomes == [200], f"/readyz says {outcomes}"
            for offset in ("+3y", "-3y", "+0", "+1h", "-1h", "+0"):
                connection = clients.Connection(server)
                set_clock(offset)
                for _ in range(20):
                    assert connection.post() == usual, f"another answer at {offset}"
                connection.close()
                assert expected(server) == usual, f"another answer at {offset}"
                outcomes.append(server.status("/readyz"))
            assert outcomes[1] == outcomes[2] == 503, f"ready with a certificate that is not valid then: {outcomes}"
            assert outcomes[3] == outcomes[-1] == 200, f"not ready with a valid certificate: {outcomes}"
            stop(server)
    return [f"/readyz while the clock jumped: {outcomes}"]


def check_end_in_everything(start):
    """After a SIGTERM while clients are in every stage, complete requests are answered, other clients are closed, and the exit code is 0."""
    hello = client_hello()
    with start(drain_delay=1) as server:
        usual = expected(server)
        tls = clients.context(server.certs)
        held = [plain(server) for _ in range(10)]
        for number, connection in enumerate(held):
            connection.sendall(hello[: number * 20])
        idle = [clients.Connection(server, tls) for _ in range(20)]
        begun = [clients.Connection(server, tls) for _ in range(20)]
        for number, connection in enumerate(begun):
            connection.send(REQUEST[: 1 + number * 20])
        with start_load(server) as load:
            server.terminate()
            for number, connection in enumerate(begun[::2]):
                connection.send(REQUEST[1 + 2 * number * 20 :])
                answer = connection.answer()
                assert answer is not None and (answer[0], answer[2]) == (usual[0], usual[2]), f"a request that was begun gets {answer}"
            began = time.monotonic()
            server.end()
        lost = load.lost
        for connection in held:
            connection.close()
        for connection in idle + begun:
            connection.close()
        assert not lost, f"lost under load: {lost[:3]}"
    return [f"{len(load.answered)} answered under load, the end took {time.monotonic() - began:.0f} s"]


def check_end_at_once(start):
    """SIGTERM right after the start, just after the program has logged its address, ends it with 0, forty times."""
    for _ in range(40):
        with start() as server:
            stop(server)
    return ["40 ended with 0"]


def check_many_connections(start):
    """200 stalled and 500 idle connections do not delay other clients and take less than 96 MiB, which is released."""
    with start() as server:
        tls = clients.context(server.certs)
        hello = client_hello()
        sizes = []

        def fault():
            stalled = [plain(server) for _ in range(100)]
            for number, connection in enumerate(stalled):
                connection.sendall(hello[: number * len(hello) // 100])
            begun = [clients.Connection(server, tls) for _ in range(100)]
            for number, connection in enumerate(begun):
                connection.send(REQUEST[: 1 + number * (len(REQUEST) - 2) // 100])
            idle = []
            for _ in range(500):
                idle.append(clients.Connection(server, tls))
                # The server does not keep a connection without a request for long.
                assert idle[-1].post() is not None
            sizes.append(server.memory())
            for connection in stalled:
                cut(connection)
            for connection in begun + idle:
                connection.close()

        measured = repeat(server, fault)
        assert max(sizes) < 96, f"{max(sizes):.0f} MiB with 700 connections"
        stop(server)
    return [f"{max(sizes):.0f} MiB with 700 connections, then {measured}"]


class Load:
    """Ordinary clients in threads, until the server is gone. Keeps the lost requests."""

    def __init__(self, server):
        self.answered, self.lost = [], []
        arguments = (server, clients.context(server.certs), self.answered, self.lost)
        self.threads = [threading.Thread(target=clients.post_until_gone, args=arguments, daemon=True) for _ in range(4)]


@contextlib.contextmanager
def start_load(server):
    """Runs ordinary clients until the server has ended."""
    load = Load(server)
    for thread in load.threads:
        thread.start()
    wait_until(lambda: len(load.answered) > 20, "nobody is served")
    yield load
    for thread in load.threads:
        thread.join(60)


def client_hello():
    """The first message of a client."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    session = ssl.create_default_context().wrap_bio(incoming, outgoing, server_hostname="localhost")
    with contextlib.suppress(ssl.SSLWantReadError):
        session.do_handshake()
    return outgoing.read()


class CarriedConnection:
    """A TLS connection whose bytes the test carries: single bytes if required, and an end in one direction only."""

    def __init__(self, server, trickles=False):
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.session = clients.context(server.certs).wrap_bio(self.incoming, self.outgoing, server_hostname="localhost")
        self.socket = plain(server)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.trickles, self.has_ended = trickles, False
        self.carry(lambda: self.session.do_handshake() or True)

    def carry(self, step):
        """Repeats a step of TLS until it is complete. Returns `None` if the server ended the connection before."""
        while True:
            result = None
            with contextlib.suppress(ssl.SSLWantReadError):
                result = step()
            self.flush()
            if result is not None:
                return result
            received = self.socket.recv(1 << 16)
            if not received:
                return None
            self.incoming.write(received)

    def flush(self):
        """Sends what TLS has written, unless this half has ended."""
        data = self.outgoing.read() if not self.has_ended else b""
        for piece in [bytes([byte]) for byte in data] if self.trickles else [data] if data else []:
            self.socket.sendall(piece)

    def send(self, data, closing=None):
        """Sends bytes, and ends this half by close_notify ("notify"), or that of TCP alone ("half")."""
        self.session.write(data)
        if closing == "notify":
            with contextlib.suppress(ssl.SSLWantReadError):
                self.session.unwrap()
        self.flush()
        if closing:
            self.socket.shutdown(socket.SHUT_WR)
            self.has_ended = True

    def answers_with(self, usual):
        """Whether the usual answer comes."""
        answer = b""
        while usual[2] not in answer:
            try:
                received = self.carry(lambda: self.session.read(1 << 16))
            except ssl.SSLError:
                received = None
            if not received:
                return False
            answer += received
        return answer.startswith(b"HTTP/1.1 200")

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self.socket.close()


def wait_until(condition, complaint):
    """Waits for something that must come."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, complaint() if callable(complaint) else complaint
        time.sleep(0.02)
