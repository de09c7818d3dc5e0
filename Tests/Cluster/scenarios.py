"""The life of a release: install, upgrade, restart, a rejected policy, no ready replica, certificates, rollback, uninstall.

Each scenario is a function that takes the cluster, brings the release to the state that it needs, and returns lines of measurements. Its docstring is
what must hold. They also hold alone and in another order.
"""

import base64
import datetime
import json
import pathlib

import certificates
from audited import audit
from client_certificates import client_certificate
from cluster import RELEASE, is_ready, metric, page
from control import until
from controller import controller_doubled, controller_installed, controller_policies, controller_reports
from controller_floor import controller_floor
from creations import ENFORCED, ENFORCING, FREE, POLICY, Load, apply, create, make_namespaces, pod
from definitions import crds, crds_chart
from exported import exported_policies
from floor import floor
from helm_python.errors import HelmError
from namespace_labels import namespace_labels, namespace_selectors
from policy_objects import cut_watches, policy_objects, removed_kinds, restarted_apiserver


def install(cluster):
    """After `helm install` with the defaults, two replicas are ready, a bare Pod gets a warning, nothing is denied, and nothing would be if they failed."""
    make_namespaces(cluster)
    cluster.uninstall()
    cluster.install()
    assert len(cluster.pods()) == 2
    assert {each["failurePolicy"] for each in cluster.registration().values()} == {"Ignore"}, cluster.registration()
    status, said = apply(cluster, "shop", pod())
    assert status == 0 and "Warning: " in said and "created" in said, said
    for rule in ("RunAsNonRoot", "CapDropAll"):
        assert rule in said, said
    status, said = apply(cluster, "shop", pod(is_hardened=True))
    assert status == 0 and "Warning" not in said, said
    doctor = run_doctor(cluster)
    assert doctor.returncode == 0, doctor.stdout + doctor.stderr


def run_doctor(cluster):
    """Runs the doctor on the registration and the certificate in the cluster, as the chart's notes say."""
    serving = pathlib.Path(cluster.folder, "serving.pem")
    serving.write_bytes(base64.b64decode(cluster.secret()["data"]["tls.crt"]))
    registration = json.dumps(cluster.api.get("validatingwebhookconfigurations", RELEASE))
    return cluster.podscore("doctor", "--tls-cert", str(serving), text=registration)


def upgrade(cluster):
    """`helm upgrade` with a policy that enforces takes effect without a restart: it denies by kubectl, warns elsewhere, and is called once for each Pod."""
    make_namespaces(cluster)
    cluster.install()
    before = {each["metadata"]["name"] for each in cluster.pods()}
    cluster.install(ENFORCING)
    assert {each["metadata"]["name"] for each in cluster.pods()} == before, "an upgrade of policies has restarted the replicas"
    asked = answers(cluster)
    for namespace in ENFORCED:
        status, said = apply(cluster, namespace, pod())
        assert status == 1 and 'admission webhook "pods.podscore.dev" denied the request' in said, said
        assert "RunAsNonRoot" in said and "CapDropAll" in said and "7" in said, said
        status, said = apply(cluster, namespace, pod(is_hardened=True))
        assert status == 0 and "Warning" not in said, said
    for namespace in FREE:
        status, said = apply(cluster, namespace, pod())
        assert status == 0 and "Warning: " in said, said
    assert answers(cluster) - asked == 2 * len(ENFORCED) + len(FREE), "a webhook was asked twice about a Pod, or not at all"


def answers(cluster):
    """The number of reviews that the replicas have answered."""
    return metric(cluster.pods(), "podscore_http_responses_total")


def restart(cluster):
    """While a rolling restart replaces all replicas, every creation is answered by a replica."""
    make_namespaces(cluster)
    cluster.install(ENFORCING)
    before = {each["metadata"]["name"] for each in cluster.pods()}
    with Load(cluster, "payments") as load:
        done = cluster.kubectl("--namespace", RELEASE, "rollout", "restart", "deployment")
        assert done.returncode == 0, done.stderr
        done = cluster.kubectl("--namespace", RELEASE, "rollout", "status", f"deployment/{RELEASE}", "--timeout=120s")
        assert done.returncode == 0, done.stderr
        cluster.settle()
    assert not before & {each["metadata"]["name"] for each in cluster.pods()}
    return [load.measured()]


def rejected_policy(cluster):
    """`helm upgrade` with an invalid policy fails and says why. Nothing changes: the same replicas keep the old policy in force."""
    make_namespaces(cluster)
    cluster.install(ENFORCING)
    before = cluster.pods(), cluster.api.get("configmaps", f"{RELEASE}-policies", RELEASE)["data"], cluster.registration()
    tie = POLICY.replace("name: strict", "name: other")
    for policies, word in [
        ({"strict.yaml": POLICY.replace("minimumScore", "minimumScor")}, "minimumScor"),
        ({"strict.yaml": POLICY.replace("CapDropAll", "CapDropAl")}, "CapDropAl"),
        # Only the program knows that both policies apply to the same Namespace.
        ({"strict.yaml": POLICY, "tie.yaml": tie}, "payments"),
    ]:
        said = refusal(cluster, {"policies": policies})
        assert word in said, said
        after = cluster.pods(), cluster.api.get("configmaps", f"{RELEASE}-policies", RELEASE)["data"], cluster.registration()
        assert [each["metadata"]["name"] for each in after[0]] == [each["metadata"]["name"] for each in before[0]] and after[1:] == before[1:]
        error, _, _ = create(cluster, "payments", pod())
        assert "denied the request" in error, error
    assert all(is_ready(each) for each in cluster.pods())


def refusal(cluster, values):
    """What Helm says about values that it must not take. Beside its error, that is the log of the hook that checks policies."""
    try:
        cluster.change_release(values)
    except HelmError as error:
        return f"{error}\n{cluster.kubectl('--namespace', RELEASE, 'logs', f'job/{RELEASE}-policy-check').stdout}"
    raise AssertionError(f"Helm has accepted {values}")


def nobody_ready(cluster):
    """While no replica is ready, Pods are created at once in each Namespace that nothing enforces, and refused in enforced ones. Podscore comes back alone."""
    make_namespaces(cluster)
    cluster.install(ENFORCING)
    stuck = pod(is_hardened=True, finalizers=["example.com/wait"])
    error, _, _ = create(cluster, "payments", stuck)
    assert not error, error
    scale(cluster, 0)
    until("no Pod is left", lambda: not cluster.pods())
    until("no endpoint is left", lambda: not cluster.endpoints())
    cluster.wait_for_caches()
    measured = []
    for namespace in FREE:
        error, _, seconds = create(cluster, namespace, pod())
        assert not error, error
        measured.append(f"{namespace} {seconds * 1000:.0f} ms")
    for namespace in ENFORCED:
        error, _, _ = create(cluster, namespace, pod(is_hardened=True))
        assert 'failed calling webhook "pods.podscore.dev"' in error and "no endpoints available" in error, error
    # A Pod that is being deleted must be able to go.
    cluster.api.delete("pods", stuck["metadata"]["name"], "payments")
    cluster.api.patch("pods", stuck["metadata"]["name"], {"metadata": {"finalizers": None}}, "payments")
    assert cluster.api.get("pods", stuck["metadata"]["name"], "payments") is None
    scale(cluster, 2)
    cluster.settle()
    until("Pods can be created again", lambda: not create(cluster, "payments", pod(is_hardened=True))[0])
    return [f"created without an endpoint: {', '.join(measured)}"]


def scale(cluster, replicas):
    """Sets the number of replicas, as `kubectl scale` does."""
    cluster.api.patch("deployments", RELEASE, {"spec": {"replicas": replicas}}, RELEASE)


def renewed_certificate(cluster):
    """After two thirds of its life, `helm upgrade` renews the release's certificate. Meanwhile every creation is answered."""
    make_namespaces(cluster)
    cluster.install(ENFORCING)
    before = cluster.secret()["data"]
    make_due(cluster)
    with Load(cluster, "payments") as load:
        cluster.install(ENFORCING)
    after = cluster.secret()["data"]
    assert after["tls.crt"] != before["tls.crt"] and after["ca.crt"] != before["ca.crt"]
    assert {each["clientConfig"]["caBundle"] for each in cluster.registration().values()} == {after["ca.crt"]}
    doctor = run_doctor(cluster)
    assert doctor.returncode == 0, doctor.stdout + doctor.stderr
    return [load.measured()]


def make_due(cluster):
    """Moves the day on which the certificate is renewed to yesterday. Nobody owns that field then, so Helm finds no conflict."""
    name, yesterday = cluster.secret()["metadata"]["name"], (datetime.date.today() - datetime.timedelta(days=1)).isoformat()
    changed = cluster.api.patch("secrets", name, {"metadata": {"annotations": {"podscore.dev/renew-after": yesterday}}}, RELEASE)
    owners = [each for each in changed["metadata"]["managedFields"] if "renew-after" not in json.dumps(each)]
    cluster.api.patch("secrets", name, {"metadata": {"managedFields": owners}}, RELEASE)


def replaced_certificate(cluster):
    """A certificate of your own is replaced together with its CA in the three steps of the guide. Meanwhile every creation is answered."""
    make_namespaces(cluster)
    certs = cluster.folder / "own"
    certs.mkdir(exist_ok=True)
    for name in ("old", "new"):
        certificates.make_ca(certs, f"{name}-ca")
        names = f"subjectAltName=DNS:{RELEASE}.{RELEASE}.svc"
        certificates.issue(certs, name, "/CN=podscore", names, "extendedKeyUsage=serverAuth", authority=f"{name}-ca")
    old, new = ((certs / f"{name}-ca.crt").read_text() for name in ("old", "new"))

    def values(bundle):
        return ENFORCING | {"certificate": {"source": "existingSecret", "existingSecret": "own-tls"}, "webhook": {"caBundle": bundle}}

    write_secret(cluster, certs, "old")
    cluster.install(values(old))
    with Load(cluster, "payments") as load:
        cluster.install(values(old + new))
        write_secret(cluster, certs, "new")
        cluster.settle()
        # API servers verify the new certificate only on new connections, so one replica must be a new one.
        cluster.api.delete("pods", cluster.pods()[0]["metadata"]["name"], RELEASE)
        cluster.settle()
        cluster.install(values(new))
    return [load.measured()]


def write_secret(cluster, certs, name):
    """Writes the Secret with a certificate, as `kubectl apply` does."""
    cluster.make_namespace(RELEASE)
    files = [f"--cert={certs}/{name}.crt", f"--key={certs}/{name}.key"]
    made = cluster.kubectl("--namespace", RELEASE, "create", "secret", "tls", "own-tls", *files, "--dry-run=client", "--output=json")
    done = cluster.kubectl("--namespace", RELEASE, "apply", "--filename=-", text=made.stdout)
    assert done.returncode == 0, made.stderr + done.stderr


def rollback(cluster):
    """`helm rollback` restores policies, mode, registration and certificate together."""
    make_namespaces(cluster)
    cluster.install(ENFORCING)
    before = cluster.registration(), cluster.secret()["data"]
    cluster.install({"mode": "audit"})
    error, _, _ = create(cluster, "payments", pod())
    assert not error and {each["failurePolicy"] for each in cluster.registration().values()} == {"Ignore"}, error
    cluster.helm.rollback(RELEASE, wait="watcher", timeout=120)
    cluster.settle()
    assert (cluster.registration(), cluster.secret()["data"]) == before
    assert all(json.loads(page(each, "/policy"))["mode"] == "enforce" for each in cluster.pods())
    error, _, _ = create(cluster, "payments", pod())
    assert "denied the request" in error, error


def uninstall(cluster):
    """During and after `helm uninstall` Pods are created, and nothing of the release is left."""
    make_namespaces(cluster)
    cluster.install(ENFORCING)
    with Load(cluster, "payments", is_enforced=False) as load:
        cluster.uninstall()
    error, warnings, _ = create(cluster, "payments", pod())
    assert not error and not warnings, (error, warnings)
    # The kinds of policies are of another chart, which keeps them.
    cluster_wide = cluster.kubectl("get", "validatingwebhookconfigurations,clusterroles,clusterrolebindings", "--output=name")
    kinds = "all,configmaps,secrets,serviceaccounts,roles,rolebindings,networkpolicies,poddisruptionbudgets"
    namespaced = cluster.kubectl("--namespace", RELEASE, "get", kinds, "--output=name")
    left = [each for each in (cluster_wide.stdout + namespaced.stdout).split() if RELEASE in each]
    assert not left, f"still there after the uninstallation: {left}"
    return [load.measured()]


def tutorial(cluster):
    """The commands of docs/tutorial.md print what the page says, from the first scan to the denial in the cluster."""
    cluster.uninstall()
    cluster.kubectl("delete", "namespace", "shop", "--ignore-not-found")
    done = cluster.follow_tutorial()
    assert done.returncode == 0, done.stdout + done.stderr
    return [done.stdout.strip()]


SCENARIOS = [
    install,
    tutorial,
    upgrade,
    restart,
    rejected_policy,
    nobody_ready,
    renewed_certificate,
    replaced_certificate,
    rollback,
    client_certificate,
    crds,
    crds_chart,
    policy_objects,
    namespace_labels,
    namespace_selectors,
    cut_watches,
    restarted_apiserver,
    removed_kinds,
    controller_installed,
    controller_reports,
    controller_doubled,
    controller_policies,
    floor,
    controller_floor,
    exported_policies,
    uninstall,
    audit,
]
