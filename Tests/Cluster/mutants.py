"""Whether the comparison of exported policies would notice a fault: their expressions with one change each, beside the unchanged ones."""

import re

from api import Refused
from cel_mutants import mutants_of
from control import until
from equivalent_mutants import equivalence
from exported_requests import each_in_threads
from helm_python.chart import values_from_yaml

# With more, the API server cuts the warnings of one answer (4096 characters in all).
AT_ONCE = 3
LEAST_CAUGHT = 0.95
ORIGINAL, MARKER = "original", "marker"
# Requests of one round: when all mutants of a batch are noticed, the others are not sent.
ROUND = 20


def documents(text):
    """The objects of exported YAML."""
    parts = [values_from_yaml(each) for each in re.split(r"(?m)^---$", text)]
    return [each for each in parts if each]


def check_mutants(cluster, specs, exported, requests, rules, count):
    """Puts changed copies of random policies in force, and asserts that nearly all of them say something else about some request.

    The requests are those of a policy, by its name.
    """
    if not count:
        return []
    objects = documents(exported)
    originals = [each for each in objects if each["kind"] == "ValidatingAdmissionPolicy" and can_warn(each["spec"])]
    batches, caught, survived, equivalent, invalid = 0, 0, [], {}, 0
    while caught + len(survived) < count:
        original = specs.pick(originals)
        cases = requests(original["metadata"]["labels"]["podscore.dev/policy"])
        batches += 1
        with Batch(cluster, original, batches) as batch:
            candidates = mutants_of(original, rules.known)
            specs.random.shuffle(candidates)
            for change, mutant in candidates:
                if len(batch.mutants) == AT_ONCE:
                    break
                invalid += not batch.add(change, mutant)
            batch.start()
            noticed = batch.noticed(cases)
        for name, change in batch.mutants.items():
            if name in noticed:
                caught += 1
            elif (reason := equivalence(change, original)) is None:
                survived.append(str(change))
            else:
                equivalent[reason] = equivalent.get(reason, 0) + 1
    (cluster.folder / "survivors").write_text("\n".join(survived))
    share = caught / (caught + len(survived))
    shown = "\n".join(survived)
    assert share >= LEAST_CAUGHT, f"{share:.0%} of {caught + len(survived)} mutants were noticed; not these:\n{shown}"
    same = [f"{count} are equivalent: {reason}" for reason, count in equivalent.items()]
    return [f"{caught} of {caught + len(survived)} mutants were noticed, {invalid} did not compile", *same, *survived]


def can_warn(spec):
    """Whether a policy says anything in an answer: not one that only writes audit annotations, or that a label of the Namespace turns on."""
    selector = spec["matchConstraints"]["namespaceSelector"].get("matchExpressions", [])
    return "validations" in spec and not any(each["operator"] == "Exists" for each in selector)


class Batch:
    """An exported policy and changed copies of it, all of which only warn."""

    def __init__(self, cluster, original, number):
        self.cluster, self.original, self.number = cluster, original, number
        self.mutants, self.made = {}, []

    def __enter__(self):
        assert self.put(ORIGINAL, self.original)
        return self

    def __exit__(self, *_):
        for name in self.made:
            self.cluster.api.delete("validatingadmissionpolicybindings", name)
            self.cluster.api.delete("validatingadmissionpolicies", name)

    def add(self, change, mutant):
        """Adds a changed copy. False if it does not compile."""
        name = f"mutant-{len(self.mutants)}"
        if not self.put(name, mutant):
            return False
        self.mutants[name] = change
        return True

    def put(self, name, policy):
        """Creates a policy and its binding. Other validations than the first would deny alone, so all of them are kept."""
        metadata = {"name": f"{name}-{self.number}"}
        try:
            self.cluster.api.create("validatingadmissionpolicies", policy | {"metadata": metadata})
        except Refused as refusal:
            if refusal.status != 422:
                raise
            return False
        # For all requests of the policy; the exported bindings divide them by what is done.
        spec = {"policyName": metadata["name"], "validationActions": ["Warn"]}
        binding = {"apiVersion": policy["apiVersion"], "kind": f"{policy['kind']}Binding", "metadata": metadata, "spec": spec}
        self.cluster.api.create("validatingadmissionpolicybindings", binding)
        self.made.append(metadata["name"])
        return True

    def start(self):
        """Waits until the policies are in force: the last one, which always warns, is seen with the others."""
        rules = [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["configmaps"]}]
        spec = {"matchConstraints": {"resourceRules": rules}, "validations": [{"expression": "false", "message": "seen"}]}
        policy = {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy", "spec": spec}
        assert self.put(MARKER, policy)
        config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "marker"}}

        def is_seen():
            _, warnings = self.cluster.api.request("POST", "/api/v1/namespaces/default/configmaps?dryRun=All", config)
            return any(f"{MARKER}-{self.number}'" in each for each in warnings)

        until("the mutants are in force", is_seen, 60)

    def noticed(self, cases):
        """The names of the mutants that made a difference in some answer."""
        found = set()
        for begin in range(0, len(cases), ROUND):
            for answers in each_in_threads(self.answers, cases[begin : begin + ROUND]):
                found |= {name for name in self.mutants if answers.get(name) != answers.get(ORIGINAL)}
            if len(found) == len(self.mutants):
                break
        return found

    def answers(self, case):
        """The messages of a request's answer by the name of the policy."""
        try:
            _, warnings = self.cluster.api.request("POST" if case.old is None else "PUT", case.where, case.body, user=case.user)
        except Refused as refusal:
            if refusal.status not in (403, 422):
                raise
            # The object itself is invalid in this Namespace, or a changed expression fails while it is evaluated.
            warnings = refusal.warnings + [f"ValidatingAdmissionPolicy '{name}-{self.number}' failed: {refusal.message}" for name in self.mutants
                                           if f"'{name}-{self.number}'" in refusal.message]  # fmt: skip
        found = {}
        for each in warnings:
            match = re.search(r"ValidatingAdmissionPolicy '([a-z]+(?:-\d)?)-\d+'", each)
            if match:
                found.setdefault(match[1], []).append(re.sub(r"(original|mutant-\d)-\d+", "", each))
        return found
