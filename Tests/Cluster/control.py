"""The processes of a control plane: etcd, kube-apiserver and kube-controller-manager, which are real."""

import json
import os
import pathlib
import shutil
import subprocess
import time
import urllib.request

from api import UNREACHABLE, Refused
from sandbox import API_ADDRESS, NODE_ADDRESS

SERVICES = "10.96.0.0/16"
PROGRAMS = ["etcd", "kube-apiserver", "kube-controller-manager", "kubectl"]
# Without the controllers that need nodes of a provider, or a kubelet that renews a Lease.
CONTROLLERS = "*,-node-lifecycle-controller,-node-ipam-controller"


def until(what, holds, seconds=60):
    """Waits until something holds, and returns it."""
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(0.1)
    return found


class Process:
    """A program of the control plane. Scenarios can stop, start and restart it."""

    def __init__(self, program, log, is_healthy, **options):
        self.program, self.log, self.is_healthy, self.options, self.process = program, log, is_healthy, options, None

    def start(self):
        """Starts the program, and waits until it is healthy."""
        command = [self.program, *(f"--{name.replace('_', '-')}={value}" for name, value in self.options.items())]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        until(f"{os.path.basename(self.program)} is healthy", lambda: self.is_running() and self.is_healthy(), 90)

    def is_running(self):
        """True, or an error with the end of the log."""
        assert self.process.poll() is None, f"{self.program} ended:\n{pathlib.Path(self.log).read_text(errors='replace')[-3000:]}"
        return True

    def stop(self, patience=3):
        """Ends the program, if it is running. It is killed after some seconds: an API server waits long for open watches."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(patience)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def restart(self, **options):
        """Ends the program and starts it again, with changed options. `None` removes an option."""
        self.stop()
        self.options = {name: value for name, value in (self.options | options).items() if value is not None}
        self.start()

    def version(self):
        """The last word of the first line of `--version`."""
        return subprocess.run([self.program, "--version"], check=True, capture_output=True, text=True).stdout.splitlines()[0].split()[-1]


def find(program, assets):
    """The path of a program: in the folder of assets, or on the PATH. `None` if it is in neither."""
    there = os.path.join(assets, program)
    return there if os.access(there, os.X_OK) else shutil.which(program)


def make_etcd(folder, assets):
    """etcd, on loopback."""

    def is_healthy():
        try:
            with urllib.request.urlopen("http://127.0.0.1:2379/health", timeout=5) as page:
                return page.status == 200
        except UNREACHABLE:
            return False

    url = "http://127.0.0.1:2379"
    addresses = {"listen_client_urls": url, "advertise_client_urls": url, "listen_peer_urls": "http://127.0.0.1:2380"}
    return Process(find("etcd", assets), f"{folder}/etcd.log", is_healthy, data_dir=f"{folder}/etcd", **addresses)


def make_apiserver(folder, assets, certs, api):
    """The API server. Without a kube-proxy it must send the webhook's requests to the endpoints of its Service."""

    def is_healthy():
        try:
            return api.request("GET", "/readyz")
        except (*UNREACHABLE, Refused):
            return False

    return Process(
        find("kube-apiserver", assets),
        f"{folder}/kube-apiserver.log",
        is_healthy,
        etcd_servers="http://127.0.0.1:2379",
        secure_port=443,
        bind_address="0.0.0.0",
        advertise_address=NODE_ADDRESS,
        cert_dir=f"{folder}/apiserver",
        tls_cert_file=f"{certs}/apiserver.crt",
        tls_private_key_file=f"{certs}/apiserver.key",
        client_ca_file=f"{certs}/ca.crt",
        service_account_key_file=f"{certs}/service-accounts.key",
        service_account_signing_key_file=f"{certs}/service-accounts.key",
        service_account_issuer="https://kubernetes.default.svc",
        service_cluster_ip_range=SERVICES,
        authorization_mode="RBAC",
        allow_privileged="true",
        enable_aggregator_routing="true",
    )


def make_controllers(folder, assets, certs, api):
    """The controllers of Deployments, Jobs, EndpointSlices, service accounts and so on."""

    def is_healthy():
        # Without its service account a Namespace can have no Pods.
        return api.get("serviceaccounts", "default", "default")

    write_kubeconfig(certs, "controllers", f"{folder}/controllers.kubeconfig")
    return Process(
        find("kube-controller-manager", assets),
        f"{folder}/kube-controller-manager.log",
        is_healthy,
        kubeconfig=f"{folder}/controllers.kubeconfig",
        service_account_private_key_file=f"{certs}/service-accounts.key",
        root_ca_file=f"{certs}/ca.crt",
        use_service_account_credentials="true",
        leader_elect="false",
        bind_address="127.0.0.1",
        controllers=CONTROLLERS,
    )


def write_kubeconfig(certs, user, file):
    """Writes a kubeconfig with the certificate of a user."""
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "cluster", "cluster": {"server": f"https://{API_ADDRESS}", "certificate-authority": f"{certs}/ca.crt"}}],
        "users": [{"name": user, "user": {"client-certificate": f"{certs}/{user}.crt", "client-key": f"{certs}/{user}.key"}}],
        "contexts": [{"name": "cluster", "context": {"cluster": "cluster", "user": user}}],
        "current-context": "cluster",
    }
    pathlib.Path(file).write_text(json.dumps(config))
