"""Lints and renders the podscore chart with the Helm engine and checks what comes out, object by object.

Run through `make chart`, which prepares the Python environment. A function whose name begins with "test_" is a test; its docstring is
what must be so.
"""

import base64
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import traceback

import cluster
import helm_python.chart as helm
from helm_python.errors import HelmError

CHART = pathlib.Path(__file__).resolve().parent.parent / "podscore"
NAME = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
EMPTY = {"default.yaml": None}


def parsed(texts):
    """Objects by kind."""
    objects = {}
    for text in texts:
        manifest = helm.values_from_yaml(text)
        assert manifest["kind"] not in objects, f"a second {manifest['kind']}"
        objects[manifest["kind"]] = manifest
    return objects


def render(values=None, *, name="podscore", namespace="podscore"):
    """The rendered objects by kind; every template file holds one object or none, and no kind comes twice."""
    with helm.Chart.load(CHART) as chart:
        rendered = chart.render(values or {}, name=name, namespace=namespace, is_install=True)
    files = {path: text for path, text in rendered.items() if path.endswith(".yaml") and text.strip()}
    for path, text in files.items():
        assert not re.search(r"^---", text.strip(), re.MULTILINE), f"{path} holds more than one object"
    return parsed(files.values())


def full_marks_values():
    return helm.values_from_yaml((CHART / "ci" / "full-marks-values.yaml").read_text())


def pod_spec(objects):
    return objects["Deployment"]["spec"]["template"]["spec"]


def container(objects):
    (only,) = pod_spec(objects)["containers"]
    return only


def webhooks(objects):
    return {webhook["name"]: webhook for webhook in objects["ValidatingWebhookConfiguration"]["webhooks"]}


def equal(actual, expected):
    assert actual == expected, f"\n  is:        {actual}\n  should be: {expected}"


def refused(values, word):
    try:
        render(values)
    except HelmError as error:
        assert word in str(error), f"refused {values} without naming {word!r}: {error}"
        return
    raise AssertionError(f"accepted {values}")


def openssl(*arguments):
    return subprocess.run(["openssl", *arguments], check=True, capture_output=True, text=True).stdout


def test_lint():
    """The chart passes a strict lint, with the default values and with those of each file in ci."""
    for values in [{}, full_marks_values()]:
        report = helm.lint(CHART, values, strict=True, namespace="podscore")
        problems = [m for m in report["messages"] if m["severity"] >= 2]
        assert not problems and not report["errors"], (problems, report["errors"])


def test_kinds():
    """One object of each kind is rendered."""
    expected = ["ConfigMap", "Deployment", "Secret", "Service", "ServiceAccount", "ValidatingWebhookConfiguration"]
    equal(sorted(render()), expected)


def test_versions():
    """Each object has the current API version of its kind."""
    equal(
        {kind: manifest["apiVersion"] for kind, manifest in render().items()},
        {
            "ConfigMap": "v1",
            "Deployment": "apps/v1",
            "Secret": "v1",
            "Service": "v1",
            "ServiceAccount": "v1",
            "ValidatingWebhookConfiguration": "admissionregistration.k8s.io/v1",
        },
    )


def test_names():
    """Names are valid and at most 63 characters long, and objects stand in the release's namespace, even with the longest release name."""
    long = "a" * 53
    for name, namespace in [("podscore", "podscore"), ("x", "n"), (long, "b" * 63), ("my-podscore", "admission"), ("1", "0123"), ("on", "y")]:
        for kind, manifest in render(name=name, namespace=namespace).items():
            assert NAME.fullmatch(manifest["metadata"]["name"]), manifest["metadata"]["name"]
            expected = None if kind == "ValidatingWebhookConfiguration" else namespace
            equal(manifest["metadata"].get("namespace"), expected)
            for label in manifest["metadata"]["labels"].values():
                assert len(label) <= 63, label
    equal(render(name="x")["Service"]["metadata"]["name"], "x-podscore")
    equal(render(name="my-podscore")["Service"]["metadata"]["name"], "my-podscore")


def test_references():
    """Objects find each other: selectors, service account, Secret, ConfigMap, ports."""
    for name in ["podscore", "x"]:
        objects = render(name=name)
        deployment, service, spec = objects["Deployment"], objects["Service"], pod_spec(objects)
        labels = deployment["spec"]["template"]["metadata"]["labels"]
        selector = deployment["spec"]["selector"]["matchLabels"]
        equal(selector, service["spec"]["selector"])
        assert selector.items() <= labels.items() and "app.kubernetes.io/version" not in selector
        equal(spec["serviceAccountName"], objects["ServiceAccount"]["metadata"]["name"])
        volumes = {volume["name"]: volume for volume in spec["volumes"]}
        equal(volumes["tls"]["secret"]["secretName"], objects["Secret"]["metadata"]["name"])
        equal(volumes["policies"]["configMap"]["name"], objects["ConfigMap"]["metadata"]["name"])
        equal({mount["name"] for mount in container(objects)["volumeMounts"]}, set(volumes))
        ports = {port["name"]: port["containerPort"] for port in container(objects)["ports"]}
        equal(ports, {"https": 8443, "metrics": 8080})
        equal({port["port"]: port["targetPort"] for port in service["spec"]["ports"]}, {443: "https", 8080: "metrics"})
        for webhook in webhooks(objects).values():
            reference = webhook["clientConfig"]["service"]
            equal(reference, {"name": service["metadata"]["name"], "namespace": "podscore", "path": "/validate", "port": 443})


def test_arguments():
    """The server is told its ports, files, mode and namespace."""
    expected = [
        "serve",
        "--port=8443",
        "--ops-port=8080",
        "--tls-cert=/etc/podscore/tls/tls.crt",
        "--tls-key=/etc/podscore/tls/tls.key",
        "--policy=/etc/podscore/policies",
        "--mode=audit",
        "--own-namespace=admission",
    ]
    objects = render({"mode": "audit"}, namespace="admission")
    equal(container(objects)["args"], expected)
    mounts = {mount["name"]: (mount["mountPath"], mount["readOnly"]) for mount in container(objects)["volumeMounts"]}
    equal(mounts, {"tls": ("/etc/podscore/tls", True), "policies": ("/etc/podscore/policies", True)})


def test_hardening():
    """The Pod is what Podscore asks of others."""
    objects = render()
    spec, only = pod_spec(objects), container(objects)
    equal(spec["automountServiceAccountToken"], False)
    equal(objects["ServiceAccount"]["automountServiceAccountToken"], False)
    equal(
        spec["securityContext"],
        {
            "runAsNonRoot": True,
            "runAsUser": 65532,
            "runAsGroup": 65532,
            "fsGroup": 65532,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
    )
    equal(
        only["securityContext"],
        {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}},
    )
    for amounts in only["resources"]["requests"], only["resources"]["limits"]:
        equal(set(amounts), {"cpu", "memory"})
    assert not {"hostUsers", "hostNetwork", "hostPID", "hostIPC"} & set(spec)
    assert "appArmorProfile" not in spec["securityContext"]
    tls = next(volume for volume in spec["volumes"] if volume["name"] == "tls")
    equal(tls["secret"]["defaultMode"], 0o440)


def test_full_marks():
    """ci/full-marks-values.yaml adds the rest."""
    objects = render(full_marks_values())
    equal(pod_spec(objects)["hostUsers"], False)
    equal(pod_spec(objects)["securityContext"]["appArmorProfile"], {"type": "RuntimeDefault"})
    assert re.fullmatch(r"podscore@sha256:[0-9a-f]{64}", container(objects)["image"]), container(objects)["image"]


def podscore(*arguments, text):
    """Runs our own program with text as standard input."""
    return subprocess.run([os.environ["PODSCORE"], *arguments], input=text, capture_output=True, text=True)


def test_full_marks_by_our_own_scanner():
    """podscore itself gives the Deployment every point, and allows it under the policy that the chart brings."""
    deployment = json.dumps(render(full_marks_values())["Deployment"])
    (report,) = json.loads(podscore("scan", "--format", "json", "-", text=deployment).stdout)
    equal(report["scoring"].keys() - {"passed"}, set())
    table = podscore("scan", "--format", "table", "-", text=deployment).stdout
    score, best = re.search(r" scores (\d+) of (\d+) ", table).groups()
    equal(score, best)


def test_default_policies_by_our_own_program():
    """podscore takes the policies of the chart as they are mounted."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in render()["ConfigMap"]["data"].items():
            (pathlib.Path(folder) / name).write_text(text)
        deployment = json.dumps(render()["Deployment"])
        scan = podscore("scan", "--policy", folder, "--namespace", "podscore", "--format", "json", "-", text=deployment)
        equal((scan.returncode, scan.stderr), (0, ""))


def test_probes():
    """Both probes ask the ops port."""
    only = container(render())
    equal(only["readinessProbe"]["httpGet"], {"path": "/readyz", "port": "metrics"})
    equal(only["livenessProbe"]["httpGet"], {"path": "/livez", "port": "metrics"})


def test_image():
    """The image is the chart's version unless a tag or digest says otherwise; a digest wins."""
    with helm.Chart.load(CHART) as chart:
        version = chart.metadata["appVersion"]
    digest = "sha256:" + "a" * 64
    equal(container(render())["image"], f"podscore:{version}")
    equal(container(render({"image": {"repository": "r.example:5000/podscore", "tag": "9"}}))["image"], "r.example:5000/podscore:9")
    equal(container(render({"image": {"tag": "9", "digest": digest}}))["image"], f"podscore@{digest}")
    equal(pod_spec(render({"image": {"pullSecrets": ["a"]}}))["imagePullSecrets"], [{"name": "a"}])


def test_webhook_rules():
    """Pods are asked about with the two subresources that change what runs; workloads are all the kinds with a Pod template."""

    def listed(webhook):
        return {
            (group, version, resource, tuple(rule["operations"]))
            for rule in webhook["rules"]
            for group in rule["apiGroups"]
            for version in rule["apiVersions"]
            for resource in rule["resources"]
        }

    both, update = ("CREATE", "UPDATE"), ("UPDATE",)
    found = webhooks(render())
    equal(set(found), {"pods.podscore.dev", "workloads.podscore.dev"})
    equal(
        listed(found["pods.podscore.dev"]),
        {("", "v1", "pods", both), ("", "v1", "pods/ephemeralcontainers", update), ("", "v1", "pods/resize", update)},
    )
    apps = {("apps", "v1", kind, both) for kind in ["deployments", "replicasets", "statefulsets", "daemonsets"]}
    batch = {("batch", "v1", kind, both) for kind in ["jobs", "cronjobs"]}
    core = {("", "v1", kind, both) for kind in ["replicationcontrollers", "podtemplates"]}
    equal(listed(found["workloads.podscore.dev"]), apps | batch | core)


def test_webhook_settings():
    """Both webhooks have no side effects, answer both review versions and leave out the excluded namespaces and their own."""
    values = {"webhook": {"timeoutSeconds": 9, "excludedNamespaces": ["kube-system", "storage"]}}
    for webhook in webhooks(render(values, namespace="admission")).values():
        equal(webhook["sideEffects"], "None")
        equal(webhook["matchPolicy"], "Equivalent")
        equal(webhook["timeoutSeconds"], 9)
        equal(webhook["admissionReviewVersions"], ["v1", "v1beta1"])
        equal([rule["scope"] for rule in webhook["rules"]], ["Namespaced"] * len(webhook["rules"]))
        equal(
            webhook["namespaceSelector"],
            {
                "matchExpressions": [
                    {
                        "key": "kubernetes.io/metadata.name",
                        "operator": "NotIn",
                        "values": ["admission", "kube-system", "storage"],
                    }
                ]
            },
        )
        # A selector that users can reach by labels protects nothing.
        assert "objectSelector" not in webhook and "matchConditions" not in webhook
    listed = webhooks(render(namespace="kube-system"))["pods.podscore.dev"]["namespaceSelector"]["matchExpressions"]
    equal(listed[0]["values"], ["kube-system"])


def test_failure_policy():
    """Pods fail closed by default, workloads open; both can be changed, and workloads left out."""
    found = webhooks(render())
    equal([found["pods.podscore.dev"]["failurePolicy"], found["workloads.podscore.dev"]["failurePolicy"]], ["Fail", "Ignore"])
    changed = {"webhook": {"pods": {"failurePolicy": "Ignore"}, "workloads": {"enabled": False}}}
    found = webhooks(render(changed))
    equal({name: webhook["failurePolicy"] for name, webhook in found.items()}, {"pods.podscore.dev": "Ignore"})


def test_certificate():
    """The caBundle is a CA, the one in the Secret, and verifies the serving certificate for the names the API server asks for."""
    objects = render(name="x", namespace="admission")
    secret = objects["Secret"]
    equal(secret["type"], "kubernetes.io/tls")
    equal(set(secret["data"]), {"ca.crt", "tls.crt", "tls.key"})
    bundles = {webhook["clientConfig"]["caBundle"] for webhook in webhooks(objects).values()}
    equal(bundles, {secret["data"]["ca.crt"]})
    with tempfile.TemporaryDirectory() as folder:
        for file, content in secret["data"].items():
            pathlib.Path(folder, file).write_bytes(base64.b64decode(content, validate=True))
        ca, certificate, key = (f"{folder}/{file}" for file in ["ca.crt", "tls.crt", "tls.key"])
        for host in ["x-podscore.admission.svc", "x-podscore.admission.svc.cluster.local"]:
            openssl("verify", "-purpose", "sslserver", "-verify_hostname", host, "-CAfile", ca, certificate)
        assert "CA:TRUE" in openssl("x509", "-in", ca, "-noout", "-ext", "basicConstraints")
        assert "TLS Web Server Authentication" in openssl("x509", "-in", certificate, "-noout", "-ext", "extendedKeyUsage")
        equal(openssl("pkey", "-in", key, "-pubout"), openssl("x509", "-in", certificate, "-noout", "-pubkey"))
        try:
            openssl("verify", "-verify_hostname", "podscore.podscore.svc", "-CAfile", ca, certificate)
        except subprocess.CalledProcessError:
            return
        raise AssertionError("the certificate verifies for another service")


def installed(secrets):
    """The objects that an installation creates in a cluster with these Secrets, where `lookup` works."""
    texts = re.split(r"^---$", cluster.manifests(CHART, secrets), flags=re.MULTILINE)
    return parsed(text for text in texts if text.strip())


def test_certificate_kept():
    """A certificate that the cluster has already is kept, together with its CA; an incomplete one is made anew."""
    old = {"ca.crt": "Y2E=", "tls.crt": "Y2VydGlmaWNhdGU=", "tls.key": "a2V5"}

    def with_secret(name, namespace, data):
        objects = installed([cluster.secret(name, namespace, "podscore", data)])
        bundles = {webhook["clientConfig"]["caBundle"] for webhook in webhooks(objects).values()}
        equal(bundles, {objects["Secret"]["data"]["ca.crt"]})
        return objects["Secret"]["data"]

    equal(with_secret("podscore-tls", "podscore", old | {"other": "eA=="}), old)
    for file in old:
        incomplete = {name: content for name, content in old.items() if name != file}
        remade = with_secret("podscore-tls", "podscore", incomplete)
        assert set(remade) == set(old) and not set(remade.values()) & set(old.values()), remade
    for name, namespace in [("podscore-tls", "elsewhere"), ("other-tls", "podscore")]:
        assert not set(with_secret(name, namespace, old).values()) & set(old.values())


def test_own_certificate():
    """With a Secret of the user's, none is made, and the CA is the user's."""
    ca = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    objects = render({"certificate": {"existingSecret": "1e3"}, "webhook": {"caBundle": ca}})
    assert "Secret" not in objects
    equal(next(volume for volume in pod_spec(objects)["volumes"] if volume["name"] == "tls")["secret"]["secretName"], "1e3")
    for webhook in webhooks(objects).values():
        equal(base64.b64decode(webhook["clientConfig"]["caBundle"]).decode(), ca)
    refused({"certificate": {"existingSecret": "mine"}}, "webhook.caBundle")


def test_policies():
    """Policy files arrive unchanged; null takes the default away; without any there is no ConfigMap, and a change starts new Pods."""
    text = 'a: |\n  b\n\n# ü "quoted" {{ not a template }}\n'
    objects = render({"policies": {"payments.yaml": text}})
    equal(set(objects["ConfigMap"]["data"]), {"default.yaml", "payments.yaml"})
    equal(objects["ConfigMap"]["data"]["payments.yaml"], text)
    alone = render({"policies": EMPTY | {"payments.yaml": text}})
    equal(set(alone["ConfigMap"]["data"]), {"payments.yaml"})
    none = render({"policies": EMPTY})
    assert "ConfigMap" not in none
    assert not any(argument.startswith("--policy") for argument in container(none)["args"])
    equal([volume["name"] for volume in pod_spec(none)["volumes"]], ["tls"])
    checksums = [
        rendering["Deployment"]["spec"]["template"]["metadata"]["annotations"]["podscore.dev/policies-checksum"]
        for rendering in (objects, alone, none, render({"policies": {"payments.yaml": text}}))
    ]
    equal(len(set(checksums)), 3)
    equal(checksums[0], checksums[3])


def test_pod_settings():
    """What the administrator says about the Pod's place reaches it."""
    values = {
        "replicas": 3,
        "pod": {
            "nodeSelector": {"a": "b"},
            "tolerations": [{"operator": "Exists"}],
            "affinity": {"podAntiAffinity": {}},
            "annotations": {"c": "d"},
        },
    }
    objects = render(values)
    spec = pod_spec(objects)
    equal(objects["Deployment"]["spec"]["replicas"], 3)
    equal((spec["nodeSelector"], spec["tolerations"]), ({"a": "b"}, [{"operator": "Exists"}]))
    equal(spec["affinity"], {"podAntiAffinity": {}})
    equal(objects["Deployment"]["spec"]["template"]["metadata"]["annotations"]["c"], "d")


def test_schema():
    """Values that can't be right are refused, naming the key."""
    for values, word in [
        ({"replica": 2}, "replica"),
        ({"replicas": 0}, "replicas"),
        ({"mode": "off"}, "mode"),
        ({"image": {"tag": "latest"}}, "tag"),
        ({"image": {"digest": "sha256:abc"}}, "digest"),
        ({"image": {"repository": ""}}, "repository"),
        ({"policies": {"a.txt": "x"}}, "a.txt"),
        ({"policies": {"a.yaml": {"kind": "ScorePolicy"}}}, "a.yaml"),
        ({"webhook": {"pods": {"failurePolicy": "fail"}}}, "failurePolicy"),
        ({"webhook": {"timeoutSeconds": 31}}, "timeoutSeconds"),
        ({"webhook": {"excludedNamespaces": ["a/b"]}}, "excludedNamespaces"),
        ({"webhook": {"caBundle": "AAAA"}}, "caBundle"),
        ({"certificate": {"validDays": 0}}, "validDays"),
        ({"resources": {"limits": {"cpu": None}}}, "cpu"),
        ({"resources": {"requests": {"memory": "much"}}}, "memory"),
        ({"pod": {"hostUsers": "no"}}, "hostUsers"),
        ({"pod": {"appArmorProfile": "Unconfined"}}, "appArmorProfile"),
    ]:
        refused(values, word)


def main():
    tests = [(name, test) for name, test in globals().items() if name.startswith("test_")]
    failed = 0
    for name, test in tests:
        try:
            test()
        except Exception:  # one broken test must not hide the others
            failed += 1
            print(f"chart: not so: {test.__doc__} ({name})")
            print("".join(f"    {line}\n" for line in traceback.format_exc(limit=-2).splitlines()), end="")
    print(f"chart: {len(tests) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
