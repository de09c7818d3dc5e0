"""Labels of Namespaces on a real API server: they tighten and never loosen, and a policy with a selector applies once they are set."""

import time

from api import Refused
from control import until
from creations import create, pod
from definitions import apply
from policy_objects import denies, prepare

MINIMUM = "podscore.dev/enforce-minimum-score"
SELECTING = """\
apiVersion: podscore.dev/v1alpha1
kind: ScorePolicy
metadata: {name: selecting}
spec:
  match: {namespaceSelector: {matchLabels: {team: shop}}}
  enforce: {minimumScore: 9}
"""
# New Namespaces whose first Pod is created at once.
FRESH = 10


def namespace_labels(cluster):
    """A label of a Namespace raises the minimum in all replicas within a second and never lowers it. In `kube-system` labels have no effect."""
    prepare(cluster)
    replicas = cluster.pods()
    raised = time_until(replicas, "shop", True, lambda: label(cluster, "shop", MINIMUM, "12"))
    error, _, _ = create(cluster, "shop", pod())
    assert "denied the request" in error and MINIMUM in error, error
    for value in ("0", "-5", "high"):
        # The API server refuses the minus sign; the others have no effect.
        try:
            label(cluster, "payments", MINIMUM, value)
        except Refused:
            assert value == "-5"
        time.sleep(0.5)
        assert all(denies(each, "payments") for each in replicas), value
    label(cluster, "kube-system", MINIMUM, "21")
    lowered = time_until(replicas, "shop", False, lambda: label(cluster, "shop", MINIMUM, None))
    assert not any(denies(each, "kube-system") for each in replicas)
    label(cluster, "kube-system", MINIMUM, None)
    label(cluster, "payments", MINIMUM, None)
    return [f"a label counted after {raised * 1000:.0f} ms, its removal after {lowered * 1000:.0f} ms"]


def namespace_selectors(cluster):
    """A policy with a selector applies in all replicas within a second after a Namespace is labelled, also to the first Pod of a new Namespace."""
    prepare(cluster)
    replicas = cluster.pods()
    apply(cluster, SELECTING)
    # Until all replicas have the policy and the labels that it reads.
    label(cluster, "shop", "team", "shop")
    until("all replicas have the policy", lambda: all(denies(each, "shop") for each in replicas), 10)
    time_until(replicas, "shop", False, lambda: label(cluster, "shop", "team", None))
    chosen = time_until(replicas, "shop", True, lambda: label(cluster, "shop", "team", "shop"))
    left = time_until(replicas, "shop", False, lambda: label(cluster, "shop", "team", None))
    for number in range(FRESH):
        name = f"fresh-{number}"
        cluster.api.create("namespaces", {"kind": "Namespace", "metadata": {"name": name, "labels": {"team": "shop"}}})
        assert all(denies(each, name) for each in replicas), f"the first Pod of {name} was admitted"
        cluster.api.delete("namespaces", name)
    cluster.api.delete("scorepolicies", "selecting")
    return [f"a policy applied {chosen * 1000:.0f} ms after the label, and no longer {left * 1000:.0f} ms after its removal"]


def label(cluster, namespace, key, value):
    """Sets a label of a Namespace, or removes it."""
    cluster.api.patch("namespaces", namespace, {"metadata": {"labels": {key: value}}})


def time_until(replicas, namespace, is_denied, change, limit=5):
    """The seconds from a change until all replicas decide as they should, and at most one."""
    began = time.monotonic()
    change()
    until("all replicas agree", lambda: all(denies(each, namespace) == is_denied for each in replicas), limit)
    seconds = time.monotonic() - began
    assert seconds <= 1, f"{namespace}: {seconds:.2f} s"
    return seconds
