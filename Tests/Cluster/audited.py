"""`podscore audit` of many Pods on a real API server, beside kubectl, and `podscore controller` for as many."""

import concurrent.futures
import itertools
import json
import os
import pathlib
import re
import statistics
import subprocess
import time

from cluster import metric
from control import until
from controller import HAS_REPORTS, REPORT_KINDS, install_report_kinds, reports, server_writes, settled
from creations import HARDENED
from policy_objects import install_kinds

# Pods for each Deployment, and the Pods of the whole cluster when it is audited.
EACH, COUNTS, ROUNDS = 20, (2_500, 10_000), 3
NAMESPACE = "many"
# Makes a Pod about as large as those of real clusters, of 8 to 9 kB.
VARIABLES = [{"name": f"SETTING_{number}", "value": f"https://service-{number}.example.com/path?tenant={number}"} for number in range(24)]
# MiB of the controller at most, for the Pods of the last count.
MEMORY = 128
# As `metric` takes a Pod: the controller runs outside of Pods here, with its plain port on this machine.
HERE = {"status": {"podIP": "127.0.0.1"}}
POLICY = f"""\
apiVersion: podscore.dev/v1alpha1
kind: ScorePolicy
metadata: {{name: many}}
spec:
  match: {{namespaces: [{NAMESPACE}]}}
  enforce: {{minimumScore: 7}}
"""


def audit(cluster):
    """`podscore audit` counts each Pod at its Deployment. The times and the memory are printed for two sizes of the cluster.

    Then `podscore controller` writes a report for each Deployment, and nothing in its second audit.
    """
    cluster.make_namespace(NAMESPACE)
    owners, lines = [], []
    made = 0
    for count in COUNTS:
        for _ in range((count - made) // EACH):
            owners.append(make_owner(cluster, len(owners)))
        fill(cluster, owners[made // EACH :])
        made = count
        check(cluster, owners)
        lines.append(measure(cluster, count))
    return [*lines, control(cluster, made)]


def make_owner(cluster, number):
    """A Deployment without replicas of its own, so that nothing changes its Pods."""
    name = f"app-{number}"
    template = {"metadata": {"labels": {"app": name}}, "spec": {"containers": [{"name": "app", "image": "registry.example.com/app:1"}]}}
    spec = {"replicas": 0, "selector": {"matchLabels": {"app": name}}, "template": template}
    manifest = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": spec}
    return cluster.api.create("deployments", manifest, NAMESPACE)[0]["metadata"]


def fill(cluster, owners):
    """Makes the Pods of the owners. Every other owner's are hardened."""

    def make(each):
        (number, owner), index = each
        reference = {"apiVersion": "apps/v1", "kind": "Deployment", "name": owner["name"], "uid": owner["uid"], "controller": True}
        container = {"name": "app", "image": "registry.example.com/app:1", "env": VARIABLES} | (HARDENED if number % 2 else {})
        containers = [container, container | {"name": "proxy"}]
        metadata = {"name": f"{owner['name']}-{index}", "ownerReferences": [reference]}
        # Nothing schedules it, so the stand-in for a kubelet has nothing to do.
        spec = {"containers": containers, "schedulerName": "nobody"}
        cluster.api.create("pods", {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}, NAMESPACE)

    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        for _ in threads.map(make, itertools.product(enumerate(owners), range(EACH))):
            pass


def check(cluster, owners):
    """The audit has each Deployment with all of its Pods, and denies the bare ones."""
    done = cluster.podscore("audit", "--kubeconfig", cluster.kubeconfig, "--namespace", NAMESPACE, "--minimum-score", "7", "--format", "json")
    assert done.returncode == 1, done.stderr
    found = {each["owner"]["name"]: each["owner"] for each in json.loads(done.stdout)}
    assert set(found) == {each["name"] for each in owners}, f"{len(found)} owners instead of {len(owners)}"
    wrong = [each for each in found.values() if each["pods"] != EACH or each["source"] != "pods"]
    assert not wrong, wrong[:3]


def measure(cluster, count):
    """The times of the audit and of kubectl in turn, and the audit's memory."""
    rounds = []
    for _ in range(ROUNDS):
        audited, memory = run(cluster, str(cluster.folder / "image/usr/bin/podscore"), "audit", "--minimum-score", "7", "--format", "json")
        listed, _ = run(cluster, cluster.kubectl_program, "get", "pods", "--all-namespaces", "--output", "json")
        rounds.append((audited / listed, audited, listed, memory))
    ratio, audited, listed, memory = (statistics.median(column) for column in zip(*rounds))
    return f"{count} Pods: audit {audited:.2f} s, kubectl {listed:.2f} s, ratio {ratio:.2f}; {memory:.0f} MiB"


def run(cluster, *command):
    """Runs a command without its output. Returns its seconds and its largest memory in MiB."""
    began = time.monotonic()
    environment = os.environ | {"KUBECONFIG": cluster.kubeconfig}
    process, memory = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment), 0
    # The kernel's own maximum at the end would begin with the memory of this process, from which the command was forked.
    while process.poll() is None:
        memory = max(memory, highest_memory(process.pid))
        time.sleep(0.01)
    assert process.returncode in (0, 1), f"{command[0]} ended with {process.returncode}"
    return time.monotonic() - began, memory


def highest_memory(pid):
    """The largest memory of a process so far, in MiB; 0 after its end."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0


def control(cluster, count):
    """The controller's second audit writes nothing. Returns its memory in a line."""
    if not HAS_REPORTS:
        return f"no controller: the definitions of reports are not in {REPORT_KINDS}"
    install_kinds(cluster)
    install_report_kinds(cluster)
    policy = cluster.folder / "many.yaml"
    policy.write_text(POLICY)
    program = cluster.folder / "image/usr/bin/podscore"
    command = [program, "controller", "--kubeconfig", cluster.kubeconfig, "--host", "127.0.0.1", "--interval", "1m", "--policy", policy]
    with open(cluster.folder / "controller.log", "wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            until("the first audit is complete", lambda: audit_count() >= 1, 300)
            before, writes, audits = settled(cluster), server_writes(cluster), audit_count()
            assert len(reports(cluster, NAMESPACE)) == count // EACH, len(reports(cluster, NAMESPACE))
            until("there was another audit", lambda: audit_count() > audits, 180)
            assert settled(cluster) == before, "another audit has changed objects"
            assert server_writes(cluster) == writes, f"another audit has sent writes: {writes} before, {server_writes(cluster)} after"
            memory = highest_memory(process.pid)
            assert memory < MEMORY, f"the controller took {memory:.0f} MiB"
        finally:
            process.terminate()
    return f"{count} Pods: controller {memory:.0f} MiB at most, {count // EACH} reports, another audit: 0 writes"


def audit_count():
    """The number of complete audits of the controller."""
    return metric([HERE], 'podscore_controller_passes_total{result="complete"}')
