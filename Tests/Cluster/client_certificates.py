"""The guide "Give the API server a client certificate" of docs/operations.md, with its own commands and files."""

import contextlib
import http.client
import os
import re
import ssl
import subprocess

import certificates
from cluster import RELEASE, ROOT, connection, metric
from creations import ENFORCING, create, make_namespaces, pod

GUIDE, FOLDER = ROOT / "docs/operations.md", "/etc/kubernetes/podscore"
TRIES = 20
REVIEW = ROOT / "Tests/Demo/reviews/pod-create-one-good-one-bad-container.json"


def client_certificate(cluster):
    """With the guide's files the API server's certificate is accepted, and no other client's; an API server without it is refused, and says why."""
    make_namespaces(cluster)
    cluster.install(ENFORCING)
    folder = follow_guide(cluster.folder / "guide")
    required = ENFORCING | {"server": {"clientCA": (folder / "ca.crt").read_text(), "clientNames": ["kube-apiserver"]}}
    try:
        # An API server shows its certificate only if it is asked, so the order of the steps does not matter to users.
        cluster.restart_apiserver(admission_control_config_file=folder / "admission.yaml")
        assert_decides(cluster)
        cluster.install(required)
        assert_decides(cluster)
        check_clients(cluster, folder)
        cluster.restart_apiserver(admission_control_config_file=None)
        # The alert is lost if the connection is reset while the API server still writes its request.
        errors = [create(cluster, "payments", pod(is_hardened=True))[0] for _ in range(TRIES)]
        assert all("failed calling webhook" in error for error in errors), errors
        named = sum("tls: certificate required" in error for error in errors)
        assert named and rejections(cluster) >= TRIES, (rejections(cluster), errors)
    finally:
        if "admission_control_config_file" in cluster.apiserver.options:
            cluster.restart_apiserver(admission_control_config_file=None)
        cluster.install(ENFORCING)
    assert_decides(cluster)
    return [f"without the certificate {TRIES} of {TRIES} Pods were refused; {named} of the errors name the TLS alert"]


def follow_guide(folder):
    """Runs the guide's commands and writes its files; returns the folder, which the files name in place of the one on a control plane."""
    folder.mkdir()
    text = GUIDE.read_text()
    text = text[text.index("## Give the API server a client certificate") :]
    blocks = re.findall(r"^```(\w+)\n(.*?)^```", text[: text.index("\n## ", 3)], re.MULTILINE | re.DOTALL)
    commands = next(block for language, block in blocks if language == "sh" and "openssl" in block)
    done = subprocess.run(["bash", "-euc", commands], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    folder = folder / "podscore"
    for name in ("admission.yaml", "kubeconfig.yaml"):
        (file,) = [block for language, block in blocks if language == "yaml" and block.startswith(f"# {name}\n")]
        (folder / name).write_text(file.replace(FOLDER, str(folder)))
    return folder


def assert_decides(cluster):
    """The API server reaches the webhook, which denies a bare Pod and admits a hardened one."""
    error, _, _ = create(cluster, "payments", pod())
    assert "denied the request" in error, error
    error, _, _ = create(cluster, "payments", pod(is_hardened=True))
    assert not error, error


def check_clients(cluster, guide):
    """Of all clients only the one with the API server's certificate is answered."""
    folder = cluster.folder / "forged"
    os.mkdir(folder)
    for file in ("ca.crt", "ca.key"):
        (folder / file).write_bytes((guide / file).read_bytes())
    certificates.make_ca(folder, "other-ca")
    usage = "extendedKeyUsage=clientAuth"
    certificates.issue(folder, "other-authority", "/CN=kube-apiserver", usage, authority="other-ca")
    certificates.issue(folder, "other-name", "/CN=admin", usage)
    certificates.issue(folder, "server-certificate", "/CN=kube-apiserver", "extendedKeyUsage=serverAuth")
    before = rejections(cluster)
    assert status(cluster, guide / "client") == 200
    assert rejections(cluster) == before
    forged = [None, *(folder / name for name in ("other-authority", "other-name", "server-certificate"))]
    for certificate in forged:
        assert status(cluster, certificate) is None, f"a client with {certificate} was answered"
    assert rejections(cluster) == before + len(forged), (before, rejections(cluster))


def status(cluster, certificate):
    """The status of the answer to a review that a client with this certificate posts to a replica, or `None` if it gets none."""
    replica = cluster.pods()[0]
    with contextlib.suppress(ssl.SSLError, ConnectionError, http.client.HTTPException):
        with connection(replica, timeout=10, certificate=certificate) as secure:
            client = http.client.HTTPConnection(RELEASE)
            client.sock = secure
            client.request("POST", "/validate?timeout=5s", REVIEW.read_bytes(), {"Content-Type": "application/json"})
            return client.getresponse().status
    return None


def rejections(cluster):
    """The number of client certificates that the replicas have rejected."""
    return metric(cluster.pods(), 'podscore_tls_handshake_failures_total{reason="client_certificate"}')
