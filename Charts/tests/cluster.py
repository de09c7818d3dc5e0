"""A stand-in for a Kubernetes API server: as much of one as Helm asks for in a server-side dry run, on a port of its own on loopback.

With it the chart's `lookup` finds something. It holds Secrets only and changes nothing.
"""

import http.server
import json
import threading

from helm_python.config import Config

GROUPS = {
    "api/v1": {"Secret": "secrets", "Service": "services", "ServiceAccount": "serviceaccounts", "ConfigMap": "configmaps"},
    "apis/apps/v1": {"Deployment": "deployments"},
    "apis/admissionregistration.k8s.io/v1": {"ValidatingWebhookConfiguration": "validatingwebhookconfigurations"},
}


def group_name(path):
    return path.split("/")[1] if path.startswith("apis/") else ""


def discovery():
    """The answers by path that tell a client which kinds there are."""
    named = [path for path in GROUPS if group_name(path)]
    answers = {
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
                {"name": plural, "kind": kind, "namespaced": kind != "ValidatingWebhookConfiguration", "verbs": ["get", "patch"]}
                for kind, plural in kinds.items()
            ],
        }
        # A server that validates fields itself spares the client the schemas.
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


def secret(name, namespace, release, data):
    """A Secret that the release has made."""
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {
            "name": name,
            "namespace": namespace,
            "labels": {"app.kubernetes.io/managed-by": "Helm"},
            "annotations": {"meta.helm.sh/release-name": release, "meta.helm.sh/release-namespace": namespace},
        },
        "type": "kubernetes.io/tls",
        "data": data,
    }


def manifests(chart, secrets, values=None, *, name="podscore", namespace="podscore"):
    """The text of what an installation would create in a cluster that has these Secrets."""
    answers = discovery()
    for each in secrets:
        answers[f"/api/v1/namespaces/{each['metadata']['namespace']}/secrets/{each['metadata']['name']}"] = each

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            answer = answers.get(self.path.split("?")[0])
            missing = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404}
            body = json.dumps(answer or missing).encode()
            self.send_response(200 if answer else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        threading.Thread(target=server.serve_forever, daemon=True).start()
        kubeconfig = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "c", "cluster": {"server": f"http://127.0.0.1:{server.server_port}"}}],
            "users": [{"name": "u", "user": {}}],
            "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
            "current-context": "c",
        }
        try:
            with Config(kubeconfig_content=json.dumps(kubeconfig), namespace=namespace, storage_driver="memory") as config:
                release = config.install(chart, name, values or {}, namespace=namespace, dry_run="server")
        finally:
            server.shutdown()
    return release["manifest"]
