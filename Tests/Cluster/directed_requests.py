"""Requests that each change one thing: creations of directed Pods and workloads, updates by field, ephemeral containers, resizes and mirror Pods."""

import copy

import directed_specs
from directed_specs import AMOUNT, changed, container, faulty, linux, on_host
from directed_scores import exact_specifications
from exported_requests import Case, without_version
from random_requests import LABELS, WORKLOADS, template_of, workload_of

APPARMOR = "container.apparmor.security.beta.kubernetes.io/app"
MIRROR = "kubernetes.io/config.mirror"
NODES = ["system:nodes", "system:masters", "system:authenticated"]
FINALIZER = "example.com/kept"
# Names of Pods in the series that cuts messages at each place of an entry, which is shorter.
NAME_LENGTHS = range(10, 95)


def pod(name, spec, **metadata):
    """A Pod."""
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name} | metadata, "spec": spec}


def workload(kind, name, spec, annotations=None):
    """A workload with the specification of a Pod and annotations in its template."""
    spec = {each: value for each, value in spec.items() if each != "schedulerName"}
    if kind in ("Job", "CronJob"):
        spec["restartPolicy"] = "Never"
    return workload_of(kind, name, {"metadata": {"labels": LABELS, "annotations": annotations or {}}, "spec": spec})


def creations(namespace):
    """Creations of Pods and workloads."""
    cases = [Case(namespace, "pods", pod(f"directed-{number}", spec)) for number, spec in enumerate(directed_specs.specifications())]
    manifests = [workload(kind, f"directed-{place}", spec) for kind in WORKLOADS for place, spec in enumerate([linux(), linux(faulty())])]
    bare = changed(linux(), {"app.securityContext.appArmorProfile": directed_specs.REMOVED})
    for number, profile in enumerate(["runtime/default", "unconfined", "localhost/profile", "localhost/", ""]):
        manifests.append(workload("Deployment", f"annotated-{number}", bare, {APPARMOR: profile}))
    mounted = changed(linux(), {"automountServiceAccountToken": directed_specs.REMOVED})
    manifests.append(workload("Deployment", "mounted", mounted))
    cases += [Case(namespace, WORKLOADS[each["kind"]][1], each) for each in manifests]
    return cases + mirrors(namespace)


def mirrors(namespace):
    """Creations of mirror Pods, and of Pods that only resemble one."""
    users = [
        ("system:node:node", NODES, "node", {MIRROR: "hash"}),
        ("system:node:node", NODES, "other", {MIRROR: "hash"}),
        ("system:node:node", NODES, "node", {}),
        ("system:node:node", NODES[1:], "node", {MIRROR: "hash"}),
        ("admin", NODES, "node", {MIRROR: "hash"}),
        ("admin", NODES[1:], "node", {MIRROR: "hash"}),
    ]
    cases = []
    for number, (name, groups, node, annotations) in enumerate(users):
        # The API server accepts no mirror Pod that names a Secret.
        bad = {key: value for key, value in faulty().items() if key != "env"}
        body = pod(f"mirror-{number}", on_host(bad) | {"nodeName": node}, annotations=annotations)
        cases.append(Case(namespace, "pods", body, user={"username": name, "groups": groups}))
    return cases


def exact_creations(policy, namespace):
    """Creations of Pods that have exactly the minimum in a Namespace of a policy."""
    specs = [spec for level, missing in policy.missing(namespace) for spec in exact_specifications(policy.points, missing, policy.spec[level])]
    return [Case(namespace, "pods", pod(f"exact-{number}", spec)) for number, spec in enumerate(specs)]


def lengths(namespace):
    """Creations of Pods with longer and longer names, so that some message ends at each place."""
    specs = [on_host(faulty("one"), faulty("two")), linux(faulty()), linux(container(), container("bad", {}))]
    return [Case(namespace, "pods", pod("x" * length, spec)) for length in NAME_LENGTHS for spec in specs]


def annotated(kind):
    """A faulty workload with an AppArmor profile in its old form."""
    spec = linux(faulty(), faulty("app-2"))
    del spec["hostUsers"]
    for each in spec["containers"]:
        del each["securityContext"]["appArmorProfile"]
    return workload(kind, "stored", spec, {APPARMOR: "unconfined"})


class Stored:
    """Objects of a Namespace that updates change."""

    def __init__(self, api, namespace):
        self.api, self.namespace = api, namespace
        alone = {field: changed(linux(), {field: True, "hostUsers": directed_specs.REMOVED}) for field in ("hostPID", "hostIPC", "hostNetwork")}
        volumes = [{"name": "host", "hostPath": {"path": "/srv"}}, {"name": "empty", "emptyDir": {}}]
        burstable = {"app.resources": {"requests": AMOUNT, "limits": {"cpu": "1", "memory": "1Gi"}}}
        unrequested = burstable | {"app.resources.requests": {"cpu": "0", "memory": "64Mi"}}
        specs = alone | {"plain": linux(), "volumes": linux() | {"volumes": volumes}, "host": on_host(), "debugged": on_host(), "deleted": on_host()}
        specs |= {"windows": directed_specs.faulty_windows(), "burstable": changed(linux(), burstable), "unrequested": changed(linux(), unrequested)}
        self.pods = {name: self.create("pods", pod(f"stored-{name.lower()}", spec)) for name, spec in specs.items()}
        self.debug("debugged")
        self.delete("deleted")
        self.workloads = [self.create(WORKLOADS[kind][1], annotated(kind)) for kind in ("Deployment", "CronJob", "PodTemplate")]

    def create(self, resource, body):
        """Creates an object, and returns what is stored."""
        return self.api.create(resource, body, self.namespace)[0]

    def debug(self, name):
        """Adds an ephemeral container to a stored Pod."""
        case = self.debugging(name, faulty("old"))
        self.pods[name] = self.api.request("PUT", case.where.removesuffix("?dryRun=All"), case.body)[0]

    def delete(self, name):
        """Deletes a stored Pod, which a finalizer keeps."""
        metadata = self.pods[name]["metadata"]
        self.api.patch("pods", metadata["name"], {"metadata": {"finalizers": [FINALIZER]}}, self.namespace)
        self.api.delete("pods", metadata["name"], self.namespace)
        self.pods[name] = self.api.get("pods", metadata["name"], self.namespace)

    def release(self):
        """Removes the finalizer, so that the Namespace can be deleted."""
        name = self.pods["deleted"]["metadata"]["name"]
        self.api.patch("pods", name, {"metadata": {"finalizers": None}}, self.namespace)

    def cases(self):
        """All updates."""
        return [*self.pod_updates(), *self.debuggings(), *self.resizes(), *self.workload_updates()]

    def updated(self, old, changes, subresource=""):
        """The update of an object at some paths."""
        kinds = {"Pod": "pods"} | {kind: plural for kind, (_, plural) in WORKLOADS.items()}
        return Case(self.namespace, kinds[old["kind"]], without_version(changed(old, changes)), old, subresource)

    def pod_updates(self):
        """Updates of Pods by field."""
        label, image = {"metadata.labels": {"changed": "true"}}, {"spec.containers.0.image": "other"}
        note = {"metadata.annotations": {"example.com/note": "changed"}}
        changes = [(name, each) for name in ("host", "debugged", "deleted", "windows") for each in (label, image, note)]
        tolerations = self.pods["host"]["spec"]["tolerations"] + [{"key": "example.com/new", "operator": "Exists"}]
        changes += [("host", {"spec.tolerations": tolerations}), ("plain", image), ("plain", label)]
        return [self.updated(self.pods[name], each) for name, each in changes]

    def debugging(self, name, *new):
        """The update of a stored Pod's ephemeral containers."""
        old = self.pods[name]
        return self.updated(old, {"spec.ephemeralContainers": old["spec"].get("ephemeralContainers", []) + list(new)}, "ephemeralcontainers")

    def debuggings(self):
        """New ephemeral containers."""
        good = {key: value for key, value in container("good").items() if key != "resources"}
        bad = good | {"name": "bad", "securityContext": faulty()["securityContext"]}
        windows = {"name": "bad", "image": "app", "securityContext": {"windowsOptions": {"hostProcess": True}}}
        cases = [self.debugging(name, each) for name in self.pods if name != "windows" for each in (good, bad, faulty("worst"))]
        cases += [self.debugging("windows", windows), self.debugging("plain"), self.debugging("debugged"), self.debugging("plain", good, bad)]
        for change in directed_specs.COMMON + directed_specs.LINUX:
            if change and all(path.startswith(("app.securityContext", "app.image", "app.env")) for path in change):
                new = changed({"containers": [good]}, change)["containers"][0]
                cases += [self.debugging(name, new) for name in ("plain", "hostPID", "volumes")]
        return cases

    def resizes(self):
        """Resizes."""
        cases = []
        for name in ("burstable", "unrequested", "plain"):
            for kind in ("requests", "limits"):
                for resource in AMOUNT:
                    for value in ("0", "2" if resource == "cpu" else "2Gi"):
                        cases.append(self.updated(self.pods[name], {f"spec.containers.0.resources.{kind}.{resource}": value}, "resize"))
        return cases

    def workload_updates(self):
        """Updates of workloads by field."""
        cases = []
        for old in self.workloads:
            path = {"Deployment": "spec.template", "CronJob": "spec.jobTemplate.spec.template", "PodTemplate": "template"}[old["kind"]]
            annotations = template_of(old)["metadata"]["annotations"]
            changes = [{"metadata.labels": {"changed": "true"}}, {f"{path}.spec.hostPID": True}, {f"{path}.spec.containers.0.image": "other"}]
            profiles = [{}, {APPARMOR: "runtime/default"}, annotations | {"example.com/note": "new"}, annotations | {APPARMOR + "-2": "unconfined"}]
            changes += [{f"{path}.metadata.annotations": copy.deepcopy(each)} for each in profiles]
            cases += [self.updated(old, each) for each in changes]
        return cases
