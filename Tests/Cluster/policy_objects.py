"""Policies as objects of the cluster: how soon a change counts in all replicas, and what must not happen when the API server is in trouble."""

import http.client
import json
import statistics
import threading
import time
import urllib.request

import certificates
from api import UNREACHABLE
from cluster import connection
from control import until
from creations import ENFORCED, POLICY, Load, make_namespaces, pod
from definitions import NAMES, apply, definition, wait
from sandbox import API_ADDRESS

FROM_CLUSTER = {"cluster": {"enabled": True}}
# Changes of one policy that are measured, and times that the watches of all replicas are cut.
CHANGES, CUTS = 50, 50


def policy_objects(cluster):
    """`kubectl apply` of a policy counts in all replicas within a second, and its deletion within 2.5 s. Nobody restarts."""
    prepare(cluster)
    replicas = cluster.pods()
    seconds = sorted(time_until_all(replicas, "payments", is_denied, change) for is_denied, change in changes(cluster))
    assert seconds[-1] <= 1, f"the slowest change took {seconds[-1]:.2f} s"
    deleted = time_until_all(replicas, "payments", False, lambda: cluster.api.delete("scorepolicies", "strict"))
    assert deleted <= 2.5, f"the deletion took {deleted:.2f} s"
    assert {each["metadata"]["name"] for each in replicas} == {each["metadata"]["name"] for each in cluster.pods()}
    times = f"median {statistics.median(seconds) * 1000:.0f} ms, slowest {seconds[-1] * 1000:.0f} ms"
    return [f"{len(seconds)} changes in {len(replicas)} replicas: {times}; deletion {deleted * 1000:.0f} ms"]


def changes(cluster):
    """Changes of the policy that turn its denial off and on again, with what holds after each."""
    for number in range(CHANGES):
        minimum, require = (-1, None) if number % 2 == 0 else (7, ["RunAsNonRoot", "CapDropAll"])
        enforce = {"spec": {"enforce": {"minimumScore": minimum, "require": require}}}
        yield number % 2 == 1, lambda enforce=enforce: cluster.api.patch("scorepolicies", "strict", enforce)


def cut_watches(cluster):
    """While all watches are cut 50 times and etcd is compacted, no decision is wrong and no replica unready. The next change arrives."""
    prepare(cluster)
    with Readiness(cluster) as readiness:
        with Load(cluster, "payments") as load:
            for number in range(CUTS):
                cluster.kubelet.cut_connections(API_ADDRESS)
                if number == CUTS // 2:
                    compact_etcd()
                time.sleep(0.2)
        seconds = time_until_deleted(cluster)
    return [load.measured(), readiness.measured(), f"the next change counted after {seconds:.1f} s"]


def restarted_apiserver(cluster):
    """While the API server restarts with another key for tokens, no replica is unready and the policies stay. With new tokens the next change arrives."""
    prepare(cluster)
    key = certificates.make_token_key(cluster.certs, "other-service-accounts")
    with Readiness(cluster) as readiness:
        cluster.restart_apiserver(service_account_key_file=key, service_account_signing_key_file=key)
        with Load(cluster, "payments") as load:
            time.sleep(3)
            cluster.kubelet.replace_tokens()
        seconds = time_until_deleted(cluster)
    return [load.measured(), readiness.measured(), f"the next change counted after {seconds:.1f} s"]


def removed_kinds(cluster):
    """If the kinds are deleted, the last policies stay in force and the replicas ready. Kinds that are installed again count, also without objects."""
    prepare(cluster)
    with Readiness(cluster) as readiness:
        with Load(cluster, "payments") as load:
            for name in NAMES:
                cluster.api.delete("customresourcedefinitions", name)
            until("the kinds are gone", lambda: not any(definition(cluster, name) for name in NAMES))
            time.sleep(5)
        install_kinds(cluster)
        until("the empty list counts", lambda: not any(denies(each, "payments") for each in cluster.pods()), 40)
        apply_policy(cluster)
    return [load.measured(), readiness.measured()]


def prepare(cluster):
    """Installs the kinds and the release that reads them, and a policy that denies."""
    make_namespaces(cluster)
    install_kinds(cluster)
    # Only the policies of the cluster deny here.
    cluster.install(FROM_CLUSTER | {"webhook": {"enforced": {"namespaces": ENFORCED}}})
    apply_policy(cluster)


def install_kinds(cluster):
    """Installs the CustomResourceDefinitions as the guide says."""
    apply(cluster, cluster.podscore("policy", "crds").stdout)
    wait(cluster)


def apply_policy(cluster):
    """Applies the policy, and waits until all replicas deny by it."""
    apply(cluster, POLICY)
    until("all replicas deny", lambda: all(denies(each, "payments") for each in cluster.pods()), 10)


def time_until_deleted(cluster):
    """The seconds from the deletion of the policy until no replica denies by it. After failures a replica may wait for a minute."""
    return time_until_all(cluster.pods(), "payments", False, lambda: cluster.api.delete("scorepolicies", "strict"), limit=70)


def time_until_all(replicas, namespace, is_denied, change, limit=5):
    """The seconds from a change until all replicas decide as they should."""
    began = time.monotonic()
    change()
    until(f"all replicas {'deny' if is_denied else 'allow'}", lambda: all(denies(each, namespace) == is_denied for each in replicas), limit)
    return time.monotonic() - began


def denies(replica, namespace):
    """Whether a replica denies a bare Pod, asked directly."""
    manifest = pod(namespace=namespace)
    request = {
        "uid": "1",
        "kind": {"group": "", "version": "v1", "kind": "Pod"},
        "resource": {"group": "", "version": "v1", "resource": "pods"},
        "namespace": namespace,
        "name": manifest["metadata"]["name"],
        "operation": "CREATE",
        "object": manifest,
    }
    review = {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request}
    with connection(replica, timeout=5) as secure:
        secure.sendall(message(json.dumps(review)))
        answer = http.client.HTTPResponse(secure)
        answer.begin()
        return not json.loads(answer.read())["response"]["allowed"]


def message(body):
    """A request to the webhook, as bytes."""
    head = f"POST /validate HTTP/1.1\r\nHost: podscore\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return (head + body).encode()


def compact_etcd():
    """Compacts etcd up to now, so that a watch can't go on from an old version."""

    def ask(path, body):
        request = urllib.request.Request(f"http://127.0.0.1:2379/v3/{path}", json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=5) as answer:
            return json.load(answer)

    revision = ask("maintenance/status", {})["header"]["revision"]
    ask("kv/compaction", {"revision": revision, "physical": True})


class Readiness:
    """Asks all replicas ten times a second whether they are ready. None may say no."""

    def __init__(self, cluster):
        self.replicas, self.count, self.faults, self.stopping = cluster.pods(), 0, [], threading.Event()
        self.thread = threading.Thread(target=self.ask, daemon=True)

    def ask(self):
        """Asks until the end."""
        while not self.stopping.wait(0.1):
            for each in self.replicas:
                try:
                    with urllib.request.urlopen(f"http://{each['status']['podIP']}:8080/readyz", timeout=5) as answer:
                        assert answer.status == 200
                except UNREACHABLE as failure:
                    self.faults.append(f"{each['metadata']['name']}: {failure}")
                self.count += 1

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, kind, error, trace):
        self.stopping.set()
        self.thread.join()
        assert kind is not None or not self.faults, f"unready {len(self.faults)} times: {self.faults[:3]}"

    def measured(self):
        """The number of answers, as a line."""
        return f"{self.count} times asked whether they are ready, always yes"
