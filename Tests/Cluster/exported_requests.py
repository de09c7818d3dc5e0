"""Requests that are sent twice: without policies, for what the API server stores, and with exported policies, for what they decide."""

import concurrent.futures
import json
import subprocess

from api import GROUPS, Refused, path
from export_policies import Answer
from random_requests import WORKLOADS

# As the certificate of the administrator says.
USER = {"username": "admin", "groups": ["system:masters", "system:authenticated"]}
KINDS = {"pods": "Pod"} | {plural: kind for kind, (_, plural) in WORKLOADS.items()}
GROUPS |= {plural: ("api/" if api == "v1" else "apis/") + api for api, plural in WORKLOADS.values()}
# Of one run of the program, so that the arguments stay short enough.
REVIEWS_AT_ONCE = 200
THREADS = 4
IN_USE = "ValidatingAdmissionPolicy '"


class Case:
    """One request, what the API server makes of it, and what policies say about it."""

    def __init__(self, namespace, resource, body, old=None, subresource="", user=None):
        self.namespace, self.resource, self.subresource, self.body, self.old, self.user = namespace, resource, subresource, body, old, user
        self.stored, self.denial, self.warnings = None, "", []

    @property
    def where(self):
        """The path, with the query that stores nothing."""
        name = "" if self.old is None else self.body["metadata"]["name"] + (f"/{self.subresource}" if self.subresource else "")
        return path(self.resource, name, self.namespace) + "?dryRun=All"

    @property
    def is_workload_update(self):
        """Whether the request changes a workload, for which exports only warn."""
        return self.old is not None and self.resource != "pods"

    def send(self, api):
        """Sends the request. Returns the object that would be stored, the denial of a policy, and the warnings of policies."""
        try:
            stored, warnings = api.request("POST" if self.old is None else "PUT", self.where, self.body, user=self.user)
        except Refused as refusal:
            if IN_USE not in refusal.message:
                raise
            return None, message_of(refusal.message), [message_of(each) for each in refusal.warnings if IN_USE in each]
        return stored, "", [message_of(each) for each in warnings if IN_USE in each]

    def record(self, api):
        """Keeps what the API server would store. False for an object that it finds invalid."""
        try:
            self.stored, denial, warnings = self.send(api)
        except Refused as refusal:
            if refusal.status not in (403, 422):
                raise
            return False
        assert not denial and not warnings, f"a policy of an earlier scenario is in force: {denial or warnings}"
        return True

    def ask(self, api):
        """Keeps what the policies in force say."""
        _, self.denial, self.warnings = self.send(api)

    def review(self):
        """The AdmissionReview that the webhook would get."""
        group, _, version = self.stored["apiVersion"].rpartition("/")
        request = {
            "uid": "1",
            "kind": {"group": group, "version": version, "kind": KINDS[self.resource]},
            "resource": {"group": group, "version": version, "resource": self.resource},
            "subResource": self.subresource,
            "namespace": self.namespace,
            "name": self.body["metadata"]["name"],
            "operation": "CREATE" if self.old is None else "UPDATE",
            "userInfo": self.user or USER,
            "object": self.stored,
            "oldObject": self.old,
        }
        return {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request}

    def moved(self, namespace):
        """The same creation in another Namespace, where the API server would store the same."""
        case = Case(namespace, self.resource, self.body, user=self.user)
        case.stored = self.stored and self.stored | {"metadata": self.stored["metadata"] | {"namespace": namespace}}
        return case

    @property
    def decision(self):
        """What the policies in force did, as the webhook calls it."""
        return "deny" if self.denial else "warn" if self.warnings else "allow"

    def is_unread_change(self, annotations):
        """Whether only a part of a workload's template changed that no rule reads: the export warns of what was there before, as its guide says."""
        return self.is_workload_update and annotations["decision"] == "unchanged" and self.decision == "warn" and self.stored != self.old

    def fault(self, response, known):
        """What is different from the webhook's answer, or nothing."""
        annotations = response["auditAnnotations"]
        if self.is_unread_change(annotations):
            return ""
        decided = {"deny": "deny", "warn": "warn"}.get(annotations["decision"], "allow")
        if decided == "deny" and self.is_workload_update:
            decided = "warn"
        messages = [self.denial, *self.warnings] if self.denial else self.warnings
        if decided != self.decision:
            return f"{self.decision} instead of {decided}: {messages or annotations}"
        expected = Answer.of_review(annotations)
        if messages and not any(Answer.of_message(each, known).agrees(expected) for each in messages):
            return f"{[Answer.of_message(each, known) for each in messages]} instead of {expected}: {messages}"
        return ""

    def __repr__(self):
        return f"{self.namespace}: {'CREATE' if self.old is None else 'UPDATE'} {self.resource}/{self.subresource} {json.dumps(self.body)}"


def without_version(changed):
    """A changed object that is stored whatever controllers write meanwhile."""
    changed["metadata"].pop("resourceVersion", None)
    return changed


def message_of(text):
    """The message of a policy's validation, without what the API server writes before it."""
    for separator in ("' denied request: ", "': "):
        if separator in text:
            return text.split(separator, 1)[1]
    return text


def each_in_threads(work, cases):
    """Does something with all cases, several at a time, and returns the results in order."""
    with concurrent.futures.ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(work, cases))


def reviewed(cluster, policy, cases):
    """The webhook's answers about cases, by a policy file."""
    folder = cluster.folder / "reviews"
    folder.mkdir(exist_ok=True)
    answers = []
    for begin in range(0, len(cases), REVIEWS_AT_ONCE):
        files = []
        for index, case in enumerate(cases[begin : begin + REVIEWS_AT_ONCE]):
            files.append(folder / f"{index}.json")
            files[-1].write_text(json.dumps(case.review()))
        done: subprocess.CompletedProcess = cluster.podscore("review", "--policy", str(policy), "--format", "json", *map(str, files))
        assert done.returncode in (0, 1), done.stderr
        answers += [json.loads(line)["response"] for line in done.stdout.splitlines()]
    assert len(answers) == len(cases)
    return answers
