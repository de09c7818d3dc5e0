"""What scenarios create: Namespaces, a policy that enforces in some of them, Pods, and a steady load of Pods."""

import itertools
import json
import threading
import time

from api import UNREACHABLE, Refused, path

# `payments` and what the glob matches are enforced. `bank` and `payments-2` are similar names that the policy does not match.
POLICY = """\
apiVersion: podscore.dev/v1alpha1
kind: ScorePolicy
metadata: {name: strict}
spec:
  match: {namespaces: [payments, "bank-*"]}
  enforce: {minimumScore: 7, require: [RunAsNonRoot, CapDropAll]}
"""
ENFORCED, FREE = ["payments", "bank-north"], ["shop", "bank", "payments-2", "default"]
ENFORCING = {"policies": {"strict.yaml": POLICY}}
# Scores above the minimum, and has the required rules.
HARDENED = {
    "securityContext": {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
        "runAsNonRoot": True,
        "runAsUser": 12000,
        "seccompProfile": {"type": "RuntimeDefault"},
    },
    "resources": {"limits": {"cpu": "20m", "memory": "32Mi"}, "requests": {"cpu": "10m", "memory": "16Mi"}},
}
numbers = itertools.count(1)


def make_namespaces(cluster):
    """Makes the Namespaces of the policy and those beside them."""
    for name in ENFORCED + FREE:
        cluster.make_namespace(name)


def pod(is_hardened=False, **metadata):
    """A Pod with a new name: bare, so that it scores 0, or hardened."""
    container = {"name": "app", "image": "registry.example.com/app:1"} | (HARDENED if is_hardened else {})
    name = f"{'hardened' if is_hardened else 'bare'}-{next(numbers)}"
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name} | metadata, "spec": {"containers": [container]}}


def create(cluster, namespace, manifest, resource="pods", query=""):
    """Creates an object. Returns the API server's error or nothing, the warnings, and the seconds that it took."""
    began, error, warnings = time.monotonic(), "", []
    try:
        _, warnings = cluster.api.request("POST", path(resource, namespace=namespace) + query, manifest)
    except Refused as refusal:
        error = refusal.message
    return error, warnings, time.monotonic() - began


def apply(cluster, namespace, manifest):
    """Creates an object with kubectl, and returns its exit status and what it says to the user."""
    done = cluster.kubectl("--namespace", namespace, "apply", "--filename=-", text=json.dumps(manifest))
    return done.returncode, done.stdout + done.stderr


class Load:
    """Creates Pods in an enforced Namespace, one after another: hardened ones, which must be admitted, and bare ones, which must be denied by policy.

    With the query `?dryRun=All` they are only decided.
    """

    PAUSE = 0.02

    def __init__(self, cluster, namespace, is_enforced=True, query=""):
        self.cluster, self.namespace, self.query, self.count, self.slowest, self.faults = cluster, namespace, query, 0, 0.0, []
        self.stopping = threading.Event()
        kinds = [True, False] if is_enforced else [True]
        self.threads = [threading.Thread(target=self.create_pods, args=[kind], daemon=True) for kind in kinds]

    def create_pods(self, is_hardened):
        """Creates Pods until the end of the load."""
        while not self.stopping.wait(self.PAUSE):
            try:
                error, _, seconds = create(self.cluster, self.namespace, pod(is_hardened), query=self.query)
            except UNREACHABLE as failure:
                error, seconds = repr(failure), 0.0
            self.count += 1
            self.slowest = max(self.slowest, seconds)
            if is_hardened and error:
                self.faults.append(f"a hardened Pod was not created: {error}")
            elif not is_hardened and "denied the request" not in error:
                self.faults.append(f"a bare Pod was not denied: {error or 'created'}")

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, kind, error, trace):
        self.stopping.set()
        for thread in self.threads:
            thread.join()
        assert kind is not None or not self.faults, f"{len(self.faults)} of {self.count} were wrong: {self.faults[:3]}"

    def measured(self):
        """The number of creations and the slowest, as a line."""
        return f"{self.count} creations, none failed, none wrongly admitted; the slowest took {self.slowest * 1000:.0f} ms"
