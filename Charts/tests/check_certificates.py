"""The serving certificate, in one of three ways, and the CA by which the API server verifies it."""

import base64
import datetime
import pathlib
import subprocess
import tempfile

import cluster
import helm_python.chart as helm
from harness import CHART, equal, installed, merged, notes, openssl, pod_spec, refused, render, rendered, values_file, webhooks
from invariants import broken

OLD = {"ca.crt": "Y2E=", "tls.crt": "Y2VydGlmaWNhdGU=", "tls.key": "a2V5"}


def bundle(objects):
    (only,) = {webhook["clientConfig"]["caBundle"] for webhook in webhooks(objects).values()}
    return only


def decoded(folder, secret):
    """The paths of a Secret's files, written into a folder."""
    for file, content in secret["data"].items():
        pathlib.Path(folder, file).write_bytes(base64.b64decode(content, validate=True))
    return [f"{folder}/{file}" for file in ["ca.crt", "tls.crt", "tls.key"]]


def verifies(ca, certificate, host):
    try:
        openssl("verify", "-x509_strict", "-purpose", "sslserver", "-verify_hostname", host, "-CAfile", ca, certificate)
    except subprocess.CalledProcessError:
        return False
    return True


def test_generated():
    """The caBundle is the CA in the Secret, and verifies the serving certificate for the names that the API server uses."""
    objects = render(name="x", namespace="admission")
    secret = objects["secret"]
    equal(secret["type"], "kubernetes.io/tls")
    equal(set(secret["data"]), {"ca.crt", "tls.crt", "tls.key"})
    equal(bundle(objects), secret["data"]["ca.crt"])
    with tempfile.TemporaryDirectory() as folder:
        ca, certificate, key = decoded(folder, secret)
        assert verifies(ca, certificate, "x-podscore.admission.svc")
        assert verifies(ca, certificate, "x-podscore.admission.svc.cluster.local")
        assert not verifies(ca, certificate, "podscore.podscore.svc")
        assert "CA:TRUE" in openssl("x509", "-in", ca, "-noout", "-ext", "basicConstraints")
        assert "TLS Web Server Authentication" in openssl("x509", "-in", certificate, "-noout", "-ext", "extendedKeyUsage")
        equal(openssl("pkey", "-in", key, "-pubout"), openssl("x509", "-in", certificate, "-noout", "-pubkey"))


def test_generated_kept():
    """The cluster's certificate is kept together with its CA. An incomplete one is replaced."""

    def with_secret(name, namespace, data):
        objects = installed([cluster.secret(name, namespace, "podscore", data)])
        equal(bundle(objects), objects["secret"]["data"]["ca.crt"])
        return objects["secret"]["data"]

    equal(with_secret("podscore-tls", "podscore", OLD | {"other": "eA=="}), OLD)
    for file in OLD:
        incomplete = {name: content for name, content in OLD.items() if name != file}
        remade = with_secret("podscore-tls", "podscore", incomplete)
        assert set(remade) == set(OLD) and not set(remade.values()) & set(OLD.values()), remade
    for name, namespace in [("podscore-tls", "elsewhere"), ("other-tls", "podscore")]:
        assert not set(with_secret(name, namespace, OLD).values()) & set(OLD.values())


def test_generated_renewed():
    """After two thirds of its life a certificate is replaced. The old CA stays in the bundle, so API servers accept Pods with either certificate."""
    first = installed()["secret"]
    day = first["metadata"]["annotations"]["podscore.dev/renew-after"]
    remaining = int(openssl_days(first)) - days_until(day)
    assert 1200 <= remaining <= 1230, f"{day} leaves {remaining} days of 3650"

    def upgraded(secret, renew_after):
        metadata = {"podscore.dev/renew-after": renew_after}
        return installed([cluster.secret("podscore-tls", "podscore", "podscore", secret["data"], metadata)])

    kept = upgraded(first, "2999-01-01")["secret"]
    equal((kept["data"], kept["metadata"]["annotations"]["podscore.dev/renew-after"]), (first["data"], "2999-01-01"))
    objects = upgraded(first, "2020-01-01")
    second = objects["secret"]
    equal(second["metadata"]["annotations"]["podscore.dev/renew-after"], day)
    assert first["data"]["tls.key"] != second["data"]["tls.key"]
    equal(bundle(objects), second["data"]["ca.crt"])
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        old_ca, old_certificate, _ = decoded(one, first)
        new_ca, new_certificate, _ = decoded(other, second)
        assert verifies(new_ca, new_certificate, "podscore.podscore.svc")
        assert verifies(new_ca, old_certificate, "podscore.podscore.svc")
        assert not verifies(old_ca, new_certificate, "podscore.podscore.svc")
        third = upgraded(second, "2020-01-01")["secret"]
        equal(base64.b64decode(third["data"]["ca.crt"]).count(b"BEGIN CERTIFICATE"), 2)


def openssl_days(secret):
    """The days until a Secret's certificate expires."""
    with tempfile.TemporaryDirectory() as folder:
        _, certificate, _ = decoded(folder, secret)
        end = openssl("x509", "-in", certificate, "-noout", "-enddate", "-dateopt", "iso_8601").partition("=")[2]
        return days_until(end[:10])


def days_until(day):
    return (datetime.date.fromisoformat(day) - datetime.date.today()).days


def test_cert_manager():
    """cert-manager makes a dedicated CA for the release, and a certificate of it for the names that the API server uses."""
    objects = render({"certificate": {"source": "certManager"}}, name="x", namespace="admission")
    assert "secret" not in objects
    leaf, ca = objects["certificate"]["spec"], objects["certificate-ca"]["spec"]
    equal(leaf["dnsNames"], ["x-podscore.admission.svc", "x-podscore.admission.svc.cluster.local"])
    equal((leaf.get("isCA"), ca["isCA"]), (None, True))
    equal(ca["privateKey"]["rotationPolicy"], "Never")
    equal(objects["issuer-selfsigned"]["spec"], {"selfSigned": {}})
    equal([each["issuerRef"]["name"] for each in (ca, leaf)], ["x-podscore-selfsigned", "x-podscore-ca"])
    equal(objects["issuer-ca"]["spec"], {"ca": {"secretName": ca["secretName"]}})
    registration = objects["validatingwebhookconfiguration"]
    equal(registration["metadata"]["annotations"], {"cert-manager.io/inject-ca-from": "admission/x-podscore"})
    assert not any("caBundle" in webhook["clientConfig"] for webhook in webhooks(objects).values())


def test_cert_manager_issuer():
    """With an existing issuer, the release makes none."""
    reference = {"name": "corporate", "kind": "ClusterIssuer", "group": "cert-manager.io"}
    issuer = {"issuerRef": reference, "duration": "720h", "renewBefore": "240h"}
    objects = render({"certificate": {"source": "certManager", "certManager": issuer}})
    assert not {"issuer-selfsigned", "issuer-ca", "certificate-ca"} & set(objects)
    spec = objects["certificate"]["spec"]
    equal((spec["issuerRef"], spec["duration"], spec["renewBefore"]), (reference, "720h", "240h"))


def test_existing_secret():
    """With the user's Secret, the release makes none, and the CA is the user's."""
    ca = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    own = {"source": "existingSecret", "existingSecret": "1e3"}
    objects = render({"certificate": own, "webhook": {"caBundle": ca}})
    assert "secret" not in objects and "certificate" not in objects
    equal(next(volume for volume in pod_spec(objects)["volumes"] if volume["name"] == "tls")["secret"]["secretName"], "1e3")
    equal(base64.b64decode(bundle(objects)).decode(), ca)
    refused({"certificate": own}, "webhook.caBundle")
    refused({"certificate": {"source": "existingSecret"}, "webhook": {"caBundle": ca}}, "set certificate.existingSecret to the name")


def test_source():
    """The keys that chose the source before certificate.source still do, and the notes say what to write. Two sources are rejected."""
    ca = {"webhook": {"caBundle": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}}
    for old, new, word in [
        ({"certManager": {"enabled": True}}, {"source": "certManager"}, "write certificate.source: certManager"),
        ({"existingSecret": "mine"}, {"source": "existingSecret", "existingSecret": "mine"}, "write certificate.source: existingSecret"),
    ]:
        equal(render({"certificate": old, **ca}), render({"certificate": new, **ca}))
        assert word in notes({"certificate": old, **ca})
        assert "DEPRECATED" not in notes({"certificate": new, **ca})
        assert "certificate.source is enough" in notes({"certificate": {"source": "certManager", "certManager": {"enabled": True}}})
    assert "DEPRECATED" not in notes()
    for both in [
        {"existingSecret": "mine", "certManager": {"enabled": True}},
        {"existingSecret": "mine", "source": "certManager"},
        {"existingSecret": "mine", "source": "existingSecret", "certManager": {"enabled": True}},
    ]:
        refused({"certificate": both, **ca}, "exclude each other")


def test_offline():
    """Without a cluster, a certificate of the release is an error that says what to set. allowOffline and the other sources render."""
    for values in [{}, {"certificate": {"validDays": 30}}]:
        refused(merged({"certificate": {"allowOffline": False}}, values), "Set certificate.source to certManager or existingSecret")
    assert "secret" in render({"certificate": {"allowOffline": True}})
    render({"certificate": {"allowOffline": False, "source": "certManager"}})
    # `installed` renders with a cluster and without allowOffline.
    assert "secret" in installed()


def test_same_bytes():
    """Two renderings without a cluster are the same bytes, with every source but release."""
    own = {"certificate": {"source": "existingSecret", "existingSecret": "mine"}}
    own["webhook"] = {"caBundle": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}
    for values in [own, {"certificate": {"source": "certManager"}}, values_file("everything")]:
        values = merged({"certificate": {"allowOffline": False}}, values)
        equal(rendered(values), rendered(values))
    assert rendered() != rendered()


def test_gitops():
    """The examples of docs/gitops.md render without a cluster, twice to the same bytes, and with its policies."""
    page = (CHART.parent.parent / "docs/gitops.md").read_text()
    examples = [helm.values_from_yaml(block.partition("```")[0]) for block in page.split("```yaml\n")[1:]]
    found = {example["kind"]: example["spec"] for example in examples if "kind" in example}
    equal(set(found), {"Application", "GitRepository", "HelmRelease"})
    equal(found["Application"]["source"]["path"], found["HelmRelease"]["chart"]["spec"]["chart"])
    for values in found["Application"]["source"]["helm"]["valuesObject"], found["HelmRelease"]["values"]:
        values = merged({"certificate": {"allowOffline": False}}, values)
        equal(rendered(values), rendered(values))
        equal(set(render(values)["configmap"]["data"]), {"default.yaml", "payments.yaml"})
        assert not broken(render(values))
    # Flux renders with the cluster, and keeps the certificate there.
    flux = merged(found["HelmRelease"]["values"], {"certificate": {"source": "release"}})
    secret = installed(values=flux)["secret"]
    there = [cluster.secret("podscore-tls", "podscore", "podscore", secret["data"], secret["metadata"]["annotations"])]
    equal(installed(there, flux), installed(there, flux))
    own = next(example for example in examples if "kind" not in example)
    render(merged({"certificate": {"allowOffline": False}}, own))
