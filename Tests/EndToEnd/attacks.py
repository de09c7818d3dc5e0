"""Attacks on the server. Each opens many connections and leaves them in some state, bounded in number and time.

An attack is a generator. It takes the server and a number of connections, and yields after each step. From the step at which all are open, it
yields `True`.
"""

import contextlib
import itertools
import multiprocessing
import resource
import select
import socket
import ssl
import time

import clients
import faults
from bodies import ORDINARY

SECONDS = 600  # the longest time of an attack
REOPENED = 50  # connections a second that each process opens in place of those that the server has closed
CHUNKED = b"GET /livez HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
ANNOUNCED = b"GET /livez HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n"
# Requests that take no place, as many as wait for their answers on one connection.
REFUSED = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" * 125
# The same with long headers.
LONG_REFUSED = (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 400 + b"\r\n\r\n") * 36
METRICS = b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n" * 125
METRICS_WITHOUT_BODY = METRICS.replace(b"GET", b"HEAD")
# Requests without a place, as many as the socket may still take, and then one with a place.
MIXED = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" * 40 + faults.REQUEST


class Attack:
    """An attack whose connections are divided among processes. It is entered when all of them are open."""

    def __init__(self, server, attack, count, processes=2):
        fork = multiprocessing.get_context("fork")
        self.stop, self.opened = fork.Event(), fork.Queue()
        steps = [attack(server, count // processes) for _ in range(processes)]
        self.processes = [fork.Process(target=self.run, args=(each,), daemon=True) for each in steps]

    def run(self, steps):
        """Goes step by step until told to stop or the time is over."""
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        end, has_said = time.monotonic() + SECONDS, False
        try:
            for has_opened in steps:
                if has_opened and not has_said:
                    self.opened.put(None)
                    has_said = True
                if self.stop.is_set() or time.monotonic() > end:
                    return
        except Exception as error:  # pylint: disable=broad-except
            self.opened.put(repr(error))

    def __enter__(self):
        for process in self.processes:
            process.start()
        outcomes = [self.opened.get(timeout=120) for _ in self.processes]
        assert not any(outcomes), outcomes
        return self

    def __exit__(self, kind, error, trace):
        self.stop.set()
        for process in self.processes:
            process.join(timeout=2)
            # A process that waits for an answer does not see the event.
            process.terminate()
            process.join(timeout=60)


class Crowd:
    """The connections of one process: at first a number, then one for each that the server closes, at a bounded rate."""

    def __init__(self, open_one, count, events, rate=REOPENED):
        self.open_one, self.count, self.events, self.rate = open_one, count, events, rate
        self.members, self.poll, self.opened = {}, select.poll(), 0
        self.rest = time.monotonic()

    def fill(self):
        """Opens a connection if one is missing. Returns whether all have been opened."""
        now = time.monotonic()
        if len(self.members) < self.count and (self.opened < self.count or now > self.rest):
            self.rest = max(self.rest, now - 1) + 1 / self.rate
            self.opened += 1
            with contextlib.suppress(OSError):
                connection = self.open_one()
                connection.setblocking(False)
                self.members[connection.fileno()] = connection
                self.poll.register(connection, self.events)
        return self.opened >= self.count

    def active(self):
        """The connections with an event. Checks from time to time while it opens them, and waits a little after that."""
        if self.opened < self.count and self.opened % 16:
            return []
        return [self.members[number] for number, _ in self.poll.poll(0 if self.opened < self.count else 10)]

    def remove(self, connection):
        """Removes a connection that the server has closed."""
        self.poll.unregister(connection)
        del self.members[connection.fileno()]
        connection.close()


def held(open_one, drips=b"", rate=REOPENED):
    """An attack that keeps connections in the state in which `open_one` leaves them. Each sends `drips` once a second."""

    def attack(server, count):
        crowd, dripped = Crowd(lambda: open_one(server), count, select.POLLIN | select.POLLRDHUP, rate), time.monotonic()
        while True:
            has_opened = crowd.fill()
            for connection in crowd.active():
                if has_ended(connection):
                    crowd.remove(connection)
            if drips and time.monotonic() > dripped + 1:
                dripped = time.monotonic()
                for connection in crowd.members.values():
                    with contextlib.suppress(OSError):
                        connection.send(drips)
            yield has_opened

    return attack


def has_ended(connection):
    """Whether the server has ended the connection. Reads what it has sent."""
    try:
        return not connection.recv(1 << 14)
    except (ssl.SSLWantReadError, BlockingIOError):
        return False
    except OSError:
        return True


def unverified():
    """TLS that accepts any certificate."""
    made = ssl.create_default_context()
    made.check_hostname, made.verify_mode = False, ssl.CERT_NONE
    return made


def plain(data=b"", port="port"):
    """Opens a TCP connection and sends bytes."""

    def open_one(server):
        connection = socket.create_connection(("127.0.0.1", getattr(server, port)), timeout=10)
        connection.sendall(data)
        return connection

    return open_one


def at_plain_port(data=b""):
    """Opens a connection to the plain port and sends bytes."""
    return plain(data, port="ops_port")


def secure(data=b"", addresses=itertools.repeat(None)):
    """Opens a TLS connection and sends bytes. `addresses` are the client's, one after another."""
    tls = unverified()

    def open_one(server):
        address = next(addresses)
        tcp = socket.create_connection(("127.0.0.1", server.port), timeout=10, source_address=(address, 0) if address else None)
        connection = tls.wrap_socket(tcp)
        connection.sendall(data)
        return connection

    return open_one


def used(begun=b""):
    """Opens a TLS connection on which a request was answered, and sends the first bytes of another one."""
    open_one = secure(faults.REQUEST)

    def open_and_read(server):
        connection = open_one(server)
        connection.recv(1 << 14)
        if begun:
            connection.sendall(begun)
        return connection

    return open_and_read


def in_turn(*openers):
    """Opens connections of several kinds in turn."""
    turns = itertools.cycle(openers)
    return lambda server: next(turns)(server)


def announced(*lengths):
    """Connections that announce bodies of those lengths and send none."""
    return held(in_turn(*(secure(clients.head(length)) for length in lengths)))


def unfinished(length, missing=1, addresses=itertools.repeat(None), drips=b"", rate=REOPENED):
    """Connections whose bodies lack the last bytes."""
    return held(secure(clients.head(length) + b" " * (length - missing), addresses), drips, rate)


def many_addresses():
    """Addresses of this machine that Linux accepts without configuration."""
    return itertools.cycle(f"127.0.{number // 250 + 1}.{number % 250 + 1}" for number in range(1000))


def stalling_handshakes(server, count):
    """Connections that announce a body and stall: at first a number, then 50 a second. Each is kept for 20 s."""
    open_one, kept, due = secure(clients.head(4000)), [], time.monotonic()
    for number in itertools.count():
        now = time.monotonic()
        with contextlib.suppress(OSError):
            kept.append((now, open_one(server)))
        while kept and kept[0][0] < now - 20:
            kept.pop(0)[1].close()
        yield number >= count
        due = now if number < count else max(due + 1 / REOPENED, now - 1)
        time.sleep(max(0, due - time.monotonic()))


def asking(requests, port="port"):
    """Connections that send those requests again and again, and read the answers."""

    def attack(server, count):
        crowd, rest = Crowd(lambda: plain(port=port)(server), count, select.POLLIN | select.POLLOUT), {}
        while True:
            has_opened = crowd.fill()
            for connection in crowd.active():
                unsent = rest.get(connection) or requests
                with contextlib.suppress(OSError):
                    rest[connection] = unsent[connection.send(unsent):]
                if has_ended(connection):
                    rest.pop(connection, None)
                    crowd.remove(connection)
            yield has_opened

    return attack


def unread(requests=faults.REQUEST * 32, port="port", before=b""):
    """Connections that send those requests as long as the server accepts them, and read no answer.

    The requests are a single TLS record, which is sent completely or not at all. `before` is a request whose answer is read, three times: the
    kernel then buffers more for the connection.
    """

    def attack(server, count):
        tls = unverified() if port == "port" else None
        crowd = Crowd(lambda: slow_reader(getattr(server, port), tls, before), count, select.POLLOUT)
        while True:
            has_opened = crowd.fill()
            for connection in crowd.active():
                try:
                    connection.send(requests)
                except (ssl.SSLWantReadError, ssl.SSLWantWriteError, BlockingIOError):
                    continue
                except OSError:
                    crowd.remove(connection)
            yield has_opened

    return attack


def slow_reader(port, tls, before=b""):
    """Opens a connection with a small window, and with short segments, as on a network. `tls` is `None` at the plain port."""
    tcp = socket.socket()
    tcp.settimeout(10)
    if not before:
        tcp.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 1000)
    tcp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 13)
    tcp.connect(("127.0.0.1", port))
    connection = tls.wrap_socket(tcp) if tls else tcp
    for _ in range(3 if before else 0):
        connection.sendall(before)
        connection.recv(1 << 14)
    return connection


def deciding(reviews):
    """Connections that post those reviews in turn, each after the answer to the last one. One connection for each process."""
    starts = itertools.count()

    def attack(server, _):
        first = next(starts) % len(reviews)
        return post_in_turn(server, [*reviews[first:], *reviews[:first]])

    return attack


def post_in_turn(server, reviews):
    """Posts those reviews again and again, on one connection as long as the server keeps it."""
    connection = None
    for body in itertools.cycle(reviews):
        try:
            connection = connection or clients.Connection(server)
            connection.send(clients.head(len(body)) + body)
            yield True
            answer = connection.answer()
        except OSError:
            answer = None
        if answer is None or answer[1]:
            if connection:
                connection.close()
            connection = None
            # The server may be too busy for a handshake: it is under attack.
            yield True


def half_headers(length=20):
    """Connections whose headers have no end."""
    return held(secure(b"POST /validate HTTP/1.1\r\nHost: a\r\nX: " + b"x" * length))


def trickling():
    """Connections on which a request was answered, and whose next header arrives byte by byte."""
    return held(used(b"POST /validate HTTP/1.1\r\nHost: a\r\nX: "), drips=b"x")


def handshakes():
    """Connections that send only the first message of the handshake."""
    return held(plain(faults.client_hello()))


def large_handshakes(*lengths):
    """Connections with handshake messages of those lengths. The last 1,000 bytes come one a second."""
    return held(in_turn(*(plain(handshake_message(length)[:-1000]) for length in lengths)), drips=b"\0")


def handshake_message(length):
    """A ClientHello of that length, in records. All but its first bytes are zeros."""
    text = bytes([1]) + length.to_bytes(3, "big") + bytes([3, 3]) + bytes(length - 2)
    records = [text[start : start + 16384] for start in range(0, len(text), 16384)]
    return b"".join(bytes([22, 3, 1]) + len(record).to_bytes(2, "big") + record for record in records)


def said(connection):
    """All bytes that the server sends until it ends the connection."""
    answer = b""
    with connection, contextlib.suppress(OSError):
        connection.settimeout(10)
        while data := connection.recv(1 << 14):
            answer += data
    return answer
