"""Shared functions of the chart's tests: render with the Helm engine, inspect the objects, run our program."""

import os
import pathlib
import re
import subprocess

import cluster
import helm_python.chart as helm
from helm_python.errors import HelmError

CHART = pathlib.Path(__file__).resolve().parent.parent / "podscore"
EMPTY = {"default.yaml": None}
# Only tests render without a cluster and with a certificate of the release.
OFFLINE = {"certificate": {"allowOffline": True}}
ENFORCING = """\
apiVersion: podscore.dev/v1alpha1
kind: ScorePolicy
metadata: {name: payments}
spec:
  match: {namespaces: [payments]}
  enforce: {minimumScore: 9}
"""
SELECTING = ENFORCING.replace("namespaces: [payments]", "namespaceSelector: {matchLabels: {team: shop}}")
DOCUMENT = {
    "apiVersion": "podscore.dev/v1alpha1",
    "kind": "ScorePolicy",
    "metadata": {"name": "payments"},
    "spec": {"match": {"namespaces": ["payments"]}, "enforce": {"minimumScore": 9}},
}
WAIVER = {
    "apiVersion": "podscore.dev/v1alpha1",
    "kind": "ScoreWaiver",
    "metadata": {"name": "exporter"},
    "spec": {
        "match": {"namespaces": ["monitoring"], "images": ["quay.io/exporter:v1"]},
        "rules": ["HostPID"],
        "expires": "2099-12-31",
        "owner": "observability",
        "reason": "reads host counters",
    },
}


def parsed(texts):
    """Objects by the base name of their template file. Each file has one object or none."""
    objects = {}
    for path, text in texts.items():
        if not path.endswith(".yaml") or not text.strip():
            continue
        assert not re.search(r"^---", text.strip(), re.MULTILINE), f"{path} holds more than one object"
        objects[pathlib.PurePath(path).stem] = helm.values_from_yaml(text)
    return objects


def rendered(values=None, *, name="podscore", namespace="podscore", chart=None):
    """The texts of all templates."""
    if chart is None:
        with helm.Chart.load(CHART) as chart:
            return rendered(values, name=name, namespace=namespace, chart=chart)
    return chart.render(merged(OFFLINE, values or {}), name=name, namespace=namespace, is_install=True)


def render(values=None, **options):
    """The rendered objects."""
    return parsed(rendered(values, **options))


def notes(values=None, **options):
    return rendered(values, **options)["podscore/templates/NOTES.txt"]


def values_file(name):
    return helm.values_from_yaml((CHART / "ci" / f"{name}-values.yaml").read_text())


def with_policy(text, **more):
    return {"policies": EMPTY | {"policy.yaml": text}, **more}


def merged(*layers):
    """Values, merged as Helm does: a later layer replaces single keys."""
    result = {}
    for layer in layers:
        for key, value in layer.items():
            known = result.get(key)
            result[key] = merged(known, value) if isinstance(value, dict) and isinstance(known, dict) else value
    return result


def pod_spec(objects, part=""):
    """The spec of the webhook's Pods, or with "controller-" of the controller's."""
    return objects[f"{part}deployment"]["spec"]["template"]["spec"]


def container(objects, part=""):
    (only,) = pod_spec(objects, part)["containers"]
    return only


def webhooks(objects, configuration="validatingwebhookconfiguration"):
    return {webhook["name"]: webhook for webhook in objects[configuration]["webhooks"]}


def equal(actual, expected):
    assert actual == expected, f"\n  is:        {actual}\n  should be: {expected}"


def refused(values, word, **options):
    try:
        render(values, **options)
    except HelmError as error:
        assert word in str(error), f"refused {values} without naming {word!r}: {error}"
        return
    raise AssertionError(f"accepted {values}")


def openssl(*arguments):
    return subprocess.run(["openssl", *arguments], check=True, capture_output=True, text=True).stdout


def podscore(*arguments, text=""):
    """Runs our program with a text as standard input."""
    return subprocess.run([os.environ["PODSCORE"], *arguments], input=text, capture_output=True, text=True)


def installed(objects=(), values=None, **options):
    """The objects that an installation creates in a cluster with these objects, where `lookup` works."""
    sections = re.split(r"^---\n# Source: (.*)$", "\n" + cluster.manifests(CHART, objects, values, **options), flags=re.MULTILINE)
    return parsed(dict(zip(sections[1::2], sections[2::2])))
