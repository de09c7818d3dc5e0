#!/usr/bin/env python3
"""Takes the chart through its life on a real API server, with its Pods running as processes.

usage: run.py PROGRAM [WORD...]

PROGRAM is the released podscore. With words, only the scenarios whose names contain one of them run. KUBEBUILDER_ASSETS names a folder with etcd,
kube-apiserver, kube-controller-manager and kubectl, as for controller-runtime's envtest. Each of them can also be on the PATH.

Everything runs in network, mount and process namespaces of this run: it uses no port or address of the machine, and when this program ends, for any
reason, the kernel ends all of its processes and removes all of its networks and mounts.
"""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback

import control

# Seconds for everything. Some scenarios wait for audits, a minute each, and EXPORTED can ask for thousands of requests.
TIME_LIMIT = 5400 if "EXPORTED" in os.environ else 1800
ROOT = pathlib.Path(__file__).resolve().parents[2]


def main(arguments):
    """Runs this program again in new namespaces, and removes what it leaves on the disk."""
    assets = os.environ.get("KUBEBUILDER_ASSETS")
    if not assets:
        print("cluster: skipped. Set KUBEBUILDER_ASSETS to a folder with etcd, kube-apiserver, kube-controller-manager and kubectl.")
        return 0
    if os.geteuid() != 0:
        print("cluster: needs root, since it makes network namespaces and runs containers as their users", file=sys.stderr)
        return 1
    missing = [each for each in control.PROGRAMS if control.find(each, assets) is None]
    if missing:
        print(f"cluster: {', '.join(missing)}: neither in {assets} nor on the PATH", file=sys.stderr)
        return 1
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    folder = tempfile.mkdtemp(prefix="podscore-cluster-")
    namespaces = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    command = [*namespaces, sys.executable, __file__, "--inside", folder, os.path.abspath(assets), git("describe", "--always", "--dirty"), *arguments]
    # Its standard input ends with this program, which ends the inner one. Ctrl-C reaches only this program.
    # kubectl and Helm keep caches below HOME.
    process = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True, env=os.environ | {"HOME": folder})
    try:
        return process.wait(TIME_LIMIT)
    except subprocess.TimeoutExpired:
        print(f"cluster: failed, not finished after {TIME_LIMIT} s", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("cluster: interrupted", file=sys.stderr)
        return 130
    finally:
        process.stdin.close()
        process.wait()
        shutil.rmtree(folder)


def git(*arguments):
    """The output of git for this repository."""
    return subprocess.run(["git", "-C", ROOT, *arguments], check=False, capture_output=True, text=True).stdout.strip() or "unknown"


def inside(folder, assets, commit, program, *words):
    """Starts the cluster and runs the scenarios. This process is the first of its namespace: its end ends all others."""
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(130)), daemon=True).start()
    # The chart's Python environment has the Helm engine, so only this half can import it.
    import scenarios  # pylint: disable=import-outside-toplevel
    from cluster import Cluster  # pylint: disable=import-outside-toplevel

    table = (ROOT / "docs/operations.md").read_text()
    unknown = [each.__name__ for each in scenarios.SCENARIOS if f"| `{each.__name__}` |" not in table]
    assert not unknown, f"docs/operations.md does not have the scenarios {', '.join(unknown)}"
    began = time.monotonic()
    cluster = Cluster(folder, assets, program)
    cluster.start()
    print(f"cluster: started in {time.monotonic() - began:.0f} s", flush=True)
    chosen = [each for each in scenarios.SCENARIOS if not words or any(word in each.__name__ for word in words)]
    failed = sum(not passes(scenario, cluster) for scenario in chosen)
    versions = f"commit {commit}, kube-apiserver {cluster.apiserver.version()}, etcd {cluster.etcd.version()}, {cluster.versions()}"
    cluster.stop()
    print(f"cluster: {len(chosen) - failed} passed, {failed} failed in {time.monotonic() - began:.0f} s: {versions}")
    return 1 if failed or not chosen else 0


def passes(scenario, cluster):
    """Runs a scenario, and prints its result with its measurements and its duration. A failed one must not hide the others."""
    began = time.monotonic()
    try:
        measured = scenario(cluster) or []
    except Exception:  # pylint: disable=broad-exception-caught
        print(f"FAIL  {time.monotonic() - began:5.1f} s  {scenario.__name__}: {scenario.__doc__}")
        print("".join(f"      {line}\n" for line in [*traceback.format_exc(limit=-3).splitlines(), *cluster.state()]), end="", flush=True)
        return False
    print(f"ok    {time.monotonic() - began:5.1f} s  {scenario.__name__}: {scenario.__doc__}")
    print("".join(f"                {line}\n" for line in measured), end="", flush=True)
    return True


if __name__ == "__main__":
    is_inside = sys.argv[1:2] == ["--inside"]
    code = inside(*sys.argv[2:]) if is_inside else main(sys.argv[1:])
    sys.stdout.flush()
    # Without waiting for the threads of the kubelet.
    os._exit(code)
