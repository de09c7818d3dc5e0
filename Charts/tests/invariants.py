"""The invariants of every rendering: fields exist, and references lead to objects."""

import strict_fields
from harness import pod_spec, webhooks

OPERATIONS_PATHS = {"/readyz", "/livez"}
# The prefixes of the names of the objects around each Deployment.
PARTS = ("", "controller-")


def broken(objects, *, existing=()):
    """The violated invariants, one line each. The existing objects are the administrator's, each as kind and name."""
    problems = [problem for manifest in objects.values() for problem in strict_fields.problems(manifest)]
    if problems:
        return problems
    parts = [part for part in PARTS if f"{part}deployment" in objects]
    problems += [problem for part in parts for check in (selectors, ports) for problem in check(objects, part)]
    problems += [problem for part in parts for problem in volumes(objects, part, existing)]
    return [*problems, *monitors(objects), *names(objects), *hook(objects, existing)]


def labels_of_pod(objects, part):
    return objects[f"{part}deployment"]["spec"]["template"]["metadata"]["labels"].items()


def selectors(objects, part):
    """Every selector of a Deployment's Pods selects them and no other Deployment's, by labels that never change."""
    found = {"deployment": objects[f"{part}deployment"]["spec"]["selector"]["matchLabels"], "service": objects[f"{part}service"]["spec"]["selector"]}
    for name, key in [("poddisruptionbudget", "selector"), ("networkpolicy", "podSelector")]:
        if f"{part}{name}" in objects:
            found[name] = objects[f"{part}{name}"]["spec"][key]["matchLabels"]
    for constraint in pod_spec(objects, part).get("topologySpreadConstraints", []):
        found[constraint["topologyKey"]] = constraint["labelSelector"]["matchLabels"]
    for name, selector in found.items():
        if not selector.items() <= labels_of_pod(objects, part) or selector != found["deployment"]:
            yield f"{part}{name} selects {selector}"
        for other in PARTS:
            if other != part and f"{other}deployment" in objects and selector.items() <= labels_of_pod(objects, other):
                yield f"{part}{name} selects the Pods of {other}deployment"


def monitors(objects):
    """The ServiceMonitor selects all Services of the release."""
    if "servicemonitor" not in objects:
        return
    monitor = objects["servicemonitor"]
    for service in (each for each in objects.values() if each["kind"] == "Service"):
        if not monitor["spec"]["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items():
            yield f"servicemonitor does not select the Service {service['metadata']['name']}"
        if monitor["spec"]["namespaceSelector"]["matchNames"] != [service["metadata"]["namespace"]]:
            yield "servicemonitor looks into another namespace"
        for endpoint in monitor["spec"]["endpoints"]:
            if endpoint["port"] not in {port["name"] for port in service["spec"]["ports"]}:
                yield f"port {endpoint['port']} is none of the Service"


def ports(objects, part):
    """Every named port is a port of the container."""
    (container,) = pod_spec(objects, part)["containers"]
    offered = {port["name"] for port in container["ports"]}
    asked = [port["targetPort"] for port in objects[f"{part}service"]["spec"]["ports"]]
    asked += [container[probe]["httpGet"]["port"] for probe in ("readinessProbe", "livenessProbe")]
    asked += [port["port"] for rule in objects.get(f"{part}networkpolicy", {"spec": {"ingress": []}})["spec"]["ingress"] for port in rule["ports"]]
    yield from (f"port {port} is none of the container" for port in asked if port not in offered)
    if {container[probe]["httpGet"]["path"] for probe in ("readinessProbe", "livenessProbe")} != OPERATIONS_PATHS:
        yield "the probes ask for something else"


def volumes(objects, part, existing):
    """Every volume is mounted, every mount has a volume, and a volume's object belongs to the release or to the user."""
    spec = pod_spec(objects, part)
    declared = {volume["name"] for volume in spec.get("volumes", [])}
    mounted = {mount["name"] for each in containers(spec) for mount in each.get("volumeMounts", [])}
    yield from (f"no volume {name}" for name in mounted - declared)
    yield from (f"volume {name} is not mounted" for name in declared - mounted)
    for each in containers(spec):
        paths = [mount["mountPath"] for mount in each.get("volumeMounts", [])]
        for argument in each["args"]:
            path = argument.rpartition("=")[2]
            if path.startswith("/") and not any(path == folder or path.startswith(folder + "/") for folder in paths):
                yield f"{argument} is not mounted in {each['name']}"
    made = {(manifest["kind"], manifest["metadata"]["name"]) for manifest in objects.values()}
    made |= {("Secret", manifest["spec"]["secretName"]) for manifest in objects.values() if manifest["kind"] == "Certificate"}
    made |= set(existing)
    for volume in spec.get("volumes", []):
        if "secret" in volume and ("Secret", volume["secret"]["secretName"]) not in made:
            yield f"nobody makes the Secret {volume['secret']['secretName']}"
        if "configMap" in volume and ("ConfigMap", volume["configMap"]["name"]) not in made:
            yield f"nobody makes the ConfigMap {volume['configMap']['name']}"


def containers(spec):
    return [*spec.get("initContainers", []), *spec["containers"]]


def names(objects):
    """Objects name only existing objects."""
    made = {(manifest["kind"], manifest["metadata"]["name"]) for manifest in objects.values()}
    asked = [("ServiceAccount", pod_spec(objects, part)["serviceAccountName"]) for part in PARTS if f"{part}deployment" in objects]
    if "pod-test" in objects:
        asked.append(("ServiceAccount", objects["pod-test"]["spec"]["serviceAccountName"]))
    for part in PARTS:
        if f"{part}clusterrolebinding" in objects:
            binding = objects[f"{part}clusterrolebinding"]
            asked += [(each["kind"], each["name"]) for each in [binding["roleRef"], *binding["subjects"]]]
    if "horizontalpodautoscaler" in objects:
        target = objects["horizontalpodautoscaler"]["spec"]["scaleTargetRef"]
        asked.append((target["kind"], target["name"]))
    if "issuer-ca" in objects:
        secrets = {manifest["spec"]["secretName"] for manifest in objects.values() if manifest["kind"] == "Certificate"}
        issued = [name for name in ("certificate", "controller-certificate") if name in objects]
        if objects["issuer-ca"]["spec"]["ca"]["secretName"] not in secrets or len(secrets) != len(issued) + 1:
            yield f"issuer-ca and the certificates have the Secrets {secrets}"
        asked += [("Issuer", objects[name]["spec"]["issuerRef"]["name"]) for name in [*issued, "certificate-ca"]]
    yield from (f"no {kind} {name}" for kind, name in asked if (kind, name) not in made)
    for part, registration in (("", "validatingwebhookconfiguration"), ("controller-", "controller-webhookconfiguration")):
        if registration in objects:
            yield from registered(objects, part, registration)


def registered(objects, part, registration):
    """Webhooks name the Service of their Deployment, and its certificate."""
    service = objects[f"{part}service"]
    open_ports = {port["port"] for port in service["spec"]["ports"]}
    for webhook in webhooks(objects, registration).values():
        called = webhook["clientConfig"]["service"]
        if [called["name"], called["namespace"]] != [service["metadata"][key] for key in ("name", "namespace")] or called["port"] not in open_ports:
            yield f"{webhook['name']} asks elsewhere: {called}"
        if ("caBundle" in webhook["clientConfig"]) == (f"{part}certificate" in objects):
            yield f"{webhook['name']} needs either a caBundle or one that cert-manager fills in"
    if f"{part}certificate" in objects:
        injected = objects[registration]["metadata"]["annotations"]["cert-manager.io/inject-ca-from"]
        metadata = objects[f"{part}certificate"]["metadata"]
        if injected != f"{metadata['namespace']}/{metadata['name']}":
            yield f"no Certificate {injected}"


def hook(objects, existing):
    """The Job that checks policies uses only objects that are hooks as well or the administrator's, and no selector of other Pods selects its Pod."""
    if "policy-check-job" not in objects:
        return
    hooks = {(each["kind"], each["metadata"]["name"]) for each in objects.values() if "helm.sh/hook" in each["metadata"].get("annotations", {})}
    template = objects["policy-check-job"]["spec"]["template"]
    asked = [("ServiceAccount", template["spec"]["serviceAccountName"])]
    asked += [("ConfigMap", volume["configMap"]["name"]) for volume in template["spec"]["volumes"]]
    yield from (f"no hook {kind} {name}" for kind, name in asked if (kind, name) not in hooks | set(existing))
    for part in PARTS:
        if f"{part}deployment" not in objects:
            continue
        if objects[f"{part}deployment"]["spec"]["selector"]["matchLabels"].items() <= template["metadata"]["labels"].items():
            yield f"the Pod of policy-check-job is selected as one of {part}deployment"
