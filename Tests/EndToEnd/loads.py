"""Load by correct clients: every request must be decided, whatever else happens."""

import multiprocessing
import time

import clients


class Load:
    """Clients in separate processes. Each is a generator that takes the server and yields after each step."""

    def __init__(self, *works, port, certs):
        fork = multiprocessing.get_context("fork")
        self.stop, self.results = fork.Event(), fork.Queue()
        server = type("Address", (), {"port": port, "certs": certs})
        self.processes = [fork.Process(target=self.run, args=(work, server), daemon=True) for work in works]
        self.count = 0

    def run(self, work, server):
        """Goes step by step until told to stop. Reports the number of steps or the error."""
        count = 0
        try:
            for count, _ in enumerate(work(server), 1):
                if self.stop.is_set():
                    break
        except Exception as error:  # pylint: disable=broad-except
            return self.results.put(f"after {count} steps: {error!r}")
        return self.results.put(count)

    def __enter__(self):
        for process in self.processes:
            process.start()
        return self

    def __exit__(self, kind, error, trace):
        self.stop.set()
        outcomes = [self.results.get(timeout=60) for _ in self.processes]
        for process in self.processes:
            process.join(timeout=60)
        if kind is None:
            assert all(isinstance(outcome, int) for outcome in outcomes), outcomes
            self.count = sum(outcomes)


def connect_anew(server):
    """Posts each review on a new connection, which verifies the certificate."""
    tls = clients.context(server.certs)
    while True:
        connection = clients.Connection(server, tls)
        decide(connection)
        connection.close()
        yield


def stay_connected(server):
    """Posts on one connection."""
    connection = clients.Connection(server)
    while True:
        decide(connection)
        yield
        time.sleep(0.002)


def post_and_reconnect(server):
    """Posts on a connection as long as the server keeps it, then on another."""
    tls = clients.context(server.certs)
    while True:
        connection, closes = clients.Connection(server, tls), False
        while not closes:
            closes = decide(connection)[1]
            yield
        connection.close()


def decide(connection):
    """The answer to an ordinary review, which must be a decision."""
    answer = connection.post()
    assert answer is not None and answer[0] == 200, f"no decision: {answer}"
    return answer
