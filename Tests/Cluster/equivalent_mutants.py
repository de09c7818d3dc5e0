"""Changes after which an exported policy says the same about every object that an API server stores, each with the reason."""

import re

# A token is between these two in the patterns below, which match the end of what is before it and the begin of what is after it.
EQUIVALENT = [
    (r"\.sum\(\):$", "1000000", r"\)", "without a score this stands for one above every minimum, and one more is above it as well"),
    (r"(\.orValue\(|:)-$", "100000", r"\)", "without a minimum this stands for one below every score, and one less is below it as well"),
    (r"\.orValue\($", "0", r"\)<=10000\?", "an absent user or group counts as one up to 10000, and 1 is as far below as 0"),
    (r"\.orValue\($", "1", r"\)==0\?", "an absent user counts as one other than 0, and 2 is another one as well"),
    (r"\)\]\)?\]\.$", "exists", r"\(x,x\[0\]", "the list has one element, the old object beside the new one: `exists` only names it"),
    (r"\[dyn\(object\)\.spec\]\.$", "exists", r"\(s,", "the list has one element, the specification: `exists` only names it"),
    (r"variables\.m>$", "0", r"&&'~'", "a minimum of 1, scaled to Windows and rounded up, stays 1"),
    (r"variables\.m$", ">", r"0&&'~'", "a minimum of 0, scaled to Windows, stays 0"),
    (r"(map\(x,x\.name\)\+|c in )\[$", "'Pod'", r"\]", "a Pod's hostProcess, the only forbidden value there, holds for each of its new containers, too"),
    (r"\.or\(\(request\.kind\.kind!=$", "'Pod'", r"\)\?t\.", "the API server writes the profile of a Pod's annotation into the field"),
]  # fmt: skip
# Rules, with the other rules and the checks of which each violation is also one.
IMPLIED = {
    "Privileged": {"privileged"},
    "CapSysAdmin": {"capabilities_baseline", "capabilities_restricted"},
    "CapDangerous": {"capabilities_baseline", "capabilities_restricted"},
    "CapDropAll": {"capabilities_restricted"},
    "CapDropAny": {"capabilities_restricted", "CapDropAll"},
    "HostIPC": {"hostNamespaces"},
    "HostPID": {"hostNamespaces"},
    "HostNetwork": {"hostNamespaces"},
    "HostPort": {"hostPorts"},
    "HostPathVolume": {"hostPathVolumes", "restrictedVolumes"},
    "ProcMount": {"hostPathVolumes", "restrictedVolumes", "HostPathVolume"},
    "DockerSock": {"hostPathVolumes", "restrictedVolumes", "HostPathVolume"},
    "AllowPrivilegeEscalation": {"allowPrivilegeEscalation", "PrivilegeEscalationDisabled"},
    "PrivilegeEscalationDisabled": {"allowPrivilegeEscalation"},
    "SeccompAny": {"seccompProfile_restricted"},
    "SeccompUnconfined": {"seccompProfile_baseline", "seccompProfile_restricted", "SeccompAny"},
    "ApparmorUnconfined": {"appArmorProfile", "ApparmorAny"},
}
DECIDES_ALONE = "a violation of a demand decides, whatever it costs"
IS_IMPLIED = "each violation of this rule is one of a demanded rule or check as well, which decides"
IS_TOO_MUCH = "without these points the score is below every possible minimum"
IS_NOT_FREE = "no rule of this policy costs 0 points, except checks, which are listed before"
IS_SAME_AT_LIMIT = "a label that is the policy's own minimum changes nothing"


def equivalence(change, policy):
    """The reason why a change of a policy cannot be noticed, or `None`."""
    for before, old, after, reason in EQUIVALENT:
        if change.old == old and re.search(before, change.before) and re.match(after, change.after):
            return reason
    if change.old == ">" and re.search(r"int\(l\)$", change.before) and re.match(r"(\d+)\?int\(l\):\1\)", change.after):
        return IS_SAME_AT_LIMIT
    is_free = (change.old == "'0'" and change.before.endswith("e[0]!=")) or (change.old == "0" and re.search(r"d,n<m\?v\.filter\(e,e\[$", change.before))
    if is_free and not re.search(r"[';]0\|(?!s\|)", change.expression):
        return IS_NOT_FREE
    return of_points(change, policy)


def of_points(change, policy):
    """The reason why other points of one rule or check cannot change the decision, or `None`. In the message they can always be seen."""
    listed = re.search(r"variables\.u\.map\(x,\[((?:\d+,)*)$", change.before)
    alphabet = re.match(r"[\d,]*\]\['([^']*)'\.indexOf", change.after)
    limit = re.match(r"!\(variables\.u\[\?0\]\.orValue\('~'\)<='(.)'", change.expression)
    if not (change.place.endswith(".expression") and listed and alphabet and limit):
        return None
    key = alphabet[1][listed[1].count(",")]
    if key <= limit[1]:
        return DECIDES_ALONE
    # Points, polarity, id, fix and key of each rule.
    entries = re.findall(r"[';]\d+\|[^|']*\|([\w/-]+)\|[^|]*\|([^;'])(?=[;'])", policy["spec"]["validations"][0]["messageExpression"])
    demanded = {name for name, each in entries if each <= limit[1]}
    if any(demanded & IMPLIED.get(name, set()) for name, each in entries if each == key):
        return IS_IMPLIED
    best = int(re.search(r"'~' in variables\.u\?\d+:(\d+)\)", change.expression)[1])
    return IS_TOO_MUCH if int(change.old) > best - least(change.expression, policy) else None


def least(expression, policy):
    """The least minimum of a policy in any Namespace where it has one; those of labels are never negative."""
    labelled = [each["expression"] for each in policy["spec"]["variables"] if each["name"] == "m"]
    if labelled:
        own = int(re.search(r"\.orValue\((-?\d+)\)$", labelled[0])[1])
        return 0 if own == -100000 else own
    return int(re.search(r"<(?:\('~' in variables\.u\?-?\d+:)?(-?\d+)\)+$", expression)[1])
