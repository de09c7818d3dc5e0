"""The floor that the controller keeps of the policies of the cluster, while the webhook is unreachable and while the release goes."""

import contextlib
import itertools
import threading
import time

from cluster import CONTROLLER, RELEASE
from control import until
from controller import check_log, is_running
from creations import ENFORCED, FREE, POLICY, create, make_namespaces, pod
from definitions import apply
from floor import digests, floor_objects, least, leftovers
from policy_objects import FROM_CLUSTER, install_kinds

# Only changes and the first audit are reasons to write within the scenario.
KEEPING = FROM_CLUSTER | {
    "webhook": {"enforced": {"namespaces": ENFORCED}, "pods": {"failurePolicy": "Ignore"}},
    "controller": {"enabled": True, "interval": "24h", "reports": False, "events": False, "floor": True},
}
# Seconds in which a change of policies reaches the floor.
SOON = 20
# Seconds of changes before an uninstallation, so that the controller writes between the first Job that removes the floor and its own end.
BUSY = 1
WAIVER = """\
apiVersion: podscore.dev/v1alpha1
kind: ScoreWaiver
metadata: {name: capabilities}
spec:
  match: {namespaces: [payments], images: ["registry.example.com/other:*"]}
  rules: [CapDropAll]
  expires: 2099-12-31
  owner: payments
  reason: adds capabilities
"""
STRICT, DIVIDED = ["podscore-strict-floor"] * 2, ["podscore-strict-floor", "podscore-strict-floor", "podscore-strict-floor-2", "podscore-strict-floor-2"]


def controller_floor(cluster):
    """The controller's floor follows policies and waivers, denies what they name while the webhook is unreachable, and does not outlast the release."""
    prepare(cluster)
    written = seconds_until(cluster, lambda: apply(cluster, POLICY), STRICT)
    with unreachable(cluster):
        check_denials(cluster)
        check_changes(cluster)
        waived, returned = check_waiver(cluster)
        left = check_leaving(cluster)
    check_log(cluster)
    check_upgrades(cluster)
    check_uninstallation(cluster)
    return [
        f"written after {written:.1f} s, waived after {waived:.1f} s, demanded again after {returned:.1f} s, deleted after {left:.1f} s",
    ]


def prepare(cluster):
    """Installs the kinds, without policies, and the release. Without a policy that enforces there is no floor."""
    cluster.uninstall()
    make_namespaces(cluster)
    install_kinds(cluster)
    done = cluster.kubectl("delete", "scorepolicies,scorewaivers", "--all")
    assert done.returncode == 0, done.stderr
    install(cluster)
    assert not floor_objects(cluster), floor_objects(cluster)


def install(cluster):
    """Installs or upgrades the release with its controller's floor."""
    cluster.install(KEEPING)
    until("the controller is ready", lambda: is_running(cluster), 120)


def seconds_until(cluster, change, names):
    """The seconds from a change until the floor has just the objects with these names."""
    began = time.monotonic()
    change()
    until(f"the floor is {names}", lambda: floor_objects(cluster) == names, SOON)
    return time.monotonic() - began


@contextlib.contextmanager
def unreachable(cluster):
    """Runs its block while the webhook has no replica."""
    cluster.api.patch("deployments", RELEASE, {"spec": {"replicas": 0}}, RELEASE)
    until("no endpoint is left", lambda: not cluster.endpoints())
    cluster.wait_for_caches()
    yield
    cluster.api.patch("deployments", RELEASE, {"spec": {"replicas": 2}}, RELEASE)
    cluster.settle()


def refusal(cluster, namespace, manifest):
    """The API server's error about a Pod, or nothing if it would be admitted."""
    return create(cluster, namespace, manifest, query="?dryRun=All")[0]


def without_drop():
    """A Pod that violates only CapDropAll."""
    manifest = least()
    del manifest["spec"]["containers"][0]["securityContext"]["capabilities"]
    return manifest


def check_denials(cluster):
    """The floor denies in the Namespaces of the policy what it demands. It has no minimum score, and other Namespaces have no floor."""
    for namespace in ENFORCED:
        error = until("the floor denies", lambda namespace=namespace: refusal(cluster, namespace, pod()), SOON)
        assert "ValidatingAdmissionPolicy 'podscore-strict-floor'" in error and "RunAsNonRoot" in error and "CapDropAll" in error, error
        for manifest in (pod(is_hardened=True), least()):
            error = refusal(cluster, namespace, manifest)
            assert not error, error
    for namespace in [*FREE, RELEASE, "kube-system"]:
        error = refusal(cluster, namespace, pod())
        assert not error, error


def require(cluster, *rules):
    """Changes the rules that the policy requires."""
    cluster.api.patch("scorepolicies", "strict", {"spec": {"enforce": {"require": list(rules)}}})


def check_changes(cluster):
    """A rule that the policy requires from now on is denied, and one that it does not require any more is admitted."""
    before = digests(cluster)
    require(cluster, "CapDropAll")
    manifest = pod()
    manifest["spec"]["containers"][0]["securityContext"] = {"capabilities": {"drop": ["ALL"]}}
    until("the rule is not demanded any more", lambda: not refusal(cluster, "payments", manifest), SOON)
    assert digests(cluster).isdisjoint(before), before
    assert "CapDropAll" in refusal(cluster, "payments", pod())
    require(cluster, "RunAsNonRoot", "CapDropAll")
    until("the floor is as before", lambda: digests(cluster) == before, SOON)


def check_waiver(cluster):
    """A waiver takes its rule out of the floor in its Namespaces, whatever images it names, and only there. Returns the seconds until then and back."""
    waived = seconds_until(cluster, lambda: apply(cluster, WAIVER), DIVIDED)
    until("the rule is waived", lambda: not refusal(cluster, "payments", without_drop()), SOON)
    error = until("the rule is demanded elsewhere", lambda: refusal(cluster, "bank-north", without_drop()), SOON)
    assert "ValidatingAdmissionPolicy 'podscore-strict-floor-2'" in error and "CapDropAll" in error, error
    assert "RunAsNonRoot" in refusal(cluster, "payments", pod())
    returned = seconds_until(cluster, lambda: cluster.api.delete("scorewaivers", "capabilities"), STRICT)
    until("the rule is demanded again", lambda: refusal(cluster, "payments", without_drop()), SOON)
    return waived, returned


def check_leaving(cluster):
    """A policy that is deleted, or has no level `enforce` any more, has no floor. Returns the seconds until it is deleted."""
    milder = {"spec": {"enforce": None, "warn": {"minimumScore": 7, "require": ["RunAsNonRoot"]}}}
    seconds_until(cluster, lambda: cluster.api.patch("scorepolicies", "strict", milder), [])
    until("nothing is denied", lambda: not refusal(cluster, "payments", pod()), SOON)
    seconds_until(cluster, lambda: require(cluster, "RunAsNonRoot"), STRICT)
    seconds = seconds_until(cluster, lambda: cluster.api.delete("scorepolicies", "strict"), [])
    until("nothing is denied", lambda: not refusal(cluster, "payments", pod()), SOON)
    return seconds


def check_upgrades(cluster):
    """An upgrade to another mode, or without the setting, deletes the floor. It comes back with the setting."""
    for values in ({"mode": "warn"}, {"controller": {"enabled": True}}):
        apply(cluster, POLICY)
        until("the floor is written", lambda: floor_objects(cluster) == STRICT, SOON)
        cluster.install(KEEPING | values)
        assert not floor_objects(cluster), floor_objects(cluster)
        assert not leftovers(cluster), leftovers(cluster)
        install(cluster)
    until("the floor is written", lambda: floor_objects(cluster) == STRICT, SOON)


def check_uninstallation(cluster):
    """The uninstallation deletes the floor, even if the policy changes meanwhile."""
    stopping = threading.Event()

    def change():
        for number in itertools.count(1):
            if stopping.wait(0.5):
                return
            cluster.api.patch("scorepolicies", "strict", {"spec": {"enforce": {"minimumScore": 1 + number % 7}}})

    thread = threading.Thread(target=change, daemon=True)
    thread.start()
    time.sleep(BUSY)
    try:
        cluster.uninstall()
    finally:
        stopping.set()
        thread.join()
    assert not cluster.pods(CONTROLLER)
    assert not floor_objects(cluster), floor_objects(cluster)
    assert not leftovers(cluster), leftovers(cluster)
    error = refusal(cluster, "payments", pod())
    assert not error, error
    cluster.api.delete("scorepolicies", "strict")
