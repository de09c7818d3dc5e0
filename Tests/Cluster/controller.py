"""The controller on a real API server: what it writes, its webhook about policies, and that no decision about a Pod needs it."""

import json
import os
import re
import shlex
import signal
import time

from api import MERGE, path
from cluster import CHART, CONTROLLER, RELEASE, ROOT, VALUES, is_ready, metric, page
from control import until
from creations import ENFORCED, FREE, HARDENED, Load, make_namespaces
from definitions import answer, apply, get, remove, try_apply
from helm_python.chart import Chart
from namespace_labels import MINIMUM, label
from policy_objects import FROM_CLUSTER, apply_policy, install_kinds

# The definitions of the reports belong to another project, and are not in this repository.
REPORT_KINDS = ROOT.parent / "shared/crds"
HAS_REPORTS = REPORT_KINDS.is_dir()
INTERVAL = 60
WITH_CONTROLLER = FROM_CLUSTER | {"webhook": {"enforced": {"namespaces": ENFORCED}}, "controller": {"enabled": True, "interval": f"{INTERVAL // 60}m"}}
# The schema accepts it, and only the program knows that nobody can see the character.
INVALID = """\
apiVersion: podscore.dev/v1alpha1
kind: ScorePolicy
metadata: {name: invalid}
spec:
  match: {namespaces: [elsewhere]}
  warn: {minimumScore: 7}
  message: "a\\u0378b"
"""
VALID = INVALID.replace("\\u0378", "-").replace("name: invalid", "name: valid")
DENYING = VALID.replace("elsewhere", "shop").replace("warn", "enforce").replace("name: valid", "name: shops")
# Seconds in which the API server answers a change of a policy, whether the controller runs or not.
PROMPT = 1
# Seconds without a write after which all is written.
QUIET = 5


def controller_installed(cluster):
    """A policy can be applied in one go with the controller that checks policies, and all of it deleted in one go. Helm leaves nothing of it either."""
    cluster.uninstall()
    make_namespaces(cluster)
    install_kinds(cluster)
    cluster.make_namespace(RELEASE)
    everything = manifests() + f"---\n{VALID}"
    apply(cluster, everything)
    assert cluster.api.get("scorepolicies", "valid") is not None
    until("the controller is ready", lambda: is_running(cluster), 120)
    done = cluster.kubectl("delete", "--wait=false", "--filename=-", text=everything)
    assert done.returncode == 0, done.stderr
    until("no Pod is left", lambda: not cluster.pods() and not cluster.pods(CONTROLLER))
    prepare(cluster)
    cluster.uninstall()
    seconds = timed(lambda: apply(cluster, VALID.replace("minimumScore: 7", "minimumScore: 8")))
    assert seconds < PROMPT, f"after the uninstallation a policy took {seconds:.1f} s"
    left = cluster.kubectl("get", "validatingwebhookconfigurations,clusterroles,clusterrolebindings", "--output=name").stdout
    left += cluster.kubectl("--namespace", RELEASE, "get", "all,secrets,serviceaccounts,networkpolicies", "--output=name").stdout
    assert RELEASE not in left, left
    remove(cluster)


def manifests():
    """The objects of a release without hooks, as `helm template` prints them."""
    values = VALUES | WITH_CONTROLLER | {"certificate": {"allowOffline": True}}
    with Chart.load(CHART) as chart:
        texts = chart.render(values, name=RELEASE, namespace=RELEASE, is_install=True)
    return "".join(f"---\n{text}\n" for file, text in texts.items() if file.endswith(".yaml") and text.strip() and "helm.sh/hook" not in text)


def controller_reports(cluster):
    """Each workload has a report with score and minimum, each policy a status, and a denied Deployment an Event. Another audit writes nothing."""
    prepare(cluster)
    make_workloads(cluster)
    began = time.monotonic()
    restart(cluster)
    measured = [f"the first audit was complete after {time.monotonic() - began:.1f} s"]
    check_status(cluster)
    check_event(cluster)
    measured += check_reports(cluster)
    check_log(cluster)
    before, writes, audits = settled(cluster), server_writes(cluster), audit_count(cluster)
    until("there was another audit", lambda: audit_count(cluster) > audits, 2 * INTERVAL)
    assert settled(cluster) == before, "another audit has changed objects"
    assert server_writes(cluster) == writes, f"another audit has sent writes: {writes} before, {server_writes(cluster)} after"
    # The ReplicaSet goes on trying, each time with another name of a Pod.
    events = json.loads(cluster.kubectl("--namespace", "payments", "get", "events.events.k8s.io", "--output=json").stdout)["items"]
    assert [each["regarding"]["name"] for each in events if each["reason"] == "PodsDenied"] == ["denied"], events
    return [*measured, "another audit: 0 writes"]


def controller_doubled(cluster):
    """Controllers that are killed, doubled or paused write the same and delete nothing, and no decision about a Pod changes."""
    prepare(cluster)
    make_workloads(cluster)
    restart(cluster)
    before = settled(cluster)
    with Load(cluster, "payments", query="?dryRun=All") as load:
        restart(cluster)
        assert settled(cluster) == before, "a killed controller has changed objects after its restart"
        scale(cluster, 2)
        until("both have audited", lambda: sorted(audits_of_each(cluster)) >= [1, 1] and len(audits_of_each(cluster)) == 2, 2 * INTERVAL)
        assert settled(cluster) == before, "a second controller has changed objects"
        check_paused(cluster)
        scale(cluster, 1)
    check_log(cluster)
    return [load.measured()]


def check_paused(cluster):
    """One of two is paused while the other audits changes; when it goes on, what the other has written stays."""
    paused, other = cluster.pods(CONTROLLER)
    (process,) = cluster.kubelet.processes(paused["metadata"]["name"])
    os.kill(process.pid, signal.SIGSTOP)
    try:
        audits = audit_count(cluster, [other])
        make_deployment(cluster, "shop", "late")
        cluster.api.delete("deployments", "bare", "shop", propagationPolicy="Foreground")
        until("the other has audited the changes", lambda: audit_count(cluster, [other]) >= audits + 2, 3 * INTERVAL)
        if HAS_REPORTS:
            expected = {"late", "hardened"}
            until("the reports are those of what runs", lambda: {each["scope"]["name"] for each in reports(cluster, "shop")} == expected)
        after = settled(cluster)
    finally:
        os.kill(process.pid, signal.SIGCONT)
    audits = audit_count(cluster, [paused])
    until("the paused one has audited again", lambda: audit_count(cluster, [paused]) > audits, 3 * INTERVAL)
    assert settled(cluster) == after, "the paused controller has changed objects"


def controller_policies(cluster):
    """Invalid policies are rejected with their field, and changes warn about what runs. Without the controller policies can be changed at once."""
    prepare(cluster)
    make_workloads(cluster)
    said = answer(cluster, "ScorePolicy", INVALID)
    assert 'admission webhook "policies.podscore.dev" denied the request' in said, said
    for options in ([], ["--server-side"], ["--dry-run=server"]):
        status, said = try_apply(cluster, INVALID, *options)
        assert status == 1 and "spec.message" in said and "invisible character" in said, said
    check_calls(cluster)
    check_previews(cluster)
    scale(cluster, 0)
    until("no endpoint is left", lambda: not cluster.endpoints(CONTROLLER))
    cluster.wait_for_caches()
    steps = {
        "an invalid policy": lambda: apply(cluster, INVALID),
        "a changed policy": lambda: cluster.api.patch("scorepolicies", "valid", {"spec": {"warn": {"minimumScore": 8}}}),
        "a deleted policy": lambda: cluster.api.delete("scorepolicies", "valid"),
        "a label": lambda: label(cluster, "shop", MINIMUM, "3"),
        "a removed label": lambda: label(cluster, "shop", MINIMUM, None),
    }
    seconds = {name: timed(step) for name, step in steps.items()}
    assert max(seconds.values()) < PROMPT, seconds
    scale(cluster, 1)
    rejected = until("the invalid policy has a status", lambda: condition(cluster, "invalid"), INTERVAL)
    assert (rejected["status"], rejected["reason"]) == ("False", "Invalid") and "spec.message" in rejected["message"], rejected
    cluster.api.delete("scorepolicies", "invalid")
    return [f"without the controller the slowest change took {max(seconds.values()) * 1000:.0f} ms"]


def check_calls(cluster):
    """Neither a status nor the same object again calls the webhook; a changed spec does so once."""
    apply(cluster, VALID)
    calls = webhook_calls(cluster, "policies.podscore.dev")
    apply(cluster, VALID)
    status = {"type": "Other", "status": "True", "reason": "Test", "message": "", "lastTransitionTime": "2026-11-29T00:00:00Z"}
    cluster.api.patch("scorepolicies", "valid/status", {"status": {"conditions": [status]}})
    cluster.api.patch("scorepolicies", "valid", {"metadata": {"labels": {"team": "shop"}}})
    assert webhook_calls(cluster, "policies.podscore.dev") == calls, "the webhook was called without a change of the spec"
    cluster.api.patch("scorepolicies", "valid", {"spec": {"warn": {"minimumScore": 9}}})
    assert webhook_calls(cluster, "policies.podscore.dev") == calls + 1
    labels = webhook_calls(cluster, "namespaces.podscore.dev")
    label(cluster, "shop", "team", "shop")
    label(cluster, "kube-system", MINIMUM, "3")
    label(cluster, "kube-system", MINIMUM, None)
    assert webhook_calls(cluster, "namespaces.podscore.dev") == labels, "the webhook was called for a label of others or for kube-system"


def check_previews(cluster):
    """A policy or a label that would deny running Pods is stored, with a warning that names them."""
    _, warnings = cluster.api.request("PATCH", path("namespaces", "shop"), {"metadata": {"labels": {MINIMUM: "12"}}}, MERGE)
    assert any("bare-" in line for line in warnings), warnings
    _, warnings = cluster.api.request("PATCH", path("namespaces", "shop"), {"metadata": {"labels": {MINIMUM: "high"}}}, MERGE)
    assert any(MINIMUM in line for line in warnings), warnings
    label(cluster, "shop", MINIMUM, None)
    status, said = try_apply(cluster, DENYING, "--server-side")
    assert status == 0 and "Warning" in said and "bare-" in said and "shop" in said, said
    cluster.api.delete("scorepolicies", "shops")


def prepare(cluster):
    """Installs the kinds, and the release with its controller, and a policy that denies. What earlier scenarios created is deleted."""
    make_namespaces(cluster)
    for namespace in ENFORCED + FREE:
        cluster.api.request("DELETE", f"/apis/apps/v1/namespaces/{namespace}/deployments")
        cluster.api.request("DELETE", path("pods", namespace=namespace), {"kind": "DeleteOptions", "apiVersion": "v1", "gracePeriodSeconds": 0})
    install_kinds(cluster)
    install_report_kinds(cluster)
    cluster.install(WITH_CONTROLLER)
    scale(cluster, 1)
    apply_policy(cluster)


def install_report_kinds(cluster):
    """Installs the kinds of reports, if their definitions are there."""
    for file in sorted(REPORT_KINDS.glob("openreports.io_*.yaml")):
        apply(cluster, file.read_text())
    if HAS_REPORTS:
        names = [f"{each}.openreports.io" for each in ("reports", "clusterreports")]
        done = cluster.kubectl("wait", "--for=condition=Established", "--timeout=60s", *(f"crd/{name}" for name in names))
        assert done.returncode == 0, done.stderr


def make_workloads(cluster):
    """Makes Deployments with Pods: bare and hardened ones, and a bare one whose Pods are denied."""
    for namespace, name, is_hardened in [("shop", "bare", False), ("shop", "hardened", True), ("payments", "denied", False), ("payments", "hardened", True)]:
        make_deployment(cluster, namespace, name, is_hardened)
    for namespace, count in (("shop", 4), ("payments", 2)):
        until(f"{namespace} has its Pods", lambda namespace=namespace, count=count: len(cluster.api.get("pods", namespace=namespace)["items"]) == count)


def make_deployment(cluster, namespace, name, is_hardened=False):
    """Makes a Deployment with two Pods, which stay unscheduled."""
    container = {"name": "app", "image": "registry.example.com/app:1"} | (HARDENED if is_hardened else {})
    template = {"metadata": {"labels": {"app": name}}, "spec": {"containers": [container]}}
    spec = {"replicas": 2, "selector": {"matchLabels": {"app": name}}, "template": template}
    cluster.api.create("deployments", {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": spec}, namespace)


def scale(cluster, replicas):
    """Sets the number of controllers, and waits until they are ready."""
    cluster.api.patch("deployments", CONTROLLER, {"spec": {"replicas": replicas}}, RELEASE)
    until(f"{replicas} controllers are ready", lambda: is_running(cluster, replicas), 120)


def is_running(cluster, replicas=1):
    """Whether the controllers are ready, and behind their Service."""
    pods = cluster.pods(CONTROLLER)
    is_complete = len(pods) == replicas and all(is_ready(each) for each in pods)
    return is_complete and cluster.endpoints(CONTROLLER) == {each["status"]["podIP"] for each in pods}


def restart(cluster):
    """Kills the controller, and waits until the next one has audited, which it does first."""
    (killed,) = cluster.pods(CONTROLLER)
    name = killed["metadata"]["name"]
    (process,) = cluster.kubelet.processes(name)
    process.kill()
    until("the controller has started again", lambda: [each.pid for each in cluster.kubelet.processes(name)] != [process.pid])
    until("the controller has audited", lambda: audit_count(cluster) >= 1, INTERVAL)


def audit_count(cluster, pods=None):
    """The number of complete audits since the controllers started."""
    return metric(cluster.pods(CONTROLLER) if pods is None else pods, 'podscore_controller_passes_total{result="complete"}')


def audits_of_each(cluster):
    """The number of complete audits of each controller."""
    return [audit_count(cluster, [each]) for each in cluster.pods(CONTROLLER)]


def reports(cluster, namespace=None):
    """The reports of Podscore."""
    return cluster.api.get("reports", namespace=namespace, query="?labelSelector=app.kubernetes.io/managed-by%3Dpodscore")["items"]


def versions(cluster):
    """The versions of all objects that the controller writes, except Events."""
    objects = [*cluster.api.get("scorepolicies")["items"], *cluster.api.get("scorewaivers")["items"]]
    objects += reports(cluster) if HAS_REPORTS else []
    return {each["metadata"]["uid"]: each["metadata"]["resourceVersion"] for each in objects}


def settled(cluster):
    """The same, once nothing has changed for some seconds."""
    known, since = versions(cluster), time.monotonic()
    while time.monotonic() - since < QUIET:
        time.sleep(0.5)
        if (now := versions(cluster)) != known:
            known, since = now, time.monotonic()
    return known


def server_metric(cluster, name, /, **labels):
    """The sum of a metric of the API server over the series with these labels."""
    text, _ = cluster.api.request("GET", "/metrics")
    lines = [line for line in text.splitlines() if line.startswith(name + "{")]
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if all(f'{key}="{value}"' in line for key, value in labels.items()))


def server_writes(cluster):
    """The writes that API servers have got for what only the controller writes."""
    verbs = ("APPLY", "PATCH", "POST", "PUT", "DELETE")
    subjects = [{"group": "openreports.io"}, {"group": "podscore.dev", "subresource": "status"}, {"group": "events.k8s.io"}]
    return sum(server_metric(cluster, "apiserver_request_total", verb=verb, **subject) for verb in verbs for subject in subjects)


def webhook_calls(cluster, name):
    """The number of calls of a webhook."""
    return server_metric(cluster, "apiserver_admission_webhook_request_total", name=name)


def condition(cluster, policy):
    """The condition Ready of a policy's newest version, if it has one."""
    found = cluster.api.get("scorepolicies", policy)
    status = found.get("status", {})
    conditions = {each["type"]: each for each in status.get("conditions", [])}
    return conditions.get("Ready") if status.get("observedGeneration") == found["metadata"]["generation"] else None


def check_status(cluster):
    """The policy is in force in its Namespaces, which kubectl shows in columns, and for which it can wait."""
    ready = until("the policy has a status", lambda: condition(cluster, "strict"), 30)
    assert (ready["status"], ready["reason"]) == ("True", "InForce"), ready
    found = cluster.api.get("scorepolicies", "strict")
    assert found["status"]["namespaces"] == sorted(ENFORCED), found
    head, row = (line.split() for line in get(cluster, "scorepolicies", "strict"))
    assert "READY" in head and "True" in row, (head, row)
    waited = cluster.kubectl("wait", "--for=condition=Ready", "--timeout=10s", "scorepolicy/strict")
    assert waited.returncode == 0, waited.stderr


def check_event(cluster):
    """`kubectl describe` of the Deployment shows why it has no Pods; Kubernetes alone tells that its ReplicaSet."""

    def described():
        said = cluster.kubectl("--namespace", "payments", "describe", "deployment", "denied").stdout
        return "PodsDenied" in said and "RunAsNonRoot" in said

    until("the Deployment has an Event", described, 60)
    assert "PodsDenied" not in cluster.kubectl("--namespace", "payments", "describe", "deployment", "hardened").stdout


def check_reports(cluster):
    """Reports have score and minimum, as the guide's command prints them."""
    if not HAS_REPORTS:
        return [f"no reports: their definitions are not in {REPORT_KINDS}"]
    guide = (ROOT / "docs/audit.md").read_text()
    command = re.search(r"^kubectl (get reports\.openreports\.io -A .*?)\n```", guide, re.MULTILINE | re.DOTALL)[1].replace("\\\n", "")
    rows = {tuple(row[:3]): row[3:] for row in (line.split() for line in get(cluster, *shlex.split(command)[1:]))}
    # The policy of the chart warns below 7 points everywhere, and the one above denies.
    for owner, is_denied in ((("shop", "Deployment", "bare"), False), (("payments", "Deployment", "denied"), True)):
        failed, scores, minimums = rows[owner]
        assert (int(failed) > 0) == is_denied, rows
        assert all(int(score) < 7 for score in scores.split(",")) and set(minimums.split(",")) == {"7"}, rows
    assert rows["payments", "Deployment", "hardened"] == ["0", "<none>", "<none>"], rows
    found = {(each["scope"]["kind"], each["scope"]["name"]): each for each in reports(cluster, "payments")}
    assert not found["Deployment", "hardened"].get("results"), found
    # etcd stores custom resources as this JSON, with the managed fields.
    sizes = [len(json.dumps(each, separators=(",", ":"))) for each in reports(cluster)]
    average = sum(sizes) / len(sizes)
    assert 8_000 * average < 30_000_000, sizes
    return [f"{len(sizes)} reports with {average:.0f} bytes on average; 8000 would take {8_000 * average / 1e6:.0f} MB in etcd"]


def check_log(cluster):
    """The controllers miss no right, and all of their writes were stored."""
    for each in cluster.pods(CONTROLLER):
        log = cluster.kubectl("--namespace", RELEASE, "logs", each["metadata"]["name"]).stdout
        assert "status 403" not in log and "forbidden" not in log, log
        writes = re.findall(r'^podscore_controller_writes_total.*outcome="(.*)".*$', page(each, "/metrics"), re.MULTILINE)
        # With two controllers, one may leave a report to the other.
        assert writes and set(writes) <= {"created", "updated", "deleted", "left", "written"}, writes


def timed(step):
    """The seconds that a step takes."""
    began = time.monotonic()
    step()
    return time.monotonic() - began
