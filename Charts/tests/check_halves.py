"""Where the webhooks fail closed: two for each kind, of which exactly one is called for each object."""

import json
import pathlib
import random
import tempfile

from cel_expr_python import cel
from harness import CHART, EMPTY, ENFORCING, equal, notes, podscore, refused, render, webhooks, with_policy
import helm_python.chart as helm

KINDS = ["pods", "workloads"]
SYSTEM = ["kube-system", "kube-public", "kube-node-lease"]
NAMESPACE = "admission"
CONDITION = "podscore-enforced-namespaces"
ENVIRONMENT = cel.NewEnv(variables={"request": cel.Type.DYN})


def meets(requirement, labels):
    """Whether labels meet one requirement of a selector, as in Kubernetes: NotIn also holds without the label."""
    key, operator, values = requirement["key"], requirement["operator"], requirement.get("values", [])
    return {
        "In": labels.get(key) in values,
        "NotIn": labels.get(key) not in values,
        "Exists": key in labels,
        "DoesNotExist": key not in labels,
    }[operator]


class Half:
    """A webhook that tells for which Namespaces it is called."""

    def __init__(self, webhook):
        self.name, self.fails_closed = webhook["name"], webhook["failurePolicy"] == "Fail"
        selector = webhook["namespaceSelector"]
        of_labels = [{"key": key, "operator": "In", "values": [value]} for key, value in selector.get("matchLabels", {}).items()]
        self.requirements = of_labels + selector["matchExpressions"]
        texts = [each["expression"] for each in webhook.get("matchConditions", []) if "request.namespace" in each["expression"]]
        self.expressions = [ENVIRONMENT.compile(text) for text in texts]

    def is_called(self, namespace, labels=()):
        labels = {**dict(labels), "kubernetes.io/metadata.name": namespace}
        answers = [expression.eval(data={"request": {"namespace": namespace}}).value() for expression in self.expressions]
        assert all(isinstance(answer, bool) for answer in answers), f"{self.name}: {answers}"
        return all(meets(requirement, labels) for requirement in self.requirements) and all(answers)


def halves(values, **options):
    """The webhooks of each kind, by the end of their name."""
    found = {kind: [] for kind in KINDS}
    for name, webhook in webhooks(render(values, namespace=NAMESPACE, **options)).items():
        kind = name.removeprefix("unenforced-").removesuffix(".podscore.dev")
        equal(webhook["failurePolicy"], "Ignore" if name.startswith("unenforced-") else "Fail")
        found[kind].append(Half(webhook))
    return found


def fails_closed(of_kind, namespace, labels=()):
    """Whether a kind fails closed in a Namespace; exactly one webhook must be called."""
    called = [half for half in of_kind if half.is_called(namespace, labels)]
    assert len(called) == 1, f"{namespace} is asked about by {[half.name for half in called]}"
    return called[0].fails_closed


def closed(values, names, kind="pods"):
    """The names in which a kind fails closed."""
    of_kind = halves(values)[kind]
    return [name for name in names if fails_closed(of_kind, name)]


def policy(name, patterns, level="enforce", workloads="warn"):
    spec = {"match": {"namespaces": patterns}, level: {"minimumScore": 7}, "workloads": workloads}
    return json.dumps({"apiVersion": "podscore.dev/v1alpha1", "kind": "ScorePolicy", "metadata": {"name": name}, "spec": spec})


def random_files(chance):
    """Policies with overlapping names and globs, as the program accepts them, in files."""
    while True:
        patterns = {chance.choice(["", "a", "b", "pay", "a-b"]) + chance.choice(["", "*", "-*", "-*-x", "*b", "-a"]) for _ in range(12)}
        patterns = sorted(patterns - {""} | set(chance.sample([*SYSTEM, "*", "pay-a-b", NAMESPACE], 3)))
        chance.shuffle(patterns)
        documents = []
        while patterns:
            some, patterns = patterns[: chance.randint(1, 4)], patterns[4:]
            level = chance.choice(["enforce", "enforce", "warn", "audit"])
            documents.append(policy(f"p{len(documents)}", some, level, chance.choice(["warn", "enforce", "ignore"])))
        cut = chance.randint(0, len(documents))
        files = {f"{name}.yaml": "\n---\n".join(part) for name, part in [("one", documents[:cut]), ("two", documents[cut:])] if part}
        if explained(files, "a") is not None:
            return files


def explained(files, *names):
    """For each name, in which kinds the program denies; None if it rejects the policies."""
    with tempfile.TemporaryDirectory() as folder:
        for file, text in files.items():
            pathlib.Path(folder, file).write_text(text)
        found = {}
        for name in names:
            arguments = ["--policy", folder, "--own-namespace", NAMESPACE, "--namespace", name, "--format", "json"]
            explanation = podscore("policy", "explain", *arguments)
            if explanation.returncode:
                return None
            answer = json.loads(explanation.stdout)
            denies = "enforce" in [level["name"] for level in answer["levels"]]
            found[name] = [denies, denies and answer["workloads"] == "enforce"]
        return found


def test_random_policies():
    """Over random policies and names, each object is asked about once, and fails closed exactly where the program's policy denies it."""
    chance = random.Random(19)
    seen = set()
    with helm.Chart.load(CHART) as chart:
        for _ in range(15):
            files = random_files(chance)
            texts = [chance.choice(["", "x"]).join(["pay", chance.choice(["", "-a", "b"]), chance.choice("-ab")]).strip("-") for _ in range(8)]
            names = sorted({*SYSTEM, *texts, "a", "b", "ab", "a-b", "a-a", "a-q-x", "bb", "pay", "pay-a", "pay-a-b", "pay-z-x", "other"})
            of_kinds = halves({"policies": EMPTY | files, "webhook": {"excludedNamespaces": []}}, chart=chart)
            for name, denied in explained(files, *names).items():
                equal([name, *(fails_closed(of_kinds[kind], name) for kind in KINDS)], [name, *denied])
                seen.add((*denied, name in SYSTEM))
    equal(len(seen), 6)


def test_exclusive_conditions():
    """The two conditions are one text and its negation, and stand before the administrator's own conditions, which both webhooks have."""
    own = [{"name": "no-nodes", "expression": "request.userInfo.username != 'a'"}]
    found = webhooks(render(with_policy(ENFORCING, webhook={"pods": {"matchConditions": own}})))
    one, other = found["pods.podscore.dev"]["matchConditions"], found["unenforced-pods.podscore.dev"]["matchConditions"]
    equal([one[0]["name"], other[0]["name"]], [CONDITION, CONDITION])
    equal(one[0]["expression"], "request.namespace in ['payments']")
    equal(other[0]["expression"], f"!(\n{one[0]['expression']}\n)")
    equal((one[1:], other[1:]), (own, own))
    same = [{key: value for key, value in webhook.items() if key not in ("name", "failurePolicy", "matchConditions")} for webhook in found.values()]
    equal(same[0], same[1])
    refused({"webhook": {"pods": {"matchConditions": [{"name": CONDITION, "expression": "true"}]}}}, "matchConditions")
    # The API server accepts 64.
    refused({"webhook": {"pods": {"matchConditions": [{"name": f"a{n}", "expression": "true"} for n in range(64)]}}}, "matchConditions")


def selecting(name, level="enforce", names=(), workloads="warn"):
    """A policy that selects Namespaces by two labels, beside names."""
    match = {"namespaceSelector": {"matchLabels": {"team": "shop"}, "matchExpressions": [{"key": "tier", "operator": "Exists"}]}}
    match |= {"namespaces": list(names)} if names else {}
    spec = {"match": match, level: {"minimumScore": 7}, "workloads": workloads}
    return json.dumps({"apiVersion": "podscore.dev/v1alpha1", "kind": "ScorePolicy", "metadata": {"name": name}, "spec": spec})


def test_selectors_in_policies():
    """Where a policy enforces by labels, which conditions do not see, every Namespace fails closed that no other policy names more closely."""
    cluster = {"cluster": {"enabled": True}, "webhook": {"excludedNamespaces": []}}
    names = ["pay", "pay-dev", "shop", *SYSTEM]
    other = [policy("wide", ["*"], "audit"), policy("dev", ["pay-*"], "warn")]
    for enforcing in [selecting("shop"), selecting("shop", names=["pay"])]:
        equal(closed(with_policy("\n---\n".join([*other, enforcing]), **cluster), names), ["pay", "shop"])
        equal(closed(with_policy(enforcing, **cluster), names), ["pay", "pay-dev", "shop"])
        assert closed(with_policy(enforcing, **cluster), names, "workloads") == []
        assert "every Namespace that" in notes(with_policy(enforcing, **cluster))
    equal(closed(with_policy(selecting("shop", workloads="enforce"), **cluster), names, "workloads"), ["pay", "pay-dev", "shop"])
    equal(closed(with_policy(selecting("shop", "warn"), **cluster), names), [])
    equal(closed(with_policy(selecting("shop"), mode="warn", **cluster), names), [])
    # The administrator names one label.
    label = {"enforced": {"selector": {"matchLabels": {"team": "shop"}}}, "excludedNamespaces": []}
    values = with_policy(selecting("shop"), cluster={"enabled": True}, webhook=label)
    (of_kind, _) = halves(values).values()
    equal([fails_closed(of_kind, "web", {"team": team}) for team in ["shop", "other"]], [True, False])
    assert "every Namespace that" not in notes(values)
    refused(with_policy(selecting("shop", names=["pay"]), cluster={"enabled": True}, webhook=label), "cannot be combined")


def test_precedence():
    """A more specific policy that does not enforce takes its Namespaces out of the half that fails closed."""
    files = [policy("wide", ["pay*"], workloads="enforce"), policy("deep", ["pay-dev-*", "payroll"], "warn"), policy("deepest", ["pay-dev-eu-*"])]
    values = with_policy("\n---\n".join(files))
    names = ["pay", "payments", "payroll", "pay-dev-1", "pay-dev-eu-1", "shop", "kube-public"]
    equal(closed(values, names), ["pay", "payments", "pay-dev-eu-1"])
    equal(closed(values, names, "workloads"), ["pay", "payments"])
    everywhere = with_policy(policy("all", ["*"]), webhook={"excludedNamespaces": []})
    equal(closed(everywhere, [*names, *SYSTEM]), ["pay", "payments", "payroll", "pay-dev-1", "pay-dev-eu-1", "shop"])
    # The Namespace of the release is excluded by its name, and the condition agrees.
    (expression,) = halves(everywhere)["pods"][0].expressions
    equal([expression.eval(data={"request": {"namespace": name}}).value() for name in ["shop", NAMESPACE]], [True, False])
    named = with_policy(policy("all", ["*", "kube-public"]))
    equal(closed(named, ["shop", "kube-public", "kube-node-lease"]), ["shop", "kube-public"])


def test_unknown_policies():
    """Where the chart does not know the policies, webhook.enforced says where objects fail closed. Without it, they fail open and the notes say so."""
    names = ["payments", "shop-1", "kube-public", "other"]

    def values(mode="enforce", **enforced):
        return {"mode": mode, "existingConfigMap": "mine", "webhook": {"enforced": enforced}}

    for kind in KINDS:
        equal(closed(values(), names, kind), [])
        equal(closed(values(namespaces=["payments"]), names, kind), ["payments"])
        equal(closed(values(namespaces=["payments"], patterns=["shop-*"]), names, kind), ["payments", "shop-1"])
        equal(closed(values(patterns=["*"]), names, kind), ["payments", "shop-1", "other"])
        equal(closed(values("warn", patterns=["*"]), names, kind), [])
    assert "fails open in every Namespace" in notes(values()), notes(values())
    assert "fails open in every" not in notes(values(patterns=["*"])) and "fails open in every" not in notes(values("warn"))
    assert "webhook.enforced has no effect" in notes(values("warn", patterns=["*"]))
    # It adds to the policies of the chart, and what it names fails closed.
    also = with_policy(policy("a", ["shop-*"], "warn") + "\n---\n" + policy("b", ["payments"]), webhook={"enforced": {"namespaces": ["shop-1"]}})
    equal(closed(also, names), ["payments", "shop-1"])


def test_selector():
    """One requirement on labels divides the Namespaces exactly. What cannot be negated, or joined with names, is rejected."""
    for selector in [
        {"matchLabels": {"tier": "prod"}},
        {"matchExpressions": [{"key": "tier", "operator": "In", "values": ["prod", "dev"]}]},
        {"matchExpressions": [{"key": "tier", "operator": "NotIn", "values": ["test"]}]},
        {"matchExpressions": [{"key": "tier", "operator": "Exists"}]},
        {"matchExpressions": [{"key": "tier", "operator": "DoesNotExist"}]},
    ]:
        requirement = selector.get("matchExpressions", [{"key": "tier", "operator": "In", "values": ["prod"]}])[0]
        more = {"matchLabels": {"team": "a"}, "matchExpressions": [{"key": "on", "operator": "Exists"}]}
        for of_kind in halves({"existingConfigMap": "mine", "webhook": {"enforced": {"selector": selector}, "namespaceSelector": more}}).values():
            for labels in [{}, {"tier": "prod"}, {"tier": "dev"}, {"tier": "test"}]:
                equal(fails_closed(of_kind, "a", labels | {"team": "a", "on": ""}), meets(requirement, labels))
                assert not any(half.is_called("a", labels) for half in of_kind)
        off = halves({"mode": "audit", "webhook": {"enforced": {"selector": selector}}})
        equal([half.name for half in off["pods"]], ["unenforced-pods.podscore.dev"])
        refused(with_policy(ENFORCING, webhook={"enforced": {"selector": selector}}), "cannot be combined with names")
        refused({"webhook": {"enforced": {"selector": selector, "patterns": ["a*"]}}}, "cannot be combined with names")
    two = {"matchLabels": {"a": "b"}, "matchExpressions": [{"key": "c", "operator": "Exists"}]}
    for wrong in [two, {"matchLabels": {"a": "b", "c": "d"}}, {"matchExpressions": two["matchExpressions"] * 2}]:
        refused({"webhook": {"enforced": {"selector": wrong}}}, "selector")


def test_long_lists():
    """Thousands of names and hundreds of globs stay in one expression that API servers accept. More fail to render, with a way out."""
    names = [f"team-{number}" for number in range(4000)]
    of_kind = halves(with_policy(policy("many", names)))["pods"]
    equal([fails_closed(of_kind, name) for name in ["team-0", "team-3999", "team-4000"]], [True, True, False])
    globs = [policy(f"p{n}", ["a" * n + "-*"], "enforce" if n % 2 else "warn") for n in range(1, 28)]
    of_kind = halves(with_policy("\n---\n".join(globs)))["pods"]
    equal([fails_closed(of_kind, "a" * n + "-x") for n in range(1, 29)], [bool(n % 2) for n in range(1, 28)] + [False])
    refused(with_policy(policy("many", [f"team-{number}" for number in range(9000)])), "webhook.pods.failurePolicy")
