"""Clients of the webhook: ordinary clients, large ones, stalled ones, and load."""

import asyncio
import multiprocessing
import pathlib
import re
import select
import socket
import ssl
import subprocess
import tempfile
import time

from bodies import ORDINARY


def context(certs):
    """The TLS context by which clients verify the server."""
    made = ssl.create_default_context(cafile=f"{certs}/ca.crt")
    made.set_alpn_protocols(["http/1.1"])
    return made


def head(length, fields="", timeout=30):
    """The header of a POST."""
    return f"POST /validate?timeout={timeout}s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n{fields}\r\n".encode()


class Connection:
    """A blocking connection for one request after another, from another address of the loopback interface if one is given."""

    def __init__(self, server, tls=None, address=None):
        plain = socket.create_connection(("127.0.0.1", server.port), timeout=60, source_address=(address, 0) if address else None)
        # As Go's clients do.
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = (tls or context(server.certs)).wrap_socket(plain, server_hostname="localhost")
        self.stream = self.socket.makefile("rb")

    def send(self, data):
        """Sends bytes."""
        self.socket.sendall(data)

    def answer(self):
        """Waits for an answer: status, whether the server closes, body; `None` when the connection ended before it was complete."""
        answer = self.whole_answer()
        return (answer[0], answer[1].get("Connection") == "close", answer[2]) if answer else None

    def whole_answer(self):
        """Waits for an answer: status, fields by name, body; `None` when the connection ended before it was complete."""
        line = self.stream.readline()
        if not line:
            return None
        fields = {}
        while (field := self.stream.readline()) not in (b"\r\n", b""):
            name, value = field.decode().rstrip().split(": ", 1)
            fields[name] = value
        length = int(fields.get("Content-Length", 0))
        body = self.stream.read(length)
        return (int(line.split()[1]), fields, body) if len(body) == length else None

    def post(self, body=ORDINARY):
        """Posts a review."""
        self.send(head(len(body)) + body)
        return self.answer()

    def is_readable(self):
        """Whether something arrived that nobody waits for: between two requests, the server's end of the connection."""
        return bool(select.select([self.socket], [], [], 0)[0])

    def ended(self):
        """Whether the server ended the connection without another byte."""
        return self.stream.read(1) == b""

    def close(self):
        """Closes the connection."""
        self.stream.close()
        self.socket.close()


class Beside:
    """A function in a separate process. Its last argument is an event that tells it to stop; `result` is what it returned."""

    LONGEST = 600  # seconds until the result must be there

    def __init__(self, function, *arguments, has_children=False):
        fork = multiprocessing.get_context("fork")
        self.stop, self.results, self.result = fork.Event(), fork.Queue(), None
        self.process = fork.Process(target=self.run, args=(function, arguments), daemon=not has_children)

    def run(self, function, arguments):
        """Passes on the function's result or its error."""
        try:
            self.results.put(function(*arguments, self.stop))
        except Exception as error:  # pylint: disable=broad-except
            self.results.put(RuntimeError(repr(error)))

    def __enter__(self):
        self.process.start()
        return self

    def __exit__(self, kind, error, trace):
        self.stop.set()
        if kind is None:
            self.result = self.results.get(timeout=self.LONGEST)
            assert not isinstance(self.result, Exception), self.result
        self.process.join(timeout=60)


def post_until(port, certs, stop):
    """Posts on one connection until told to stop. Every answer must be a decision. Returns the number of answers and the time of the slowest."""
    server = type("Address", (), {"port": port, "certs": certs})
    connection, slowest, count = Connection(server), 0.0, 0
    while not stop.is_set():
        start = time.monotonic()
        answer = connection.post()
        slowest = max(slowest, time.monotonic() - start)
        assert answer is not None and answer[0] == 200, f"an ordinary client got {answer}"
        count += 1
        time.sleep(0.002)
    return count, slowest


def post_until_gone(server, tls, answered, lost):
    """Posts on one connection after another until the server accepts none. Keeps the answers, and separately those that are not decisions."""
    while True:
        try:
            connection = Connection(server, tls)
        except OSError:
            return
        try:
            closes = False
            while not closes:
                answer = connection.post()
                if answer is None or answer[0] != 200:
                    return lost.append(answer)
                answered.append(answer)
                closes = answer[1]
        except OSError as error:
            return lost.append(error)
        finally:
            connection.close()


class Bystander(Beside):
    """An ordinary client in a separate process. All its requests must be decided in time while others misbehave."""

    LONGEST = 60
    # Seconds. A stalled client is closed after 10 s at the earliest, and a client that waits for it takes as long. A busy machine needs one more.
    LIMIT = 5

    def __init__(self, server):
        super().__init__(post_until, server.port, server.certs)

    def __exit__(self, kind, error, trace):
        super().__exit__(kind, error, trace)
        if kind is None:
            self.count, self.slowest = self.result
            assert self.count > 0
            assert self.slowest < self.LIMIT, f"an ordinary client waited {self.slowest:.1f} s"


async def post_large(server, body, tls):
    """Posts a body as other programs do, and stops sending when the answer comes. Returns the status or the error.

    An answer with status 503 must say when to come again.
    """
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port, ssl=tls, server_hostname="localhost")
    except OSError as error:
        return f"no connection: {error}"
    answered = asyncio.ensure_future(status_from(reader))
    try:
        writer.write(head(len(body)))
        for start in range(0, len(body), 1 << 16):
            if answered.done():
                break
            writer.write(body[start : start + (1 << 16)])
            await writer.drain()
            # The answer may come early, if the body is too large.
            await asyncio.sleep(0)
        return await asyncio.wait_for(answered, 120)
    except (OSError, EOFError, asyncio.TimeoutError) as error:
        if answered.done() and not answered.exception():
            return answered.result()
        return f"no answer: {error!r}"
    finally:
        answered.cancel()
        writer.transport.abort()


async def status_from(reader):
    """The status of an answer whose header has come."""
    line, *fields = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    status = int(line.split()[1])
    return "503 without Retry-After" if status == 503 and "Retry-After: 1" not in fields else status


def post_at_once(server, bodies):
    """Posts all bodies at once and counts the answers by status."""

    async def all_of_them():
        tls = context(server.certs)
        # If both sides end a connection at the same time, Python reports an error of its own kind.
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
        return await asyncio.gather(*(post_large(server, body, tls) for body in bodies))

    counts = {}
    for status in asyncio.run(all_of_them()):
        counts[status] = counts.get(status, 0) + 1
    return counts


def load(server, seconds, connections=16, fields="", review=ORDINARY):
    """Posts with wrk for some seconds. Every answer must be a decision. Returns their number."""
    body = review.decode().replace("]]", "] ]")
    script = f'wrk.method = "POST"\nwrk.headers["Content-Type"] = "application/json"\n{fields}\nwrk.body = [[{body}]]\n'
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "post.lua")
        path.write_text(script)
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s", str(path)]
        run = subprocess.run([*command, f"https://localhost:{server.port}/validate"], capture_output=True, text=True, check=True)
    assert "Non-2xx" not in run.stdout and "Socket errors" not in run.stdout, run.stdout
    return int(re.search(r"(\d+) requests in", run.stdout)[1])
