"""The chart of the CRDs, and the conditions of the CRDs in CEL on every document of the policy tests."""

import json
import pathlib

from conditions import schema_of, violated, without_null
from harness import CHART, equal, podscore
from helm_python.errors import HelmError
import helm_python.chart as helm

CRDS = CHART.parent / "podscore-crds"
DOCUMENTS = CHART.parents[1] / "Tests" / "Cluster" / "policy-documents.json"


def rendered(values=None):
    """The texts of the templates."""
    with helm.Chart.load(CRDS) as chart:
        return chart.render(values or {}, name="crds", namespace="podscore", is_install=True)


def definitions():
    """The CRDs of the program by kind."""
    return {each["spec"]["names"]["kind"]: each for each in json.loads(podscore("policy", "crds", "-o", "json").stdout)["items"]}


def test_crds_lint():
    """The chart of the CRDs passes a strict lint and takes no values."""
    report = helm.lint(CRDS, {}, strict=True, namespace="podscore")
    problems = [m for m in report["messages"] if m["severity"] >= 2]
    assert not problems and not report["errors"], (problems, report["errors"])
    try:
        rendered({"keep": False})
    except HelmError as error:
        assert "keep" in str(error), error
    else:
        raise AssertionError("accepted a value")


def test_crds_of_the_program():
    """The chart installs the CRDs that the program prints, and Helm keeps them when the release is uninstalled."""
    texts = rendered()
    equal({pathlib.PurePath(path).stem for path in texts}, {"scorepolicies", "scorewaivers"})
    for text in texts.values():
        definition = helm.values_from_yaml(text)
        equal(definition["metadata"].pop("annotations"), {"helm.sh/resource-policy": "keep"})
        equal(definition, definitions()[definition["spec"]["names"]["kind"]])


def test_crds_formats():
    """YAML and JSON of `podscore policy crds` say the same, in the same bytes each time."""
    yaml = podscore("policy", "crds").stdout
    equal([helm.values_from_yaml(text) for text in yaml.split("---\n")[1:]], list(definitions().values()))
    equal(podscore("policy", "crds").stdout, yaml)


def test_crds_fit():
    """The CRDs fit into the annotation of at most 256 KiB in which `kubectl apply` without --server-side keeps an object."""
    for definition in definitions().values():
        size = len(json.dumps(definition))
        assert size < 200_000, size


def test_crds_conditions():
    """A document that the schema accepts violates a condition if the strict reader rejects it for another reason than those of the decision."""
    known, counts = definitions(), {}
    for each in json.loads(DOCUMENTS.read_text()):
        by = each["rejectedBy"]
        counts[by] = counts.get(by, 0) + 1
        if by == "schema":
            continue
        found = list(violated(schema_of(known[each["kind"]]), without_null(helm.values_from_yaml(each["text"]))))
        assert bool(found) == (by == "rule"), f"{found}: {each.get('error', 'valid')}\n{each['text']}"
    assert min(counts.get(each, 0) for each in ("none", "schema", "rule", "reader")) > 2, counts
