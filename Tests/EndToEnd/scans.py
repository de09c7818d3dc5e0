#!/usr/bin/env python3
"""Checks how the released program scans large or hostile input: all results, clear errors, bounded memory, and time in proportion to size.

usage: scans.py PROGRAM

The limits are several times the needs of a quiet machine. Time is CPU time of the program, so other work does not count. It is compared with the
time for half the input.
"""

import contextlib
import filecmp
import http.client
import os
import pathlib
import re
import resource
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

import hostile

MIB = 1 << 20
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent

POD = """apiVersion: v1
kind: Pod
metadata:
  name: p%d
spec:
  # %s
  containers:
    - name: web
      image: nginx
      securityContext:
        runAsNonRoot: true
"""


class Scan:
    """One run of `podscore scan`, or of another command that reads files."""

    def __init__(self, program, *arguments, output="/dev/null", status=0, command="scan"):
        with open(output, "wb") as stdout, tempfile.TemporaryFile() as stderr:
            process = subprocess.Popen([program, command, *arguments], stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr)
            _, ended, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(ended)
            stderr.seek(0)
            self.errors = stderr.read(MIB).decode(errors="replace").splitlines()
        assert status is None or process.returncode == status, f"ended with {process.returncode} and not {status}: {self.errors[:5]}"
        assert process.returncode in (0, 1, 2), f"ended with {process.returncode}: {self.errors[:5]}"
        self.seconds = usage.ru_utime + usage.ru_stime
        self.memory = usage.ru_maxrss / 1024

    def __str__(self):
        return f"{self.seconds:.1f} s, {self.memory:.0f} MiB"


class Service:
    """`podscore http` on a free port, with a limit of its address space that only a fault can reach."""

    def __init__(self, program, *options):
        limit = 8 << 30
        self.process = subprocess.Popen(  # pylint: disable=subprocess-popen-preexec-fn,consider-using-with
            [program, "http", "127.0.0.1:0", *options], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
        )
        line = self.process.stderr.readline()
        self.port = int(re.search(r"https?://127\.0\.0\.1:(\d+)/", line)[1])

    def post(self, body):
        """The status code of a scan."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        connection.request("POST", "/scan", body)
        response = connection.getresponse()
        response.read()
        connection.close()
        return response.status

    def metrics_page(self, is_encrypted):
        """The page of metrics, with any certificate."""
        context = ssl._create_unverified_context() if is_encrypted else None  # pylint: disable=protected-access
        url = f"http{'s' if is_encrypted else ''}://127.0.0.1:{self.port}/metrics"
        with urllib.request.urlopen(url, timeout=60, context=context) as page:
            return page.read().decode()

    def memory(self):
        """The most memory so far, in MiB."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024

    def seconds(self):
        """The CPU time so far."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.stderr.read()
        assert self.process.wait(timeout=60) == 0, self.process.returncode


    def post_chunks(self, chunk, count):
        """Posts a body in equal chunks. Returns the answer, which may come before all are sent."""
        head = b"POST /scan HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        piece = b"%x\r\n%s\r\n" % (len(chunk), chunk)
        with socket.create_connection(("127.0.0.1", self.port), timeout=120) as connection:

            def send():
                with contextlib.suppress(ConnectionError):
                    connection.sendall(head)
                    for start in range(0, count, 4096):
                        connection.sendall(piece * min(4096, count - start))
                    connection.sendall(b"0\r\n\r\n")

            sender = threading.Thread(target=send)
            sender.start()
            answer = connection.recv(65536)
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            sender.join()
        return answer.decode()


class Post:
    """One body that is posted to `podscore http`."""

    def __init__(self, service, body):
        before = service.seconds()
        self.status = service.post(body)
        assert self.status in (200, 400, 413), self.status
        self.seconds = service.seconds() - before

    def __str__(self):
        return f"{self.status}, {self.seconds:.1f} s"


def objects(path):
    """The number of documents in a report of JSON."""
    with open(path, encoding="utf-8") as file:
        return sum(line.startswith('    "object": ') for line in file)


def write_stream(path, count, filling=0, separator="---\n"):
    """Writes a stream of Pods and returns its size in MiB."""
    comment = "x" * filling
    with open(path, "w", encoding="utf-8") as file:
        for number in range(count):
            file.write(separator + POD % (number, comment))
    return path.stat().st_size / 1024 / 1024


def in_proportion(what, half, whole, allowance):
    """Runs a scan of half the input and one of all of it, until the time of the second is in proportion. Returns both.

    A shared processor may be slow for one of them, but not three times in a row.
    """
    for _ in range(3):
        first, second = half(), whole()
        if second.seconds < 3 * first.seconds + allowance:
            return first, second
    raise AssertionError(f"{what}: {first} for half of it, then {second}")


def check_many_documents(program, folder):
    """All of 100 000 documents in one stream are scored, with time and memory in proportion. So are streams in every other format."""
    measured = []
    for form, count in [("json", 100_000), ("sarif", 20_000), ("junit", 20_000), ("github", 20_000)]:
        half, whole, report = folder / "half.yaml", folder / "whole.yaml", folder / "report"
        write_stream(half, count // 2)
        size = write_stream(whole, count, separator="--- # next\n")
        first, second = in_proportion(
            form,
            lambda form=form, half=half: Scan(program, "--format", form, str(half)),
            lambda form=form, whole=whole, report=report: Scan(program, "--format", form, str(whole), output=report),
            allowance=1,
        )
        assert second.memory < 4 * size + 96, f"{form}: {second} for {size:.0f} MiB"
        assert form != "json" or objects(report) == count, objects(report)
        measured.append(f"{form}: {count} in {second}, half of them in {first}")
    return measured


def check_large_stream(program, folder):
    """A stream of 60 MB is scored completely, in little more memory than its own size."""
    stream, report = folder / "stream.yaml", folder / "report"
    size = write_stream(stream, 50_000, filling=1_000)
    scan = Scan(program, "--format", "json", str(stream), output=report)
    assert objects(report) == 50_000, objects(report)
    assert scan.memory < 2 * size + 96, f"{scan} for {size:.0f} MiB"
    return [f"{size:.0f} MiB: {scan}"]


def check_hostile_documents(program, folder):
    """An alias bomb and 64 000 brackets are rejected at once with their positions, and the documents after them are scored."""
    bomb = "a0: &a0 [1,2,3,4,5,6,7,8,9]\n" + "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
    measured = []
    for name, text, error in [
        ("bomb.yaml", bomb, ":4:"),
        ("brackets.yaml", "a: " + "[" * 64_000 + "\n", ":1:"),
        ("braces.yaml", "a: " + "{a: " * 64_000 + "\n", ":1:"),
        ("brackets.json", "[" * 64_000, ":1:"),
        ("objects.json", '{"a":' * 64_000, ":1:"),
    ]:
        path, report = folder / name, folder / "report"
        follows = "---\n" + POD % (1, "") if name.endswith("yaml") else ""
        path.write_text(text + follows, encoding="utf-8")
        scan = Scan(program, "--format", "json", str(path), output=report, status=2)
        assert objects(report) == (2 if follows else 1), f"{name}: {objects(report)}"
        assert len(scan.errors) == 1 and scan.errors[0].startswith(f"{path}{error}"), f"{name}: {scan.errors}"
        assert scan.seconds < 3 and scan.memory < 128, f"{name}: {scan}"
        measured.append(f"{name}: {scan}")
    return measured


def check_many_files(program, folder):
    """A directory of 10 000 files, 50 of them invalid, gives all results in the order of the files, with any number of jobs, and memory does not grow."""
    measured, reports = [], {}
    for count in [1_000, 10_000]:
        directory = folder / str(count)
        directory.mkdir()
        for number in range(count):
            text = "kind: [\n" if number % 200 == 7 else POD % (number, "x" * 2_000)
            (directory / f"{number:05}.yaml").write_text(text, encoding="utf-8")
    for form in ["json", "sarif", "junit", "github"]:
        memory = {}
        for jobs in ["1", "4"]:
            few = Scan(program, "--format", form, "--jobs", jobs, str(folder / "1000"), status=2)
            reports[jobs] = folder / f"report-{jobs}"
            scan = Scan(program, "--format", form, "--jobs", jobs, str(folder / "10000"), output=reports[jobs], status=2)
            broken = [f"{folder}/10000/{number:05}.yaml" for number in range(7, 10_000, 200)]
            # More results than a report of SARIF has are counted in a line.
            cut = [line for line in scan.errors if "results are left out" in line]
            assert len(cut) == (form == "sarif") and [line.split(":")[0] for line in scan.errors[:50]] == broken, scan.errors[-3:]
            assert len(scan.errors) == 50 + len(cut), scan.errors[-3:]
            assert scan.memory < few.memory + 32, f"{form}, {jobs} jobs: {few} for 1 000 files, {scan} for 10 000"
            memory[jobs] = scan
        # Not read into this process: its memory would count as that of the next program.
        assert filecmp.cmp(*reports.values(), shallow=False), f"{form}: the number of jobs changes the report"
        assert form != "json" or objects(reports["1"]) == 10_000, objects(reports["1"])
        measured.append(f"{form}: " + ", ".join(f"{jobs} jobs {scan}" for jobs, scan in memory.items()))
    return measured


def check_hostile_files(program, folder):
    """A file of 1 MiB of each hostile text is scanned in bounded memory, in time in proportion to its size."""
    measured = []
    for name in hostile.TEXTS:
        paths = [folder / "half", folder / "whole"]
        # A JSON object with too many keys is read again as YAML. Neither of these sizes has so many, but both bodies below have.
        for path, size in zip(paths, (MIB // 2, MIB)):
            # Written by another process: the memory of this one would count as the scan's.
            with open(path, "wb") as file:
                subprocess.run([sys.executable, hostile.__file__, name, str(size)], stdout=file, check=True)
        scans = [lambda path=path: Scan(program, "--format", "json", str(path), status=None) for path in paths]
        _, whole = in_proportion(name, *scans, allowance=0.5)
        assert whole.memory < 128, f"{name}: {whole}"
        measured.append((whole.memory, f"{name}: {whole}"))
    return [line for _, line in sorted(measured, reverse=True)[:8]]


def check_fixes(program, folder):
    """Files of many small Pods, in documents, in a list and on one line, are fixed in time in proportion to their size."""
    measured = []
    for name in ("small Pods", "small Pods with U+0085", "JSON Pods", "list of Pods", "JSON list of Pods"):
        paths = [folder / "half", folder / "whole"]
        for path, size in zip(paths, (MIB // 4, MIB // 2)):
            path.write_bytes(hostile.TEXTS[name](size))
        fixes = [lambda path=path: Scan(program, "--class", "manifest", str(path), status=None, command="fix") for path in paths]
        _, whole = in_proportion(name, *fixes, allowance=0.5)
        measured.append(f"{name}: {whole}")
    return measured


def check_hostile_bodies(program, _folder):
    """`podscore http` answers a body of 8 MiB of each hostile text, in bounded memory and in time in proportion to its size."""
    measured = []
    for name, text in hostile.TEXTS.items():
        with Service(program) as service:
            posts = [lambda body=text(size): Post(service, body) for size in (4 * MIB, 8 * MIB)]
            _, whole = in_proportion(name, *posts, allowance=0.5)
            assert service.memory() < 224, f"{name}: {service.memory():.0f} MiB"
            measured.append((service.memory(), f"{name}: {whole}, {service.memory():.0f} MiB"))
    return [line for _, line in sorted(measured, reverse=True)[:8]]


def check_hostile_bodies_together(program, _folder):
    """The memory of the largest texts, posted by 32 clients at once, does not add up: only as many are scanned at a time as there are processors."""
    names = ["flow sequence of objects", "containers without anything", "distinct keys in braces", "JSON array without an end"]
    bodies = [hostile.TEXTS[name](8 * MIB) for name in names]
    with Service(program) as service:
        answers = []
        clients = [threading.Thread(target=lambda body=bodies[number % len(bodies)]: answers.append(service.post(body))) for number in range(32)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        assert len(answers) == len(clients) and set(answers) <= {200, 400, 408, 413, 503}, answers
        most = 224 * (os.cpu_count() + 1)
        assert service.memory() < most, f"{service.memory():.0f} MiB, not {most}"
        assert service.post((POD % (1, "")).encode()) == 200
        return [f"{answers.count(503)} of {len(answers)} answered with 503, {service.memory():.0f} MiB"]


def check_chunks(program, _folder):
    """A body of 8 MiB in chunks of one byte is rejected at once. In chunks of 64 bytes or 1 KiB it is read, in time in proportion to its size."""
    measured = []
    with Service(program) as service:
        for byte_count in [1, 64, 1024]:
            posts = []
            for size in (4 * MIB, 8 * MIB - 1024):
                before = service.seconds()
                answer = service.post_chunks(b" " * byte_count, size // byte_count)
                # Blanks are not a manifest, so both get 400.
                assert " 400 " in answer and ("chunks" in answer) == (byte_count == 1), f"{byte_count}: {answer}"
                posts.append(service.seconds() - before)
            assert posts[1] < 3 * posts[0] + 0.5, f"{byte_count}: {posts}"
            assert byte_count > 1 or posts[1] < 0.5, f"{byte_count}: {posts}"
            measured.append(f"chunks of {byte_count}: {posts[1]:.2f} s")
    return measured


def check_metrics_page(program, folder):
    """promtool accepts the metrics of `podscore http`, without a certificate and with a reloaded one."""
    subprocess.run([str(ROOT / "Certs/generate.sh"), str(folder)], check=True, stdout=subprocess.DEVNULL)
    certificate, key = folder / "tls.crt", folder / "tls.key"
    measured = []
    for options in [[], ["--tls-cert", str(certificate), "--tls-key", str(key), "--watch-interval", "0.05"]]:
        with Service(program, *options) as service:
            wanted = 'podscore_reloads_total{subject="certificate",result="failure"} 1\n' if options else ""
            if options:
                certificate.write_text("no certificate", encoding="utf-8")
            deadline = time.monotonic() + 30
            while wanted not in (page := service.metrics_page(bool(options))):
                assert time.monotonic() < deadline, page
                time.sleep(0.05)
            found = subprocess.run(["promtool", "check", "metrics"], input=page, capture_output=True, check=False, text=True)
            assert found.returncode == 0 and not found.stdout + found.stderr, found.stdout + found.stderr
            assert ("podscore_certificate_expiry_timestamp_seconds " in page) == bool(options), page
            measured.append(f"{'https' if options else 'http'}: {page.count('# TYPE ')} families")
    return measured


def main(program):
    """Runs all checks and prints their measurements. The first failed check ends with its assertion."""
    for name, check in [item for item in globals().items() if item[0].startswith("check_")]:
        with tempfile.TemporaryDirectory() as folder:
            measured = check(program, pathlib.Path(folder))
        print(f"{name.removeprefix('check_')}: {check.__doc__}")
        for line in measured:
            print(f"    {line}", flush=True)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
