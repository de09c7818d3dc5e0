"""The floor: the Jobs that keep exported policies in the cluster, and their rights."""

import json

import cluster
from harness import CHART, DOCUMENT, EMPTY, ENFORCING, WAIVER, container, equal, merged, podscore, refused, render, values_file, with_policy

FLOOR = {"floor": {"enabled": True}}
PARTS = {"floor-job", "floor-removal-job", "floor-serviceaccount", "floor-clusterrole", "floor-clusterrolebinding"}
COMMON = ["policy", "floor", "--name=podscore"]
REMOVAL = [*COMMON, "--remove"]
FLOOR_ARGUMENTS = [*COMMON, "/etc/podscore/policies", "--own-namespace=podscore", "--mode=enforce", "--exclude-namespace=kube-system"]
EVENTS = "post-install,post-upgrade,post-rollback"
STORED = {
    "apiVersion": "admissionregistration.k8s.io/v1",
    "kind": "ValidatingAdmissionPolicy",
    "metadata": {"name": "podscore-old-floor", "labels": {"podscore.dev/floor": "podscore"}},
}


def arguments(objects, name="floor-job"):
    """The arguments of a Job's program."""
    (only,) = objects[name]["spec"]["template"]["spec"]["containers"]
    return only["args"]


def names(objects):
    """The names of the objects that the Jobs may change."""
    return [name for rule in objects["floor-clusterrole"]["rules"] for name in rule.get("resourceNames", [])]


def test_floor_is_off():
    """By default, and without policies of the values, there is no Job and no right."""
    for values in [{}, with_policy(ENFORCING), {"policies": EMPTY} | FLOOR]:
        equal(PARTS & set(render(values)), set())


def test_floor_jobs():
    """Two Jobs write and remove the floor. All of their objects are hooks that are deleted when they have succeeded, and they run as the webhook's Pods do."""
    objects = render(merged(with_policy(ENFORCING), FLOOR))
    for name in PARTS:
        annotations = objects[name]["metadata"]["annotations"]
        events = {"floor-job": EVENTS, "floor-removal-job": "pre-delete"}.get(name, f"{EVENTS},pre-delete")
        equal(annotations["helm.sh/hook"], events)
        equal(annotations["helm.sh/hook-delete-policy"], "before-hook-creation,hook-succeeded")
        equal(annotations["helm.sh/hook-weight"], "0" if name.endswith("job") else "-1")
    equal((arguments(objects), arguments(objects, "floor-removal-job")), (FLOOR_ARGUMENTS, REMOVAL))
    for name in ("floor-job", "floor-removal-job"):
        spec = objects[name]["spec"]["template"]["spec"]
        equal((spec["serviceAccountName"], spec["automountServiceAccountToken"]), ("podscore-floor", True))
        (only,) = spec["containers"]
        for field in ("image", "securityContext", "resources"):
            equal(only[field], container(objects)[field])
    equal(objects["floor-clusterrolebinding"]["subjects"], [{"kind": "ServiceAccount", "name": "podscore-floor", "namespace": "podscore"}])
    equal(objects["floor-clusterrolebinding"]["roleRef"]["name"], objects["floor-clusterrole"]["metadata"]["name"])
    assert "namespace" not in objects["floor-clusterrole"]["metadata"]


def test_floor_settings():
    """The mode, the minimum and the Namespaces that the webhook skips become arguments."""
    values = merged(with_policy(ENFORCING), FLOOR, {"mode": "warn", "floor": {"minimumScore": 0}, "webhook": {"excludedNamespaces": ["storage"]}})
    equal(arguments(render(values))[4:], ["--own-namespace=podscore", "--mode=warn", "--exclude-namespace=storage", "--floor-minimum=0"])
    refused(merged(FLOOR, {"existingConfigMap": "mine"}), "existingConfigMap")
    refused(merged(with_policy(ENFORCING), FLOOR, {"webhook": {"namespaceSelector": {"matchLabels": {"a": "b"}}}}), "namespaceSelector")


def test_floor_rights():
    """The Jobs may list, and change only the objects of policies that enforce. A waiver can divide a floor, so it adds names."""
    warning = DOCUMENT | {"metadata": {"name": "warning"}, "spec": {"match": {"namespaces": ["shop"]}, "warn": {"minimumScore": 9}}}
    policies = {"policies": EMPTY | {"a.yaml": [DOCUMENT, warning]}}
    objects = render(merged(policies, FLOOR))
    equal([rule["verbs"] for rule in objects["floor-clusterrole"]["rules"]], [["list"], ["create", "patch", "delete"]])
    equal(names(objects), ["podscore-payments-floor", "podscore-payments-floor-2"])
    divided = render(merged({"policies": EMPTY | {"a.yaml": [DOCUMENT, WAIVER]}}, FLOOR))
    equal(names(divided), ["podscore-payments-floor", "podscore-payments-floor-2", "podscore-payments-floor-3"])
    only_warns = render(merged({"policies": EMPTY | {"a.yaml": warning}}, FLOOR))
    equal(names(only_warns), [])


def test_existing_floor():
    """What an earlier upgrade has written may be deleted, also when the floor is off now. Objects of another release are left alone."""
    other = {**STORED, "metadata": {"name": "podscore-other-floor", "labels": {"podscore.dev/floor": "other"}}}
    own = ["podscore-payments-floor", "podscore-payments-floor-2"]
    for stored, values, expected in [
        ([STORED, other], FLOOR, (FLOOR_ARGUMENTS, ["podscore-old-floor", *own])),
        ([STORED, other], {}, (REMOVAL, ["podscore-old-floor", *own])),
        ([other], FLOOR, (FLOOR_ARGUMENTS, own)),
        ([other], {}, None),
    ]:
        with cluster.Cluster(stored) as there:
            there.helm.install(CHART, "podscore", merged(with_policy(ENFORCING), values), namespace="podscore")
            equal(there.floors, [expected] if expected else [])


def test_floor_of_controller():
    """With `controller.floor` the controller keeps the floor, with rights for all names, and a Job removes it. With another mode than enforce there is none."""
    values = merged({"controller": {"enabled": True, "floor": True}, "cluster": {"enabled": True}}, {"floor": {"minimumScore": 4}})
    objects = render(values)
    equal(PARTS & set(objects), PARTS - {"floor-job"})
    equal(arguments(objects, "floor-removal-job"), REMOVAL)
    floor = [each for each in container(objects, "controller-")["args"] if "floor" in each or "exclude" in each]
    equal(floor, ["--floor=podscore", "--exclude-namespace=kube-system", "--floor-minimum=4"])
    kinds = [rule["verbs"] for rule in objects["controller-clusterrole"]["rules"] if rule["apiGroups"] == ["admissionregistration.k8s.io"]]
    equal(kinds, [["list", "create", "patch", "delete"]])
    equal([rule["verbs"] for rule in objects["floor-clusterrole"]["rules"]], [["list"], ["delete"]])
    # Once more when the controller has lost its rights, since it could have written the floor again.
    equal(objects["floor-removal-job"]["metadata"]["annotations"]["helm.sh/hook"], "pre-delete,post-delete")
    for name in ("floor-serviceaccount", "floor-clusterrole", "floor-clusterrolebinding"):
        equal(objects[name]["metadata"]["annotations"]["helm.sh/hook"], f"{EVENTS},pre-delete,post-delete")
    assert not PARTS & set(render(merged(values, {"mode": "warn"})))
    refused(merged(values, FLOOR), "floor.enabled and controller.floor")


def test_floor_without_webhook():
    """There is no floor where the webhook decides less: without the policies of the cluster, or without workloads that a policy enforces."""
    without = {"webhook": {"workloads": {"enabled": False}}}
    controlled = {"controller": {"enabled": True, "floor": True}}
    refused(controlled, "cluster.enabled")
    refused(merged(controlled, {"cluster": {"enabled": True}}, without), "webhook.workloads.enabled")
    refused(merged(with_policy(ENFORCING + "  workloads: enforce\n"), FLOOR, without), "webhook.workloads.enabled")
    assert "floor-job" in render(merged(with_policy(ENFORCING), FLOOR, without))


def test_floor_lifecycle():
    """An installation and an upgrade write the floor, and an uninstallation removes it. No object of the Jobs is left."""
    with cluster.Cluster() as there:
        there.helm.install(CHART, "podscore", merged(with_policy(ENFORCING), FLOOR), namespace="podscore")
        there.helm.upgrade(CHART, "podscore", merged(with_policy(ENFORCING), FLOOR), namespace="podscore")
        assert not [path for path in there.objects if "floor" in path], there.objects.keys()
        there.helm.uninstall("podscore")
        equal([each for each, _ in there.floors], [FLOOR_ARGUMENTS, FLOOR_ARGUMENTS, REMOVAL])
        assert not [path for path in there.objects if "floor" in path], there.objects.keys()


def test_score_of_floor():
    """The Jobs violate one rule of podscore, since they need a token, and meet the standard `restricted`."""
    for name in ("floor-job", "floor-removal-job"):
        job = json.dumps(render(merged(values_file("full-marks"), with_policy(ENFORCING), FLOOR))[name])
        scan = podscore("scan", "--standard", "restricted@latest", "--format", "json", "-", text=job)
        equal((scan.returncode, scan.stderr), (0, ""))
        (report,) = json.loads(podscore("scan", "--format", "json", "-", text=job).stdout)
        equal([each["id"] for each in report["scoring"].get("advise", []) + report["scoring"].get("critical", [])], ["AutomountServiceAccountToken"])
