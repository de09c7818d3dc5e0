"""Values: which ones are rejected, and whether the accepted ones work together."""

import itertools

import helm_python.chart as helm
from harness import CHART, DOCUMENT, EMPTY, ENFORCING, WAIVER, equal, merged, refused, render
from invariants import broken

CA = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"

# Every switch of the chart with its positions other than the default.
SWITCHES = {
    "replicas": [{"replicas": 1, "revisionHistoryLimit": 0}],
    "name": [{"fullnameOverride": "admission"}, {"nameOverride": "scores"}],
    "labels": [{"commonLabels": {"a": "c", "team": "platform"}}],
    "platform": [{"platform": "openshift"}],
    "image": [{"image": {"digest": "sha256:" + "a" * 64, "pullSecrets": ["a"]}}],
    "mode": [{"mode": "warn"}, {"mode": "audit"}],
    "policies": [{"policies": EMPTY}, {"policies": {"payments.yaml": ENFORCING}}, {"policies": {"payments.yaml": [DOCUMENT, WAIVER]}}],
    "existing policies": [
        {"existingConfigMap": "mine"},
        {"existingConfigMap": "mine", "webhook": {"enforced": {"namespaces": ["a"], "patterns": ["b-*"]}}},
    ],
    "check of policies": [{"policyCheck": {"enabled": False}}],
    "floor": [{"floor": {"enabled": True}}, {"floor": {"enabled": True, "minimumScore": 4, "timeoutSeconds": 60}}],
    "cluster": [{"cluster": {"enabled": True}}],
    "controller": [
        {"controller": {"enabled": True, "port": 9444, "opsPort": 9081, "priorityClassName": "low"}},
        {"controller": {"enabled": True, "reports": False, "events": False, "status": False}},
        {"controller": {"enabled": True, "policyWebhook": False, "interval": "2h"}},
        {"controller": {"enabled": True, "pageAddress": "scores.example.com"}},
        {"controller": {"enabled": True, "floor": True}, "cluster": {"enabled": True}},
    ],
    "host": [{"server": {"host": "::"}}],
    "network": [{"server": {"port": 10250}}, {"hostNetwork": True, "server": {"port": 9443, "opsPort": 9080}}, {"dnsPolicy": "Default"}],
    "tests": [{"tests": {"enabled": False}}],
    "arguments": [{"extraArgs": ["--watch-interval=5"], "extraEnv": [{"name": "A", "value": "b"}]}],
    "spread": [{"topologySpreadConstraints": [{"topologyKey": "a", "maxSkew": 1, "whenUnsatisfiable": "DoNotSchedule"}]}],
    "client CA": [{"server": {"clientCA": CA}}, {"server": {"clientCA": CA, "clientNames": ["kube-apiserver", "10.0.0.1"]}}],
    "record": [{"record": {"enabled": True}}],
    "failure policies": [{"webhook": {"pods": {"failurePolicy": "Fail"}, "workloads": {"failurePolicy": "Fail"}}}],
    "workloads": [
        {"webhook": {"workloads": {"enabled": False}}},
        {"webhook": {"workloads": {"extra": [{"group": "a.b", "kind": "C", "resource": "cs", "template": ".spec.template"}]}}},
    ],
    "conditions": [{"webhook": {"pods": {"matchConditions": []}, "workloads": {"matchConditions": []}}}],
    "namespaces": [{"webhook": {"excludedNamespaces": []}}, {"webhook": {"namespaceSelector": {"matchLabels": {"a": "b"}}}}],
    "certificate": [
        {"certificate": {"source": "certManager"}},
        {"certificate": {"source": "certManager", "certManager": {"issuerRef": {"name": "a"}}}},
        {"certificate": {"source": "existingSecret", "existingSecret": "mine"}, "webhook": {"caBundle": CA}},
    ],
    "disruption budget": [{"podDisruptionBudget": {"enabled": False}}, {"podDisruptionBudget": {"maxUnavailable": "50%"}}],
    "autoscaling": [{"autoscaling": {"enabled": True}}],
    "network policy": [{"networkPolicy": {"enabled": False}}, {"networkPolicy": {"metricsFrom": [{"podSelector": {}}]}}],
    "monitoring": [{"serviceMonitor": {"enabled": True, "labels": {"a": "b"}}, "prometheusRule": {"enabled": True, "labels": {"a": "b"}}}],
    "dashboard": [{"dashboards": {"enabled": True, "annotations": {"grafana_folder": "a"}}}],
    "security": [{"podSecurityContext": {"fsGroup": 1000}, "securityContext": {"runAsUser": 1000}}, {"securityContext": {"capabilities": None}}],
    "AppArmor": [{"pod": {"appArmorProfile": "RuntimeDefault"}}],
    "user namespace": [{"pod": {"hostUsers": False}}],
    "place": [{"pod": {"nodeSelector": {"a": "b"}, "tolerations": [{"operator": "Exists"}], "affinity": {"nodeAffinity": {}}}}],
    "marks": [{"pod": {"labels": {"a": "b"}, "annotations": {"a": "b"}, "priorityClassName": "a"}}],
}


def rows():
    """A small set of settings in which every pair of positions of any two switches occurs."""
    positions = {switch: [{}, *others] for switch, others in SWITCHES.items()}
    missing = {
        ((one, i), (other, j))
        for one, other in itertools.combinations(positions, 2)
        for i, j in itertools.product(range(len(positions[one])), range(len(positions[other])))
    }
    order = list(positions)
    while missing:
        row = dict(min(missing))
        for switch in order:
            if switch not in row:
                row[switch] = max(range(len(positions[switch])), key=lambda position: gain(missing, order, row, switch, position))
        chosen = [(switch, row[switch]) for switch in order]
        missing -= set(itertools.combinations(chosen, 2))
        yield merged(*(positions[switch][position] for switch, position in chosen))


def gain(missing, order, row, switch, position):
    """The number of missing pairs that a position adds to a row."""
    pairs = (sorted([(switch, position), chosen], key=lambda pair: order.index(pair[0])) for chosen in row.items())
    return sum(tuple(pair) in missing for pair in pairs)


def test_pairs():
    """For any positions of any two switches, Kubernetes 1.36 accepts every object with strict validation, and the objects fit together."""
    count = 0
    with helm.Chart.load(CHART) as chart:
        for values in rows():
            if values.get("existingConfigMap"):
                values["policies"] = {}
            if values.get("existingConfigMap") or values.get("webhook", {}).get("namespaceSelector"):
                values.pop("floor", None)
                values.get("controller", {}).pop("floor", None)
            is_partial = values.get("webhook", {}).get("workloads", {}).get("enabled") is False
            if is_partial or not values.get("cluster", {}).get("enabled"):
                values.get("controller", {}).pop("floor", None)
            if values.get("controller", {}).get("floor"):
                values.pop("floor", None)
            if values.get("hostNetwork"):
                values.get("pod", {}).pop("hostUsers", None)
            existing = {("Secret", values.get("certificate", {}).get("existingSecret")), ("ConfigMap", values.get("existingConfigMap"))}
            if values.get("certificate", {}).get("existingSecret"):
                values = merged(values, {"controller": {"certificateSecret": "controllers"}})
                existing.add(("Secret", "controllers"))
            found = broken(render(values, chart=chart), existing=existing)
            assert not found, f"{values}: {found}"
            count += 1
    assert 10 <= count <= 100, count


def test_every_switch():
    """Every top-level value has a switch above, or a dedicated test in check_objects."""
    with helm.Chart.load(CHART) as chart:
        keys = set(chart.values) - {"resources"}
    equal({key for positions in SWITCHES.values() for values in positions for key in values}, keys)


def test_schema_is_complete():
    """Each value has an entry in the schema, and the schema accepts no other value."""

    def compare(values, schema, path):
        assert schema.get("additionalProperties") is False, f"{path or 'the values'} takes anything"
        missing = set(values) ^ (set(schema["properties"]) - {"global"})
        assert not missing, f"{path}: {missing} is in one only"
        for key, value in values.items():
            below = schema["properties"][key]
            if isinstance(value, dict) and "properties" in below and value:
                compare(value, below, f"{path}.{key}")

    with helm.Chart.load(CHART) as chart:
        compare(chart.values, chart.schema, "")


def test_schema():
    """Wrong values are rejected with the name of the key."""
    for values, word in [
        ({"replica": 2}, "replica"),
        ({"replicas": 0}, "replicas"),
        ({"replicas": "2"}, "replicas"),
        ({"fullnameOverride": "A"}, "fullnameOverride"),
        ({"fullnameOverride": "1"}, "fullnameOverride"),
        ({"fullnameOverride": "a" * 51}, "fullnameOverride"),
        ({"nameOverride": "Podscore"}, "nameOverride"),
        ({"nameOverride": "1"}, "nameOverride"),
        ({"commonLabels": {"helm.sh/chart": "a"}}, "commonLabels"),
        ({"commonLabels": {"a": "b c"}}, "commonLabels"),
        ({"mode": "off"}, "mode"),
        ({"platform": "eks"}, "platform"),
        ({"podSecurityContext": {"runAsUsers": 1}}, "runAsUsers"),
        ({"podSecurityContext": {"fsGroup": "1000"}}, "fsGroup"),
        ({"podSecurityContext": {"seccompProfile": "RuntimeDefault"}}, "seccompProfile"),
        ({"securityContext": {"fsGroup": 1}}, "fsGroup"),
        ({"securityContext": {"capabilities": ["ALL"]}}, "capabilities"),
        ({"image": {"tag": "latest"}}, "tag"),
        ({"image": {"digest": "sha256:abc"}}, "digest"),
        ({"image": {"repository": ""}}, "repository"),
        ({"image": {"pullPolicy": "Sometimes"}}, "pullPolicy"),
        ({"policies": {"a.txt": "x"}}, "a.txt"),
        ({"policies": {"..data.yaml": "x"}}, "..data.yaml"),
        ({"policies": {"a.yaml": 7}}, "a.yaml"),
        ({"policies": {"a.yaml": []}}, "a.yaml"),
        ({"policies": {"a.yaml": {"kind": "ScorePolicy"}}}, "a.yaml"),
        ({"policyCheck": {"timeoutSeconds": 0}}, "timeoutSeconds"),
        ({"policyCheck": {"enable": False}}, "enable"),
        ({"certificate": {"source": "cert-manager"}}, "source"),
        ({"certificate": {"allowOffline": "yes"}}, "allowOffline"),
        ({"policies": {"a.yaml": ""}}, "a.yaml"),
        ({"existingConfigMap": "Mine"}, "existingConfigMap"),
        ({"webhook": {"enforced": {"namespaces": ["a*"]}}}, "namespaces"),
        ({"webhook": {"enforced": {"patterns": ["A*"]}}}, "patterns"),
        ({"webhook": {"enforced": {"patterns": ["'] || true"]}}}, "patterns"),
        ({"webhook": {"enforced": {"policies": []}}}, "policies"),
        ({"server": {"host": "localhost"}}, "host"),
        ({"server": {"port": 443}}, "port"),
        ({"server": {"opsPort": "8080"}}, "opsPort"),
        ({"server": {"threads": 0}}, "threads"),
        ({"revisionHistoryLimit": -1}, "revisionHistoryLimit"),
        ({"hostNetwork": "yes"}, "hostNetwork"),
        ({"dnsPolicy": "None"}, "dnsPolicy"),
        ({"tests": {"enabled": 1}}, "enabled"),
        ({"topologySpreadConstraints": [{"topologyKey": "a", "maxSkew": 1}]}, "whenUnsatisfiable"),
        ({"extraArgs": [""]}, "extraArgs"),
        ({"extraEnv": [{"name": "A", "value": 1}]}, "value"),
        ({"extraEnv": [{"name": "A", "value": "b", "valueFrom": {"fieldRef": {}}}]}, "extraEnv"),
        ({"controller": {"interval": "30s"}}, "interval"),
        ({"controller": {"interval": "0m"}}, "interval"),
        ({"controller": {"interval": 15}}, "interval"),
        ({"controller": {"interval": "25h"}}, "interval"),
        ({"controller": {"interval": "1h60m"}}, "interval"),
        ({"controller": {"reports": {"enabled": True}}}, "reports"),
        ({"controller": {"timeoutSeconds": 10}}, "timeoutSeconds"),
        ({"controller": {"certificateSecret": "A"}}, "certificateSecret"),
        ({"controller": {"replicas": 2}}, "replicas"),
        ({"controller": {"pageAddress": "a:80"}}, "pageAddress"),
        ({"controller": {"pageAddress": "https://a"}}, "pageAddress"),
        ({"controller": {"port": 443}}, "port"),
        ({"controller": {"resources": {"limits": {"memory": None}}}}, "memory"),
        ({"server": {"maxInFlight": 0}}, "maxInFlight"),
        ({"server": {"maxConnections": 0}}, "maxConnections"),
        ({"server": {"maxBufferedBytes": 33554432}}, "maxBufferedBytes"),
        ({"server": {"drainDelaySeconds": -1}}, "drainDelaySeconds"),
        ({"server": {"clientCA": "AAAA"}}, "clientCA"),
        ({"server": {"clientCA": CA, "clientNames": "kube-apiserver"}}, "clientNames"),
        ({"server": {"clientCA": CA, "clientNames": [""]}}, "clientNames"),
        ({"record": {"enabled": "yes"}}, "enabled"),
        ({"record": {"maxFiles": 0}}, "maxFiles"),
        ({"record": {"maxBytes": 1024}}, "maxBytes"),
        ({"record": {"directory": "/records"}}, "directory"),
        ({"webhook": {"pods": {"failurePolicy": "fail"}}}, "failurePolicy"),
        ({"webhook": {"pods": {"enabled": False}}}, "enabled"),
        ({"webhook": {"pods": {"matchConditions": [{"name": "a"}]}}}, "expression"),
        ({"webhook": {"workloads": {"extra": [{"group": "a.b", "kind": "C", "resource": "cs"}]}}}, "template"),
        ({"webhook": {"workloads": {"extra": [{"group": "a.b", "kind": "C", "resource": "cs", "template": "spec"}]}}}, "template"),
        ({"webhook": {"workloads": {"extra": [{"group": "", "kind": "C", "resource": "cs", "template": ".a"}]}}}, "group"),
        ({"webhook": {"timeoutSeconds": 31}}, "timeoutSeconds"),
        ({"webhook": {"excludedNamespaces": ["a/b"]}}, "excludedNamespaces"),
        ({"webhook": {"namespaceSelector": {"matchNames": ["a"]}}}, "matchNames"),
        ({"webhook": {"namespaceSelector": {"matchExpressions": [{"key": "a", "operator": "In"}]}}}, "values"),
        ({"webhook": {"objectSelector": {}}}, "objectSelector"),
        ({"webhook": {"caBundle": "AAAA"}}, "caBundle"),
        ({"certificate": {"validDays": 0}}, "validDays"),
        ({"certificate": {"existingSecret": "A"}}, "existingSecret"),
        ({"certificate": {"certManager": {"duration": "90d"}}}, "duration"),
        ({"certificate": {"certManager": {"issuerRef": {"kind": "Issuer"}}}}, "name"),
        ({"resources": {"limits": {"cpu": None}}}, "cpu"),
        ({"resources": {"requests": {"memory": "much"}}}, "memory"),
        ({"resources": {"claims": []}}, "claims"),
        ({"podDisruptionBudget": {"maxUnavailable": 0}}, "maxUnavailable"),
        ({"podDisruptionBudget": {"maxUnavailable": "0%"}}, "maxUnavailable"),
        ({"podDisruptionBudget": {"minAvailable": 1}}, "minAvailable"),
        ({"autoscaling": {"enabled": "yes"}}, "enabled"),
        ({"autoscaling": {"targetCPUUtilizationPercentage": 0}}, "targetCPUUtilizationPercentage"),
        ({"networkPolicy": {"metricsFrom": [{}]}}, "metricsFrom"),
        ({"networkPolicy": {"apiServerFrom": ["10.0.0.0/8"]}}, "apiServerFrom"),
        ({"serviceMonitor": {"interval": "often"}}, "interval"),
        ({"serviceMonitor": {"labels": {"app.kubernetes.io/name": "a"}}}, "labels"),
        ({"prometheusRule": {"labels": {"a": 1}}}, "labels"),
        ({"prometheusRule": {"runbookURL": "wiki.example"}}, "runbookURL"),
        ({"prometheusRule": {"runbookURL": "https://wiki.example/page#alerts"}}, "runbookURL"),
        ({"dashboards": {"enabled": "yes"}}, "enabled"),
        ({"dashboards": {"labels": {"grafana_dashboard": 1}}}, "labels"),
        ({"dashboards": {"annotations": {"a": 1}}}, "annotations"),
        ({"pod": {"hostUsers": "no"}}, "hostUsers"),
        ({"pod": {"appArmorProfile": "Unconfined"}}, "appArmorProfile"),
        ({"pod": {"labels": {"app.kubernetes.io/instance": "a"}}}, "labels"),
        ({"pod": {"annotations": {"a": 1}}}, "annotations"),
        ({"pod": {"tolerations": [{"operator": "Sometimes"}]}}, "operator"),
        ({"pod": {"affinity": {"podAfinity": {}}}}, "podAfinity"),
    ]:
        refused(values, word)


def test_values_that_contradict():
    """Two values that exclude each other are rejected with a sentence."""
    refused({"autoscaling": {"enabled": True, "maxReplicas": 1}}, "maxReplicas is below")
    refused({"server": {"clientNames": ["kube-apiserver"]}}, "clientNames needs server.clientCA")
    refused({"server": {"port": 8080}}, "server.port and server.opsPort must differ")
    refused({"hostNetwork": True, "pod": {"hostUsers": False}}, "hostNetwork and pod.hostUsers: false exclude each other")
    refused({"hostNetwork": True, "server": {"port": 10250}}, "server.port: 10250 is a port of the kubelet")
    refused({"controller": {"enabled": True, "port": 8080}}, "controller.port and controller.opsPort must differ")
    refused({"hostNetwork": True, "controller": {"enabled": True}}, "must differ from server.port and server.opsPort: 8443")
    refused({"hostNetwork": True, "controller": {"enabled": True, "port": 10250, "opsPort": 9081}}, "controller.port: 10250 is a port of the kubelet")
    refused({"extraArgs": ["--mode=warn"]}, "--mode is set by the chart")
    refused({"extraArgs": ["--ops-port", "1"]}, "--ops-port is set by the chart")
    refused({"existingConfigMap": "mine", "policies": {"payments.yaml": ENFORCING}}, "policies.payments.yaml is not used")
