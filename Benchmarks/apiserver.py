"""An API server that only lists and watches: enough objects to measure what `serve --cluster` costs."""

import http.server
import json
import ssl
import threading
import time
import urllib.parse

from servers import CERTS

PODSCORE = "podscore.dev/v1alpha1"
RESOURCES = {
    f"/apis/{PODSCORE}/scorepolicies": (PODSCORE, "ScorePolicy"),
    f"/apis/{PODSCORE}/scorewaivers": (PODSCORE, "ScoreWaiver"),
    "/api/v1/namespaces": ("v1", "Namespace"),
}
# The Namespace of the load, and the teams that the labels of the others name.
LOAD, TEAMS = "default", 40


def objects(kind, count):
    """Objects of a kind as an API server stores them, with the fields that `kubectl apply` leaves."""
    return [whole(kind, number) for number in range(count)]


def whole(kind, number):
    """One object. The first Namespace is that of the load, and no policy or waiver applies to it. The first policies select Namespaces by labels."""
    name = LOAD if kind == "Namespace" and number == 0 else f"{kind.lower()}-{number}"
    labels = {} if name == LOAD else {"team": f"team-{number % TEAMS}", "env": ("dev", "test", "prod")[number % 3]}
    metadata = {
        "name": name,
        "uid": f"00000000-0000-4000-8000-{number:012}",
        "resourceVersion": str(number + 1),
        "creationTimestamp": "2026-01-01T00:00:00Z",
        "labels": {"kubernetes.io/metadata.name": name} | labels,
        "annotations": {"example.com/owner": f"team-{number % TEAMS}@example.com", "example.com/cost-centre": str(number)},
        "managedFields": [
            {
                "manager": "kubectl",
                "operation": "Apply",
                "apiVersion": "v1",
                "time": "2026-01-01T00:00:00Z",
                "fieldsType": "FieldsV1",
                "fieldsV1": {"f:metadata": {"f:labels": {"f:env": {}, "f:team": {}}, "f:annotations": {"f:example.com/owner": {}}}},
            }
        ],
    }
    if kind == "Namespace":
        return {"metadata": metadata}
    version = {"apiVersion": PODSCORE, "kind": kind, "metadata": metadata}
    if kind == "ScorePolicy":
        enforce = {"minimumScore": 7, "require": ["RunAsNonRoot", "CapDropAll"]}
        match = {"namespaces": [f"namespace-{number}"]}
        if number < TEAMS:
            production = {"key": "env", "operator": "In", "values": ["prod", "test"]}
            match = {"namespaceSelector": {"matchLabels": {"team": f"team-{number}"}, "matchExpressions": [production]}}
        return version | {"spec": {"match": match, "enforce": enforce, "warn": {"minimumScore": 9}}}
    match = {"namespaces": [f"namespace-{number}"], "images": [f"registry.example.com/app-{number}"]}
    return version | {"spec": {"match": match, "rules": ["ReadOnlyRootFilesystem"], "reason": "Writes its cache.", "owner": "team", "expires": "2027-06-30"}}


class APIServer:
    """Serves lists in pages, and watches that end when `relist` says so."""

    def __init__(self, policies, waivers, namespaces):
        counts = {"ScorePolicy": policies, "ScoreWaiver": waivers, "Namespace": namespaces}
        self.items = {path: [json.dumps(each).encode() for each in objects(kind, counts[kind])] for path, (_, kind) in RESOURCES.items()}
        self.lists, self.version, self.generation, self.condition = 0, 100_000, 0, threading.Condition()
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            """Answers GET of a resource."""

            protocol_version = "HTTP/1.1"

            def do_GET(self):  # pylint: disable=invalid-name
                """Sends a page, or a watch that delivers nothing but its end."""
                path, _, query = self.path.partition("?")
                query = dict(urllib.parse.parse_qsl(query))
                self.send_response(200 if path in RESOURCES else 404)
                self.send_header("Content-Type", "application/json")
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                if path in RESOURCES:
                    for chunk in owner.watch(path) if query.get("watch") in ("1", "true") else owner.page(path, query):
                        self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
                self.wfile.write(b"0\r\n\r\n")

            def log_message(self, *_):
                """Prints nothing."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(CERTS / "tls.crt", CERTS / "tls.key")
        self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def page(self, path, query):
        """A page of a list, as one chunk."""
        version, kind = RESOURCES[path]
        begin, limit = int(query.get("continue", 0)), int(query.get("limit", 10**9))
        items, end = self.items[path][begin : begin + limit], begin + limit
        metadata = {"resourceVersion": str(self.version)} | ({"continue": str(end)} if end < len(self.items[path]) else {})
        if kind == "Namespace":
            version, kind = "meta.k8s.io/v1", "PartialObjectMetadata"
        if "continue" not in metadata:
            self.lists += 1
        head = json.dumps({"kind": f"{kind}List", "apiVersion": version, "metadata": metadata})
        yield head[:-1].encode() + b',"items":[' + b",".join(items) + b"]}\n"

    def watch(self, path):
        """A watch that makes progress, and ends when `relist` is called, because its version is too old."""
        version, kind = RESOURCES[path]
        with self.condition:
            generation = self.generation
            self.version += 1
            bookmark = {"kind": kind, "apiVersion": version, "metadata": {"resourceVersion": str(self.version)}}
        yield json.dumps({"type": "BOOKMARK", "object": bookmark}).encode() + b"\n"
        with self.condition:
            self.condition.wait_for(lambda: self.generation != generation)
        status = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "Expired", "code": 410, "message": "too old resource version"}
        yield json.dumps({"type": "ERROR", "object": status}).encode() + b"\n"

    def relist(self, seconds):
        """Makes all clients list again and again for some seconds. Returns the number of complete lists."""
        before, end = self.lists, time.monotonic() + seconds
        while time.monotonic() < end:
            with self.condition:
                self.generation += 1
                self.condition.notify_all()
            time.sleep(0.2)
        return self.lists - before

    def kubeconfig(self, folder):
        """Writes a kubeconfig for this server, and returns its path."""
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [
                {
                    "name": "bench",
                    "cluster": {"server": f"https://127.0.0.1:{self.server.server_port}", "certificate-authority": str(CERTS / "ca.crt")},
                }
            ],
            "users": [{"name": "bench", "user": {"token": "bench"}}],
            "contexts": [{"name": "bench", "context": {"cluster": "bench", "user": "bench"}}],
            "current-context": "bench",
        }
        file = folder / "kubeconfig"
        file.write_text(json.dumps(config))
        return file
