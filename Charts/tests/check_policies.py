"""Policies as values: documents, which the schema checks, and texts, whose fields the templates check."""

import json
import pathlib
import tempfile

from harness import DOCUMENT, ENFORCING, WAIVER, equal, merged, podscore, refused, render, webhooks, with_policy


def checked(data):
    """What podscore says about files."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in data.items():
            pathlib.Path(folder, name).write_text(text)
        return podscore("policy", "check", folder)


def test_documents():
    """A document or a list of documents becomes a file that podscore reads, and counts for the registration as its text does."""
    values = with_policy(DOCUMENT, mode="enforce")
    values["policies"]["waivers.yaml"] = [WAIVER, merged(WAIVER, {"metadata": {"name": "other"}})]
    objects = render(values)
    equal(set(objects["configmap"]["data"]), {"policy.yaml", "waivers.yaml"})
    result = checked(objects["configmap"]["data"])
    equal((result.returncode, result.stdout), (0, "1 policy, 2 waivers in 2 files: no errors\n"))
    equal(webhooks(objects)["pods.podscore.dev"]["failurePolicy"], webhooks(render(with_policy(ENFORCING)))["pods.podscore.dev"]["failurePolicy"])
    equal(set(render({"policies": {"default.yaml": DOCUMENT}})["configmap"]["data"]), {"default.yaml"})
    # Texts that YAML could read as something else stay texts.
    odd = merged(WAIVER, {"metadata": {"labels": {"a": "on", "b": "0x1f", "c": "1e3", "d": "~", "e": "2027-03-31", "f": "012", "g": "", "h": "- x: {}"}}})
    equal(checked(render(with_policy(odd))["configmap"]["data"]).returncode, 0)


def test_wrong_documents():
    """Each wrong field of a document is rejected with its name, before anything is rendered."""
    for change, word in [
        ({"apiVersion": "v1"}, "apiVersion"),
        ({"kind": "ScorePolcy"}, "kind"),
        ({"status": {}}, "status"),
        ({"metadata": {"name": "Payments"}}, "name"),
        ({"metadata": {"name": "x" * 64}}, "name"),
        ({"spec": {"match": {"namespaces": []}}}, "namespaces"),
        ({"spec": {"match": {"namespaces": ["a_b"]}}}, "namespaces"),
        ({"spec": {"match": {"namespaceSelector": {}}}}, "namespaceSelector"),
        ({"spec": {"ruleset": "podscore/v2"}}, "ruleset"),
        ({"spec": {"points": {"RunAsNonRot": 1}}}, "RunAsNonRot"),
        ({"spec": {"points": {"RunAsNonRoot": -1}}}, "RunAsNonRoot"),
        ({"spec": {"enforce": {"minimumScor": 7}}}, "minimumScor"),
        ({"spec": {"enforce": {"minimumScore": "7"}}}, "minimumScore"),
        ({"spec": {"enforce": {"minimumScore": 7.5}}}, "minimumScore"),
        ({"spec": {"enforce": {"minimumScore": 22}}}, "minimumScore"),
        ({"spec": {"ruleset": "kubesec/v2", "enforce": {"minimumScore": 1000}}}, "minimumScore"),
        ({"spec": {"enforce": {"require": ["Privileged"]}}}, "require"),
        ({"spec": {"enforce": {"from": [{"date": "2027-02-30", "minimumScore": 9}]}}}, "date"),
        ({"spec": {"enforce": {"podSecurityStandard": {"level": "baseline"}}}}, "version"),
        ({"spec": {"enforce": {"podSecurityStandard": {"level": "baseline", "version": "1.31"}}}}, "version"),
        ({"spec": {"warn": {}}}, "warn"),
        ({"spec": {"warn": {"minimumScore": 1, "from": []}}}, "from"),
        ({"spec": {"workloads": "deny"}}, "workloads"),
        ({"spec": {"exempt": {"groups": ["system:authenticated"]}}}, "groups"),
        ({"spec": {"nodes": {"appArmor": "yes"}}}, "appArmor"),
    ]:
        wrong = merged(DOCUMENT, change)
        refused(with_policy(wrong), word)
        refused(with_policy([WAIVER, wrong]), word)
        equal(checked({"p.json": json.dumps(wrong)}).returncode, 1)
    refused(with_policy(merged(DOCUMENT, {"spec": {"enforce": {"minimumScor": 7}}})), "policy.yaml")
    refused(with_policy(merged(WAIVER, {"spec": {"owner": " "}})), "owner")
    refused(with_policy({key: value for key, value in DOCUMENT.items() if key != "spec"}), "spec")


def test_unknown_fields_of_texts():
    """An unknown field of a text fails the rendering with its file, its place and a suggestion, all at once. Everything else is left to the hook."""
    refused(with_policy(ENFORCING.replace("minimumScore", "minimumScor")), 'policies.policy.yaml: unknown field "minimumScor" in spec.enforce; did you mean minimumScore?')
    several = ENFORCING.replace("spec:", "sepc:") + "--- # next\n" + ENFORCING.replace("enforce", "wran") + "...\n# nothing\n"
    refused(with_policy(several), 'policies.policy.yaml, document 1: unknown field "sepc" in the document; known fields: apiVersion, kind, metadata, spec')
    refused(with_policy(several), 'policies.policy.yaml, document 2: unknown field "wran" in spec; known fields: audit, enforce')
    refused(with_policy(ENFORCING.replace("kind: ScorePolicy", "kind: ScorePolcy")), "policies.policy.yaml: kind must be ScorePolicy or ScoreWaiver")
    ramp = ENFORCING.replace("minimumScore: 9", "from: [{date: 2099-01-01, minimumScore: 7}, {day: 2099-02-01, minimumScore: 9}]")
    refused(with_policy(ramp), 'unknown field "day" in spec.enforce.from[1]; known fields: date, minimumScore')
    refused(with_policy(ENFORCING.replace("enforce:", "points: {RunAsNonRot: 1}\n  enforce:")), "did you mean RunAs")
    refused(with_policy("%YAML 1.2\n---\n" + ENFORCING.replace("match:", "macht:")), 'unknown field "macht" in spec')
    # Policies that apply to nothing have no unknown field; the hook rejects them.
    unmatched = [ENFORCING.replace("  match: {namespaces: [payments]}\n", ""), ENFORCING.replace("[payments]", "[]"), ENFORCING.replace("[payments]", "payments")]
    labels = ENFORCING.replace("name: payments", "name: payments, labels: {any: key}, annotations: {other: key}")
    for text in [ENFORCING, labels, json.dumps(DOCUMENT), f"---\n{ENFORCING}\n---\n", ENFORCING.replace("9", "900"), "spec: [\n", "- a list\n", *unmatched]:
        equal(render(with_policy(text))["configmap"]["data"]["policy.yaml"], text)
