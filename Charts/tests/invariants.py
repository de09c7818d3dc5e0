"""The invariants of every rendering: fields exist, and references lead to objects."""

import strict_fields
from harness import pod_spec

OPERATIONS_PATHS = {"/readyz", "/livez"}


def broken(objects, *, existing=()):
    """The violated invariants, one line each. The existing objects are the administrator's, each as kind and name."""
    problems = [problem for manifest in objects.values() for problem in strict_fields.problems(manifest)]
    return problems or [*selectors(objects), *ports(objects), *volumes(objects, existing), *names(objects), *hook(objects, existing)]


def labels_of_pod(objects):
    return objects["deployment"]["spec"]["template"]["metadata"]["labels"].items()


def selectors(objects):
    """Every selector of Podscore's Pods selects them, by labels that never change."""
    found = {"deployment": objects["deployment"]["spec"]["selector"]["matchLabels"], "service": objects["service"]["spec"]["selector"]}
    for name, key in [("poddisruptionbudget", "selector"), ("networkpolicy", "podSelector")]:
        if name in objects:
            found[name] = objects[name]["spec"][key]["matchLabels"]
    for constraint in pod_spec(objects)["topologySpreadConstraints"]:
        found[constraint["topologyKey"]] = constraint["labelSelector"]["matchLabels"]
    for name, selector in found.items():
        if not selector.items() <= labels_of_pod(objects) or selector != found["deployment"]:
            yield f"{name} selects {selector}"
    if "servicemonitor" in objects:
        monitor = objects["servicemonitor"]
        if not monitor["spec"]["selector"]["matchLabels"].items() <= objects["service"]["metadata"]["labels"].items():
            yield "servicemonitor does not select the Service"
        if monitor["spec"]["namespaceSelector"]["matchNames"] != [objects["service"]["metadata"]["namespace"]]:
            yield "servicemonitor looks into another namespace"


def ports(objects):
    """Every named port is a port of the container."""
    (container,) = pod_spec(objects)["containers"]
    offered = {port["name"] for port in container["ports"]}
    asked = [port["targetPort"] for port in objects["service"]["spec"]["ports"]]
    asked += [container[probe]["httpGet"]["port"] for probe in ("readinessProbe", "livenessProbe")]
    asked += [port["port"] for rule in objects.get("networkpolicy", {"spec": {"ingress": []}})["spec"]["ingress"] for port in rule["ports"]]
    yield from (f"port {port} is none of the container" for port in asked if port not in offered)
    of_service = {port["name"] for port in objects["service"]["spec"]["ports"]}
    for endpoint in objects.get("servicemonitor", {"spec": {"endpoints": []}})["spec"]["endpoints"]:
        if endpoint["port"] not in of_service:
            yield f"port {endpoint['port']} is none of the Service"
    if {container[probe]["httpGet"]["path"] for probe in ("readinessProbe", "livenessProbe")} != OPERATIONS_PATHS:
        yield "the probes ask for something else"


def volumes(objects, existing):
    """Every volume is mounted, every mount has a volume, and a volume's object belongs to the release or to the user."""
    spec = pod_spec(objects)
    declared = {volume["name"] for volume in spec["volumes"]}
    mounted = {mount["name"] for each in containers(spec) for mount in each["volumeMounts"]}
    yield from (f"no volume {name}" for name in mounted - declared)
    yield from (f"volume {name} is not mounted" for name in declared - mounted)
    for each in containers(spec):
        paths = [mount["mountPath"] for mount in each["volumeMounts"]]
        for argument in each["args"]:
            path = argument.rpartition("=")[2]
            if path.startswith("/") and not any(path == folder or path.startswith(folder + "/") for folder in paths):
                yield f"{argument} is not mounted in {each['name']}"
    made = {(manifest["kind"], manifest["metadata"]["name"]) for manifest in objects.values()}
    made |= {("Secret", manifest["spec"]["secretName"]) for manifest in objects.values() if manifest["kind"] == "Certificate"}
    made |= set(existing)
    for volume in spec["volumes"]:
        if "secret" in volume and ("Secret", volume["secret"]["secretName"]) not in made:
            yield f"nobody makes the Secret {volume['secret']['secretName']}"
        if "configMap" in volume and ("ConfigMap", volume["configMap"]["name"]) not in made:
            yield f"nobody makes the ConfigMap {volume['configMap']['name']}"


def containers(spec):
    return [*spec.get("initContainers", []), *spec["containers"]]


def names(objects):
    """Objects name only existing objects."""
    made = {(manifest["kind"], manifest["metadata"]["name"]) for manifest in objects.values()}
    asked = [("ServiceAccount", pod_spec(objects)["serviceAccountName"])]
    namespace = objects["service"]["metadata"]["namespace"]
    registration = objects["validatingwebhookconfiguration"]
    if "pod-test" in objects:
        asked.append(("ServiceAccount", objects["pod-test"]["spec"]["serviceAccountName"]))
    for webhook in registration["webhooks"]:
        service = webhook["clientConfig"]["service"]
        asked.append(("Service", service["name"]))
        if service["namespace"] != namespace or service["port"] not in {port["port"] for port in objects["service"]["spec"]["ports"]}:
            yield f"{webhook['name']} asks elsewhere: {service}"
        if ("caBundle" in webhook["clientConfig"]) == ("certificate" in objects):
            yield f"{webhook['name']} needs either a caBundle or one that cert-manager fills in"
    if "horizontalpodautoscaler" in objects:
        target = objects["horizontalpodautoscaler"]["spec"]["scaleTargetRef"]
        asked.append((target["kind"], target["name"]))
    if "certificate" in objects:
        injected = registration["metadata"]["annotations"]["cert-manager.io/inject-ca-from"]
        asked.append(("Certificate", injected.removeprefix(f"{namespace}/")))
    if "issuer-ca" in objects:
        secrets = {manifest["spec"]["secretName"] for manifest in objects.values() if manifest["kind"] == "Certificate"}
        if objects["issuer-ca"]["spec"]["ca"]["secretName"] not in secrets or len(secrets) != 2:
            yield f"issuer-ca and the certificates have the Secrets {secrets}"
        asked += [("Issuer", objects[name]["spec"]["issuerRef"]["name"]) for name in ("certificate", "certificate-ca")]
    yield from (f"no {kind} {name}" for kind, name in asked if (kind, name) not in made)


def hook(objects, existing):
    """The Job that checks policies uses only objects that are hooks as well or the administrator's, and no selector of Podscore's Pods selects its Pod."""
    if "policy-check-job" not in objects:
        return
    hooks = {(each["kind"], each["metadata"]["name"]) for each in objects.values() if "helm.sh/hook" in each["metadata"].get("annotations", {})}
    template = objects["policy-check-job"]["spec"]["template"]
    asked = [("ServiceAccount", template["spec"]["serviceAccountName"])]
    asked += [("ConfigMap", volume["configMap"]["name"]) for volume in template["spec"]["volumes"]]
    yield from (f"no hook {kind} {name}" for kind, name in asked if (kind, name) not in hooks | set(existing))
    if objects["deployment"]["spec"]["selector"]["matchLabels"].items() <= template["metadata"]["labels"].items():
        yield "the Pod of policy-check-job is selected as one of the webhook"
