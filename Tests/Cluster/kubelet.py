"""A stand-in for scheduler and kubelet: it registers a node, binds Pods to it, runs them as processes and serves their logs."""

import contextlib
import http.server
import itertools
import pathlib
import ssl
import threading

from api import UNREACHABLE, Refused
from pods import RunningPod, now, remove
from sandbox import NODE_ADDRESS

NODE, LOG_PORT = "node", 10250


class Kubelet:
    """The node. It runs the Pods of some Namespaces; Pods of others stay unscheduled, so that they cost nothing."""

    def __init__(self, api, folder, image, namespaces):
        self.api, self.folder, self.image, self.namespaces = api, pathlib.Path(folder), image, namespaces
        self.running, self.numbers = {}, itertools.count(2)
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.follow, name="kubelet", daemon=True)

    def start(self, certs):
        """Registers the node, and begins."""
        labels = {"kubernetes.io/os": "linux", "kubernetes.io/hostname": NODE}
        self.api.create("nodes", {"apiVersion": "v1", "kind": "Node", "metadata": {"name": NODE, "labels": labels}})
        room = {"cpu": "8", "memory": "16Gi", "pods": "110"}
        ready = {"type": "Ready", "status": "True", "reason": "KubeletReady", "message": "", "lastHeartbeatTime": now(), "lastTransitionTime": now()}
        status = {
            "capacity": room,
            "allocatable": room,
            "conditions": [ready],
            "addresses": [{"type": "InternalIP", "address": NODE_ADDRESS}],
            "daemonEndpoints": {"kubeletEndpoint": {"Port": LOG_PORT}},
        }
        self.api.patch("nodes", f"{NODE}/status", {"status": status})
        self.serve_logs(certs)
        self.thread.start()

    def stop(self):
        """Stops looking for Pods. Those that run stay."""
        self.stopping.set()
        self.thread.join()

    def follow(self):
        """Compares the Pods of the API server with those that run, five times a second. An unreachable API server changes nothing."""
        while not self.stopping.wait(0.2):
            with contextlib.suppress(*UNREACHABLE, Refused):
                for namespace in self.namespaces:
                    self.compare(namespace, self.api.get("pods", namespace=namespace)["items"])

    def compare(self, namespace, pods):
        """Starts new Pods, and ends those that are deleted."""
        listed = {pod["metadata"]["uid"]: pod for pod in pods}
        for uid, pod in listed.items():
            deleted = pod["metadata"].get("deletionTimestamp")
            if uid in self.running:
                if deleted:
                    self.running[uid].end(pod["metadata"].get("deletionGracePeriodSeconds", 30))
            elif deleted:
                remove(self.api, pod["metadata"])
            elif pod["status"].get("phase") == "Pending":
                self.start_pod(uid, pod)
        for uid, each in list(self.running.items()):
            if uid not in listed and each.metadata["namespace"] == namespace:
                each.end(0)
            if not each.is_alive():
                del self.running[uid]

    def start_pod(self, uid, pod):
        """Binds a Pod to the node if no scheduler did, and runs it."""
        name, namespace = pod["metadata"]["name"], pod["metadata"]["namespace"]
        if not pod["spec"].get("nodeName"):
            target = {"apiVersion": "v1", "kind": "Node", "name": NODE}
            self.api.create("pods", {"apiVersion": "v1", "kind": "Binding", "metadata": {"name": name}, "target": target}, namespace, f"{name}/binding")
            pod["spec"]["nodeName"] = NODE
        self.running[uid] = RunningPod(self.api, pod, next(self.numbers), self.folder / uid, self.image)
        self.running[uid].start()

    def replace_tokens(self):
        """Gives all Pods new tokens, as after most of the life of the old ones."""
        for each in list(self.running.values()):
            each.replace_tokens()

    def processes(self, name):
        """The processes of a Pod, one for each container."""
        return [process for each in list(self.running.values()) if each.name == name for process in each.processes.values()]

    def cut_connections(self, address):
        """Resets all connections of the Pods to an address."""
        for each in list(self.running.values()):
            each.sandbox.cut_connections(address)

    def log(self, namespace, name, container):
        """The log of a container, or `None` if there is none."""
        for pod in list(self.running.values()):
            if (pod.metadata["namespace"], pod.metadata["name"]) == (namespace, name):
                file = pod.sandbox.folder / container / "log"
                return file.read_bytes() if file.exists() else None
        return None

    def serve_logs(self, certs):
        """Serves logs as a kubelet does, for `kubectl logs` and for Helm, which prints the log of a failed hook."""
        kubelet = self

        class Handler(http.server.BaseHTTPRequestHandler):
            """Answers GET /containerLogs/NAMESPACE/POD/CONTAINER."""

            def do_GET(self):  # pylint: disable=invalid-name
                """Sends a whole log."""
                parts = self.path.partition("?")[0].strip("/").split("/")
                log = kubelet.log(*parts[1:]) if len(parts) == 4 and parts[0] == "containerLogs" else None
                self.send_response(404 if log is None else 200)
                self.send_header("Content-Type", "text/plain")
                self.end_headers()
                self.wfile.write(log or b"")

            def log_message(self, *_):
                """Prints nothing."""

        server = http.server.ThreadingHTTPServer((NODE_ADDRESS, LOG_PORT), Handler)
        server.daemon_threads = True
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(f"{certs}/apiserver.crt", f"{certs}/apiserver.key")
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, name="logs", daemon=True).start()
