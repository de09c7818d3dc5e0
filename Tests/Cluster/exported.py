"""Exported policies on a real API server: they say the same as Podscore about random objects, and a changed expression would be noticed."""

import itertools
import json
import os

from control import until
from directed_corpus import Corpus
from directed_specs import QUIET
from export_policies import Rules, policies
from export_selection import check_selection
from exported_requests import Case, each_in_threads, reviewed, without_version
from mutants import check_mutants, documents
from random_requests import WORKLOADS, Requests

# Pods, workloads, updates, ephemeral containers, resizes, mutants: few enough for every run. EXPORTED=5000,1000,1000,300,200,400
# is the thorough run.
COUNTS = [int(each) for each in os.environ.get("EXPORTED", "400,120,120,60,40,0").split(",")]
SEED = int(os.environ.get("EXPORTED_SEED", "23"))
POLICIES = 48
RESOURCES = {"ValidatingAdmissionPolicy": "validatingadmissionpolicies", "ValidatingAdmissionPolicyBinding": "validatingadmissionpolicybindings"}
# Stored Pods of each Namespace, and stored workloads, which updates change.
STORED = 3
# An object is made again if the API server finds it invalid; more than this share would hide what is never valid.
INVALID_SHARE = 0.5


def exported_policies(cluster):
    """Exported policies decide random Pods, workloads and their updates as Podscore does, with the same scores and violated rules, and mutants are noticed."""
    cluster.uninstall()
    specs = Requests(SEED)
    rules = Rules(cluster.podscore("rules", "--format", "json").stdout)
    chosen = policies(specs, rules, POLICIES)
    for policy in chosen:
        for name, labels in policy.labels.items():
            make_namespace(cluster, name, labels)
    corpus = Corpus(cluster, chosen)
    stored = [store(cluster, specs, policy.namespace) for policy in chosen]
    pods, workloads, updates, debugged, resized, mutants = COUNTS
    cases, measured = [], []
    namespaces = itertools.cycle(range(len(chosen)))
    for name, count, make in [
        ("Pods", pods, lambda index: Case(chosen[index].namespace, "pods", specs.pod())),
        ("workloads", workloads, lambda index: workload_case(specs, chosen[index].namespace)),
        ("updates", updates, lambda index: update(specs, chosen[index].namespace, stored[index])),
        ("ephemeral containers", debugged, lambda index: pod_update(specs.debugged_pod, specs, chosen[index].namespace, stored[index], "ephemeralcontainers")),
        ("resizes", resized, lambda index: pod_update(specs.resized_pod, specs, chosen[index].namespace, stored[index], "resize")),
    ]:
        made, invalid = record(cluster, count, lambda make=make: make(next(namespaces)))
        cases += made
        measured.append(f"{len(made)} {name}, {invalid} invalid ones were made again")
    randoms = list(cases)
    cases += corpus.share()
    measured.append(corpus.summary)
    exported = export(cluster, chosen)
    create(cluster, exported)
    wait_until_in_force(cluster, chosen)
    each_in_threads(lambda case: case.ask(cluster.api), cases)
    measured += compare(cluster, chosen, cases, rules)
    remove(cluster, exported)
    measured += check_mutants(cluster, specs, exported, lambda name: corpus.requests(name, randoms), rules, mutants)
    corpus.release()
    for policy in chosen:
        for name in policy.labels:
            cluster.api.delete("namespaces", name)
    return measured + check_selection(cluster)


def make_namespace(cluster, name, labels):
    """Makes a Namespace with labels and the service accounts that Pods use."""
    cluster.make_namespace(name)
    cluster.api.patch("namespaces", name, {"metadata": {"labels": labels}})
    for account, settings in (("robot", {}), (QUIET, {"automountServiceAccountToken": False})):
        if cluster.api.get("serviceaccounts", account, name) is None:
            cluster.api.create("serviceaccounts", {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": account}} | settings, name)


def store(cluster, specs, namespace):
    """Stores Pods and workloads before any policy is in force, and returns them by resource."""
    stored = {"pods": [], "workloads": []}
    for kind, make in [("pods", specs.pod), ("workloads", specs.workload)]:
        while len(stored[kind]) < STORED:
            manifest = make()
            resource = "pods" if kind == "pods" else WORKLOADS[manifest["kind"]][1]
            case = Case(namespace, resource, manifest)
            if case.record(cluster.api):
                stored[kind].append(cluster.api.create(resource, manifest, namespace)[0])
    return stored


def record(cluster, count, make):
    """Makes valid cases with what the API server would store. Returns them and how many invalid ones there were."""
    cases, invalid = [], 0
    while len(cases) < count:
        wanted = [make() for _ in range(count - len(cases))]
        kept = each_in_threads(lambda case: case.record(cluster.api), wanted)
        cases += [case for case, is_valid in zip(wanted, kept) if is_valid]
        invalid += kept.count(False)
        assert invalid <= 50 + count * INVALID_SHARE / (1 - INVALID_SHARE), f"{invalid} of {invalid + len(cases)} objects were invalid"
    return cases, invalid


def workload_case(specs, namespace):
    """The creation of a workload."""
    manifest = specs.workload()
    return Case(namespace, WORKLOADS[manifest["kind"]][1], manifest)


def update(specs, namespace, stored):
    """The update of a stored Pod or of a stored workload."""
    if specs.chance(0.5):
        return pod_update(specs.updated_pod, specs, namespace, stored, "")
    old = specs.pick(stored["workloads"])
    return Case(namespace, WORKLOADS[old["kind"]][1], without_version(specs.updated_workload(old)), old)


def pod_update(change, specs, namespace, stored, subresource):
    """The update of a stored Pod, or of one of its subresources."""
    old = specs.pick(stored["pods"])
    return Case(namespace, "pods", without_version(change(old)), old, subresource)


def export(cluster, chosen):
    """The text of all exported policies."""
    folder = cluster.folder / "exported"
    folder.mkdir(exist_ok=True)
    for policy in chosen:
        (folder / f"{policy.name}.yaml").write_text(policy.text)
    done = cluster.podscore("policy", "export", "--format", "validatingadmissionpolicy", str(folder))
    assert done.returncode == 0, done.stderr
    return done.stdout


def create(cluster, exported):
    """Creates exported policies and their bindings. kubectl would pause between hundreds of objects."""
    each_in_threads(lambda each: cluster.api.create(RESOURCES[each["kind"]], each), documents(exported))


def remove(cluster, exported):
    """Deletes exported policies and their bindings."""
    each_in_threads(lambda each: cluster.api.delete(RESOURCES[each["kind"]], each["metadata"]["name"]), documents(exported))


def wait_until_in_force(cluster, chosen):
    """Waits until a Pod with every fault is denied or gets a warning in each Namespace where Podscore would do so."""
    container = {"name": "app", "image": "app", "securityContext": {"privileged": True, "capabilities": {"add": ["SYS_ADMIN"]}}}
    body = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "canary"}, "spec": {"containers": [container], "hostPID": True}}
    cases = [Case(policy.namespace, "pods", body) for policy in chosen]
    for case in cases:
        case.stored = body
    answers = reviewed(cluster, cluster.folder / "exported", cases)
    expected = [answer["auditAnnotations"]["decision"] in ("deny", "warn") for answer in answers]

    def are_in_force():
        each_in_threads(lambda case: case.ask(cluster.api), cases)
        return all((case.decision != "allow") == is_expected for case, is_expected in zip(cases, expected))

    until("all exported policies are in force", are_in_force, 180)


def compare(cluster, chosen, cases, rules):
    """Compares all answers with Podscore's. Returns lines with the counts."""
    folder = cluster.folder / "effective"
    folder.mkdir(exist_ok=True)
    for policy in chosen:
        (folder / f"{policy.name}.yaml").write_text(policy.effective_text)
    answers = reviewed(cluster, folder, cases)
    faults = [(fault, case) for case, answer in zip(cases, answers) if (fault := case.fault(answer, rules.known))]
    kept = cluster.folder / "disagreements"
    kept.write_text("\n".join(f"{fault}\n    {case}" for fault, case in faults))
    specs = {name: policy.spec for policy in chosen for name in policy.labels}
    shown = "\n".join(f"{fault}\n    {json.dumps(specs[case.namespace])}\n    {case}"[:3000] for fault, case in faults[:5])
    assert not faults, f"{len(faults)} of {len(cases)} answers are different:\n{shown}"
    decisions = [case.decision for case in cases]
    scores = sum(" of " in "".join([case.denial, *case.warnings]) for case in cases)
    unread = sum(case.is_unread_change(answer["auditAnnotations"]) for case, answer in zip(cases, answers))
    counted = ", ".join(f"{decisions.count(each)} {each}" for each in ("deny", "warn", "allow"))
    return [f"{len(cases) - unread} answers are the same ({counted}), {scores} of them with the score; {unread} warn of a change that no rule reads"]
