"""Clients that call the webhook as an API server does, and probe it as the kubelet does."""

import http.client
import select
import socket
import ssl
import statistics
import threading
import time

import clients
from bodies import ORDINARY

TIMEOUT = 5  # seconds for a call with all its retries, like `timeoutSeconds` of the chart
RETRIES = 10  # as in client-go
PIECE = 1 << 16


class NoDecision(Exception):
    """A call that an API server counts as failed."""


class APIServer:
    """Posts reviews on one connection as Go's HTTP client does, and retries as client-go does.

    It retries when an answer with status 429 or 5xx has Retry-After. It opens another connection when it sees that the server has closed the
    one it kept, or when it could not send a byte of the request there. A request that was sent and not answered fails: Go sends no POST twice.
    """

    def __init__(self, server, timeout=TIMEOUT, address=None):
        self.server, self.timeout = server, timeout
        # Another address of the loopback interface if one is given.
        self.source = (address, 0) if address else None
        self.tls = clients.context(server.certs)
        self.connection = None

    def call(self, body=ORDINARY, rate=None):
        """Returns the body of the answer with status 200. Sends no more than `rate` bytes a second."""
        end = time.monotonic() + self.timeout
        for _ in range(RETRIES + 1):
            status, fields, answer = self.attempt(clients.head(len(body), timeout=self.timeout) + body, rate, end)
            if status == 200:
                return answer
            if "retry-after" not in fields or not (status == 429 or status >= 500):
                raise NoDecision(f"{status} {answer[:200]}")
            if time.monotonic() + int(fields["retry-after"]) > end:
                raise NoDecision(f"{status} until the timeout")
            time.sleep(int(fields["retry-after"]))
        raise NoDecision(f"{status} after {RETRIES} retries")

    def attempt(self, request, rate, end):
        """Sends the request on the kept connection, or on a new one if that is closed."""
        is_kept = self.is_open()
        try:
            if not is_kept:
                self.connect(end)
            exchange = Exchange(self.connection, request, rate, end)
            answer = exchange.run()
        except (OSError, EOFError) as error:
            self.close()
            if is_kept and not exchange.sent:
                return self.attempt(request, rate, end)
            raise NoDecision(f"no answer: {error!r}") from error
        if answer[1].get("connection") == "close" or exchange.sent < len(request):
            self.close()
        return answer

    def is_open(self):
        """Whether a connection is open."""
        if self.connection:
            try:
                if not self.connection.recv(1):
                    self.close()
            except ssl.SSLWantReadError:
                pass
            except OSError:
                self.close()
        return self.connection is not None

    def connect(self, end):
        """Opens a connection and verifies the server."""
        plain = socket.create_connection(("127.0.0.1", self.server.port), timeout=max(0.001, end - time.monotonic()), source_address=self.source)
        try:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connection = self.tls.wrap_socket(plain, server_hostname="localhost")
        finally:
            if not self.connection:
                plain.close()
        self.connection.setblocking(False)

    def close(self):
        """Closes the connection."""
        if self.connection:
            self.connection.close()
            self.connection = None


class Exchange:
    """A request and its answer on a non-blocking connection. The answer may come before the end of the request."""

    def __init__(self, connection, request, rate, end):
        self.connection, self.request, self.rate, self.end = connection, memoryview(request), rate, end
        self.began, self.sent, self.received = time.monotonic(), 0, bytearray()

    def run(self):
        """Sends the request. Returns the answer's status, fields by lower-case name, and body."""
        poll = select.poll()
        while not (answer := self.answer()):
            due = self.due()
            waits = self.send(due)
            if self.receive():
                continue
            now = time.monotonic()
            if now > self.end:
                raise TimeoutError(f"{self.sent} of {len(self.request)} bytes sent, {len(self.received)} bytes received")
            poll.register(self.connection, select.POLLIN | (select.POLLOUT if waits else 0))
            poll.poll(5 if not waits and due < len(self.request) else max(1, (self.end - now) * 1000))
        return answer

    def due(self):
        """The number of bytes that may be sent by now."""
        if self.rate is None:
            return len(self.request)
        return min(len(self.request), int((time.monotonic() - self.began) * self.rate) + PIECE)

    def send(self, due):
        """Sends up to there. Returns whether it must wait for room."""
        try:
            while self.sent < due:
                self.sent += self.connection.send(self.request[self.sent : min(due, self.sent + PIECE)])
        except ssl.SSLWantWriteError:
            return True
        except (BrokenPipeError, ConnectionResetError, ssl.SSLEOFError):
            # The answer may already be there.
            if not self.receive() or not self.answer():
                raise
        return False

    def receive(self):
        """Reads the available bytes. Returns whether there were any."""
        try:
            data = self.connection.recv(PIECE)
        except ssl.SSLWantReadError:
            return False
        if not data:
            raise EOFError(f"closed after {self.sent} of {len(self.request)} bytes")
        self.received += data
        return True

    def answer(self):
        """The answer, once it is complete."""
        head, end, body = bytes(self.received).partition(b"\r\n\r\n")
        if not end:
            return None
        line, *lines = head.decode().split("\r\n")
        fields = {name.lower(): value for name, value in (field.split(": ", 1) for field in lines)}
        return (int(line.split()[1]), fields, body) if len(body) >= int(fields.get("content-length", 0)) else None


class Outcomes:
    """The outcomes of calls: the seconds of each answered call, and the error of each other call."""

    def __init__(self):
        self.seconds, self.failures = [], []

    def take(self, action):
        """Runs an action and keeps its duration or its error."""
        began = time.monotonic()
        try:
            action()
        except (NoDecision, OSError, http.client.HTTPException) as error:
            self.failures.append(f"{error!r} after {time.monotonic() - began:.2f} s")
        else:
            self.seconds.append(time.monotonic() - began)

    def __str__(self):
        count = len(self.seconds) + len(self.failures)
        text = f"{len(self.seconds)} of {count}"
        if self.seconds:
            text += f" (median {statistics.median(self.seconds) * 1000:.0f} ms, slowest {max(self.seconds) * 1000:.0f} ms)"
        return text + (f", the first error: {self.failures[0]}" if self.failures else "")


def call(server, count, pause=0.03, body=ORDINARY, rate=None, keeps_alive=True):
    """Makes a number of calls, one after another, on one connection or on a new one each. Each must be decided and denied."""
    client, outcomes = APIServer(server), Outcomes()

    def denied():
        answer = client.call(body, rate)
        if b'"allowed":false' not in answer:
            raise NoDecision(f"not denied: {answer[:200]}")
        if not keeps_alive:
            client.close()

    for _ in range(count):
        outcomes.take(denied)
        time.sleep(pause)
    client.close()
    return outcomes


def call_at_once(server, count, body, timeout):
    """Makes calls at the same time, on a connection each. Each must be decided before the timeout in seconds."""
    members, outcomes, begin = [APIServer(server, timeout) for _ in range(count)], Outcomes(), threading.Barrier(count)

    def run(client):
        client.connect(time.monotonic() + timeout)
        begin.wait()
        outcomes.take(lambda: client.call(body))
        client.close()

    threads = [threading.Thread(target=run, args=(client,)) for client in members]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def probe(server, stop):
    """Probes liveness and readiness as the kubelet does with `timeoutSeconds: 1`, until told to stop."""
    outcomes = Outcomes()
    while not stop.is_set():
        for path in ("/livez", "/readyz"):
            outcomes.take(lambda path=path: ask(server, path))
        time.sleep(0.05)
    return outcomes


def ask(server, path):
    """Requests a page of the plain port. It must come with status 200 within a second."""
    began = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", server.ops_port, timeout=1)
    try:
        connection.request("GET", path)
        status = connection.getresponse().status
    finally:
        connection.close()
    if status != 200 or time.monotonic() - began > 1:
        raise NoDecision(f"{path} says {status} after {time.monotonic() - began:.2f} s")
