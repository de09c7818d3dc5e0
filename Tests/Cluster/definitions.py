"""Policies and waivers as objects: the CRDs on a real API server, and the chart that installs them."""

import contextlib
import json
import pathlib
import shutil
import sys
import time

from api import Refused
from cluster import RELEASE
from control import until
from helm_python.chart import values_from_yaml
from helm_python.errors import HelmError

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Behind the folder of this file: both have a module `cluster`.
sys.path.append(str(ROOT / "Charts/tests"))
from conditions import schema_of, violated, without_null  # noqa: E402, pylint: disable=wrong-import-position

CRDS = ROOT / "Charts/podscore-crds"
DOCUMENTS = ROOT / "Tests/Cluster/policy-documents.json"
RESOURCES = {"ScorePolicy": "scorepolicies", "ScoreWaiver": "scorewaivers"}
NAMES = [f"{each}.podscore.dev" for each in RESOURCES.values()]
POLICY = """\
apiVersion: podscore.dev/v1alpha1
kind: ScorePolicy
metadata: {name: payments}
spec:
  match: {namespaces: [payments]}
  ruleset: podscore/v1
  enforce: {minimumScore: 9, require: [RunAsNonRoot]}
  warn: {minimumScore: 12}
"""
WAIVER = """\
apiVersion: podscore.dev/v1alpha1
kind: ScoreWaiver
metadata: {name: exporter}
spec:
  match: {namespaces: [monitoring], images: ["quay.io/exporter:v1"]}
  rules: [HostPID]
  expires: 2099-12-31
  owner: observability
  reason: reads host counters
"""
# A rule that the simulated older version does not know.
NEW_RULE = "ImagePinnedByDigest"


def crds(cluster):
    """The API server takes the CRDs, and rejects each document that the strict reader rejects, with the field; kubectl shows the rest in columns."""
    remove(cluster)
    applied = cluster.podscore("policy", "crds").stdout
    apply(cluster, applied)
    wait(cluster)
    conditions = {each["type"]: each["status"] for name in NAMES for each in definition(cluster, name)["status"]["conditions"]}
    assert conditions == {"NamesAccepted": "True", "Established": "True"}, conditions
    measured = check_documents(cluster) + check_largest(cluster)
    for written, misspelt, field in [("minimumScore", "minimumScor", "spec.enforce.minimumScor"), ("RunAsNonRoot", "RunAsNonroot", "spec.enforce.require[0]")]:
        for options in ([], ["--server-side"]):
            status, said = try_apply(cluster, POLICY.replace(written, misspelt, 1), *options)
            assert status == 1 and field in said, said
    apply(cluster, f"{POLICY}---\n{WAIVER}")
    check_columns(cluster)
    check_status(cluster)
    # Applied once more, nothing changes.
    before = definition(cluster, NAMES[0])["metadata"]["resourceVersion"]
    apply(cluster, applied)
    assert definition(cluster, NAMES[0])["metadata"]["resourceVersion"] == before
    remove(cluster)
    return measured


def check_documents(cluster):
    """Sends every document of the policy tests as kubectl does, without storing it."""
    schemas = {kind: schema_of(definition(cluster, f"{plural}.podscore.dev")) for kind, plural in RESOURCES.items()}
    counts, began = {}, time.monotonic()
    for each in json.loads(DOCUMENTS.read_text()):
        by, said = each["rejectedBy"], answer(cluster, each["kind"], each["text"])
        counts[by] = counts.get(by, 0) + 1
        fields = [each["field"]] if by == "schema" else []
        if by == "rule":
            fields = list(violated(schemas[each["kind"]], without_null(values_from_yaml(each["text"]))))
        told = f"{said or 'accepted'}, should be rejected by {by}, {fields}: {each.get('error')}\n{each['text']}"
        assert bool(said) == (by in ("schema", "rule")), told
        assert all(field in said for field in fields), told
    return [f"{sum(counts.values())} documents in {time.monotonic() - began:.1f} s: {counts}"]


def check_largest(cluster):
    """Sends objects with the longest texts and lists that the schema allows: their conditions must not cost more than an API server allows."""
    accounts = ["a" * 63 + ":" + each for each in texts(128, 253)]
    exempt = {"users": texts(128, 512), "groups": texts(128, 512), "serviceAccounts": accounts, "runtimeClasses": texts(128, 253)}
    keys = [f"{'a' * 245}.example/{each}" for each in texts(32, 63)]
    selector = {
        "matchLabels": {key: "v" * 63 for key in keys},
        "matchExpressions": [{"key": key, "operator": "In", "values": texts(32, 63)} for key in keys],
    }
    steps = [{"date": f"{2030 + index}-01-01", "minimumScore": 1 + index // 3} for index in range(50)]
    policy = {
        "match": {"namespaces": texts(500, 63), "namespaceSelector": selector},
        "points": {"RunAsNonRoot": 100},
        "enforce": {"minimumScore": 1, "from": steps},
        "exempt": exempt,
        "message": "m" * 200,
        "runbook": "https://wiki.example/".ljust(200, "p"),
    }
    names = {"namespaces": 63, "pods": 253, "containers": 63, "images": 512, "serviceAccounts": 253}
    waiver = {
        "match": {field: texts(128, length) for field, length in names.items()},
        "rules": ["HostPID"],
        "minimumScore": 4,
        "expires": "2099-12-31",
        "owner": "o" * 4096,
        "reason": "r" * 4096,
    }
    measured = []
    for kind, spec in (("ScorePolicy", policy), ("ScoreWaiver", waiver)):
        text = json.dumps({"apiVersion": "podscore.dev/v1alpha1", "kind": kind, "metadata": {"name": "largest"}, "spec": spec})
        began = time.monotonic()
        said = answer(cluster, kind, text)
        assert not said, said[:2000]
        measured.append(f"the largest {kind}, {len(text)} bytes, in {time.monotonic() - began:.1f} s")
    return measured


def texts(count, length):
    """Different texts that begin alike, which are the most expensive to compare."""
    return [str(number).rjust(length, "x") for number in range(count)]


def answer(cluster, kind, text):
    """The error of the API server for a document, or nothing if it accepts it."""
    try:
        where = f"/apis/podscore.dev/v1alpha1/{RESOURCES[kind]}?dryRun=All&fieldValidation=Strict"
        cluster.api.request("POST", where, text, content_type="application/yaml")
    except Refused as error:
        return str(error)
    return ""


def check_columns(cluster):
    """`kubectl get` and `kubectl explain` show what the CRDs say."""
    lines = [line.split() for line in get(cluster, "scorepolicies")]
    assert lines[0] == ["NAME", "RULESET", "ENFORCE", "WARN", "AUDIT", "NAMESPACES", "READY", "AGE"], lines
    assert lines[1][:4] == ["payments", "podscore/v1", "9", "12"], lines
    assert "RunAsNonRoot" in get(cluster, "spol", "--output=wide")[1]
    lines = [line.split() for line in get(cluster, "swai")]
    assert lines[0] == ["NAME", "EXPIRES", "OWNER", "RULES", "MINIMUM", "NAMESPACES", "READY", "AGE"], lines
    assert lines[1][1:3] == ["2099-12-31", "observability"], lines
    both = "\n".join(get(cluster, "podscore"))
    assert "payments" in both and "exporter" in both, both
    explained = cluster.kubectl("explain", "scorepolicy.spec.enforce.require").stdout
    assert "Positive rules that must hold." in explained, explained


def get(cluster, *arguments):
    """The lines of `kubectl get`."""
    done = cluster.kubectl("get", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def check_status(cluster):
    """Only the subresource changes the status, and it changes nothing else."""
    before = cluster.api.get("scorepolicies", "payments")
    condition = {"type": "Ready", "status": "True", "reason": "InForce", "message": "in force", "lastTransitionTime": "2026-11-29T00:00:00Z"}
    status = {"observedGeneration": 1, "matchedNamespaces": 1, "namespaces": ["payments"], "conditions": [condition]}
    cluster.api.patch("scorepolicies", "payments", {"status": status})
    assert "status" not in cluster.api.get("scorepolicies", "payments")
    after = cluster.api.patch("scorepolicies", "payments/status", {"status": status, "spec": {"warn": None}})
    assert after["status"] == status and after["spec"] == before["spec"], after
    assert after["metadata"]["generation"] == before["metadata"]["generation"]
    columns = get(cluster, "spol", "payments", "--output=wide")[1].split()
    assert "InForce" in columns and "True" in columns, columns


def crds_chart(cluster):
    """The CRDs and the objects stay when the chart is uninstalled, another release can take them over, and a rollback locks no object."""
    remove(cluster)
    cluster.make_namespace(RELEASE)
    with released(cluster, "crds"):
        cluster.helm.install(changed_chart(cluster, remove_new_rule), "crds", {}, namespace=RELEASE)
        wait(cluster)
        needs_new_rule = POLICY.replace("RunAsNonRoot", NEW_RULE)
        status, said = try_apply(cluster, needs_new_rule)
        assert status == 1 and "spec.enforce.require[0]" in said and "RunAsNonRoot" in said, said
        cluster.helm.upgrade(CRDS, "crds", {}, namespace=RELEASE)
        until("the API server knows the new rule", lambda: try_apply(cluster, needs_new_rule)[0] == 0)
        apply(cluster, WAIVER)
        cluster.helm.rollback("crds")
        other = needs_new_rule.replace("payments", "other")
        until("the API server does not know the new rule any more", lambda: try_apply(cluster, other, "--dry-run=server")[0] == 1)
        # What is stored can be read, and changed elsewhere.
        assert NEW_RULE in "\n".join(get(cluster, "spol", "payments", "--output=yaml"))
        apply(cluster, needs_new_rule.replace("warn: {minimumScore: 12}", "warn: {minimumScore: 13}"))
        check_future_rule(cluster)
    assert [line.split()[0] for line in get(cluster, "podscore", "--no-headers")], "the uninstallation has deleted objects"
    with released(cluster, "other"):
        try:
            cluster.helm.install(CRDS, "other", {}, namespace=RELEASE)
        except HelmError as error:
            assert "meta.helm.sh/release-name" in str(error), error
        else:
            raise AssertionError("another release has taken over the CRDs without being told")
        owner = ["meta.helm.sh/release-name=other", f"meta.helm.sh/release-namespace={RELEASE}"]
        done = cluster.kubectl("annotate", "--overwrite", "crd", *NAMES, *owner)
        assert done.returncode == 0, done.stderr
        cluster.helm.uninstall("other", ignore_not_found=True)
        cluster.helm.install(CRDS, "other", {}, namespace=RELEASE)
        assert "payments" in "\n".join(get(cluster, "scorepolicies"))
    remove(cluster)


def check_future_rule(cluster):
    """A newer CRD stores an object with a rule that this program does not know, and the program names the rule."""
    cluster.helm.upgrade(changed_chart(cluster, add_future_rule), "crds", {}, namespace=RELEASE)
    text = POLICY.replace("RunAsNonRoot", "FutureRule").replace("name: payments", "name: future")
    until("the API server knows the future rule", lambda: try_apply(cluster, text)[0] == 0)
    checked = cluster.podscore("policy", "check", "/dev/stdin", text=text)
    assert checked.returncode == 1 and 'unknown rule "FutureRule"' in checked.stdout, checked


def remove_new_rule(lines):
    """The lines of CRDs from before the new rule."""
    return [line for line in lines if line.strip() != f"- {NEW_RULE}"]


def add_future_rule(lines):
    """The lines of CRDs that know one more rule than the program."""
    return [each for line in lines for each in ([line, line.replace("RunAsNonRoot", "FutureRule")] if line.strip() == "- RunAsNonRoot" else [line])]


def changed_chart(cluster, change):
    """A copy of the chart with changed lines of its templates."""
    folder = pathlib.Path(cluster.folder, change.__name__, CRDS.name)
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(CRDS, folder)
    for template in (folder / "templates").glob("*.yaml"):
        before = template.read_text().splitlines(keepends=True)
        after = change(before)
        assert after != before
        template.write_text("".join(after))
    return folder


@contextlib.contextmanager
def released(cluster, name):
    """Uninstalls a release at the end."""
    try:
        yield
    finally:
        cluster.helm.uninstall(name, ignore_not_found=True, wait="watcher", timeout=120)


def definition(cluster, name):
    """A CRD as it is stored."""
    return cluster.api.get("customresourcedefinitions", name)


def try_apply(cluster, text, *options):
    """What kubectl says about a text, and its status."""
    done = cluster.kubectl("apply", *options, "--filename=-", text=text)
    return done.returncode, done.stdout + done.stderr


def apply(cluster, text, *options):
    """Applies a text with server-side apply, which must succeed."""
    status, said = try_apply(cluster, text, "--server-side", *options)
    assert status == 0, said


def wait(cluster):
    """Waits until the API server serves both kinds."""
    done = cluster.kubectl("wait", "--for=condition=Established", "--timeout=60s", *(f"crd/{name}" for name in NAMES))
    assert done.returncode == 0, done.stderr

    def are_served():
        try:
            return all(cluster.api.get(each) is not None for each in RESOURCES.values())
        except Refused:
            return False

    until("both kinds are served", are_served)


def remove(cluster):
    """Deletes the CRDs with all objects, if they exist."""
    done = cluster.kubectl("delete", "crd", "--ignore-not-found", *NAMES)
    assert done.returncode == 0, done.stderr
