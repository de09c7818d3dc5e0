"""The chart and our program: its arguments, its answers, and the score of its own Pod."""

import base64
import contextlib
import http.client
import json
import os
import pathlib
import re
import socket
import ssl
import subprocess
import tempfile

from harness import EMPTY, ENFORCING, SELECTING, container, equal, merged, pod_spec, podscore, render, values_file, webhooks, with_policy

WORKER = {"group": "example.com", "kind": "Worker", "resource": "workers", "template": ".spec.template"}
REVIEWS = pathlib.Path(__file__).resolve().parents[2] / "Tests" / "Demo" / "reviews"


def test_full_marks_by_our_own_scanner():
    """podscore gives the Deployment the best possible score with the values in ci. With the default values only rules that not every node supports are missing."""
    deployment = json.dumps(render(values_file("full-marks"))["deployment"])
    (report,) = json.loads(podscore("scan", "--format", "json", "-", text=deployment).stdout)
    equal(report["scoring"].keys() - {"passed"}, set())
    table = podscore("scan", "--format", "table", "-", text=deployment).stdout
    score, best = re.search(r" scores (\d+) of (\d+) ", table).groups()
    equal(score, best)
    (report,) = json.loads(podscore("scan", "--format", "json", "-", text=json.dumps(render()["deployment"])).stdout)
    equal({each["id"] for each in report["scoring"]["advise"]}, {"ApparmorAny", "HostUsers", "ImagePinnedByDigest"})
    equal(report["scoring"].keys() - {"passed", "advise"}, set())
    # values.yaml says why the token is needed.
    text = json.dumps(render(merged(values_file("full-marks"), {"cluster": {"enabled": True}}))["deployment"])
    (report,) = json.loads(podscore("scan", "--format", "json", "-", text=text).stdout)
    missing = {each["id"] for key in report["scoring"].keys() - {"passed"} for each in report["scoring"][key]}
    equal(missing, {"AutomountServiceAccountToken"})


def test_restricted_by_our_own_scanner():
    """The Pods meet the strictest of Kubernetes' standards, so they run in a Namespace that enforces it."""
    for values in [{}, values_file("full-marks"), values_file("everything"), values_file("openshift")]:
        for name in ["pod-test", "controller-deployment", "deployment"]:
            if name not in render(values):
                continue
            deployment = json.dumps(render(values)[name])
            scan = podscore("scan", "--standard", "restricted@latest", "--format", "table", "-", text=deployment)
            equal((scan.returncode, scan.stderr), (0, ""))
    deployment = deployment.replace('"runAsNonRoot": true', '"runAsNonRoot": false')
    equal(podscore("scan", "--standard", "restricted@latest", "-", text=deployment).returncode, 1)


def test_default_policies_by_our_own_program():
    """podscore accepts the chart's policies as they are mounted."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in render()["configmap"]["data"].items():
            (pathlib.Path(folder) / name).write_text(text)
        deployment = json.dumps(render()["deployment"])
        scan = podscore("scan", "--policy", folder, "--namespace", "podscore", "--format", "json", "-", text=deployment)
        equal((scan.returncode, scan.stderr), (0, ""))


def test_check_of_policies():
    """The init container accepts valid policies and names the errors of invalid ones. Without policies there is no init container."""
    for values, status, word in [
        ({}, 0, "1 policy"),
        (with_policy(ENFORCING), 0, "1 policy"),
        (with_policy(SELECTING, cluster={"enabled": True}), 0, "1 policy"),
        (with_policy(SELECTING), 1, "policy.yaml:5:11: namespaceSelector needs the labels of Namespaces"),
        (with_policy(ENFORCING.replace("9", "900")), 1, "policy.yaml:6:27"),
    ]:
        objects = render(values)
        (only,) = pod_spec(objects)["initContainers"]
        with tempfile.TemporaryDirectory() as folder:
            mounted(objects, folder)
            checked = podscore(*(within(folder, argument) for argument in only["args"]))
            equal((checked.returncode, checked.stderr), (status, ""))
            assert word in checked.stdout, checked.stdout
        equal(only["image"], container(objects)["image"])
    assert "initContainers" not in pod_spec(render({"policies": EMPTY}))


def test_known_arguments():
    """Each command of the Pod knows all its options."""
    values = {
        "server": {"clientCA": "-----BEGIN CERTIFICATE-----\n…", "clientNames": ["a"]},
        "record": {"enabled": True},
        "cluster": {"enabled": True},
        "webhook": {"workloads": {"extra": [WORKER]}},
    }
    spec = pod_spec(render(values))
    for each in [*spec.get("initContainers", []), *spec["containers"]]:
        words = [argument for argument in each["args"] if not argument.startswith(("-", "/"))]
        known = re.findall(r"--[a-z-]+", podscore(*words, "--help").stdout)
        for argument in each["args"]:
            option = argument.partition("=")[0]
            assert not option.startswith("-") or option in known, f"{' '.join(words)} has no {option}: {known}"
    equal(container(render(values))["args"][0], "serve")


def within(folder, argument):
    """An argument in which the folder of the mounts replaces the container's root."""
    return argument.replace("/etc/podscore", folder).replace("/var/lib", folder)


def mounted(objects, folder, part=""):
    """The Secret and the ConfigMaps of the Pod as the kubelet mounts them: links to a folder that a change swaps."""
    made = {manifest["metadata"]["name"]: manifest for manifest in objects.values() if manifest["kind"] in ("Secret", "ConfigMap")}
    mounts = {mount["name"]: pathlib.Path(mount["mountPath"]).name for mount in container(objects, part)["volumeMounts"]}
    for volume in pod_spec(objects, part)["volumes"]:
        there = pathlib.Path(folder, mounts[volume["name"]])
        if "emptyDir" in volume:
            # As the kubelet makes it: open to everybody, with the group's bit.
            there.mkdir()
            there.chmod(0o2777)
            continue
        (there / "..2026").mkdir(parents=True)
        (there / "..data").symlink_to("..2026")
        source = made[volume["secret"]["secretName"] if "secret" in volume else volume["configMap"]["name"]]
        for name, content in source["data"].items():
            (there / "..2026" / name).write_bytes(base64.b64decode(content) if source["kind"] == "Secret" else content.encode())
            (there / name).symlink_to(f"..data/{name}")


def kubeconfig_of_nobody(folder):
    """A kubeconfig for an API server that does not answer."""
    file = pathlib.Path(folder, "kubeconfig")
    cluster = {"server": "https://127.0.0.2:1", "insecure-skip-tls-verify": True}
    context = {"name": "gone", "context": {"cluster": "gone", "user": "anybody"}}
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "gone", "cluster": cluster}],
        "contexts": [context],
        "current-context": "gone",
        "users": [{"name": "anybody", "user": {"token": "t"}}],
    }
    file.write_text(json.dumps(content))
    return file


@contextlib.contextmanager
def serving(objects, folder=None, part=""):
    """The ports of podscore, started with the chart's arguments. Only the address, the ports, the folder of mounts and the API server differ, which
    is unreachable. The part "controller-" is the controller."""
    with contextlib.nullcontext(folder) if folder else tempfile.TemporaryDirectory() as folder:
        mounted(objects, folder, part)
        arguments = [within(folder, argument) for argument in container(objects, part)["args"]]
        arguments = [re.sub(r"^(--(?:ops-|policy-webhook-)?port)=.*", r"\1=0", argument) for argument in arguments]
        arguments = [re.sub(r"^--host=.*", "--host=127.0.0.1", argument) for argument in arguments]
        arguments = [re.sub(r"^--drain-delay=.*", "--drain-delay=0", argument) for argument in arguments]
        if "--cluster" in arguments or part:
            arguments.append(f"--kubeconfig={kubeconfig_of_nobody(folder)}")
        server = subprocess.Popen(
            [os.environ["PODSCORE"], *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        try:
            ports, seen = [], []
            for line in server.stderr:
                seen.append(line)
                ports += re.findall(r"https?://127\.0\.0\.1:(\d+)", line)
                if len(ports) == 2:
                    break
            assert len(ports) == 2, "".join(seen)
            yield tuple(map(int, ports))
            server.terminate()
            equal(server.wait(timeout=60), 0)
        finally:
            server.kill()
            server.wait()


def asked(webhook, port, body):
    """The webhook's answer to the API server, with the address, path, name and CA of the registration."""
    client = webhook["clientConfig"]
    host = f"{client['service']['name']}.{client['service']['namespace']}.svc"
    trust = ssl.create_default_context(cadata=base64.b64decode(client["caBundle"]).decode())
    with socket.create_connection(("127.0.0.1", port), timeout=30) as plain, trust.wrap_socket(plain, server_hostname=host) as secure:
        connection = http.client.HTTPConnection(host)
        connection.sock = secure
        connection.request("POST", f"{client['service']['path']}?timeout={webhook['timeoutSeconds']}s", body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        equal(response.status, 200)
        return json.load(response)["response"]


def test_doctor():
    """podscore doctor finds no fault in the registration and certificate, whatever the policies deny, shows where objects are denied, and finds a
    mismatch."""
    workloads = with_policy(ENFORCING + "  workloads: enforce\n")
    for values, closed in [({}, []), (with_policy(ENFORCING), ["pods"]), (workloads, ["pods", "workloads"]), (merged(workloads, {"mode": "warn"}), [])]:
        objects = render(values, name="x", namespace="admission")
        registration = json.dumps(objects["validatingwebhookconfiguration"])
        with tempfile.TemporaryDirectory() as folder:
            mounted(objects, folder)
            mode = next(argument for argument in container(objects)["args"] if argument.startswith("--mode="))
            arguments = ["doctor", "--strict", mode, f"--tls-cert={folder}/tls/tls.crt", f"--policy={folder}/policies"]
            examined = podscore(*arguments, text=registration)
            *split, summary = examined.stdout.splitlines()
            equal((examined.returncode, summary), (0, f"{2 + len(closed)} Podscore webhooks: no problems found"))
            denied = [line for line in split if "denied" in line]
            equal(denied, [f"{kind}: denied when Podscore is unreachable in payments" for kind in closed])
            for right, wrong, word in [
                ('"namespace": "admission"', '"namespace": "other"', "nameNotInCertificate"),
                ("pods/resize", "pods/status", "resourceNotAsked"),
                *([("!(\\n", "(\\n", "namespaceAskedTwice"), ("'payments'", "'shop'", "failuresIgnored")] if closed else []),
            ]:
                assert word in podscore(*arguments, text=registration.replace(right, wrong)).stdout, word


def test_readiness():
    """The program in the Pod of `helm test` succeeds at a ready server, and names the failed check of another."""
    with serving(render()) as (_, operations):
        asked_server = podscore("doctor", f"--ops-url=http://127.0.0.1:{operations}")
        equal((asked_server.returncode, asked_server.stdout, asked_server.stderr), (0, "1 server: no problems found\n", ""))
    gone = podscore("doctor", f"--ops-url=http://127.0.0.1:{operations}")
    equal(gone.returncode, 1)
    assert "is not ready: connection refused [serverNotReady]" in gone.stdout, gone.stdout
    for wrong in ["127.0.0.1:80", "https://a:80", "http://a", "http://a:80/readyz", "http://a:0", "http://:80"]:
        equal(podscore("doctor", f"--ops-url={wrong}").returncode, 2)


def told(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path)
    response = connection.getresponse()
    return response.status, response.read().decode()


def test_serving():
    """podscore starts with the chart's arguments, is ready, and decides the requests of the registration."""
    review = (REVIEWS / "pod-create-resources-only.json").read_bytes()
    namespace = json.loads(review)["request"]["namespace"]
    everywhere = ENFORCING.replace("[payments]", f"[{namespace}]")
    for values, allowed in [({}, True), (with_policy(everywhere), False), (with_policy(everywhere, mode="warn"), True)]:
        objects = render(values, namespace="admission")
        with serving(objects) as (port, operations):
            for path in [container(objects)[probe]["httpGet"]["path"] for probe in ("readinessProbe", "livenessProbe")]:
                equal(told(operations, path)[0], 200)
            for webhook in webhooks(objects).values():
                answer = asked(webhook, port, review)
                equal((answer["allowed"], "warnings" in answer), (allowed, allowed))


def test_records():
    """podscore records into the chart's volume, only for its owner, and the records can be decided again."""
    review = (REVIEWS / "pod-create-resources-only.json").read_bytes()
    objects = render({"record": {"enabled": True}})
    with tempfile.TemporaryDirectory() as folder:
        with serving(objects, folder) as (port, _):
            asked(webhooks(objects)["unenforced-pods.podscore.dev"], port, review)
        records = pathlib.Path(folder, "podscore", "records")
        equal(records.stat().st_mode & 0o777, 0o700)
        equal([record.stat().st_mode & 0o777 for record in records.iterdir()], [0o600])
        diff = podscore("policy", "diff", "builtin", "builtin", "--reviews", str(records))
        equal((diff.returncode, diff.stderr), (0, ""))
        assert diff.stdout.startswith("1 request compared"), diff.stdout


def test_alerts():
    """Prometheus accepts the alerts, and every metric in them comes from the API server or from podscore."""
    objects = render({"prometheusRule": {"enabled": True}, "cluster": {"enabled": True}, "controller": {"enabled": True}})
    expressions = " ".join(rule["expr"] for group in objects["prometheusrule"]["spec"]["groups"] for rule in group["rules"])
    names = set(re.findall(r"\b(?:podscore|apiserver)_[a-z_]+", expressions))
    own = {name for name in names if name.startswith("podscore_")}
    known = {"apiserver_admission_webhook_rejection_count", "apiserver_admission_webhook_fail_open_count"}
    equal(names - own, known)
    assert len(own) >= 5, own
    with tempfile.TemporaryDirectory() as folder:
        rules = pathlib.Path(folder, "rules.json")
        rules.write_text(json.dumps(objects["prometheusrule"]["spec"]))
        checked = subprocess.run(["promtool", "check", "rules", rules], capture_output=True, text=True)
        equal((checked.returncode, checked.stderr), (0, ""))
    shown = set()
    for part in ("", "controller-"):
        with serving(objects, part=part) as (*_, operations):
            shown |= set(re.findall(r"^# TYPE (\S+) ", told(operations, "/metrics")[1], re.MULTILINE))
    missing = {name for name in own if re.sub(r"_(bucket|count|sum)$", "", name) not in shown}
    equal(missing, set())
