"""The measured servers, started with the same certificate, and the kernel's numbers about them."""

import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
POLICY = ROOT / "Tests/PodscoreTests/Acceptance/policies/enforcing.yaml"
CERTS = ROOT / "Certs/out"
TICKS = os.sysconf("SC_CLK_TCK")
ANSWER = '{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{"uid":"u","allowed":true}}'


def free_ports():
    """Two free ports."""
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", 0))
        second.bind(("127.0.0.1", 0))
        return first.getsockname()[1], second.getsockname()[1]


class Server:
    """A process with its children, and the number of those that serve."""

    def __init__(self, name, command, port, ops=None, environment=None, log=None, workers=0):
        self.name, self.port, self.ops, self.workers = name, port, ops, workers
        self.log = open(log, "w", encoding="utf-8")  # pylint: disable=consider-using-with
        self.begin = time.monotonic()
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log, env={**os.environ, **(environment or {})})
        self.seconds_to_ready = self.wait_until_ready()

    def wait_until_ready(self):
        """Waits until it serves. Returns the seconds."""
        while time.monotonic() - self.begin < 60:
            try:
                if self.ops:
                    urllib.request.urlopen(f"http://127.0.0.1:{self.ops}/readyz", timeout=5).close()
                else:
                    socket.create_connection(("127.0.0.1", self.port), 5).close()
                # nginx listens before its workers exist. Before that, none of its processes serves.
                if len(self.pids()) > self.workers:
                    return time.monotonic() - self.begin
                time.sleep(0.001)
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.001)
        sys.exit(f"{self.name} did not become ready: " + pathlib.Path(self.log.name).read_text(encoding="utf-8")[-2000:])

    def pids(self):
        """The process and its children."""
        pid = self.process.pid
        return [pid] + [int(child) for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def cpu_seconds(self):
        """CPU time so far, user and system."""
        total = 0
        for pid in self.pids():
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            total += int(fields[11]) + int(fields[12])
        return total / TICKS

    def thread_seconds(self):
        """CPU time so far of each thread, by name and id."""
        times = {}
        for task in pathlib.Path(f"/proc/{self.process.pid}/task").iterdir():
            name, fields = (task / "stat").read_text().split("(", 1)[1].rsplit(")", 1)
            times[name, task.name] = sum(int(each) for each in fields.split()[11:13]) / TICKS
        return times

    def memory(self, field="VmRSS"):
        """Resident memory in MiB, without nginx's master, which serves nothing."""
        pids = self.pids()
        served = pids[1:] or pids
        return sum(int(re.search(rf"{field}:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1]) for pid in served) / 1024

    def stop(self):
        """Ends it."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)
        self.log.close()

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self.stop()


def podscore(program, folder, cores=None, environment=None, through=(), more=(), policy=POLICY):
    """The webhook with its decision log in a file, on some cores or all, with more options."""
    port, ops = free_ports()
    command = [*on(cores), *through, program, "serve", "--host", "127.0.0.1", "--port", str(port), "--ops-port", str(ops), "--drain-delay", "0",
               "--tls-cert", str(CERTS / "tls.crt"), "--tls-key", str(CERTS / "tls.key"), "--policy", str(policy),
               "--decision-log", str(folder / "decisions.jsonl"), *(["--threads", str(len(cores))] if cores else []), *more]
    return Server("podscore", command, port, ops, environment, folder / "podscore.log")


def nginx(folder, cores=None):
    """nginx, which reads the same POST and answers a fixed JSON body."""
    port, _ = free_ports()
    workers = len(cores) if cores else os.cpu_count()
    home = folder / f"nginx-{port}"
    home.mkdir()
    (home / "nginx.conf").write_text(f"""
daemon off; worker_processes {workers}; worker_rlimit_nofile 8192; pid {home}/pid; error_log {home}/error;
events {{ worker_connections 4096; }}
http {{
  access_log off; client_body_temp_path {home}/b; proxy_temp_path {home}/p; fastcgi_temp_path {home}/f; uwsgi_temp_path {home}/u; scgi_temp_path {home}/s;
  client_max_body_size 16m; client_body_buffer_size 1m; keepalive_requests 1000000000; keepalive_timeout 600s;
  server {{
    listen 127.0.0.1:{port} ssl backlog=1024; ssl_certificate {CERTS}/tls.crt; ssl_certificate_key {CERTS}/tls.key;
    ssl_protocols TLSv1.2 TLSv1.3; ssl_session_tickets on;
    location / {{ default_type application/json; return 200 '{ANSWER}'; }}
  }}
}}
""", encoding="utf-8")
    return Server("nginx", [*on(cores), "nginx", "-p", str(home), "-c", str(home / "nginx.conf")], port, log=home / "log", workers=workers)


def on(cores):
    """The command that keeps a program on these cores."""
    return ["taskset", "-c", ",".join(map(str, cores))] if cores else []
