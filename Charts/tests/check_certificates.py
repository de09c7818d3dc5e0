"""The serving certificate, in one of three ways, and the CA by which the API server verifies it."""

import base64
import datetime
import pathlib
import subprocess
import tempfile

import cluster
from harness import equal, installed, openssl, pod_spec, refused, render, webhooks

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
    objects = render({"certificate": {"certManager": {"enabled": True}}}, name="x", namespace="admission")
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
    objects = render({"certificate": {"certManager": {"enabled": True, "issuerRef": reference, "duration": "720h", "renewBefore": "240h"}}})
    assert not {"issuer-selfsigned", "issuer-ca", "certificate-ca"} & set(objects)
    spec = objects["certificate"]["spec"]
    equal((spec["issuerRef"], spec["duration"], spec["renewBefore"]), (reference, "720h", "240h"))


def test_existing_secret():
    """With the user's Secret, the release makes none, and the CA is the user's."""
    ca = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    objects = render({"certificate": {"existingSecret": "1e3"}, "webhook": {"caBundle": ca}})
    assert "secret" not in objects and "certificate" not in objects
    equal(next(volume for volume in pod_spec(objects)["volumes"] if volume["name"] == "tls")["secret"]["secretName"], "1e3")
    equal(base64.b64decode(bundle(objects)).decode(), ca)
    refused({"certificate": {"existingSecret": "mine"}}, "webhook.caBundle")
    both = {"existingSecret": "mine", "certManager": {"enabled": True}}
    refused({"certificate": both, "webhook": {"caBundle": ca}}, "exclude each other")
