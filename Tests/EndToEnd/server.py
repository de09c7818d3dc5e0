"""The server under test: starts it, measures its memory, ends it."""

import fcntl
import os
import pathlib
import re
import resource
import signal
import subprocess
import threading
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
POLICIES = ROOT / "Tests/PodscoreTests/Acceptance/policies"


class Server:
    """`podscore serve` with free ports; the decision log goes to `output`. `through` is a command that runs another."""

    def __init__(  # pylint: disable=too-many-arguments
        self, program, certs, output=subprocess.DEVNULL, drain_delay=0, policy="enforcing", tls=None, options=(), through=(), descriptor_limit=None, unheard=False
    ):
        """`policy` is the name of a policy of the tests, or a path. `tls` is the folder of certificate and key, if not `certs`.

        Nobody reads the standard error of an `unheard` server after its start, and its pipe is small.
        """
        self.certs, tls = certs, tls or certs
        command = [*through, program, "serve", "--host", "127.0.0.1", "--port", "0", "--ops-port", "0", "--drain-delay", str(drain_delay)]
        policy = policy if os.sep in policy else str(POLICIES / f"{policy}.yaml")
        command += ["--tls-cert", f"{tls}/tls.crt", "--tls-key", f"{tls}/tls.key", "--policy", policy, *options]
        read_end, write_end = os.pipe()

        def limit():
            if descriptor_limit:
                resource.setrlimit(resource.RLIMIT_NOFILE, (descriptor_limit, descriptor_limit))

        self.process = subprocess.Popen(  # pylint: disable=subprocess-popen-preexec-fn
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=write_end, preexec_fn=limit
        )
        os.close(write_end)
        self.stderr = os.fdopen(read_end)
        self.said, ports = "", []
        while len(ports) < 2:
            line = self.stderr.readline()
            assert line, f"the server did not start: {self.said}"
            self.said += line
            ports += re.findall(r"https?://127\.0\.0\.1:(\d+)", line)
        self.port, self.ops_port = map(int, ports)
        self.listener = threading.Thread(target=self.listen, daemon=True)
        if unheard:
            fcntl.fcntl(read_end, fcntl.F_SETPIPE_SZ, 4096)
        else:
            self.hear()

    def hear(self):
        """Begins to read the server's standard error, if nobody does yet."""
        if self.listener.ident is None:
            self.listener.start()

    def listen(self):
        """Reads the server's standard error until its end."""
        for line in self.stderr:
            self.said += line

    def memory(self, field="VmRSS"):
        """Resident memory in MiB: now (VmRSS), or the most so far (VmHWM)."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"{field}:\s+(\d+) kB", status)[1]) / 1024

    def page(self, path):
        """A page of the plain port as it is sent, whatever its status."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.ops_port}{path}", timeout=60) as page:
                return page.read()
        except urllib.error.HTTPError as error:
            return error.read()

    def queued(self):
        """The bytes that the kernel holds for connections of the server's ports, in MiB: those that it has not read, or its clients have not."""
        ports = {f"{port:04X}" for port in (self.port, self.ops_port)}
        rows = [line.split() for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]]
        queues = [row[4].split(":") for row in rows if row[1].split(":")[1] in ports]
        return sum(int(size, 16) for queue in queues for size in queue) / (1 << 20)

    def metrics_page(self):
        """The page of metrics, as it is sent."""
        return self.page("/metrics")

    def descriptors(self):
        """The number of open files and sockets."""
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def status(self, path):
        """The status code of a page on the plain port."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.ops_port}{path}", timeout=60) as page:
                return page.status
        except urllib.error.HTTPError as error:
            return error.code

    def metrics(self):
        """The samples of the metrics page, by name with labels."""
        lines = [line for line in self.metrics_page().decode().splitlines() if not line.startswith("#")]
        return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}

    def answers(self):
        """The number of answered requests by status code."""
        found = {re.search(r'code="(\d+)"', name): value for name, value in self.metrics().items() if "http_responses_total" in name}
        return {int(match[1]): int(value) for match, value in found.items() if value}

    def is_running(self):
        """Whether the process is running."""
        return self.process.poll() is None

    def terminate(self):
        """Asks the server to end."""
        self.process.send_signal(signal.SIGTERM)

    def end(self):
        """Waits for the end. The exit code must be 0, and standard error must have only log lines."""
        code = self.process.wait(timeout=60)
        self.listener.join(timeout=60)
        assert code == 0, f"exit code {code}: {self.said[-4000:]}"
        assert "Sanitizer" not in self.said, self.said[-8000:]

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if self.is_running():
            self.process.kill()
            self.process.wait()
        self.hear()
        self.listener.join(timeout=60)
        self.stderr.close()


def stop(server):
    """Ends the server, which must still be running."""
    assert server.is_running(), "the server ended by itself"
    server.terminate()
    server.end()
