"""Random policies for the comparison of exported policies with Podscore, and what their messages say."""

import json
import re

CHECKS = [
    "appArmorProfile", "capabilities_baseline", "hostNamespaces", "hostPathVolumes", "hostPorts", "hostProbesAndHostLifecycle", "privileged", "procMount",
    "seLinuxOptions", "seccompProfile_baseline", "sysctls", "windowsHostProcess", "allowPrivilegeEscalation", "capabilities_restricted",
    "procMount_restricted", "restrictedVolumes", "runAsNonRoot", "runAsUser", "seccompProfile_restricted",
]  # fmt: skip
# Exact for each version whose checks differ; the last is the newest whose checks are known.
VERSIONS = ["v1.19", "v1.22", "v1.23", "v1.25", "v1.27", "v1.29", "v1.31", "v1.32", "v1.34", "v1.35", "v1.36", "latest"]
LEVELS = ["enforce", "warn", "audit"]
# The best possible score; only a Pod without any fault reaches it, so that such a minimum makes every message say the score.
BEST = 21
# A label demands so many points less than the best: enough for each fault beside the worst ones, and scaled to Windows with a remainder.
LESS = 10


class Rules:
    """The rules that apply to Pods, by their polarity."""

    def __init__(self, text):
        rules = [each for each in json.loads(text) if "Pod" in each["rulesets"][0]["kinds"]]
        self.positive = [each["id"] for each in rules if each["polarity"] == "positive"]
        self.negative = [each["id"] for each in rules if each["polarity"] == "negative"]
        self.points = {each["id"]: each["rulesets"][0]["points"] for each in rules}
        self.known = set(self.positive + self.negative + CHECKS)


class Policy:
    """A policy of one Namespace, and of others whose labels demand the best possible score, more than that, and less."""

    def __init__(self, number, spec, rules):
        self.name, self.namespace = f"policy-{number}", f"exported-{number}"
        self.points = rules.points | spec.get("points", {})
        self.best = sum(each for each in self.points.values() if each > 0)
        self.levels = [each for each in LEVELS if each in spec]
        self.spec = {"match": {"namespaces": list(self.labels)}} | spec

    @property
    def labels(self):
        """The labels of each Namespace."""
        wanted = {"": None, "-best": self.best, "-over": self.best + 1, "-less": max(0, self.best - LESS)}
        return {self.namespace + end: {} if score is None else self.labels_of(score) for end, score in wanted.items()}

    def labels_of(self, score):
        """Labels of a Namespace that demand a score at all levels of the policy."""
        return {f"podscore.dev/{level}-minimum-score": str(score) for level in self.levels}

    @property
    def text(self):
        """The document; JSON is YAML."""
        return document(self.name, self.spec)

    @property
    def effective_text(self):
        """Documents without labels that decide as this one does with them: a review has no labels of Namespaces."""
        own, best, over, less = self.labels
        found = [document(self.name, self.spec | {"match": {"namespaces": [own, over]}})]
        for namespace, score in ((best, self.best), (less, max(0, self.best - LESS))):
            levels = {level: self.spec[level] | {"minimumScore": max(score, self.minimum(level))} for level in self.levels}
            found.append(document(namespace, self.spec | levels | {"match": {"namespaces": [namespace]}}))
        return "\n---\n".join(found)

    def minimum(self, level):
        """The minimum of a level without labels; one that is always met if there is none."""
        return self.spec[level].get("minimumScore", -1)

    def missing(self, namespace):
        """The levels with a minimum in a Namespace, with the points that Pods there can lack."""
        labelled = [max(0, self.best - LESS)] if namespace.endswith("-less") else []
        own = {level: [self.spec[level]["minimumScore"]] if "minimumScore" in self.spec[level] else [] for level in self.levels}
        return [(level, self.best - max(labelled + each)) for level, each in own.items() if labelled + each]


def document(name, spec):
    """The document of a policy; JSON is YAML."""
    return json.dumps({"apiVersion": "podscore.dev/v1alpha1", "kind": "ScorePolicy", "metadata": {"name": name}, "spec": spec})


def policies(specs, rules, count):
    """Policies that together say the score of nearly every object and name every rule and every check, then random ones."""
    made = [
        {"enforce": {"minimumScore": BEST}, "workloads": "enforce"},
        {"warn": {"minimumScore": BEST}, "workloads": "warn"},
        {"enforce": {"minimumScore": 9}, "warn": {"minimumScore": 15}, "audit": {"minimumScore": BEST}, "workloads": "enforce"},
    ]
    for ids, key in ((rules.positive, "require"), (rules.negative, "forbid")):
        # Few enough that a message names all of them in most cases.
        for begin in range(0, len(ids), 5):
            made.append({"enforce": {key: ids[begin : begin + 5]}, "workloads": "enforce"})
    for index, version in enumerate(VERSIONS):
        level = "restricted" if index % 3 else "baseline"
        made.append({LEVELS[index % 2]: {"podSecurityStandard": {"level": level, "version": version}}, "workloads": "enforce"})
    while len(made) < count:
        made.append(random_policy(specs, rules))
    return [Policy(number, spec, rules) for number, spec in enumerate(made)]


def random_policy(specs, rules):
    """A policy with random levels, points and settings. Its minimums are ones that Pods can reach."""
    spec = {"workloads": specs.pick(["enforce", "enforce", "warn", "ignore"])}
    if specs.chance(0.4):
        spec["points"] = {id_: specs.random.randint(0, 5) * (-1 if id_ in rules.negative else 1) for id_ in specs.some(list(rules.points), 5)}
    points = rules.points | spec.get("points", {})
    best = sum(each for each in points.values() if each > 0)
    for name in specs.some(LEVELS, 1 if specs.chance(0.6) else 3):
        level = {}
        if specs.chance(0.7):
            level["minimumScore"] = specs.random.randint(-5, best)
        for key, ids in (("require", rules.positive), ("forbid", rules.negative)):
            if specs.chance(0.5):
                level[key] = specs.some(ids, 4)
        if specs.chance(0.4):
            level["podSecurityStandard"] = {"level": specs.pick(["baseline", "restricted"]), "version": specs.pick(VERSIONS)}
        spec[name] = level or {"minimumScore": best}
    return spec


class Answer:
    """What a message or the audit annotations of a review say: the score, whether it is too low, and the violated rules and checks."""

    def __init__(self, score, is_too_low, violations, more=0):
        self.score, self.is_too_low, self.violations, self.more = score, is_too_low, violations, more

    @classmethod
    def of_message(cls, text, known):
        """Reads the message of an exported policy, or the webhook's."""
        found = re.search(r"scores? (-?\d+) of (\d+)", text)
        plain = without_nested(text)
        rest = re.search(r"(\d+) more", plain)
        # The ids come after the first sentence, which has the names of object and policy.
        ids = [word for word in re.findall(r"[\w/-]+", plain.split(";", 1)[-1] if ";" in plain else "") if word in known]
        return cls(int(found[1]) if found else None, "below the minimum" in text, ids, int(rest[1]) if rest else 0)

    @classmethod
    def of_review(cls, annotations):
        """Reads the audit annotations of the webhook's answer."""
        text = annotations.get("violations", "")
        rest = re.search(r" and (\d+) more$", text)
        names = [each.removeprefix("baseline/").removeprefix("restricted/") for each in re.sub(r" and \d+ more$", "", text).split(",") if each]
        ids = [each for each in names if each != "minimumScore"]
        score = annotations.get("score")
        return cls(int(score) if score is not None else None, "minimumScore" in names, ids, int(rest[1]) if rest else 0)

    def agrees(self, other):
        """Whether this message says the same as a review. A message that was cut names the first violations and the number of the others."""
        if self.is_too_low != other.is_too_low or (self.score is not None and self.score != other.score):
            return False
        if other.is_too_low and self.score is None:
            return False
        # A review's annotation counts the minimum as a violation when it is cut.
        if other.more:
            return set(other.violations) <= set(self.violations) or self.more > 0
        if not self.more:
            return sorted(self.violations) == sorted(other.violations)
        return set(self.violations) <= set(other.violations) and len(self.violations) + self.more == len(other.violations)

    def __repr__(self):
        return f"score {self.score}{', too low' if self.is_too_low else ''}, {','.join(self.violations) or 'no violation'} + {self.more}"


def without_nested(text):
    """The text without what is in parentheses or brackets."""
    kept, depth = [], 0
    for character in text:
        if character in "([":
            depth += 1
        elif character in ")]":
            depth = max(0, depth - 1)
        elif depth == 0:
            kept.append(character)
    return "".join(kept)
