"""A cluster on one machine, as scenarios see it: its processes, kubectl, and the release of the chart."""

import base64
import contextlib
import hashlib
import json
import os
import pathlib
import socket
import ssl
import subprocess
import sys
import time
import urllib.request

import certificates
import control
from api import UNREACHABLE, Api
from control import until
from helm_python.config import Config
from kubelet import Kubelet
from sandbox import API_ADDRESS, make_bridge

ROOT = pathlib.Path(__file__).resolve().parents[2]
CHART = ROOT / "Charts/podscore"
# The release, its Namespace, and the name of its objects.
RELEASE = "podscore"
# The name of the controller's objects, and of its Pods in their label.
CONTROLLER = "podscore-controller"
# Only these Pods run. All others are about admission, and stay unscheduled.
NAMESPACES = [RELEASE]
# The values that each release here needs. The image is never pulled.
VALUES = {"image": {"repository": "podscore"}}


class Cluster:
    """etcd, API server, controllers and kubelet, each of which can be stopped and started, and at most one release of the chart."""

    def __init__(self, folder, assets, program):
        self.folder, self.certs, self.kubeconfig = pathlib.Path(folder), f"{folder}/certs", f"{folder}/kubeconfig"
        os.makedirs(self.certs)
        certificates.make_all(self.certs)
        self.api = Api(API_ADDRESS, 443, self.certs)
        self.etcd = control.make_etcd(folder, assets)
        self.apiserver = control.make_apiserver(folder, assets, self.certs, self.api)
        self.controllers = control.make_controllers(folder, assets, self.certs, self.api)
        self.kubelet = Kubelet(self.api, self.folder / "pods", self.make_image(program), NAMESPACES)
        self.kubectl_program = control.find("kubectl", assets)
        control.write_kubeconfig(self.certs, "admin", self.kubeconfig)
        self.helm = Config(kubeconfig_path=self.kubeconfig, namespace=RELEASE)

    def make_image(self, program):
        """Makes the file system of the container image, with a mount point for /proc."""
        image, licenses = self.folder / "image", self.folder / "licenses"
        subprocess.run([ROOT / ".ci/dist/licenses.sh", licenses], cwd=ROOT, check=True)
        subprocess.run([ROOT / ".ci/image-root.sh", program, image, licenses], check=True)
        (image / "proc").mkdir()
        return image

    def start(self):
        """Starts everything."""
        make_bridge()
        for process in (self.etcd, self.apiserver, self.controllers):
            process.start()
        self.kubelet.start(self.certs)

    def stop(self):
        """Ends the control plane. The Pods end with the process namespace."""
        self.kubelet.stop()
        for process in (self.controllers, self.apiserver, self.etcd):
            process.stop(patience=1)

    def restart_apiserver(self, **options):
        """Restarts the API server with changed options, and the controllers, which would wait longer and longer before they ask it again."""
        self.controllers.stop()
        self.apiserver.restart(**options)
        self.controllers.start()

    def kubectl(self, *arguments, text=None):
        """Runs kubectl as the administrator, and returns the finished process."""
        environment = os.environ | {"KUBECONFIG": self.kubeconfig}
        return subprocess.run([self.kubectl_program, *arguments], input=text, capture_output=True, text=True, timeout=120, env=environment, check=False)

    def podscore(self, *arguments, text=""):
        """Runs the program on a laptop, so to speak: outside the Pods."""
        program = self.folder / "image/usr/bin/podscore"
        return subprocess.run([program, *arguments], input=text, capture_output=True, text=True, timeout=120, check=False)

    def follow_tutorial(self):
        """Runs the commands of the tutorial with kubectl and the Helm engine, and returns the finished process."""
        programs = self.folder / "tutorial"
        programs.mkdir(exist_ok=True)
        here = pathlib.Path(__file__).parent
        for name, command in (("kubectl", self.kubectl_program), ("helm", f"{sys.executable} {here / 'helm.py'}")):
            (programs / name).write_text(f'#!/bin/sh\nexec {command} "$@"\n')
            (programs / name).chmod(0o755)
        environment = os.environ | {"KUBECONFIG": self.kubeconfig, "PATH": f"{programs}:{os.environ['PATH']}"}
        command = [sys.executable, ROOT / "Tests/Docs/tutorial.py", self.folder / "image/usr/bin/podscore", "--cluster"]
        return subprocess.run(command, capture_output=True, text=True, timeout=600, env=environment, check=False)

    def make_namespace(self, name):
        """Makes a Namespace in which Pods can be created, if it does not exist."""
        if self.api.get("namespaces", name) is None:
            self.api.create("namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
        until(f"{name} has a service account", lambda: self.api.get("serviceaccounts", "default", name))

    def install(self, values=None):
        """Installs or upgrades the release with exactly these values, and waits until all of its Pods use them. Fails as Helm does."""
        self.change_release(values or {})
        self.settle()

    def change_release(self, values):
        """Installs or upgrades the release as `helm upgrade --install --wait --create-namespace` does."""
        values, options = VALUES | values, {"namespace": RELEASE, "wait": "watcher", "timeout": 120}
        if self.is_installed():
            self.helm.upgrade(CHART, RELEASE, values, reset_values=True, **options)
        else:
            self.helm.install(CHART, RELEASE, values, create_namespace=True, **options)

    def is_installed(self):
        """Whether the release exists."""
        return any(each["name"] == RELEASE for each in self.helm.list(all_states=True))

    def uninstall(self):
        """Uninstalls the release, if it exists, and waits until its Pods have ended."""
        if self.is_installed():
            self.helm.uninstall(RELEASE, wait="watcher", timeout=120)
        until("no Pod of the release is left", lambda: not self.pods() and not self.pods(CONTROLLER))

    def deployment(self):
        """The Deployment of the release."""
        return self.api.get("deployments", RELEASE, RELEASE)

    def pods(self, application=RELEASE):
        """The Pods of the release's Deployment: of the webhook, or of the controller."""
        query = f"?labelSelector=app.kubernetes.io/instance%3D{RELEASE},app.kubernetes.io/name%3D{application},pod-template-hash"
        return self.api.get("pods", namespace=RELEASE, query=query)["items"]

    def registration(self):
        """The registered webhooks of the release, by name."""
        found = self.api.get("validatingwebhookconfigurations", RELEASE)
        return {each["name"]: each for each in found["webhooks"]} if found else {}

    def secret(self):
        """The Secret with the serving certificate that the Pods mount."""
        volumes = self.deployment()["spec"]["template"]["spec"]["volumes"]
        (name,) = [each["secret"]["secretName"] for each in volumes if "secret" in each]
        return self.api.get("secrets", name, RELEASE)

    def versions(self):
        """The versions of chart and program."""
        chart = dict(line.split(": ") for line in (CHART / "Chart.yaml").read_text().splitlines() if line.startswith(("version: ", "appVersion: ")))
        return f"chart {chart['version']}, {self.podscore('version').stdout.splitlines()[0]}"

    def state(self):
        """Lines that say how the release is, for the report of a failure."""
        lines = self.kubectl("--namespace", RELEASE, "get", "deployments,jobs,pods", "--output=wide").stdout.splitlines()
        lines += self.kubectl("--namespace", RELEASE, "get", "events", "--sort-by=.lastTimestamp").stdout.splitlines()[-10:]
        for pod in self.pods() + self.pods(CONTROLLER):
            name = pod["metadata"]["name"]
            log = self.kubectl("--namespace", RELEASE, "logs", name, "--all-containers", "--prefix").stdout
            lines += [line[:300] for line in log.splitlines()[-10:]]
        return lines

    def settle(self):
        """Waits until exactly the wanted Pods exist, are ready, and use the policies and the certificate of the release."""
        until("all replicas use the policies and the certificate of the release", self.is_settled, 120)
        self.wait_for_caches()

    def wait_for_caches(self):
        """Waits until the API server uses the current registration and endpoints. It learns of both from its watches, within milliseconds."""
        time.sleep(1)

    def endpoints(self, service=RELEASE):
        """The addresses behind a Service to which API servers send reviews."""
        slices = self.api.get("endpointslices", namespace=RELEASE, query=f"?labelSelector=kubernetes.io/service-name%3D{service}")["items"]
        return {each["addresses"][0] for one in slices for each in one["endpoints"] or [] if each["conditions"].get("ready")}

    def is_settled(self):
        """Whether `settle` can return."""
        deployment, pods = self.deployment(), self.pods()
        replicas, status = deployment["spec"]["replicas"], deployment["status"]
        is_current = status.get("observedGeneration") == deployment["metadata"]["generation"] and status.get("updatedReplicas", 0) == replicas
        if not is_current or len(pods) != replicas or not all(is_ready(pod) for pod in pods):
            return False
        if self.endpoints() != {pod["status"]["podIP"] for pod in pods}:
            return False
        policies = self.api.get("configmaps", f"{RELEASE}-policies", RELEASE) or {"data": {}}
        digests = {hashlib.sha256(text.encode()).hexdigest() for text in policies["data"].values()}
        certificate = base64.b64decode(self.secret()["data"]["tls.crt"]).decode()
        served = ssl.PEM_cert_to_DER_cert(certificate[: certificate.index("-----END")] + "-----END CERTIFICATE-----\n")
        return all(policies_in_force(pod) == digests and served_certificate(pod) == served for pod in pods)


def is_ready(pod):
    """Whether the Pod is ready and not being deleted."""
    conditions = {each["type"]: each["status"] for each in pod["status"].get("conditions", [])}
    return conditions.get("Ready") == "True" and "deletionTimestamp" not in pod["metadata"]


def page(pod, path):
    """A page of the plain port of a Pod, or nothing if it does not answer."""
    try:
        with urllib.request.urlopen(f"http://{pod['status']['podIP']}:8080{path}", timeout=5) as answer:
            return answer.read().decode()
    except UNREACHABLE:
        return ""


def metric(pods, name):
    """The sum of a metric over Pods and over its series whose name with labels begins so."""
    lines = [line for pod in pods for line in page(pod, "/metrics").splitlines() if line.startswith(name)]
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines)


def policies_in_force(pod):
    """The digests of the policy files that the Pod uses."""
    return {each["sha256"] for each in json.loads(page(pod, "/policy") or '{"files": []}')["files"]}


def served_certificate(pod):
    """The certificate that the Pod serves now."""
    with connection(pod, timeout=5) as secure:
        return secure.getpeercert(binary_form=True)


@contextlib.contextmanager
def connection(pod, timeout, certificate=None):
    """A TLS connection to the Pod, whose own certificate is not verified. The client's certificate is the path of its files without extension."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
    if certificate:
        tls.load_cert_chain(f"{certificate}.crt", f"{certificate}.key")
    with socket.create_connection((pod["status"]["podIP"], 8443), timeout=timeout) as plain, tls.wrap_socket(plain) as secure:
        yield secure
