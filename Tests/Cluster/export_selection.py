"""Where exported policies apply, and to whom: names, globs, selectors, labels of Namespaces, exemptions and mirror Pods."""

from control import until
from creations import HARDENED
from definitions import apply
from exported_requests import Case

POLICIES = """\
apiVersion: podscore.dev/v1alpha1
kind: ScorePolicy
metadata: {name: selected-exact}
spec: {match: {namespaces: [selected-exact]}, enforce: {minimumScore: 21}}
---
apiVersion: podscore.dev/v1alpha1
kind: ScorePolicy
metadata: {name: selected-glob}
spec: {match: {namespaces: ["selected-*"]}, warn: {minimumScore: 21}}
---
apiVersion: podscore.dev/v1alpha1
kind: ScorePolicy
metadata: {name: selected-gold}
spec:
  match: {namespaceSelector: {matchLabels: {tier: gold}}}
  enforce: {minimumScore: 21}
  exempt: {users: [exempt-user], groups: [exempt-group], serviceAccounts: ["gold:robot"], runtimeClasses: [exempt-class]}
---
apiVersion: podscore.dev/v1alpha1
kind: ScorePolicy
metadata: {name: selected-gold-eu}
spec:
  match: {namespaceSelector: {matchLabels: {tier: gold, region: eu}}}
  warn: {minimumScore: 21}
---
apiVersion: podscore.dev/v1alpha1
kind: ScorePolicy
metadata: {name: labelled}
spec: {match: {namespaces: [labelled-none, labelled-high, labelled-low, labelled-malformed]}, enforce: {minimumScore: 0}}
---
apiVersion: podscore.dev/v1alpha1
kind: ScorePolicy
metadata: {name: unlabelled}
spec: {match: {namespaces: [unlabelled]}, namespaceLabels: ignore, enforce: {minimumScore: 0}}
"""
MINIMUM = "podscore.dev/enforce-minimum-score"
NODE = {"username": "system:node:node", "groups": ["system:nodes", "system:authenticated"]}
# A Namespace, its labels, and what its policy does with a hardened Pod, which scores below 21 and above 0.
NAMESPACES = [
    ("selected-exact", {}, "deny"),
    ("selected-other", {}, "warn"),
    ("selected-named", {"tier": "gold"}, "warn"),
    ("gold", {"tier": "gold"}, "deny"),
    ("gold-eu", {"tier": "gold", "region": "eu"}, "warn"),
    ("silver", {"tier": "silver"}, "allow"),
    ("labelled-none", {}, "allow"),
    ("labelled-high", {MINIMUM: "21"}, "deny"),
    ("labelled-low", {MINIMUM: "0"}, "allow"),
    ("labelled-malformed", {MINIMUM: "high"}, "allow"),
    ("unlabelled", {MINIMUM: "21"}, "allow"),
]


def user(name, *groups):
    """Somebody with groups."""
    return {"username": name, "groups": [*groups, "system:authenticated"]}


def check_selection(cluster):
    """Compares the decisions in the Namespaces above with what must be, and those about some users in one of them."""
    for name, labels, _ in NAMESPACES:
        cluster.make_namespace(name)
        cluster.api.patch("namespaces", name, {"metadata": {"labels": labels}})
    with_rights(cluster)
    folder = cluster.folder / "selection"
    folder.mkdir(exist_ok=True)
    (folder / "policies.yaml").write_text(POLICIES)
    done = cluster.podscore("policy", "export", "--format", "validatingadmissionpolicy", str(folder))
    assert done.returncode == 0, done.stderr
    apply(cluster, done.stdout)
    expected = {name: decision for name, _, decision in NAMESPACES}

    def decisions():
        return {name: decided(cluster, pod(), name) for name in expected}

    different = {}

    def are_in_force():
        # Each policy and each label of a Namespace reaches the API server's caches in its own time.
        different.clear()
        different.update({name: each for name, each in decisions().items() if each != expected[name]})
        return not different

    try:
        until("the exported policies are in force", are_in_force, 60)
    except AssertionError as error:
        raise AssertionError(f"{error}: {different}") from None
    check_users(cluster)
    cluster.kubectl("delete", "--ignore-not-found", "--filename=-", text=done.stdout)
    cluster.kubectl("delete", "clusterrolebinding", "everybody")
    for name, _, _ in NAMESPACES:
        cluster.api.delete("namespaces", name)
    return [f"{len(NAMESPACES)} Namespaces and {len(users())} requesters are as in the policies"]


def users():
    """Requesters with their Pods, and what the policy of `gold` decides."""
    mirror = {"annotations": {"kubernetes.io/config.mirror": "hash"}}
    return [
        (user("somebody"), pod(), "deny"),
        (user("exempt-user"), pod(), "allow"),
        (user("somebody", "exempt-group"), pod(), "allow"),
        (user("system:serviceaccount:gold:robot", "system:serviceaccounts"), pod(), "allow"),
        (user("system:serviceaccount:silver:robot", "system:serviceaccounts"), pod(), "deny"),
        (NODE, pod(mirror, nodeName="node"), "allow"),
        (NODE, pod(mirror, nodeName="other"), "deny"),
        (NODE, pod(nodeName="node"), "deny"),
        (user("somebody"), pod(mirror, nodeName="node"), "deny"),
    ]


def check_users(cluster):
    """Compares the decisions about all requesters with what must be."""
    found = [decided(cluster, manifest, "gold", each) for each, manifest, _ in users()]
    assert found == [decision for _, _, decision in users()], list(zip(users(), found))


def pod(metadata=None, **spec):
    """A hardened Pod."""
    container = {"name": "app", "image": "registry.example.com/app:1"} | HARDENED
    spec = {"containers": [container], "automountServiceAccountToken": False} | spec
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "selected"} | (metadata or {}), "spec": spec}


def decided(cluster, manifest, namespace, requester=None):
    """What the policies in force do with a Pod in a Namespace."""
    case = Case(namespace, "pods", manifest, user=requester)
    case.ask(cluster.api)
    return case.decision


def with_rights(cluster):
    """Gives everybody the right to create Pods."""
    binding = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": "everybody"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "system:authenticated"}],
    }
    cluster.api.request("POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", binding)
