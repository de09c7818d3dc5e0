"""A stand-in for a Kubernetes API server with the parts that Helm needs, on a free loopback port.

With it the chart's `lookup` finds something, and an installation, its upgrades and its end can be watched. Objects are kept as they are sent.
A Job runs at once, as our program, with its ConfigMap as files.
"""

import contextlib
import http.server
import json
import os
import pathlib
import re
import subprocess
import tempfile
import threading

from helm_python.chart import values_from_yaml
from helm_python.config import Config

GROUPS = {
    "api/v1": {"Secret": "secrets", "Service": "services", "ServiceAccount": "serviceaccounts", "ConfigMap": "configmaps", "Pod": "pods"},
    "apis/batch/v1": {"Job": "jobs"},
    "apis/apps/v1": {"Deployment": "deployments"},
    "apis/policy/v1": {"PodDisruptionBudget": "poddisruptionbudgets"},
    "apis/networking.k8s.io/v1": {"NetworkPolicy": "networkpolicies"},
    "apis/admissionregistration.k8s.io/v1": {
        "ValidatingWebhookConfiguration": "validatingwebhookconfigurations",
        "ValidatingAdmissionPolicy": "validatingadmissionpolicies",
        "ValidatingAdmissionPolicyBinding": "validatingadmissionpolicybindings",
    },
    "apis/rbac.authorization.k8s.io/v1": {"ClusterRole": "clusterroles", "ClusterRoleBinding": "clusterrolebindings"},
}
WITHOUT_NAMESPACE = {
    "ValidatingWebhookConfiguration",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "ClusterRole",
    "ClusterRoleBinding",
}
VERBS = ["get", "list", "watch", "create", "patch", "delete"]
KINDS = {plural: kind for kinds in GROUPS.values() for kind, plural in kinds.items()}


def path_of(manifest):
    """The path of an object."""
    api, kind, metadata = manifest["apiVersion"], manifest["kind"], manifest["metadata"]
    root = f"api/{api}" if api == "v1" else f"apis/{api}"
    place = "" if kind in WITHOUT_NAMESPACE else f"/namespaces/{metadata['namespace']}"
    return f"/{root}{place}/{GROUPS[root][kind]}/{metadata['name']}"


def group_name(path):
    return path.split("/")[1] if path.startswith("apis/") else ""


def discovery():
    """The answers, by path, with the existing kinds."""
    named = [path for path in GROUPS if group_name(path)]
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "kubernetes", "namespace": "default"}}
    answers = {
        "/api/v1/namespaces/default/services/kubernetes": service,
        "/version": {"major": "1", "minor": "36", "gitVersion": "v1.36.0"},
        "/api": {"kind": "APIVersions", "versions": ["v1"]},
        "/apis": {
            "kind": "APIGroupList",
            "apiVersion": "v1",
            "groups": [
                {
                    "name": group_name(path),
                    "versions": [{"groupVersion": f"{group_name(path)}/v1", "version": "v1"}],
                    "preferredVersion": {"groupVersion": f"{group_name(path)}/v1", "version": "v1"},
                }
                for path in named
            ],
        },
        "/openapi/v3": {"paths": {path: {"serverRelativeURL": f"/openapi/v3/{path}"} for path in GROUPS}},
    }
    for path, kinds in GROUPS.items():
        group = group_name(path)
        answers[f"/{path}"] = {
            "kind": "APIResourceList",
            "apiVersion": "v1",
            "groupVersion": f"{group}/v1" if group else "v1",
            "resources": [
                {"name": plural, "kind": kind, "namespaced": kind not in WITHOUT_NAMESPACE, "verbs": VERBS}
                for kind, plural in kinds.items()
            ],
        }
        # With a server that validates fields, the client needs no schemas.
        answers[f"/openapi/v3/{path}"] = {
            "openapi": "3.0.0",
            "info": {"title": "stand-in", "version": "1"},
            "paths": {
                f"/{path}/{plural}": {
                    "patch": {
                        "x-kubernetes-group-version-kind": {"group": group, "version": "v1", "kind": kind},
                        "parameters": [{"name": "fieldValidation", "in": "query", "schema": {"type": "string"}}],
                        "responses": {},
                    }
                }
                for kind, plural in kinds.items()
            },
        }
    return answers


def secret(name, namespace, release, data, annotations=None):
    """A Secret that the release has made."""
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {
            "name": name,
            "namespace": namespace,
            "labels": {"app.kubernetes.io/managed-by": "Helm"},
            "annotations": {"meta.helm.sh/release-name": release, "meta.helm.sh/release-namespace": namespace} | (annotations or {}),
        },
        "type": "kubernetes.io/tls",
        "data": data,
    }


class Cluster:
    """The objects by path, the requests in order, and a Helm configuration for it."""

    def __init__(self, objects=(), namespace="podscore"):
        self.objects = {path_of(each): each for each in objects}
        self.changes = []
        self.jobs_pod = None
        self.logs = {}
        self.shown_logs = []
        # The arguments of each Job that keeps the floor, and the names of the objects that it may change.
        self.floors = []
        self.is_closed = threading.Event()
        self.namespace = namespace
        self.discovery = discovery()

    def __enter__(self):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler(self))
        self.server.daemon_threads = True
        self.server.block_on_close = False
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        kubeconfig = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "c", "cluster": {"server": f"http://127.0.0.1:{self.server.server_port}"}}],
            "users": [{"name": "u", "user": {}}],
            "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
            "current-context": "c",
        }
        self.helm = Config(kubeconfig_content=json.dumps(kubeconfig), namespace=self.namespace, storage_driver="memory")
        return self

    def __exit__(self, *_):
        self.is_closed.set()
        self.helm.close()
        self.server.shutdown()
        self.server.server_close()

    def kinds(self):
        """The kinds of the existing objects."""
        return sorted(each["kind"] for each in self.objects.values())

    def answer(self, verb, path, body):
        """Carries out a request, and returns the status and the object."""
        missing = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404}
        if verb == "GET":
            if path in self.logs:
                self.shown_logs.append(self.logs[path])
                return 200, self.logs[path]
            found = self.discovery.get(path) or self.objects.get(path) or self.collection(path)
            return (200, found) if found else (404, missing)
        if verb == "DELETE":
            found = self.objects.pop(path, None)
            if found is None:
                return 404, missing
            if found["kind"] == "Job":
                self.objects.pop(self.jobs_pod, None)
            self.changes.append(f"delete {found['kind']}")
            return 200, {"kind": "Status", "apiVersion": "v1", "status": "Success"}
        manifest = values_from_yaml(body)
        if verb == "POST":
            path += f"/{manifest['metadata']['name']}"
        self.changes.append(f"{'change' if path in self.objects else 'create'} {manifest['kind']}")
        manifest["metadata"] |= {"uid": path, "resourceVersion": "1"}
        self.objects[path] = manifest
        if manifest["kind"] == "Job":
            self.run(manifest, path)
        return 200, manifest

    def collection(self, path):
        """The objects of a kind, in all Namespaces or in one; None if the path is something else."""
        plural = path.rpartition("/")[2]
        if plural not in KINDS:
            return None
        found = [each for key, each in self.objects.items() if key.startswith(path + "/")]
        return {"kind": f"{KINDS[plural]}List", "apiVersion": "v1", "metadata": {"resourceVersion": "1"}, "items": found}

    def run(self, job, path):
        """Runs the only container of a Job as a process, and keeps its status and its log."""
        spec, namespace = job["spec"]["template"]["spec"], job["metadata"]["namespace"]
        if spec["containers"][0]["args"][:2] == ["policy", "floor"]:
            # It talks to the API server, which this stand-in is not; Tests/Cluster has the real one.
            role = self.objects[f"/apis/rbac.authorization.k8s.io/v1/clusterroles/{spec['serviceAccountName']}"]
            self.floors.append((spec["containers"][0]["args"], [name for rule in role["rules"] for name in rule.get("resourceNames", [])]))
            job["status"] = {"conditions": [{"type": "Complete", "status": "True"}]}
            return
        (container,), (volume,) = spec["containers"], spec["volumes"]
        (mount,) = container["volumeMounts"]
        files = self.objects[f"/api/v1/namespaces/{namespace}/configmaps/{volume['configMap']['name']}"]["data"]
        with tempfile.TemporaryDirectory() as folder:
            for name, text in files.items():
                pathlib.Path(folder, name).write_text(text)
            arguments = [argument.replace(mount["mountPath"], folder) for argument in container["args"]]
            ended = subprocess.run([os.environ["PODSCORE"], *arguments], capture_output=True, text=True)
        condition = "Failed" if ended.returncode else "Complete"
        job["status"] = {"conditions": [{"type": condition, "status": "True", "reason": "BackoffLimitExceeded"}]}
        labels = {"job-name": job["metadata"]["name"]}
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": f"{labels['job-name']}-x", "namespace": namespace, "labels": labels}, "spec": spec}
        self.jobs_pod = f"/api/v1/namespaces/{namespace}/pods/{pod['metadata']['name']}"
        self.objects[self.jobs_pod] = pod
        self.logs[f"{self.jobs_pod}/log"] = ended.stdout + ended.stderr


def handler(cluster):
    """The handler of requests. With `dryRun` it changes nothing."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def respond(self):
            path, _, query = self.path.partition("?")
            if "watch=true" in query or "watch=1" in query:
                return self.watch(path, query)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            if "dryRun=All" in query and self.command != "GET":
                status, answer = 200, values_from_yaml(body)
            else:
                status, answer = cluster.answer(self.command, path, body)
            content = answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/plain" if isinstance(answer, str) else "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def watch(self, path, query):
            """Sends the objects of a kind as they are, and nothing more until the cluster ends."""
            found = cluster.collection(path)
            events = [{"type": "ADDED", "object": each} for each in found["items"]]
            if "sendInitialEvents=true" in query:
                kind = {"kind": found["kind"].removesuffix("List"), "apiVersion": path.removeprefix("/").partition("/namespaces/")[0].removeprefix("apis/").removeprefix("api/")}
                end = {"resourceVersion": "1", "annotations": {"k8s.io/initial-events-end": "true"}}
                events.append({"type": "BOOKMARK", "object": kind | {"metadata": end}})
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Connection", "close")
            self.end_headers()
            with contextlib.suppress(ConnectionError):
                self.wfile.write("".join(json.dumps(event) + "\n" for event in events).encode())
                self.wfile.flush()
            cluster.is_closed.wait(timeout=60)
            self.close_connection = True

        do_GET = do_POST = do_PATCH = do_DELETE = respond

        def log_message(self, *_):
            pass

    return Handler


def manifests(chart, objects, values=None, *, name="podscore", namespace="podscore"):
    """The text of the objects that an installation would create in a cluster with these objects."""
    with Cluster(objects, namespace) as cluster:
        return cluster.helm.install(chart, name, values or {}, namespace=namespace, dry_run="server")["manifest"]
