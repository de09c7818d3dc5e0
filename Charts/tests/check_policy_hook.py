"""The hook that checks policies before an installation or upgrade."""

import json

import cluster
from harness import CHART, DOCUMENT, EMPTY, ENFORCING, SELECTING, container, equal, notes, pod_spec, podscore, render, values_file, with_policy
from helm_python.errors import HelmError

POLICIES = "/api/v1/namespaces/podscore/configmaps/podscore-policies"
HOOKS = {"policy-check-configmap", "policy-check-job", "policy-check-serviceaccount"}


def spec_of(objects):
    """The spec of the hook's Pod."""
    return objects["policy-check-job"]["spec"]["template"]["spec"]


def stopped(change, values):
    """An installation or upgrade with these values fails, and its error names the hook's Job."""
    try:
        change(CHART, "podscore", values, namespace="podscore")
    except HelmError as error:
        assert "podscore-policy-check" in str(error), error
        return
    raise AssertionError(f"{change.__name__} succeeded")


def test_hook():
    """The check is a Job of hooks alone, with a ConfigMap and an account that exist before the release. It runs as the webhook's Pod does."""
    for values in [{}, values_file("everything"), values_file("full-marks"), with_policy(DOCUMENT)]:
        objects = render(values)
        job = objects["policy-check-job"]
        for name in HOOKS:
            annotations = objects[name]["metadata"]["annotations"]
            equal(annotations["helm.sh/hook"], "pre-install,pre-upgrade")
            equal(annotations["helm.sh/hook-delete-policy"], "before-hook-creation,hook-succeeded")
            equal(annotations["helm.sh/hook-weight"], "0" if objects[name] is job else "-1")
        equal(job["metadata"]["annotations"]["helm.sh/hook-output-log-policy"], "hook-failed")
        equal(objects["policy-check-configmap"]["data"], objects["configmap"]["data"])
        equal((job["spec"]["backoffLimit"], job["spec"]["activeDeadlineSeconds"]), (0, 240))
        spec, usual = spec_of(objects), pod_spec(objects)
        (only,) = spec["containers"]
        equal(only["terminationMessagePolicy"], "FallbackToLogsOnError")
        equal(spec["serviceAccountName"], objects["policy-check-serviceaccount"]["metadata"]["name"])
        equal(spec["automountServiceAccountToken"], False)
        for field in ["securityContext", "imagePullSecrets", "tolerations", "nodeSelector", "priorityClassName", "hostUsers"]:
            equal(spec.get(field), usual.get(field))
        for field in ["image", "imagePullPolicy", "resources", "securityContext"]:
            equal(only[field], container(objects)[field])
        template, of_webhook = job["spec"]["template"]["metadata"], objects["deployment"]["spec"]["template"]["metadata"]
        equal(template.get("annotations"), of_webhook.get("annotations"))
        # No Service, budget or Deployment may take it for a Pod of the webhook.
        assert not objects["service"]["spec"]["selector"].items() <= template["labels"].items()


def test_place_of_hook():
    """The Pods of hook and test run on the webhook's nodes, but rules about other Pods do not apply to them: they could leave no node for them."""
    apart = {"requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": "kubernetes.io/hostname", "labelSelector": {}}]}
    nodes = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchFields": []}]}}
    objects = render({"pod": {"affinity": {"podAntiAffinity": apart, "nodeAffinity": nodes}, "nodeSelector": {"a": "b"}}})
    equal(pod_spec(objects)["affinity"], {"podAntiAffinity": apart, "nodeAffinity": nodes})
    for spec in [spec_of(objects), objects["pod-test"]["spec"]]:
        equal(spec["affinity"], {"nodeAffinity": nodes})
        equal(spec["nodeSelector"], {"kubernetes.io/os": "linux", "a": "b"})


def test_hook_off():
    """Without policies there is nothing to check, and the check can be switched off."""
    assert not HOOKS & set(render({"policies": EMPTY}))
    assert not HOOKS & set(render({"policyCheck": {"enabled": False}}))
    assert "policy-check" not in notes({"policyCheck": {"enabled": False}})
    objects = render(name="x", namespace="admission")
    line = f"  kubectl --namespace admission logs job/{objects['policy-check-job']['metadata']['name']}"
    assert line in notes(name="x", namespace="admission").splitlines()
    equal(spec_of(objects)["restartPolicy"], "Never")
    equal(render({"policyCheck": {"timeoutSeconds": 60}})["policy-check-job"]["spec"]["activeDeadlineSeconds"], 60)


def test_existing_config_map():
    """The policies of the administrator's ConfigMap are checked as well, as they are in the cluster."""
    values = {"existingConfigMap": "mine"}
    objects = render(values)
    equal(HOOKS & set(objects), HOOKS - {"policy-check-configmap"})
    equal(spec_of(objects)["volumes"], [{"name": "policies", "configMap": {"name": "mine"}}])
    for text, succeeds in [(ENFORCING, True), (ENFORCING.replace("9", "900"), False)]:
        with cluster.Cluster() as there:
            metadata = {"name": "mine", "namespace": "podscore"}
            there.objects[POLICIES.replace("podscore-policies", "mine")] = {"kind": "ConfigMap", "apiVersion": "v1", "metadata": metadata, "data": {"a.yaml": text}}
            if succeeds:
                there.helm.install(CHART, "podscore", values, namespace="podscore")
            else:
                stopped(there.helm.install, values)


def test_score_of_hook():
    """podscore gives the hook's Job the best possible score with the values in ci, and it meets the standard `restricted`."""
    for values in [values_file("full-marks"), {}]:
        job = json.dumps(render(values)["policy-check-job"])
        scan = podscore("scan", "--standard", "restricted@latest", "--format", "json", "-", text=job)
        equal((scan.returncode, scan.stderr), (0, ""))
    (report,) = json.loads(podscore("scan", "--format", "json", "-", text=json.dumps(render(values_file("full-marks"))["policy-check-job"])).stdout)
    equal(report["scoring"].keys() - {"passed"}, set())


def test_selectors_with_a_cluster():
    """A policy that selects Namespaces by labels passes the hook only if the server knows the labels."""
    for enabled in [True, False]:
        with cluster.Cluster() as there:
            values = with_policy(SELECTING, cluster={"enabled": enabled})
            if enabled:
                there.helm.install(CHART, "podscore", values, namespace="podscore")
            else:
                stopped(there.helm.install, values)


def test_upgrade_with_rejected_policy():
    """An upgrade whose policies podscore rejects fails with the Job's name and prints its log. Nothing of the release changes, and a good upgrade follows."""
    conflict = ENFORCING + "---\n" + ENFORCING
    with cluster.Cluster() as there:
        there.helm.install(CHART, "podscore", with_policy(ENFORCING), namespace="podscore")
        before = dict(there.objects)
        assert not any("policy-check" in path for path in before), before.keys()
        there.changes.clear()
        stopped(there.helm.upgrade, with_policy(conflict))
        after = {path: each for path, each in there.objects.items() if "policy-check" not in path}
        equal(after, before)
        # The failed Job stays, and so does its log. Its ConfigMap and its account do not.
        equal({each["kind"] for path, each in there.objects.items() if "policy-check" in path}, {"Job", "Pod"})
        assert any('policy.yaml:10:18: duplicate policy name "payments"' in log for log in there.shown_logs), there.shown_logs
        there.helm.upgrade(CHART, "podscore", with_policy(ENFORCING.replace("9", "7")), namespace="podscore")
        assert "minimumScore: 7" in there.objects[POLICIES]["data"]["policy.yaml"]
        assert not any("policy-check" in path for path in there.objects), there.objects.keys()


def test_install_with_rejected_policy():
    """An installation whose policies podscore rejects creates nothing but the hook's objects."""
    with cluster.Cluster() as there:
        stopped(there.helm.install, with_policy(ENFORCING.replace("9", "900")))
        assert all("policy-check" in path for path in there.objects), there.objects.keys()
