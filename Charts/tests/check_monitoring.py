"""The dashboard and the alerts: their metrics are those of the program, and each alert has a heading in the documentation."""

import json
import pathlib
import re
import subprocess
import tempfile

from check_program import serving, told
from harness import CHART, ENFORCING, equal, render, with_policy

OPERATIONS = (CHART.parents[1] / "docs" / "operations.md").read_text()
OF_CLUSTERS = (CHART.parents[1] / "docs" / "cluster.md").read_text()
OF_API_SERVERS = {"apiserver_admission_webhook_rejection_count", "apiserver_admission_webhook_fail_open_count"}
# Prometheus adds the first two; histograms and the API server have the others.
OTHER_LABELS = {"job", "instance", "le", "name", "error_type"}


def dashboard(values=None):
    """The dashboard's ConfigMap and its content."""
    manifest = render({"dashboards": {"enabled": True, **(values or {})}})["configmap-dashboard"]
    return manifest, json.loads(manifest["data"]["podscore.json"])


def expressions(content):
    """The queries of the panels."""
    return [target["expr"] for panel in content["panels"] for target in panel.get("targets", [])]


def variables(content):
    return [variable["query"]["query"] for variable in content["templating"]["list"] if variable["type"] == "query"]


def documented():
    """The labels of each metric in the tables of the documentation."""
    pages = "\n".join(page.read_text() for page in sorted((CHART.parents[1] / "docs").glob("*.md")))
    rows = re.findall(r"^\| `(\w+)` \| (?:counter|gauge|histogram) \| (.*?) \|", pages, re.MULTILINE)
    return {name: set(re.findall(r"`(\w+)`", labels)) for name, labels in rows}


EVERYTHING = {"cluster": {"enabled": True}, "controller": {"enabled": True}}


def alerts(values=None):
    """All alerts of a server that follows a cluster and of a controller, or of a release with other values, by name."""
    manifest = render({"prometheusRule": {"enabled": True}} | (values or EVERYTHING))["prometheusrule"]
    return {alert["alert"]: alert for alert in manifest["spec"]["groups"][0]["rules"]}


def metrics(query):
    """The metrics of a query without the endings of histograms; labels look like metrics, so only names with a selector count."""
    names = re.findall(r"\b(\w+)\{|label_values\((\w+),", query)
    return {re.sub(r"_(bucket|count|sum)$", "", one or other) if (one or other) not in OF_API_SERVERS else one or other for one, other in names}


def test_dashboard_is_optional():
    """The dashboard is rendered only if it is enabled, with the labels and annotations of the values."""
    assert "configmap-dashboard" not in render()
    manifest, _ = dashboard({"annotations": {"grafana_folder": "Platform"}, "labels": {"team": "a"}})
    equal(manifest["metadata"]["name"], "podscore-dashboard")
    equal(manifest["metadata"]["annotations"], {"grafana_folder": "Platform"})
    assert {"grafana_dashboard": "1", "team": "a"}.items() <= manifest["metadata"]["labels"].items()
    assert "annotations" not in dashboard()[0]["metadata"]


def test_dashboard_is_the_file():
    """Helm changes nothing in the dashboard, whose legends have braces like templates."""
    manifest, content = dashboard()
    equal(content, json.loads((CHART / "dashboards" / "podscore.json").read_text()))
    assert "{{outcome}}" in manifest["data"]["podscore.json"]
    assert len(manifest["data"]["podscore.json"]) < 1 << 19


def test_dashboard_fits_together():
    """Panels have different ids, do not overlap, and use the chosen data source and only known variables."""
    _, content = dashboard()
    panels = content["panels"]
    equal(len({panel["id"] for panel in panels}), len(panels))
    cells = [
        (x, y)
        for panel in panels
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    equal(len(set(cells)), len(cells))
    assert max(x for x, _ in cells) < 24
    known = {variable["name"] for variable in content["templating"]["list"]} | {"__range", "__rate_interval"}
    equal(set(re.findall(r"\$\{?(\w+)", json.dumps(content))) - known, set())
    for panel in panels:
        if panel["type"] != "row":
            equal(panel["datasource"], {"type": "prometheus", "uid": "${datasource}"})


def test_metrics_of_the_dashboard():
    """Every metric in the dashboard comes from the API server or from podscore, and has the labels that are used."""
    objects = render(EVERYTHING)
    _, content = dashboard()
    shown = set()
    for part in ("", "controller-"):
        with serving(objects, part=part) as (*_, operations):
            shown |= set(re.findall(r"^# TYPE (\S+) ", told(operations, "/metrics")[1], re.MULTILINE))
    labels = documented()
    for query in expressions(content) + variables(content):
        names = metrics(query)
        assert names, f"no metric in {query}"
        equal(names - shown - OF_API_SERVERS, set())
        used = set(re.findall(r"[{,]\s*(\w+)=", query))
        used |= {label for group in re.findall(r"\bby \(([^)]*)\)", query) for label in re.findall(r"\w+", group)}
        used |= set(re.findall(r"label_values\(.*, (\w+)\)", query))
        known = set().union(*(labels.get(name, set()) for name in names))
        equal(used - known - OTHER_LABELS, set())


def test_metrics_of_all_kinds_are_shown():
    """The dashboard shows the violations by rule, and every metric that an alert uses."""
    used = set().union(*(metrics(alert["expr"]) for alert in alerts().values()))
    shown = set().union(*map(metrics, expressions(dashboard()[1])))
    equal((used | {"podscore_violations_total"}) - shown, set())


def test_queries_of_the_dashboard():
    """Prometheus can parse every query."""
    queries = [re.sub(r"\$__(range|rate_interval)", "5m", query) for query in expressions(dashboard()[1])]
    rules = [{"record": f"query:{number}", "expr": query} for number, query in enumerate(queries)]
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, "rules.json")
        file.write_text(json.dumps({"groups": [{"name": "dashboard", "rules": rules}]}))
        checked = subprocess.run(["promtool", "check", "rules", file], capture_output=True, text=True)
        equal((checked.returncode, checked.stderr), (0, ""))


def test_runbooks_of_alerts():
    """Each alert has a heading in docs/operations.md, and links to it if the values say where that page is."""
    address = "https://wiki.example/podscore/operations"
    for url in ["", address]:
        known = alerts({"prometheusRule": {"enabled": True, "runbookURL": url}} | EVERYTHING)
        annotations = {name: alert["annotations"] for name, alert in known.items()}
        links = {name: each.get("runbook_url") for name, each in annotations.items()}
        equal(links, {name: f"{address}#{name.lower()}" if url else None for name in known})
        assert all("summary" in each for each in annotations.values())
    section = OPERATIONS.split("## Alerts\n")[1].split("\n## ")[0]
    equal(re.findall(r"^### (\w+)$", section, re.MULTILINE), list(known))


def test_alerts_about_the_cluster():
    """The alerts about the cluster exist only with cluster.enabled, last, and docs/cluster.md has their expressions for everybody else."""
    without, known = alerts({"cluster": {"enabled": False}}), alerts({"cluster": {"enabled": True}})
    equal(list(known)[: len(without)], list(without))
    own = '{job="podscore"}'
    expressions = [known[name]["expr"].replace(own, "").replace('job="podscore", ', "") for name in list(known)[len(without) :]]
    equal(re.findall(r"^\| `((?:max|sum).*?)` \|", OF_CLUSTERS, re.MULTILINE), expressions)
    assert expressions and not any("podscore_cluster" in alert["expr"] for alert in without.values())


def test_alerts_about_the_controller():
    """The alerts about the controller exist only with it, last, and are about its Service. An audit is late after four intervals."""
    without, known = alerts({"cluster": {"enabled": True}}), alerts()
    equal(list(known)[: len(without)], list(without))
    added = list(known.values())[len(without) :]
    equal([alert["alert"] for alert in added], ["PodscoreControllerDown", "PodscoreAuditIncomplete"])
    assert all('job="podscore-controller"' in alert["expr"] for alert in added), added
    assert not any("podscore_controller" in alert["expr"] or "podscore_audit" in alert["expr"] for alert in without.values())
    for interval, seconds in [("15m", 900), ("2h", 7200), ("1h30m", 5400), ("90m", 5400)]:
        late = alerts({"controller": {"enabled": True, "interval": interval}})["PodscoreAuditIncomplete"]
        assert f"[{4 * seconds}s]" in late["expr"], late
        equal(late["for"], f"{2 * seconds}s")
    # Its webhooks fail open by design, and no Pod was admitted by that.
    assert 'name!~"(policies|namespaces)' in known["PodscoreBypassed"]["expr"], known["PodscoreBypassed"]
    # It has files and a certificate too, but nothing waits for it.
    for name, is_about_both in [("PodscoreCertificateExpires", True), ("PodscoreFilesRefused", True), ("PodscoreCertificateEnds", False)]:
        equal('job=~"podscore(-controller)?"' in known[name]["expr"], is_about_both)
        assert "controller" not in without[name]["expr"], without[name]


def test_alert_names_namespaces():
    """The alert about an unreachable Podscore says where Pods can no longer be created, also if failurePolicy is set for all Namespaces."""
    unchecked = " Elsewhere Pods are admitted unchecked."
    for values, expected in [
        ({"mode": "audit"}, f"Creating a Pod fails in no Namespace.{unchecked}"),
        (with_policy(ENFORCING, mode="enforce"), f"Creating a Pod fails in payments.{unchecked}"),
        ({"webhook": {"pods": {"failurePolicy": "Fail"}}}, "Creating a Pod fails in every Namespace."),
    ]:
        (down, *_) = render(values | {"prometheusRule": {"enabled": True}})["prometheusrule"]["spec"]["groups"][0]["rules"]
        equal(down["annotations"]["description"], expected)
