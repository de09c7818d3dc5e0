"""The page of the controller, which audits a stand-in for a cluster."""
import contextlib
import http.client
import http.server
import json
import re
import select
import subprocess
import threading
import time

import harness
from harness import check, expect

HOSTILE = "\"><script>window.evil = 1</script><img src=x onerror='window.evil = 1'>"


def pod(name, namespace, container=None, **spec):
    """A Pod as an API server lists it."""
    containers = [{"name": "app", "image": "registry.example/app:1", **(container or {})}]
    return {"metadata": {"name": name, "namespace": namespace, "uid": f"{namespace}-{name}", "resourceVersion": "1"},
            "spec": {"containers": containers, **spec}}


PODS = [pod("risky", "shop", hostPID=True), pod("plain", "shop"), *(pod(f"api-{number}", "payments") for number in range(20)),
        pod(HOSTILE, HOSTILE, {"name": HOSTILE, "image": HOSTILE})]
POLICY = {"metadata": {"name": "strict", "uid": "p", "resourceVersion": "1", "creationTimestamp": "2026-11-28T08:00:00Z"},
          "spec": {"match": {"namespaces": ["*"]}, "enforce": {"forbid": ["HostPID"]}, "warn": {"minimumScore": 9}}}
NAMESPACES = [{"metadata": {"name": name, "uid": name, "resourceVersion": "1"}} for name in ("shop", "payments")]
LISTS = {
    "/apis/podscore.dev/v1alpha1/scorepolicies": [POLICY], "/apis/podscore.dev/v1alpha1/scorewaivers": [], "/api/v1/namespaces": NAMESPACES,
    "/api/v1/pods": PODS, "/api/v1/replicationcontrollers": [],
    **{f"/apis/apps/v1/{plural}": [] for plural in ("replicasets", "deployments", "daemonsets", "statefulsets")},
    **{f"/apis/batch/v1/{plural}": [] for plural in ("jobs", "cronjobs")},
}


class Cluster(http.server.ThreadingHTTPServer):
    """Lists a few objects, and watches in which nothing happens."""

    daemon_threads = True

    def __init__(self):
        class Handler(http.server.BaseHTTPRequestHandler):
            """Answers GET of a resource."""

            def do_GET(self):  # pylint: disable=invalid-name
                """Sends a list, or the beginning of a watch."""
                path, _, query = self.path.partition("?")
                self.send_response(200 if path in LISTS else 404)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                if path in LISTS and "watch=" in query:
                    time.sleep(60)
                elif path in LISTS:
                    self.wfile.write(json.dumps({"kind": "List", "metadata": {"resourceVersion": "9"}, "items": LISTS[path]}).encode())

            def log_message(self, *_):
                """Prints nothing."""

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def kubeconfig(self):
        """A kubeconfig that leads here."""
        return json.dumps({
            "apiVersion": "v1", "kind": "Config", "current-context": "test",
            "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test"}}],
            "clusters": [{"name": "test", "cluster": {"server": f"http://127.0.0.1:{self.server_address[1]}"}}],
            "users": [{"name": "test", "user": {}}],
        })


@contextlib.contextmanager
def controller(program, folder, *options):
    """The port of a controller that has ended its first audit."""
    cluster = Cluster()
    kubeconfig = folder / "kubeconfig"
    kubeconfig.write_text(cluster.kubeconfig, encoding="utf-8")
    command = [program, "controller", "--host", "127.0.0.1", "--ops-port", "0", "--kubeconfig", kubeconfig, "--no-reports", "--no-status",
               "--no-events", *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield port_after_audit(process)
        finally:
            process.terminate()
            process.wait(30)
            cluster.shutdown()
            cluster.server_close()


def port_after_audit(process):
    """Reads the messages of a controller until its audit is complete."""
    port, deadline = None, time.monotonic() + 30
    while select.select([process.stderr], [], [], max(0, deadline - time.monotonic()))[0]:
        line = process.stderr.readline()
        port = (found := re.search(r"http://127\.0\.0\.1:(\d+)$", line.strip())) and int(found[1]) or port
        if "audit complete" in line and port:
            return port
        expect(line, "the controller has ended")
    raise AssertionError("no audit is complete")


def answer(port, path="/", **fields):
    """The status, the fields and the text of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers=fields)
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response.status, response.headers, text


@check
def controller_page(site):
    """The controller's page has the last audit with its age, runs nothing of it, and is only for this machine and its hosts."""
    with controller(site.program, site.folder) as port:
        status, fields, text = answer(port)
        expect(status == 200 and fields["Content-Type"] == "text/html; charset=utf-8", f"status {status}, {fields['Content-Type']}")
        policy = fields["Content-Security-Policy"]
        expect("default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy, f"policy: {policy}")
        expect((fields["X-Content-Type-Options"], fields["X-Frame-Options"]) == ("nosniff", "DENY"), f"fields: {fields}")
        expect(re.search(r"<p>The cluster as it was \d+ s ago, on \d{4}-\d\d-\d\d at \d\d:\d\d UTC\.</p>", text), "no age")
        expect(answer(port, Host="evil.example")[0] == 421, "a page of another host can read it")
        expect(answer(port, "/metrics", Host="evil.example")[0] == 200, "metrics need a Host")
        expect(not re.search("risky|plain|api-0", answer(port, "/metrics")[2]), "the metrics name workloads")
        with site.page(server=f"http://localhost:{port}", name="") as page:
            names = page.evaluate(f"[...document.querySelectorAll('.object')].map({harness.TITLE})")
            expect(len(names) == len(PODS) and {"Pod/risky", "Pod/plain", "Pod/api-19"} <= set(names), f"objects: {names}")
            page.evaluate("document.querySelector('tr[data-namespace=shop] button').click()")
            expect(page.evaluate("document.getElementById('count').textContent") == f"2 of {len(PODS)} objects", "filter by Namespace")
            expect(page.evaluate("window.evil") is None, "a name of a Pod was run")
            expect(page.complaints() == [], f"console: {page.complaints()}")
            addresses = {event["request"]["url"] for event in page.events("Network.requestWillBeSent")}
            expect(addresses <= {f"http://localhost:{port}/", "data:,"}, f"addresses: {addresses}")
        harness.fits_and_contrasts(lambda **options: site.page(server=f"http://127.0.0.1:{port}", name="", **options))
        with site.page(server=f"http://127.0.0.1:{port}", name="", has_script=False) as page:
            expect(page.evaluate("document.querySelectorAll('.findings').length") >= len(PODS) - 1, "no findings without script")


def take_pictures(site, folder):
    """Saves pictures of the controller's page on both widths, in light and dark."""
    with controller(site.program, site.folder) as port:
        for width in (390, 1440):
            for scheme in ("light", "dark"):
                with site.page(server=f"http://127.0.0.1:{port}", name="", width=width, scheme=scheme) as page:
                    (folder / f"controller-{width}-{scheme}.png").write_bytes(page.picture())
