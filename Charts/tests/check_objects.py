"""Each object alone, and the references between objects."""

import re

import helm_python.chart as helm
from harness import CHART, ENFORCING, container, equal, notes, parsed, pod_spec, refused, render, rendered, values_file
from invariants import broken

ALWAYS = {"configmap", "deployment", "networkpolicy", "poddisruptionbudget", "secret", "service", "serviceaccount"}
ALWAYS |= {"validatingwebhookconfiguration", "pod-test", "policy-check-configmap", "policy-check-job", "policy-check-serviceaccount"}
CONTROLLER = {"deployment", "service", "serviceaccount", "clusterrole", "clusterrolebinding", "networkpolicy", "secret", "webhookconfiguration"}
CONTROLLER = {f"controller-{name}" for name in CONTROLLER}
VALUES_FILES = sorted(path.name.removesuffix("-values.yaml") for path in (CHART / "ci").iterdir())
NAME = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")


def test_lint():
    """The chart passes a strict lint, with the default values and with those of each file in ci."""
    for values in [{}, *map(values_file, VALUES_FILES)]:
        report = helm.lint(CHART, values, strict=True, namespace="podscore")
        problems = [m for m in report["messages"] if m["severity"] >= 2]
        assert not problems and not report["errors"], (problems, report["errors"])


def test_kinds():
    """By default only objects whose kinds every cluster has are rendered. The others need a value."""
    equal(set(render()), ALWAYS)
    certificates = {"issuer-selfsigned", "certificate-ca", "issuer-ca", "certificate"}
    monitoring = {"servicemonitor", "prometheusrule", "configmap-dashboard"}
    roles = {"clusterrole", "clusterrolebinding"}
    controller = CONTROLLER - {"controller-secret"} | {"controller-certificate"}
    expected = ALWAYS - {"secret"} | certificates | monitoring | roles | controller | {"horizontalpodautoscaler", "networkpolicy-test"}
    equal(set(render(values_file("everything"))), expected)


def test_versions():
    """Each object has the current API version of its kind."""
    equal(
        {manifest["kind"]: manifest["apiVersion"] for manifest in render(values_file("everything")).values()},
        {
            "Certificate": "cert-manager.io/v1",
            "ClusterRole": "rbac.authorization.k8s.io/v1",
            "ClusterRoleBinding": "rbac.authorization.k8s.io/v1",
            "ConfigMap": "v1",
            "Deployment": "apps/v1",
            "HorizontalPodAutoscaler": "autoscaling/v2",
            "Issuer": "cert-manager.io/v1",
            "Job": "batch/v1",
            "NetworkPolicy": "networking.k8s.io/v1",
            "Pod": "v1",
            "PodDisruptionBudget": "policy/v1",
            "PrometheusRule": "monitoring.coreos.com/v1",
            "Service": "v1",
            "ServiceAccount": "v1",
            "ServiceMonitor": "monitoring.coreos.com/v1",
            "ValidatingWebhookConfiguration": "admissionregistration.k8s.io/v1",
        },
    )


def test_names():
    """Names are valid and have at most 63 characters, and objects are in the release's Namespace, even with the longest release name."""
    long = "a" * 53
    for name, namespace in [("podscore", "podscore"), ("x", "n"), (long, "b" * 63), ("my-podscore", "admission"), ("1", "0123"), ("on", "y")]:
        for values in [{}, values_file("everything")]:
            for manifest in render(values, name=name, namespace=namespace).values():
                assert NAME.fullmatch(manifest["metadata"]["name"]), manifest["metadata"]["name"]
                cluster_scoped = {"ValidatingWebhookConfiguration", "ClusterRole", "ClusterRoleBinding"}
                expected = None if manifest["kind"] in cluster_scoped else namespace
                equal(manifest["metadata"].get("namespace"), expected)
                for label in manifest["metadata"]["labels"].values():
                    assert len(label) <= 63, label
    equal(render(name="x")["service"]["metadata"]["name"], "x-podscore")
    equal(render(name="my-podscore")["service"]["metadata"]["name"], "my-podscore")
    equal(render({"fullnameOverride": "admission"})["service"]["metadata"]["name"], "admission")


def test_name_override():
    """nameOverride is in the names, in the label and in the selectors, and not in the labels of the chart."""
    objects = render({"nameOverride": "scores"}, name="x")
    names = {"x-scores", "x-scores-policies", "x-scores-policy-check", "x-scores-tls", "x-scores-test"}
    equal({manifest["metadata"]["name"] for manifest in objects.values()}, names)
    for name, manifest in objects.items():
        equal(manifest["metadata"]["labels"]["app.kubernetes.io/name"], "scores-test" if name == "pod-test" else "scores")
        equal(manifest["metadata"]["labels"]["helm.sh/chart"].partition("-")[0], "podscore")
    equal(objects["service"]["spec"]["selector"]["app.kubernetes.io/name"], "scores")
    equal(render({"nameOverride": "scores"}, name="my-scores")["service"]["metadata"]["name"], "my-scores")


def test_common_labels():
    """commonLabels are on every object and on the Pods, in no selector, and give way to the labels of one object."""
    everything = values_file("everything")
    everything["pod"]["labels"] |= {"release": "pods"}
    everything["dashboards"]["labels"] = {"release": "grafana"}
    texts = rendered(everything | {"commonLabels": {"release": "a", "cost": "7"}})
    for path, text in texts.items():
        if path.endswith(".yaml") and text.strip():
            # The parser here takes the last of two equal keys; others reject both.
            keys = re.findall(r"^    (.+?):", re.search(r"^  labels:\n((?:    .*\n)+)", text, re.MULTILINE)[1], re.MULTILINE)
            equal(sorted(keys), sorted(set(keys)))
    objects = parsed(texts)
    others = {"servicemonitor": "prometheus", "prometheusrule": "prometheus", "configmap-dashboard": "grafana"}
    for name, manifest in objects.items():
        release = others.get(name, "a")
        equal((manifest["metadata"]["labels"]["release"], manifest["metadata"]["labels"]["cost"]), (release, "7"))
    template = objects["deployment"]["spec"]["template"]["metadata"]["labels"]
    equal((template["release"], template["cost"]), ("pods", "7"))
    assert not broken(objects)
    equal(objects["deployment"]["spec"]["selector"], render()["deployment"]["spec"]["selector"])


def test_invariants_can_fail():
    """The checks of every rendering below find each fault."""
    for where, change, word in [
        ("service", lambda spec: spec["selector"].update({"app.kubernetes.io/name": "other"}), "selects"),
        ("service", lambda spec: spec["ports"][0].update(targetPort="http"), "port http"),
        ("poddisruptionbudget", lambda spec: spec["selector"]["matchLabels"].update(a="b"), "selects"),
        ("networkpolicy", lambda spec: spec["ingress"][0]["ports"][0].update(port="http"), "port http"),
        ("networkpolicy", lambda spec: spec.update(egresss=[]), "no field egresss"),
        ("deployment", lambda spec: spec["template"]["spec"]["volumes"].pop(), "no volume"),
        ("deployment", lambda spec: spec["template"]["spec"]["volumes"][0]["secret"].update(secretName="x"), "Secret x"),
        ("deployment", lambda spec: spec["template"]["spec"]["volumes"].append({"name": "x", "emptyDir": {}}), "not mounted"),
        ("deployment", lambda spec: spec["template"]["spec"].update(serviceAccountName="x"), "ServiceAccount x"),
        ("deployment", lambda spec: spec.update(replicas="2"), "replicas"),
        ("deployment", lambda spec: spec.pop("selector"), "lacks selector"),
        ("policy-check-job", lambda spec: spec["template"]["spec"].update(serviceAccountName="podscore"), "no hook ServiceAccount"),
        ("policy-check-job", lambda spec: spec["template"]["metadata"]["labels"].update({"app.kubernetes.io/name": "podscore"}), "is selected"),
    ]:
        objects = render()
        change(objects[where]["spec"])
        found = broken(objects)
        assert any(word in problem for problem in found), f"{word!r} is not among {found}"


def test_service_ports():
    """The API server uses port 443, whatever the Pod's port is."""
    service = render()["service"]
    equal({port["port"]: port["targetPort"] for port in service["spec"]["ports"]}, {443: "https", 8080: "metrics"})


def test_arguments():
    """The server gets its ports, files, mode, Namespace and limits."""
    expected = [
        "serve",
        "--host=::",
        "--port=8443",
        "--ops-port=8080",
        "--tls-cert=/etc/podscore/tls/tls.crt",
        "--tls-key=/etc/podscore/tls/tls.key",
        "--client-ca=/etc/podscore/client-ca/ca.crt",
        "--client-name=kube-apiserver",
        "--client-name=spiffe://cluster/api: {{x}}",
        "--policy=/etc/podscore/policies",
        "--mode=audit",
        "--own-namespace=admission",
        "--threads=4",
        "--max-in-flight=1000000",
        "--max-connections=2048",
        "--max-buffered-bytes=1073741824",
        "--drain-delay=15",
        "--log-format=json",
        "--log-level=debug",
    ]
    ca = "-----BEGIN CERTIFICATE-----\n…"
    server = {"host": "::", "threads": 4, "maxInFlight": 1000000, "maxConnections": 2048, "maxBufferedBytes": 1 << 30, "drainDelaySeconds": 15, "clientCA": ca}
    server |= {"clientNames": ["kube-apiserver", "spiffe://cluster/api: {{x}}"], "logFormat": "json", "logLevel": "debug"}
    objects = render({"mode": "audit", "server": server}, namespace="admission")
    equal(container(objects)["args"], expected)
    mounts = {mount["name"]: (mount["mountPath"], mount["readOnly"]) for mount in container(objects)["volumeMounts"]}
    folders = {"tls": "tls", "policies": "policies", "client-ca": "client-ca"}
    equal(mounts, {name: (f"/etc/podscore/{folder}", True) for name, folder in folders.items()})
    equal(objects["configmap-client-ca"]["data"], {"ca.crt": ca})
    # 20 s for requests in flight, and 5 s to spare.
    equal(pod_spec(objects)["terminationGracePeriodSeconds"], 15 + 20 + 5)


def test_recording():
    """Records go to a volume of the Pod, with more room than they need, and only if they are enabled."""
    objects = render({"record": {"enabled": True, "maxFiles": 1000000, "maxBytes": 1 << 30}})
    told = [argument for argument in container(objects)["args"] if argument.startswith("--record")]
    equal(told, ["--record=/var/lib/podscore/records", "--record-max-files=1000000", "--record-max-bytes=1073741824"])
    (volume,) = [volume for volume in pod_spec(objects)["volumes"] if volume["name"] == "records"]
    equal(volume, {"name": "records", "emptyDir": {"sizeLimit": str((1 << 30) + 1000000 * 8192 + (1 << 24))}})
    (mount,) = [mount for mount in container(objects)["volumeMounts"] if mount["name"] == "records"]
    equal(mount, {"name": "records", "mountPath": "/var/lib/podscore"})
    assert not any("record" in argument for argument in container(render())["args"])
    assert "records" not in {volume["name"] for volume in pod_spec(render())["volumes"]}


def test_hardening():
    """The Pod meets Podscore's own rules."""
    objects = render()
    spec, only = pod_spec(objects), container(objects)
    equal(spec["automountServiceAccountToken"], False)
    equal(objects["serviceaccount"]["automountServiceAccountToken"], False)
    equal(
        spec["securityContext"],
        {
            "runAsNonRoot": True,
            "runAsUser": 65532,
            "runAsGroup": 65532,
            "fsGroup": 65532,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
    )
    for each in [*spec.get("initContainers", []), only]:
        equal(
            each["securityContext"],
            {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}},
        )
        for amounts in each["resources"]["requests"], each["resources"]["limits"]:
            equal(set(amounts), {"cpu", "memory"})
    assert not {"hostUsers", "hostNetwork", "hostPID", "hostIPC"} & set(spec)
    assert "appArmorProfile" not in spec["securityContext"]
    tls = next(volume for volume in spec["volumes"] if volume["name"] == "tls")
    equal(tls["secret"]["defaultMode"], 0o440)


def contexts(values):
    """The security contexts of the Pod and of its containers, each once."""
    spec = pod_spec(render(values))
    of_containers = [each["securityContext"] for each in [*spec["initContainers"], *spec["containers"]]]
    equal(of_containers[1:], of_containers[:1])
    return spec["securityContext"], of_containers[0]


def test_security_contexts():
    """Each field of the security contexts can be replaced, added and removed, and the others stay."""
    pod, of_container = contexts({})
    values = {
        "pod": {"appArmorProfile": "RuntimeDefault"},
        "podSecurityContext": {"runAsUser": 1000650000, "runAsNonRoot": False, "fsGroup": None, "supplementalGroups": [7], "appArmorProfile": None},
        "securityContext": {"capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]}, "readOnlyRootFilesystem": False, "runAsUser": 0},
    }
    changed = pod | {"runAsUser": 1000650000, "runAsNonRoot": False, "supplementalGroups": [7]}
    del changed["fsGroup"]
    equal(contexts(values), (changed, of_container | values["securityContext"]))


def test_openshift():
    """On OpenShift the Pod names no id, unless the administrator does, and stays as hardened as elsewhere."""
    (pod, of_container), (usual, of_usual_container) = contexts({"platform": "openshift"}), contexts({})
    equal(pod, {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}})
    equal((of_container, set(usual) - set(pod)), (of_usual_container, {"runAsUser", "runAsGroup", "fsGroup"}))
    equal(contexts({"platform": "openshift", "podSecurityContext": {"fsGroup": 1000650000}})[0], pod | {"fsGroup": 1000650000})


def test_full_marks():
    """ci/full-marks-values.yaml adds the remaining settings."""
    objects = render(values_file("full-marks"))
    equal(pod_spec(objects)["hostUsers"], False)
    equal(pod_spec(objects)["securityContext"]["appArmorProfile"], {"type": "RuntimeDefault"})
    assert re.fullmatch(r"podscore@sha256:[0-9a-f]{64}", container(objects)["image"]), container(objects)["image"]


def test_availability():
    """An upgrade removes no Pod first, a drain removes one at a time, and the Pods of a revision spread if possible."""
    objects = render()
    equal(objects["deployment"]["spec"]["replicas"], 2)
    equal(objects["deployment"]["spec"]["strategy"]["rollingUpdate"], {"maxUnavailable": 0, "maxSurge": 1})
    budget = objects["poddisruptionbudget"]["spec"]
    equal((budget["maxUnavailable"], budget["unhealthyPodEvictionPolicy"]), (1, "AlwaysAllow"))
    assert "minAvailable" not in budget
    spread = pod_spec(objects)["topologySpreadConstraints"]
    equal([each["topologyKey"] for each in spread], ["kubernetes.io/hostname", "topology.kubernetes.io/zone"])
    equal({each["whenUnsatisfiable"] for each in spread}, {"ScheduleAnyway"})


def test_autoscaling():
    """With an autoscaler the Deployment has no number of replicas, which an upgrade would restore."""
    objects = render({"autoscaling": {"enabled": True, "maxReplicas": 9}})
    assert "replicas" not in objects["deployment"]["spec"]
    scaler = objects["horizontalpodautoscaler"]["spec"]
    equal((scaler["minReplicas"], scaler["maxReplicas"]), (2, 9))


def test_network():
    """No connection goes out. Incoming ones can be restricted for each port."""
    spec = render()["networkpolicy"]["spec"]
    equal((spec["policyTypes"], spec["egress"]), (["Ingress", "Egress"], []))
    equal([rule.get("from") for rule in spec["ingress"]], [None, None])
    one, other = [{"ipBlock": {"cidr": "10.0.0.0/28"}}], [{"namespaceSelector": {}}]
    spec = render({"networkPolicy": {"apiServerFrom": one, "metricsFrom": other}})["networkpolicy"]["spec"]
    equal([(rule["ports"][0]["port"], rule["from"]) for rule in spec["ingress"]], [("https", one), ("metrics", other)])
    assert "networkpolicy" not in render({"networkPolicy": {"enabled": False}})


def test_cluster():
    """With the cluster as a source of policies, the server alone mounts a token, may read three kinds and connect to API servers; policies may have selectors."""
    objects, usual = render({"cluster": {"enabled": True}}, namespace="admission"), render(namespace="admission")
    equal(set(objects) - set(usual), {"clusterrole", "clusterrolebinding"})
    rules = objects["clusterrole"]["rules"]
    equal({(group, resource) for rule in rules for group in rule["apiGroups"] for resource in rule["resources"]}, {
        ("podscore.dev", "scorepolicies"), ("podscore.dev", "scorewaivers"), ("", "namespaces"),
    })
    equal([(rule["verbs"], set(rule)) for rule in rules], [(["get", "list", "watch"], {"apiGroups", "resources", "verbs"})] * 2)
    binding = objects["clusterrolebinding"]
    equal((binding["roleRef"]["kind"], binding["roleRef"]["name"]), ("ClusterRole", objects["clusterrole"]["metadata"]["name"]))
    equal(binding["subjects"], [{"kind": "ServiceAccount", "name": pod_spec(objects)["serviceAccountName"], "namespace": "admission"}])
    equal(set(container(objects)["args"]) - set(container(usual)["args"]), {"--cluster"})
    (rule,) = objects["networkpolicy"]["spec"]["egress"]
    equal(rule, {"ports": [{"port": 443, "protocol": "TCP"}, {"port": 6443, "protocol": "TCP"}]})
    one = [{"ipBlock": {"cidr": "10.0.0.0/28"}}]
    own = {"cluster": {"enabled": True}, "networkPolicy": {"apiServerTo": one, "apiServerPorts": [8443]}}
    (rule,) = render(own)["networkpolicy"]["spec"]["egress"]
    equal(rule, {"ports": [{"port": 8443, "protocol": "TCP"}], "to": one})
    equal((pod_spec(objects)["automountServiceAccountToken"], pod_spec(usual)["automountServiceAccountToken"]), (True, False))
    # All else is as without it.
    checks = [each for each in objects.values() if each["kind"] == "Job" and each["metadata"]["name"].endswith("-policy-check")]
    for check in checks:
        (only,) = check["spec"]["template"]["spec"]["containers"]
        only["args"].remove("--allow-selectors")
    equal(len(checks), 1)
    for name, manifest in usual.items():
        if name not in ("deployment", "networkpolicy", "secret", "validatingwebhookconfiguration"):
            equal(objects[name], manifest)
    del pod_spec(objects)["automountServiceAccountToken"], pod_spec(usual)["automountServiceAccountToken"]
    container(objects)["args"].remove("--cluster")
    for each in pod_spec(objects)["initContainers"]:
        each["args"].remove("--allow-selectors")
    equal(objects["deployment"], usual["deployment"])


def test_image():
    """The image has the chart's version unless there is a tag or digest. The digest is used first."""
    with helm.Chart.load(CHART) as chart:
        version = chart.metadata["appVersion"]
    digest = "sha256:" + "a" * 64
    equal(container(render())["image"], f"podscore:{version}")
    equal(container(render({"image": {"repository": "r.example:5000/podscore", "tag": "9"}}))["image"], "r.example:5000/podscore:9")
    equal(container(render({"image": {"tag": "9", "digest": digest}}))["image"], f"podscore@{digest}")
    equal(pod_spec(render({"image": {"pullSecrets": ["a"]}}))["imagePullSecrets"], [{"name": "a"}])


def test_policies():
    """Policy files are unchanged, null removes the default, and without files there is no ConfigMap. A change does not restart the Pods."""
    text = f'{ENFORCING}\n# ü "quoted" {{{{ not a template }}}}\n'
    objects = render({"policies": {"payments.yaml": text}})
    equal(set(objects["configmap"]["data"]), {"default.yaml", "payments.yaml"})
    equal(objects["configmap"]["data"]["payments.yaml"], text)
    alone = render({"policies": {"default.yaml": None, "payments.yaml": text}})
    equal(set(alone["configmap"]["data"]), {"payments.yaml"})
    # podscore reads ConfigMap and Secret again while it runs.
    equal(objects["deployment"], alone["deployment"])
    none = render({"policies": {"default.yaml": None}})
    assert "configmap" not in none
    assert not any(argument.startswith("--policy") for argument in container(none)["args"])
    equal([volume["name"] for volume in pod_spec(none)["volumes"]], ["tls"])


def test_existing_policies():
    """With a ConfigMap of the administrator the release makes none, and server and check read that one."""
    objects = render({"existingConfigMap": "1e3"})
    assert "configmap" not in objects
    (volume,) = [volume for volume in pod_spec(objects)["volumes"] if volume["name"] == "policies"]
    equal(volume["configMap"], {"name": "1e3"})
    assert "--policy=/etc/podscore/policies" in container(objects)["args"]
    equal(pod_spec(objects)["initContainers"], pod_spec(render())["initContainers"])


def test_ports():
    """The ports of the Pod can change. Probes, Service and NetworkPolicy follow by name."""
    objects = render({"server": {"port": 10250, "opsPort": 9080}})
    equal({port["name"]: port["containerPort"] for port in container(objects)["ports"]}, {"https": 10250, "metrics": 9080})
    assert {"--port=10250", "--ops-port=9080"} <= set(container(objects)["args"])
    equal(objects["service"], render()["service"])
    equal(objects["networkpolicy"], render()["networkpolicy"])
    assert not {"hostNetwork", "dnsPolicy"} & set(pod_spec(objects))
    equal(pod_spec(render({"dnsPolicy": "Default"}))["dnsPolicy"], "Default")


def test_host_network():
    """In the node's network, Pods resolve names in the cluster, and an upgrade needs no spare node."""
    objects = render({"hostNetwork": True})
    spec = pod_spec(objects)
    equal((spec["hostNetwork"], spec["dnsPolicy"]), (True, "ClusterFirstWithHostNet"))
    assert objects["deployment"]["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] >= 1
    equal(spec["securityContext"], pod_spec(render())["securityContext"])
    equal(pod_spec(render({"hostNetwork": True, "dnsPolicy": "Default"}))["dnsPolicy"], "Default")
    assert "NetworkPolicies do not apply" in notes({"hostNetwork": True}) and "NetworkPolicies do not" not in notes()


def test_of_release():
    """`helm test` runs the program as the server runs, asks the Service, and is not selected by it. It can be left out."""
    objects = render(values_file("everything"), name="x", namespace="admission")
    pod = objects["pod-test"]
    equal(pod["metadata"]["annotations"]["helm.sh/hook"], "test")
    (only,) = pod["spec"]["containers"]
    equal(only["args"], ["doctor", "--ops-url=http://x-podscore.admission.svc:8080"])
    for field in ["image", "imagePullPolicy", "resources", "securityContext"]:
        equal(only[field], container(objects)[field])
    for field in ["securityContext", "nodeSelector", "tolerations", "imagePullSecrets", "serviceAccountName"]:
        equal(pod["spec"][field], pod_spec(objects)[field])
    equal(pod["spec"]["automountServiceAccountToken"], False)
    selector = objects["service"]["spec"]["selector"]
    assert not selector.items() <= pod["metadata"]["labels"].items(), selector
    # Where the plain port is closed to others, a policy opens it for the test.
    opened = objects["networkpolicy-test"]
    equal(opened["metadata"]["annotations"]["helm.sh/hook"], "test")
    equal(opened["spec"]["podSelector"]["matchLabels"], selector)
    (rule,) = opened["spec"]["ingress"]
    equal([port["port"] for port in rule["ports"]], ["metrics"])
    assert rule["from"][0]["podSelector"]["matchLabels"].items() <= pod["metadata"]["labels"].items()
    equal({name for name in render({"tests": {"enabled": False}})}, ALWAYS - {"pod-test"})
    assert "helm test" in notes() and "helm test" not in notes({"tests": {"enabled": False}})


def test_further_arguments():
    """Arguments and variables are added to the server alone, as they are written."""
    variables = [{"name": "A", "value": "{{x}}"}, {"name": "B", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}}]
    objects = render({"extraArgs": ["--watch-interval=5", '--x="y": {{z}}'], "extraEnv": variables})
    equal(container(objects)["args"][-2:], ["--watch-interval=5", '--x="y": {{z}}'])
    equal(container(objects)["args"][:-2], container(render())["args"])
    equal(container(objects)["env"], variables)
    assert "env" not in container(render())
    equal(pod_spec(objects)["initContainers"], pod_spec(render())["initContainers"])
    equal(container(render({"extraArgs": ["--watch-interval", "5", "mode"]}))["args"][-3:], ["--watch-interval", "5", "mode"])
    # Each option that the chart sets is known to the check, so no argument can contradict the registration.
    options = {argument.partition("=")[0] for argument in container(render(values_file("everything")))["args"][1:]} - {"--watch-interval"}
    for option in options:
        refused({"extraArgs": [f"{option}=x"]}, "is set by the chart")


def test_spread():
    """Other constraints replace the chart's, and select Podscore's Pods unless they say otherwise."""
    own = {"topologyKey": "rack", "maxSkew": 2, "whenUnsatisfiable": "DoNotSchedule"}
    other = own | {"labelSelector": {"matchLabels": {"a": "b"}}}
    selector = render()["deployment"]["spec"]["selector"]
    equal(pod_spec(render({"topologySpreadConstraints": [own, other]}))["topologySpreadConstraints"], [own | {"labelSelector": selector}, other])


def test_pod_settings():
    """The Pod has the administrator's settings for scheduling."""
    values = {
        "replicas": 3,
        "pod": {
            "nodeSelector": {"a": "b"},
            "tolerations": [{"operator": "Exists"}],
            "affinity": {"podAntiAffinity": {}},
            "annotations": {"c": "d"},
            "labels": {"e": "f"},
            "priorityClassName": "system-cluster-critical",
        },
    }
    objects = render(values)
    spec, metadata = pod_spec(objects), objects["deployment"]["spec"]["template"]["metadata"]
    equal(objects["deployment"]["spec"]["replicas"], 3)
    equal([render(more)["deployment"]["spec"]["revisionHistoryLimit"] for more in [{}, {"revisionHistoryLimit": 0}]], [3, 0])
    equal((spec["nodeSelector"], spec["tolerations"]), ({"a": "b", "kubernetes.io/os": "linux"}, [{"operator": "Exists"}]))
    equal(pod_spec(render())["nodeSelector"], {"kubernetes.io/os": "linux"})
    equal(spec["affinity"], {"podAntiAffinity": {}})
    equal(spec["priorityClassName"], "system-cluster-critical")
    equal((metadata["annotations"]["c"], metadata["labels"]["e"]), ("d", "f"))
