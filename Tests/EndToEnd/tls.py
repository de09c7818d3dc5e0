"""Searches for weak protocols and ciphers with testssl.sh: `tls.py PROGRAM`, or `tls.py HOST:PORT` for a running server.

Run it with `make tls-check`. It takes a minute or more, so it is not in `make ci`. The handshake tests check the same.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

from server import ROOT, Server

# The checked parts: protocols, cipher lists, forward secrecy, preference, the known attacks. Not the certificate, which belongs to the
# administrator, and not the demands of browsers.
SECTIONS = ["--protocols", "--std", "--pfs", "--server-preference", "--vulnerable"]
GOOD = {"OK", "INFO"}
# Findings that must be there, so that a run without any result does not pass.
NEEDED = {"TLS1", "TLS1_1", "TLS1_2", "TLS1_3", "cipherlist_NULL", "cipherlist_LOW", "secure_client_renego", "ROBOT", "RC4"}


def examined(address, folder):
    """The findings of testssl.sh."""
    report = pathlib.Path(folder, "report.json")
    command = ["testssl", "--quiet", "--warnings", "batch", "--color", "0", "--jsonfile", str(report), *SECTIONS, address]
    run = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=900)
    assert report.exists(), run.stdout[-2000:] + run.stderr[-2000:]
    return json.loads(report.read_text())


def judged(findings):
    """Prints the weak parts, and returns whether there are any."""
    missing = NEEDED - {finding["id"] for finding in findings}
    bad = [finding for finding in findings if finding["severity"] not in GOOD and finding["id"] != "engine_problem"]
    for finding in bad:
        print(f"tls: {finding['severity']}: {finding['id']}: {finding['finding']}")
    if missing:
        print(f"tls: not looked at: {', '.join(sorted(missing))}")
    print(f"tls: {len(findings)} findings, {len(bad)} bad")
    return 1 if bad or missing else 0


def main(target):
    with tempfile.TemporaryDirectory() as folder:
        if ":" in target:
            return judged(examined(target, folder))
        subprocess.run([ROOT / "Certs/generate.sh", folder], check=True, stdout=subprocess.DEVNULL)
        with Server(target, folder) as server:
            status = judged(examined(f"127.0.0.1:{server.port}", folder))
            server.terminate()
            server.end()
        return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
