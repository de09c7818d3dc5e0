"""The controller: a dedicated Deployment with rights for exactly what it does, and a webhook about policies that fails open."""

import base64
import itertools
import json
import pathlib
import re
import tempfile

import cluster
from cel_expr_python import cel
from check_certificates import verifies
from check_program import mounted
from harness import CHART, EMPTY, container, equal, installed, merged, notes, pod_spec, podscore, refused, render, values_file, webhooks

ON = {"controller": {"enabled": True}}
CONFIGURATION = "controller-webhookconfiguration"
FEATURES = ["reports", "events", "status", "policyWebhook"]
READS = {
    ("podscore.dev", "scorepolicies", "list watch"),
    ("podscore.dev", "scorewaivers", "list watch"),
    ("", "namespaces", "list watch"),
    *(("", resource, "list") for resource in ["pods", "replicationcontrollers"]),
    *(("apps", resource, "list") for resource in ["daemonsets", "deployments", "replicasets", "statefulsets"]),
    *(("batch", resource, "list") for resource in ["cronjobs", "jobs"]),
}
WRITES = {
    "reports": {
        *(("openreports.io", resource, "create delete get list patch") for resource in ["reports", "clusterreports"]),
        *(("wgpolicyk8s.io", resource, "create delete get list patch") for resource in ["policyreports", "clusterpolicyreports"]),
    },
    "events": {("", "events", "list watch"), ("events.k8s.io", "events", "create patch")},
    "status": {("podscore.dev", "scorepolicies/status", "patch"), ("podscore.dev", "scorewaivers/status", "patch")},
    # It reads what the audit reads.
    "policyWebhook": set(),
}


def on(**values):
    """Values with a controller."""
    return {"controller": {"enabled": True, **values}}


def rights(objects):
    """The rights of the role of the controller: group, resource and verbs."""
    role = objects["controller-clusterrole"]
    assert all(set(rule) == {"apiGroups", "resources", "verbs"} for rule in role["rules"]), role
    return {
        (group, resource, " ".join(sorted(rule["verbs"])))
        for rule in role["rules"]
        for group, resource in itertools.product(rule["apiGroups"], rule["resources"])
    }


def test_controller_is_separate():
    """The controller adds objects and changes none: with it the webhook's own objects are the same, and without it nothing of it is rendered."""
    own = {"certificate": {"source": "existingSecret", "existingSecret": "mine"}, "webhook": {"caBundle": "-----BEGIN CERTIFICATE-----\nAAAA\n"}}
    for values in [own, {"certificate": {"source": "certManager"}}, merged(values_file("everything"), {"controller": {"enabled": False}})]:
        usual = render(values)
        with_controller = render(merged(values, on(certificateSecret="other", port=9444, opsPort=9081)))
        # It has alerts in the release's only object for alerts.
        usual.pop("prometheusrule", None), with_controller.pop("prometheusrule", None)
        equal({name: each for name, each in with_controller.items() if not name.startswith("controller-")}, usual)
        assert not any("controller" in each["metadata"]["name"] for each in usual.values())


def test_rights_of_the_controller():
    """Each feature has its rights and no others, in every combination; only the controller's Pod has them."""
    for chosen in itertools.product([True, False], repeat=len(FEATURES)):
        features = dict(zip(FEATURES, chosen))
        objects = render(on(**features), name="x", namespace="admission")
        equal(rights(objects), READS.union(*(WRITES[feature] for feature, is_on in features.items() if is_on)))
        binding = objects["controller-clusterrolebinding"]
        equal((binding["roleRef"]["kind"], binding["roleRef"]["name"]), ("ClusterRole", "x-podscore-controller"))
        equal(binding["subjects"], [{"kind": "ServiceAccount", "name": "x-podscore-controller", "namespace": "admission"}])
        equal([pod_spec(objects, part)["serviceAccountName"] for part in ("", "controller-")], ["x-podscore", "x-podscore-controller"])
        equal([pod_spec(objects, part)["automountServiceAccountToken"] for part in ("", "controller-")], [False, True])
        equal(objects["controller-serviceaccount"]["automountServiceAccountToken"], False)
    everything = {verb for _, _, verbs in rights(render(ON)) for verb in verbs.split()}
    equal(everything, {"get", "list", "watch", "create", "patch", "delete"})


def test_deployment_of_the_controller():
    """There is one Pod, which an upgrade ends before it starts the next, as hardened as those of the webhook."""
    for values in [{}, values_file("full-marks"), {"platform": "openshift"}]:
        objects = render(merged(values, ON))
        spec = objects["controller-deployment"]["spec"]
        equal((spec["replicas"], spec["strategy"]), (1, {"type": "Recreate"}))
        pod, usual = pod_spec(objects, "controller-"), pod_spec(objects)
        for field in ["securityContext", "nodeSelector", "enableServiceLinks", "hostUsers", "imagePullSecrets"]:
            equal(pod.get(field), usual.get(field))
        for field in ["image", "imagePullPolicy", "securityContext", "readinessProbe", "livenessProbe"]:
            equal(container(objects, "controller-")[field], container(objects)[field])
    # Nothing waits for it, so it may be evicted before others.
    critical = {"pod": {"priorityClassName": "system-cluster-critical", "labels": {"a": "b"}, "annotations": {"c": "d"}}}
    objects = render(merged(critical, ON))
    assert "priorityClassName" not in pod_spec(objects, "controller-")
    equal(pod_spec(render(merged(critical, on(priorityClassName="low"))), "controller-")["priorityClassName"], "low")
    metadata = objects["controller-deployment"]["spec"]["template"]["metadata"]
    equal((metadata["labels"]["a"], metadata["annotations"]), ("b", {"c": "d"}))
    equal(metadata["labels"]["app.kubernetes.io/name"], "podscore-controller")


def test_arguments_of_the_controller():
    """The controller gets its ports, features, Namespace and policies. What is off is switched off."""
    expected = [
        "controller",
        "--host=::",
        "--ops-port=9081",
        "--page-address=scores.example.com",
        "--policy=/etc/podscore/policies",
        "--own-namespace=admission",
        "--interval=1h30m",
        "--reports",
        "--no-events",
        "--status",
        "--policy-webhook-port=9444",
        "--tls-cert=/etc/podscore/tls/tls.crt",
        "--tls-key=/etc/podscore/tls/tls.key",
        "--client-ca=/etc/podscore/client-ca/ca.crt",
        "--client-name=kube-apiserver",
        "--log-format=json",
        "--log-level=debug",
    ]
    ca = "-----BEGIN CERTIFICATE-----\nAAAA\n"
    server = {"host": "::", "logFormat": "json", "logLevel": "debug", "clientCA": ca, "clientNames": ["kube-apiserver"]}
    values = on(interval="1h30m", events=False, port=9444, opsPort=9081, pageAddress="scores.example.com")
    equal(container(render({"server": server, **values}, namespace="admission"), "controller-")["args"], expected)
    bare = render(on(policyWebhook=False) | {"policies": EMPTY, "server": server})
    only = container(bare, "controller-")
    assert not any(argument.startswith(("--page", "--policy", "--tls", "--client")) for argument in only["args"]), only["args"]
    equal([port["name"] for port in only["ports"]], ["metrics"])
    assert "volumeMounts" not in only and "volumes" not in pod_spec(bare, "controller-")
    mine = pod_spec(render(on() | {"existingConfigMap": "mine"}), "controller-")
    equal([volume["configMap"]["name"] for volume in mine["volumes"] if "configMap" in volume], ["mine"])


def test_known_arguments_of_the_controller():
    """podscore knows every option that the chart gives to the controller."""
    known = set(re.findall(r"--[a-z-]+", podscore("controller", "--help").stdout))
    client = {"server": {"clientCA": "-----BEGIN CERTIFICATE-----\n", "clientNames": ["a"]}}
    for values in [merged(on(pageAddress="a"), client), on(reports=False, events=False, status=False)]:
        options = {argument.partition("=")[0] for argument in container(render(values), "controller-")["args"][1:]}
        equal(options - known, set())


def test_score_of_the_controller():
    """podscore gives the controller's Deployment the best possible score with the values in ci, except for the token that it needs."""
    deployment = json.dumps(render(merged(values_file("full-marks"), ON))["controller-deployment"])
    scan = podscore("scan", "--standard", "restricted@latest", "--format", "json", "-", text=deployment)
    equal((scan.returncode, scan.stderr), (0, ""))
    (report,) = json.loads(scan.stdout)
    missing = {each["id"] for key in report["scoring"].keys() - {"passed"} for each in report["scoring"][key]}
    equal(missing, {"AutomountServiceAccountToken"})


def test_policy_webhook():
    """The webhook about policies and Namespaces fails open, waits at most 5 s, and is registered for exactly what it answers."""
    objects = render(merged(ON, {"webhook": {"excludedNamespaces": ["storage"]}}), namespace="admission")
    found = webhooks(objects, CONFIGURATION)
    equal(objects[CONFIGURATION]["metadata"]["name"], "podscore-policies")
    rule = {"operations": ["CREATE", "UPDATE"], "scope": "Cluster"}
    equal(found["policies.podscore.dev"]["rules"], [{"apiGroups": ["podscore.dev"], "apiVersions": ["v1alpha1"], "resources": ["scorepolicies", "scorewaivers"], **rule}])
    equal(found["namespaces.podscore.dev"]["rules"], [{"apiGroups": [""], "apiVersions": ["v1"], "resources": ["namespaces"], **rule}])
    equal(len(found), 2)
    for webhook in found.values():
        equal((webhook["failurePolicy"], webhook["sideEffects"], webhook["timeoutSeconds"]), ("Ignore", "None", 3))
        equal(webhook["admissionReviewVersions"], ["v1"])
        equal(webhook["clientConfig"]["service"], {"name": "podscore-controller", "namespace": "admission", "path": "/policies", "port": 443})
    excluded = [{"key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": ["admission", "kube-system", "storage"]}]
    equal(found["namespaces.podscore.dev"]["namespaceSelector"], {"matchExpressions": excluded})
    assert all(each["failurePolicy"] == "Ignore" for each in webhooks(render(merged(values_file("everything"), ON)), CONFIGURATION).values())


def is_called(webhook, new, old=None):
    """Whether the conditions of a webhook hold for an object and the one before."""
    environment = cel.NewEnv(variables={"object": cel.Type.DYN, "oldObject": cel.Type.DYN})
    answers = [environment.compile(each["expression"]).eval(data={"object": new, "oldObject": old}).value() for each in webhook["matchConditions"]]
    assert all(isinstance(answer, bool) for answer in answers), answers
    return all(answers)


def test_conditions_of_the_policy_webhook():
    """It is called for a new or changed spec of a policy, and for new or changed labels of Podscore on a Namespace, and for nothing else."""
    found = webhooks(render(ON), CONFIGURATION)
    policies, namespaces = found["policies.podscore.dev"], found["namespaces.podscore.dev"]
    one, other = {"spec": {"enforce": {"minimumScore": 7}}}, {"spec": {"enforce": {"minimumScore": 8}}}
    equal([is_called(policies, one), is_called(policies, other, one), is_called(policies, one, one)], [True, True, False])
    same_spec = {"metadata": {"labels": {"a": "b"}, "deletionTimestamp": "2026-11-29T00:00:00Z"}, "status": {"conditions": []}, **one}
    equal(is_called(policies, same_spec, one), False)

    def labelled(**labels):
        return {"metadata": {"name": "a", "labels": labels}}

    bare, team = {"metadata": {"name": "a"}}, labelled(team="shop")
    ours, raised = (labelled(**{"podscore.dev/enforce-minimum-score": minimum}) for minimum in "79")
    for new, old, expected in [
        (bare, None, False),
        (team, None, False),
        (ours, None, True),
        (ours, bare, True),
        (ours, team, True),
        (raised, ours, True),
        (ours, ours, False),
        (bare, ours, False),
        (team, bare, False),
        (bare, bare, False),
    ]:
        assert is_called(namespaces, new, old) == expected, f"{old} to {new}"


def test_no_policy_webhook():
    """Without the webhook there is no registration, no certificate and no port for reviews."""
    for source in ["release", "certManager"]:
        objects = render(merged(on(policyWebhook=False), {"certificate": {"source": source}}))
        assert not {CONFIGURATION, "controller-secret", "controller-certificate"} & set(objects)
        equal([port["name"] for port in objects["controller-service"]["spec"]["ports"]], ["metrics"])
        equal([rule["ports"][0]["port"] for rule in objects["controller-networkpolicy"]["spec"]["ingress"]], ["metrics"])


def test_certificate_of_the_controller():
    """Each source makes a dedicated certificate for the controller's Service, and keeps it as the webhook's."""
    objects = render(ON, name="x", namespace="admission")
    secret = objects["controller-secret"]
    equal(secret["metadata"]["name"], "x-podscore-policies-tls")
    assert secret["data"]["tls.key"] != objects["secret"]["data"]["tls.key"]
    bundles = {each["clientConfig"]["caBundle"] for each in webhooks(objects, CONFIGURATION).values()}
    equal(bundles, {secret["data"]["ca.crt"]})
    with tempfile.TemporaryDirectory() as folder:
        for file, content in secret["data"].items():
            pathlib.Path(folder, file).write_bytes(base64.b64decode(content))
        names = ["x-podscore-controller.admission.svc", "x-podscore.admission.svc"]
        equal([verifies(f"{folder}/ca.crt", f"{folder}/tls.crt", name) for name in names], [True, False])
    made = [installed(values=ON)[name] for name in ("secret", "controller-secret")]
    kept = installed([cluster.secret(each["metadata"]["name"], "podscore", "podscore", each["data"]) for each in made], ON)
    equal([kept[name]["data"] for name in ("secret", "controller-secret")], [each["data"] for each in made])
    issued = render(merged(ON, {"certificate": {"source": "certManager"}}), name="x", namespace="admission")
    spec = issued["controller-certificate"]["spec"]
    equal(spec["dnsNames"][0], "x-podscore-controller.admission.svc")
    equal(spec["issuerRef"], issued["certificate"]["spec"]["issuerRef"])
    assert spec["secretName"] != issued["certificate"]["spec"]["secretName"]
    equal(issued[CONFIGURATION]["metadata"]["annotations"], {"cert-manager.io/inject-ca-from": "admission/x-podscore-controller"})
    own = {"certificate": {"source": "existingSecret", "existingSecret": "mine"}, "webhook": {"caBundle": "-----BEGIN CERTIFICATE-----\nAAAA\n"}}
    refused(merged(ON, own), "set controller.certificateSecret to the name of the Secret with a certificate for podscore-controller.podscore.svc")
    volumes = pod_spec(render(merged(on(certificateSecret="other"), own)), "controller-")["volumes"]
    equal([each["secret"]["secretName"] for each in volumes if "secret" in each], ["other"])
    assert "controller-secret" not in render(merged(on(policyWebhook=False), own))


def test_network_of_the_controller():
    """The controller connects to API servers alone. With hostNetwork it uses the node's network if API servers must reach it."""
    to, source, metrics = ([{"ipBlock": {"cidr": f"10.0.{number}.0/28"}}] for number in range(3))
    policy = {"networkPolicy": {"apiServerTo": to, "apiServerPorts": [8443], "apiServerFrom": source, "metricsFrom": metrics}}
    spec = render(merged(ON, policy))["controller-networkpolicy"]["spec"]
    equal(spec["egress"], [{"ports": [{"port": 8443, "protocol": "TCP"}], "to": to}])
    equal([(rule["ports"][0]["port"], rule["from"]) for rule in spec["ingress"]], [("https", source), ("metrics", metrics)])
    assert "controller-networkpolicy" not in render(merged(ON, {"networkPolicy": {"enabled": False}}))
    node = {"hostNetwork": True, "server": {"port": 9443, "opsPort": 9080}}
    pods = [pod_spec(render(merged(on(policyWebhook=is_on), node)), "controller-") for is_on in (True, False)]
    equal([(pod.get("hostNetwork"), pod.get("dnsPolicy")) for pod in pods], [(True, "ClusterFirstWithHostNet"), (None, None)])


def test_switch_the_controller_on_and_off():
    """The registration of its webhook comes last. Switched off, nothing of it is left, and the certificate of the webhook stays."""
    with cluster.Cluster() as there:
        there.helm.install(CHART, "podscore", {}, namespace="podscore")
        before = set(there.objects)
        there.changes.clear()
        there.helm.upgrade(CHART, "podscore", ON, namespace="podscore")
        added = set(there.objects) - before
        equal(len([path for path in added if "controller" in path or "policies" in path]), 8)
        created = [change for change in there.changes if change.startswith("create ") and "Job" not in change]
        equal(created[-1], "create ValidatingWebhookConfiguration")
        there.helm.upgrade(CHART, "podscore", {"controller": {"enabled": False}}, namespace="podscore")
        equal({path for path in there.objects if "controller" in path or path.endswith("policies-tls")}, set())


def test_doctor_with_a_controller():
    """podscore doctor finds no fault in all registrations of a release, and counts those of the controller nowhere."""
    objects = render(ON)
    both = [objects["validatingwebhookconfiguration"], objects[CONFIGURATION]]
    with tempfile.TemporaryDirectory() as folder:
        mounted(objects, folder)
        listed = json.dumps({"apiVersion": "v1", "kind": "List", "items": both})
        examined = podscore("doctor", "--strict", f"--tls-cert={folder}/tls/tls.crt", f"--policy={folder}/policies", text=listed)
    equal((examined.returncode, examined.stderr), (0, ""))
    assert "2 Podscore webhooks: no problems found" in examined.stdout, examined.stdout


def test_notes_about_the_controller():
    """The notes say what the controller does, and warn if the webhook ignores the policies by which it decides."""
    assert "controller" not in notes()
    text = notes(merged(on(events=False), {"cluster": {"enabled": True}}), name="x", namespace="admission")
    assert "controller:                    every 15m; reports, status, checks of policies" in text, text
    assert "cluster.enabled is false" not in text
    assert "cluster.enabled is false" in notes(ON)
