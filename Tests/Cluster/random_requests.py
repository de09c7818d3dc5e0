"""Random requests about Pods and workloads: creations, updates, ephemeral containers and resizes."""

import copy

from random_specs import AMOUNTS, CAPABILITIES, IMAGES, Specs

# Kinds with a Pod template: their API, and where the template is.
WORKLOADS = {
    "ReplicationController": ("v1", "replicationcontrollers"),
    "PodTemplate": ("v1", "podtemplates"),
    "ReplicaSet": ("apps/v1", "replicasets"),
    "Deployment": ("apps/v1", "deployments"),
    "StatefulSet": ("apps/v1", "statefulsets"),
    "DaemonSet": ("apps/v1", "daemonsets"),
    "Job": ("batch/v1", "jobs"),
    "CronJob": ("batch/v1", "cronjobs"),
}
LABELS = {"app": "random"}


class Requests(Specs):
    """A source of random objects, and of random changes of stored ones."""

    def workload(self, kind=None):
        """A workload of one of the kinds, none of which makes a Pod."""
        self.count += 1
        kind = kind or self.pick(list(WORKLOADS))
        spec = self.spec(is_template=True)
        if kind in ("Job", "CronJob"):
            spec["restartPolicy"] = self.pick(["Never", "OnFailure"])
        annotations = self.annotations(spec)
        template = {"metadata": {"labels": LABELS} | ({"annotations": annotations} if annotations else {}), "spec": spec}
        body = workload_of(kind, f"random-{self.count}", template)
        if kind == "StatefulSet" and self.chance(0.7):
            body["spec"]["volumeClaimTemplates"] = self.claims()
        return body

    def claims(self):
        """The claims of a StatefulSet, each with a size, which the API server requires."""
        modes = self.pick([["ReadWriteOnce"], ["ReadWriteMany"], ["ReadWriteOnce", "ReadOnlyMany"]])
        claim = {"accessModes": modes, "resources": {"requests": {"storage": "1Gi"}}}
        return [{"metadata": {"name": f"claim-{number}"}, "spec": claim} for number in range(self.pick([1, 1, 2]))]

    def updated_pod(self, stored):
        """A stored Pod with other images, another label, or a toleration."""
        pod = copy.deepcopy(stored)
        change = self.pick(["image", "image", "image", "label", "toleration", "init"])
        if change == "label":
            pod["metadata"]["labels"] = {"changed": "true"}
        elif change == "toleration":
            pod["spec"].setdefault("tolerations", []).append({"key": "example.com/new", "operator": "Exists"})
        containers = pod["spec"].get("initContainers", []) if change == "init" else pod["spec"]["containers"]
        if change in ("image", "init"):
            for container in self.some(containers, len(containers)) if containers else []:
                container["image"] = self.pick(IMAGES["good"] + IMAGES["bad"])
        return pod

    def debugged_pod(self, stored):
        """A stored Pod with one or two new ephemeral containers."""
        pod = copy.deepcopy(stored)
        is_windows = pod["spec"].get("os", {}).get("name") == "windows"
        quality = self.pick([0.3, 0.9, 0.98])
        new = [self.container(f"debug-{number}", quality, is_windows, is_ephemeral=True) for number in range(self.pick([1, 1, 2]))]
        for container in new:
            if self.chance(0.3):
                container["targetContainerName"] = pod["spec"]["containers"][0]["name"]
        pod["spec"]["ephemeralContainers"] = pod["spec"].get("ephemeralContainers", []) + new
        return pod

    def resized_pod(self, stored):
        """A stored Pod with other requests and limits. None is removed, which the API server refuses."""
        pod = copy.deepcopy(stored)
        for container in pod["spec"]["containers"]:
            resources = container.get("resources", {})
            for name, values in AMOUNTS.items():
                places = sorted(self.random.randint(2, 5) for _ in range(2))
                if self.chance(0.4):
                    places[0] = 0
                for kind, place in zip(("requests", "limits"), places):
                    if name in resources.get(kind, {}):
                        resources[kind][name] = values[place]
        return pod

    def updated_workload(self, stored):
        """A stored workload with a changed template, or with an unchanged one and another label."""
        workload = copy.deepcopy(stored)
        spec = template_of(workload)["spec"]
        change = self.pick(["image", "security", "security", "host", "replaced", "label"])
        if change == "label":
            workload["metadata"]["labels"] = {"changed": "true"}
        elif change == "image":
            self.pick(spec["containers"])["image"] = self.pick(IMAGES["good"] + IMAGES["bad"])
        elif change == "security":
            self.change_security(self.pick(spec["containers"]))
        elif change == "host":
            spec["hostPID"] = not spec.get("hostPID", False)
        else:
            template_of(workload)["spec"] = self.spec(is_template=True) | {"restartPolicy": spec["restartPolicy"]}
        return workload

    def change_security(self, container):
        """Changes one field of a container's security context."""
        context = container.setdefault("securityContext", {})
        field, values = self.pick([
            ("runAsNonRoot", [True, False]),
            ("runAsUser", [0, 10000, 10001]),
            ("readOnlyRootFilesystem", [True, False]),
            ("capabilities", [{"drop": ["ALL"]}, {"add": [self.pick(CAPABILITIES)]}, {}]),
            ("seccompProfile", [{"type": "RuntimeDefault"}, {"type": "Unconfined"}]),
        ])  # fmt: skip
        context[field] = self.pick(values)


def workload_of(kind, name, template):
    """A workload with a template, which makes no Pod."""
    body = {"apiVersion": WORKLOADS[kind][0], "kind": kind, "metadata": {"name": name}}
    if kind == "PodTemplate":
        return body | {"template": template}
    if kind == "CronJob":
        return body | {"spec": {"schedule": "0 0 1 1 *", "suspend": True, "jobTemplate": {"spec": {"suspend": True, "template": template}}}}
    if kind == "Job":
        return body | {"spec": {"suspend": True, "template": template}}
    settings = {"template": template}
    if kind == "DaemonSet":
        template["spec"]["nodeSelector"] = {"example.com/nowhere": "true"}
    else:
        settings["replicas"] = 0
    settings["selector"] = LABELS if kind == "ReplicationController" else {"matchLabels": LABELS}
    if kind == "StatefulSet":
        settings["serviceName"] = "random"
    return body | {"spec": settings}


def template_of(workload):
    """The Pod template of a workload."""
    if workload["kind"] == "PodTemplate":
        return workload["template"]
    spec = workload["spec"]
    return (spec["jobTemplate"]["spec"] if workload["kind"] == "CronJob" else spec)["template"]
