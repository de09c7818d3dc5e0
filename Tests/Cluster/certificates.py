"""The certificates of the control plane, made by openssl."""

import subprocess

from sandbox import API_ADDRESS, NODE_ADDRESS

KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc"]


def openssl(*arguments):
    """Runs openssl, and returns its output."""
    return subprocess.run(["openssl", *arguments], check=True, capture_output=True, text=True).stdout


def make_ca(folder, name="ca"):
    """Makes NAME.crt and NAME.key of an authority."""
    openssl(
        "req", "-x509", "-config", "/dev/null", *KEY, "-days", "30", "-subj", f"/CN={name} of the cluster tests",
        "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign",
        "-keyout", f"{folder}/{name}.key", "-out", f"{folder}/{name}.crt",
    )  # fmt: skip


def issue(folder, name, subject, *extensions, authority="ca"):
    """Makes NAME.crt and NAME.key, signed by an authority of the folder."""
    added = [word for each in ("basicConstraints=critical,CA:FALSE", *extensions) for word in ("-addext", each)]
    openssl(
        "req", "-x509", "-config", "/dev/null", *KEY, "-days", "30", "-subj", subject, *added,
        "-CA", f"{folder}/{authority}.crt", "-CAkey", f"{folder}/{authority}.key", "-keyout", f"{folder}/{name}.key", "-out", f"{folder}/{name}.crt",
    )  # fmt: skip


def make_all(folder):
    """Makes the authority, and the certificates of API server, controllers and administrator."""
    make_ca(folder)
    names = ["localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"]
    addresses = ["127.0.0.1", API_ADDRESS, NODE_ADDRESS]
    alternatives = ",".join([f"DNS:{each}" for each in names] + [f"IP:{each}" for each in addresses])
    issue(folder, "apiserver", "/CN=kube-apiserver", f"subjectAltName={alternatives}", "extendedKeyUsage=serverAuth")
    issue(folder, "admin", "/O=system:masters/CN=admin", "extendedKeyUsage=clientAuth")
    issue(folder, "controllers", "/CN=system:kube-controller-manager", "extendedKeyUsage=clientAuth")
    make_token_key(folder, "service-accounts")


def make_token_key(folder, name):
    """Makes NAME.key to sign tokens, in the form that the API server also takes as a public key, and returns its path."""
    openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", f"{folder}/{name}.key")
    return f"{folder}/{name}.key"
