"""The floor below the webhook: exported policies that the chart keeps in the cluster, and that deny while Podscore is unreachable."""

import json

from cluster import RELEASE
from control import until
from creations import ENFORCING, FREE, POLICY, create, make_namespaces, pod

OPEN = {"webhook": {"pods": {"failurePolicy": "Ignore"}}}
WITH_FLOOR = ENFORCING | OPEN | {"floor": {"enabled": True}}
OTHER = WITH_FLOOR | {"policies": {"other.yaml": POLICY.replace("name: strict", "name: other").replace("CapDropAll", "ReadOnlyRootFilesystem")}}
CHANGED = WITH_FLOOR | {"policies": {"strict.yaml": POLICY.replace("CapDropAll", "ReadOnlyRootFilesystem")}}
KINDS = ["validatingadmissionpolicies", "validatingadmissionpolicybindings"]
BY_FLOOR = "ValidatingAdmissionPolicy 'podscore-strict-floor'"


def floor(cluster):
    """While the webhook fails open and is unreachable, the floor of the chart denies what it names and nothing else. Nothing of it outlasts the release."""
    make_namespaces(cluster)
    cluster.uninstall()
    cluster.install(WITH_FLOOR)
    assert floor_objects(cluster) == ["podscore-strict-floor"] * 2, floor_objects(cluster)
    until("the floor denies", lambda: BY_FLOOR in create(cluster, "payments", pod())[0], 10)
    assert not leftovers(cluster), leftovers(cluster)
    check_doctor(cluster)
    check_unreachable(cluster)
    check_upgrades(cluster)
    cluster.install(WITH_FLOOR)
    cluster.uninstall()
    assert not floor_objects(cluster), floor_objects(cluster)
    assert not leftovers(cluster), leftovers(cluster)
    error, _, _ = create(cluster, "payments", pod())
    assert not error, error


def floor_metadata(cluster):
    """The metadata of the policies and bindings of the floor."""
    query = f"?labelSelector=podscore.dev/floor%3D{RELEASE}"
    return [each["metadata"] for kind in KINDS for each in cluster.api.get(kind, query=query)["items"]]


def floor_objects(cluster):
    """The names of the policies and bindings of the floor."""
    return sorted(each["name"] for each in floor_metadata(cluster))


def digests(cluster):
    """The digests in the annotations of the floor."""
    return {each["annotations"]["podscore.dev/policy-digest"] for each in floor_metadata(cluster)}


def leftovers(cluster):
    """The objects of the Jobs that should be gone."""
    found = cluster.kubectl("get", "clusterroles,clusterrolebindings", "--output=name").stdout
    found += cluster.kubectl("--namespace", RELEASE, "get", "jobs,serviceaccounts", "--output=name").stdout
    return [each for each in found.split() if each.endswith(("-floor", "-floor-removal"))]


def check_unreachable(cluster):
    """Without a replica, what the floor names is denied in the Namespaces of the policy, and everything else is admitted."""
    cluster.api.patch("deployments", RELEASE, {"spec": {"replicas": 0}}, RELEASE)
    until("no endpoint is left", lambda: not cluster.endpoints())
    cluster.wait_for_caches()
    for namespace in ("payments", "bank-north"):
        error, _, _ = create(cluster, namespace, pod())
        assert BY_FLOOR in error and "RunAsNonRoot" in error and "CapDropAll" in error, error
        error, _, _ = create(cluster, namespace, pod(is_hardened=True))
        assert not error, error
        # Below the minimum score, which the floor does not have.
        error, _, _ = create(cluster, namespace, least())
        assert not error, error
    for namespace in [*FREE, "kube-system"]:
        error, _, _ = create(cluster, namespace, pod())
        assert not error, error
    cluster.api.patch("deployments", RELEASE, {"spec": {"replicas": 2}}, RELEASE)
    cluster.settle()
    error, _, _ = create(cluster, "payments", least())
    assert 'pods.podscore.dev" denied the request' in error, error


def least():
    """A Pod with the required rules alone."""
    manifest = pod()
    manifest["spec"]["containers"][0]["securityContext"] = {"runAsNonRoot": True, "capabilities": {"drop": ["ALL"]}}
    return manifest


def check_upgrades(cluster):
    """Another policy replaces the objects of the first. A rollback brings back what a changed policy demanded. Without the floor all are deleted."""
    before = digests(cluster)
    cluster.install(OTHER)
    assert floor_objects(cluster) == ["podscore-other-floor"] * 2, floor_objects(cluster)
    cluster.install(WITH_FLOOR)
    assert floor_objects(cluster) == ["podscore-strict-floor"] * 2, floor_objects(cluster)
    cluster.install(CHANGED)
    assert digests(cluster).isdisjoint(before), before
    cluster.helm.rollback(RELEASE, wait="watcher", timeout=120)
    cluster.settle()
    assert digests(cluster) == before, before
    cluster.install(ENFORCING | OPEN)
    assert not floor_objects(cluster), floor_objects(cluster)
    assert not leftovers(cluster), leftovers(cluster)


def check_doctor(cluster):
    """The doctor finds a floor of another policy, and none that is current."""
    file = cluster.folder / "strict.yaml"

    def faults(text):
        file.write_text(text)
        done = cluster.podscore("doctor", "--cluster", "--kubeconfig", cluster.kubeconfig, "--policy", str(file), "--format", "json")
        return [each for each in json.loads(done.stdout)["findings"] if each["id"].startswith("export")]

    assert not faults(POLICY), faults(POLICY)
    (finding,) = faults(POLICY.replace("CapDropAll", "CapDropAny"))
    assert finding["id"] == "exportOutdated", finding
