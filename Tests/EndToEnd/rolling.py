"""Checks that servers behind a TCP proxy can be restarted in turn, and that an overloaded server says so at once."""

import os
import pathlib
import socket
import subprocess
import tempfile
import threading
import time

import attacks
import bodies
import clients
import loads
from reloading import until
from server import stop

RESTARTS = 20 if os.environ.get("E2E_LONG") == "1" else 4
MODULES = "/usr/lib/nginx/modules"

CONFIGURATION = """load_module {modules}/ngx_stream_module.so;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_processes 1;
events {{ worker_connections 1024; }}
stream {{
    upstream webhook {{ {servers} }}
    proxy_next_upstream off;
    server {{ listen 127.0.0.1:{port}; proxy_pass webhook; proxy_connect_timeout 1s; }}
}}
"""


class Proxy:
    """nginx as a Service of the cluster: new connections go to ready servers, open ones stay, and nothing is retried."""

    def __init__(self, folder):
        self.folder, self.backends, self.listed, self.process = pathlib.Path(folder), [], [], None
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.watching = threading.Event()
        self.watcher = threading.Thread(target=self.watch, daemon=True)

    def watch(self):
        """Probes the readiness of each server as the kubelet does, and tells nginx about changes."""
        while not self.watching.wait(0.1):
            self.list_ready()

    def list_ready(self):
        """Makes nginx use the servers that are ready now."""
        ready = [server.port for server in list(self.backends) if is_ready(server)]
        if ready == self.listed or not ready:
            return
        self.listed = ready
        servers = " ".join(f"server 127.0.0.1:{port} max_fails=0;" for port in ready)
        text = CONFIGURATION.format(modules=MODULES, folder=self.folder, servers=servers, port=self.port)
        (self.folder / "nginx.conf").write_text(text)
        if self.process:
            self.process.send_signal(1)

    def __enter__(self):
        self.list_ready()
        command = ["/usr/sbin/nginx", "-p", str(self.folder), "-c", str(self.folder / "nginx.conf"), "-e", str(self.folder / "error.log")]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until("nginx serves", self.serves)
        self.watcher.start()
        return self

    def serves(self):
        """Whether nginx accepts connections."""
        assert self.process.poll() is None, (self.folder / "error.log").read_text()
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=60).close()
        except OSError:
            return False
        return True

    def __exit__(self, kind, error, trace):
        self.watching.set()
        self.watcher.join(timeout=60)
        self.process.terminate()
        self.process.wait(timeout=60)


def is_ready(server):
    """Whether requests should go to the server."""
    try:
        return server.page("/readyz") == b"ok\n"
    except OSError:
        return False


def check_rolling_restart(start):
    """Two servers behind a proxy that follows /readyz are restarted in turn under load, and no request fails."""
    with tempfile.TemporaryDirectory() as folder:
        proxy = Proxy(folder)
        proxy.backends = [start(drain_delay=2) for _ in range(2)]
        try:
            with proxy, loads.Load(*[loads.post_and_reconnect, loads.connect_anew] * 3, port=proxy.port, certs=proxy.backends[0].certs) as load:
                for number in range(RESTARTS):
                    old = proxy.backends[number % 2]
                    assert len(proxy.listed) == 2
                    stop(old)
                    proxy.backends[number % 2] = new = start(drain_delay=2)
                    until("both servers are in use", lambda: new.port in proxy.listed and len(proxy.listed) == 2)
            for server in proxy.backends:
                stop(server)
        finally:
            for server in proxy.backends:
                server.__exit__(None, None, None)
    return [f"{RESTARTS} restarts, {load.count} requests, none lost"]


def check_saturation(start):
    """With two places and eight clients that post large reviews, each further request is decided or gets 503 at once."""
    large = list(bodies.nasty(bodies.SHARED).values())
    statuses, slowest = {}, 0.0
    with start(options=["--max-in-flight", "2"]) as server:
        connection = clients.Connection(server)
        with attacks.Attack(server, attacks.deciding(large), 8, processes=8):
            end = time.monotonic() + 5
            while time.monotonic() < end:
                began = time.monotonic()
                connection.send(clients.head(len(bodies.ORDINARY)) + bodies.ORDINARY)
                status, fields, _ = connection.whole_answer()
                slowest = max(slowest, time.monotonic() - began)
                statuses[status] = statuses.get(status, 0) + 1
                assert status == 200 or (status == 503 and fields.get("Retry-After") == "1" and "Connection" not in fields), (status, fields)
        assert set(statuses) == {200, 503}, f"places are never, or always, taken: {statuses}"
        assert slowest < 1, f"answered after {slowest:.1f} s"
        until("all is decided", lambda: server.metrics()["podscore_in_flight_requests"] == 0)
        assert connection.post()[0] == 200
        connection.close()
        stop(server)
    return [f"{statuses[200]} decided, {statuses[503]} told to come again, in {slowest * 1000:.0f} ms at most"]
