"""The ValidatingWebhookConfiguration: the requests that are checked, and the result when Podscore is unreachable."""

import re

from harness import CHART, EMPTY, ENFORCING, container, equal, notes, podscore, render, values_file, webhooks, with_policy

DELETED = {
    "unenforced-pods.podscore.dev": "(has(request.subResource) && request.subResource != '') || "
    "!(request.operation == 'UPDATE' && has(object.metadata.deletionTimestamp))",
    "unenforced-workloads.podscore.dev": "!(request.operation == 'UPDATE' && has(object.metadata.deletionTimestamp))",
}


def failure_policies(values):
    """The webhooks that fail closed, then a bar, then those that fail open, without the end of their names."""
    found = {name.removesuffix(".podscore.dev"): webhook["failurePolicy"] for name, webhook in webhooks(render(values)).items()}
    return " ".join([name for name, policy in found.items() if policy == "Fail"] + ["|"] + [name for name, policy in found.items() if policy == "Ignore"])


def test_webhook_rules():
    """The Pods' webhook covers the two subresources that change what runs. The workloads' webhook covers all kinds with a Pod template."""
    both, update = ("CREATE", "UPDATE"), ("UPDATE",)
    found = webhooks(render(with_policy(ENFORCING + "  workloads: enforce\n")))
    for kind in ["pods", "workloads"]:
        equal(found[f"unenforced-{kind}.podscore.dev"]["rules"], found[f"{kind}.podscore.dev"]["rules"])
    equal(len(found), 4)
    equal(
        listed(found["pods.podscore.dev"]),
        {("", "v1", "pods", both), ("", "v1", "pods/ephemeralcontainers", update), ("", "v1", "pods/resize", update)},
    )
    apps = {("apps", "v1", kind, both) for kind in ["deployments", "replicasets", "statefulsets", "daemonsets"]}
    batch = {("batch", "v1", kind, both) for kind in ["jobs", "cronjobs"]}
    core = {("", "v1", kind, both) for kind in ["replicationcontrollers", "podtemplates"]}
    known = [
        ("argoproj.io", "rollouts"),
        ("apps.openshift.io", "deploymentconfigs"),
        ("serving.knative.dev", "services"),
        ("serving.knative.dev", "configurations"),
        ("apps.kruise.io", "clonesets"),
        ("apps.kruise.io", "statefulsets"),
        ("apps.kruise.io", "daemonsets"),
    ]
    equal(listed(found["workloads.podscore.dev"]), apps | batch | core | {(group, "*", resource, both) for group, resource in known})


def listed(webhook):
    """What the rules of a webhook cover."""
    return {
        (group, version, resource, tuple(rule["operations"]))
        for rule in webhook["rules"]
        for group in rule["apiGroups"]
        for version in rule["apiVersions"]
        for resource in rule["resources"]
    }


def test_extra_workloads():
    """A further kind with a Pod template is added to the rules and to the program's arguments, or to neither."""
    extra = [
        {"group": "example.com", "kind": "Worker", "resource": "workers", "template": ".spec.template"},
        {"group": "batch.example.com", "kind": "Queue", "resource": "queues", "template": ".spec.worker.podTemplate"},
    ]
    values = {"webhook": {"workloads": {"extra": extra}}}
    without, found = webhooks(render()), webhooks(render(values))
    both = ("CREATE", "UPDATE")
    pods, workloads = "unenforced-pods.podscore.dev", "unenforced-workloads.podscore.dev"
    added = {("example.com", "*", "workers", both), ("batch.example.com", "*", "queues", both)}
    equal(listed(found[workloads]) - listed(without[workloads]), added)
    equal(listed(found[pods]), listed(without[pods]))
    arguments = [argument for argument in container(render(values))["args"] if "--pod-template" in argument]
    equal(
        arguments,
        ["--pod-template=example.com/Worker=.spec.template", "--pod-template=batch.example.com/Queue=.spec.worker.podTemplate"],
    )
    values["webhook"]["workloads"]["enabled"] = False
    assert not any("--pod-template" in argument for argument in container(render(values))["args"])


def test_webhook_settings():
    """Both webhooks have no side effects, accept both review versions, and exclude the excluded Namespaces and their own."""
    values = {"webhook": {"timeoutSeconds": 9, "excludedNamespaces": ["kube-system", "storage"]}}
    for name, webhook in webhooks(render(values, namespace="admission")).items():
        equal(webhook["sideEffects"], "None")
        equal(webhook["matchPolicy"], "Equivalent")
        equal(webhook["timeoutSeconds"], 9)
        equal(webhook["admissionReviewVersions"], ["v1", "v1beta1"])
        equal([rule["scope"] for rule in webhook["rules"]], ["Namespaced"] * len(webhook["rules"]))
        excluded = ["admission", "kube-system", "storage"]
        equal(
            webhook["namespaceSelector"],
            {"matchExpressions": [{"key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": excluded}]},
        )
        # A selector over labels that users can set protects nothing.
        assert "objectSelector" not in webhook
        equal(webhook["matchConditions"], [{"name": "not-being-deleted", "expression": DELETED[name]}])
    equal({webhook["timeoutSeconds"] for webhook in webhooks(render()).values()}, {5})
    listed = webhooks(render(namespace="kube-system"))["unenforced-pods.podscore.dev"]["namespaceSelector"]["matchExpressions"]
    equal(listed[0]["values"], ["kube-system"])


def test_narrowed():
    """A selector can add conditions, and exclusion by name still works. Conditions can be changed and removed."""
    selector = {"matchLabels": {"a": "b"}, "matchExpressions": [{"key": "tenant", "operator": "Exists"}]}
    condition = [{"name": "x", "expression": "true"}]
    values = {"webhook": {"namespaceSelector": selector, "pods": {"matchConditions": condition}, "workloads": {"matchConditions": []}}}
    found = webhooks(render(values))
    for webhook in found.values():
        equal(webhook["namespaceSelector"]["matchLabels"], {"a": "b"})
        keys = [expression["key"] for expression in webhook["namespaceSelector"]["matchExpressions"]]
        equal(keys, ["kubernetes.io/metadata.name", "tenant"])
    equal(found["unenforced-pods.podscore.dev"]["matchConditions"], condition)
    assert "matchConditions" not in found["unenforced-workloads.podscore.dev"]


def test_failure_policy():
    """Webhooks of Namespaces that a policy enforces in fail closed, others fail open. A document that cannot be read counts as one that denies
    everywhere. failurePolicy decides for every Namespace."""
    waiver = "apiVersion: podscore.dev/v1alpha1\nkind: ScoreWaiver\nmetadata: {name: w}\nspec: {rules: [HostPID]}\n"
    warning = ENFORCING.replace("enforce:", "warn:")
    workloads = ENFORCING + "  workloads: enforce\n"
    none, pods, both = "| unenforced-pods unenforced-workloads", "pods | unenforced-pods unenforced-workloads", "pods workloads | unenforced-pods unenforced-workloads"
    all_pods = ENFORCING.replace("[payments]", '["*"]')
    for values, expected in [
        ({}, none),
        ({"policies": EMPTY}, none),
        (with_policy(warning), none),
        (with_policy(warning + "  workloads: enforce\n"), none),
        (with_policy(waiver), none),
        (with_policy(ENFORCING), pods),
        (with_policy(f"--- # the first\n{warning}---\n{waiver}...\n---\n{ENFORCING}"), pods),
        (with_policy(f"{warning}...\n{ENFORCING}"), pods),
        (with_policy(f"%YAML 1.2\n---\n{warning}...\n%YAML 1.2\n---\n{ENFORCING}"), pods),
        (with_policy("\ufeff" + warning.replace("\n", "\r\n")), none),
        ({"policies": {"payments.yaml": ENFORCING}}, pods),
        (with_policy(all_pods), pods),
        (with_policy(workloads), both),
        (with_policy(workloads, mode="warn"), none),
        (with_policy(workloads, mode="audit"), none),
        (with_policy("spec: [\n"), "pods workloads |"),
        (with_policy("- a list\n"), "pods workloads |"),
        (with_policy(ENFORCING.replace("[payments]", "[Payments]")), "pods workloads |"),
        (with_policy(ENFORCING.replace("[payments]", "[\"'] || true\"]")), "pods workloads |"),
        (with_policy(ENFORCING.replace("[payments]", "payments")), "pods workloads |"),
        (with_policy(workloads, webhook={"pods": {"failurePolicy": "Ignore"}}), "workloads | unenforced-pods unenforced-workloads"),
        (with_policy(warning, webhook={"workloads": {"failurePolicy": "Fail"}}), "workloads | unenforced-pods"),
        (with_policy(warning, mode="warn", webhook={"pods": {"failurePolicy": "Fail"}}), "pods | unenforced-workloads"),
        (with_policy(workloads, webhook={"workloads": {"enabled": False}}), "pods | unenforced-pods"),
    ]:
        assert failure_policies(values) == expected, f"{values}: {failure_policies(values)} instead of {expected}"


def test_notes():
    """The notes say what is in force, what to do next and how to switch it off, with the names of the release."""
    text = notes(name="x", namespace="admission")
    for word in ["admission, kube-system", "default.yaml", "deny:                nothing", "for Pods:         no Namespace\n", "would_deny"]:
        assert word in text, f"no {word!r} in:\n{text}"
    for line in [
        "  kubectl --namespace admission rollout status deployment/x-podscore",
        "  kubectl delete validatingwebhookconfiguration x-podscore",
        "  kubectl get validatingwebhookconfiguration x-podscore --output json | podscore doctor",
    ]:
        assert any(found.startswith(line) for found in text.splitlines()), f"no {line!r} in:\n{text}"
    everything = notes(values_file("everything"))
    for word in ["pods and workloads", "for Pods:         billing, shop-*, payments\n", "for workloads:    billing, shop-*, payments\n", "cert-manager", "podscore-issued-tls", "rejection_count"]:
        assert word in everything, f"no {word!r} in:\n{everything}"


def test_warnings_of_notes():
    """The notes warn of values with which an outage is likely, each with a command that keeps the other values."""
    upgrade = "  helm upgrade x Charts/podscore --namespace admission --reuse-values --set "

    def commands(values):
        lines = notes(values, name="x", namespace="admission").splitlines()
        return [line.removeprefix(upgrade) for line in lines if line.startswith(upgrade)]

    calm = {"pod": {"priorityClassName": "webhooks"}}
    equal(commands(with_policy(ENFORCING, **calm)), [])
    equal(commands(with_policy(ENFORCING, replicas=1, **calm)), ["replicas=2"])
    scaled = {"enabled": True, "minReplicas": 1}
    equal(commands(with_policy(ENFORCING, autoscaling=scaled, **calm)), ["autoscaling.minReplicas=2"])
    equal(commands(with_policy(ENFORCING)), ["pod.priorityClassName=system-cluster-critical"])
    first = "mode=enforce --set-file 'policies.payments\\.yaml=payments.yaml'"
    equal(commands({"replicas": 1}), [first])
    equal(commands(with_policy(ENFORCING, mode="warn", replicas=1)), [first])
    unknown = ["'webhook.enforced.namespaces={payments}' --set 'webhook.enforced.patterns={shop-*}'"]
    equal(commands({"existingConfigMap": "mine", **calm}), unknown)
    quota = "ResourceQuota"
    critical = {"pod": {"priorityClassName": "system-node-critical"}}
    assert quota in notes(critical) and quota not in notes(critical, namespace="kube-system") and quota not in notes(calm)


def test_commands_of_notes():
    """The policy in the notes is valid, and the commands name Namespaces as the values expect them."""
    text = notes()
    (line,) = [line for line in text.splitlines() if line.strip().startswith("echo") and "ScorePolicy" in line]
    policy = re.fullmatch(r"  echo '(.*)' >payments.yaml", line)[1]
    checked = podscore("policy", "check", "/dev/stdin", text=policy)
    equal((checked.returncode, checked.stderr), (0, ""))
    equal(failure_policies(with_policy(policy)), "pods | unenforced-pods unenforced-workloads")


def test_notes_of_records():
    """The notes say where records are and how to fetch them, with the lines of docs/operations.md and the names of the release."""
    text = notes({"record": {"enabled": True}}, name="x", namespace="admission")
    page = (CHART.parent.parent / "docs/operations.md").read_text()
    recipe = page.split("## Fetch what was recorded")[1].split("```sh\n")[1].split("podscore policy diff")[0]
    recipe = recipe.replace("kubectl -n podscore", "kubectl --namespace admission").replace(" -o name)", " --output name)")
    recipe = recipe.replace(" -l app.kubernetes.io/name=podscore", " --selector app.kubernetes.io/name=podscore,app.kubernetes.io/instance=x")
    expected = "".join(f"  {line}\n" for line in recipe.splitlines())
    assert expected.count("\n") == 6 and expected in text, f"no\n{expected}in:\n{text}"
    # The names in these lines are those of the objects.
    objects = render({"record": {"enabled": True}}, name="x", namespace="admission")
    labels = objects["deployment"]["spec"]["template"]["metadata"]["labels"]
    equal((labels["app.kubernetes.io/name"], labels["app.kubernetes.io/instance"]), ("podscore", "x"))
    assert {"name": "records", "mountPath": "/var/lib/podscore"} in container(objects)["volumeMounts"]
    assert "records" not in notes()
