"""Pods that score exactly the minimum of a policy: one point more for any of their faults would be too much."""

import itertools

from directed_specs import REMOVED, changed, linux

# Faults by the rules that they violate, and no others.
FAULTS = {
    "HostAliases": {"hostAliases": [{"ip": "10.0.0.1", "hostnames": ["a.example"]}]},
    "ServiceAccountName": {"serviceAccountName": "default"},
    "AutomountServiceAccountToken": {"automountServiceAccountToken": True},
    "HostUsers": {"hostUsers": REMOVED},
    "RunAsGroup": {"app.securityContext.runAsGroup": 1},
    "RunAsUser": {"app.securityContext.runAsUser": 1},
    "RunAsNonRoot": {"app.securityContext.runAsNonRoot": REMOVED},
    "ReadOnlyRootFilesystem": {"app.securityContext.readOnlyRootFilesystem": False},
    "ImagePinnedByDigest": {"app.image": "app"},
    "HostPort": {"app.ports": [{"containerPort": 8080, "hostPort": 8080}]},
    "LimitsCPU": {"app.resources.limits.cpu": REMOVED},
    "LimitsMemory": {"app.resources.limits.memory": REMOVED},
    "RequestsCPU": {"app.resources.requests.cpu": "0"},
    "RequestsMemory": {"app.resources.requests.memory": "0"},
    "PrivilegeEscalationDisabled": {"app.securityContext.allowPrivilegeEscalation": REMOVED},
    "PrivilegeEscalationDisabled AllowPrivilegeEscalation": {"app.securityContext.allowPrivilegeEscalation": True},
    "CapDropAll": {"app.securityContext.capabilities.drop": ["NET_RAW"]},
    "CapDropAll CapDropAny": {"app.securityContext.capabilities.drop": []},
    "CapDangerous": {"app.securityContext.capabilities.add": ["NET_ADMIN"]},
    "SecretsAsEnvironmentVariables": {"app.envFrom": [{"secretRef": {"name": "key"}}]},
    "UnsafeSysctl": {"securityContext.sysctls": [{"name": "kernel.msgmax", "value": "1"}]},
    "SeccompAny": {"app.securityContext.seccompProfile": REMOVED},
    "SeccompAny SeccompUnconfined": {"app.securityContext.seccompProfile": {"type": "Unconfined"}},
    "ApparmorAny": {"app.securityContext.appArmorProfile": REMOVED},
    "ApparmorAny ApparmorUnconfined": {"app.securityContext.appArmorProfile": {"type": "Unconfined"}},
    "HostPathVolume": {"volumes": [{"name": "host", "hostPath": {"path": "/srv"}}]},
    "HostPathVolume ProcMount": {"volumes": [{"name": "host", "hostPath": {"path": "/proc"}}]},
    "HostPathVolume DockerSock": {"volumes": [{"name": "host", "hostPath": {"path": "/run/docker.sock"}}]},
    "HostUsers HostPID": {"hostUsers": REMOVED, "hostPID": True},
    "HostUsers HostIPC": {"hostUsers": REMOVED, "hostIPC": True},
    "HostUsers HostNetwork": {"hostUsers": REMOVED, "hostNetwork": True},
    "ProcMountUnmasked": {"app.securityContext.procMount": "Unmasked"},
}
# Faults that no version of the standard forbids at any level.
UNCHECKED = {
    "HostAliases", "ServiceAccountName", "AutomountServiceAccountToken", "HostUsers", "RunAsGroup", "RunAsUser", "ReadOnlyRootFilesystem", "ApparmorAny",
    "ImagePinnedByDigest", "LimitsCPU", "LimitsMemory", "RequestsCPU", "RequestsMemory", "SecretsAsEnvironmentVariables",
}  # fmt: skip
# Faults that only the restricted level forbids.
RESTRICTED = {"RunAsNonRoot", "PrivilegeEscalationDisabled", "AllowPrivilegeEscalation", "CapDropAll", "CapDropAny", "SeccompAny"}
# Together they are invalid.
APART = [{"HostNetwork", "HostPort"}, {"HostUsers", "ProcMountUnmasked"}]
# Of the Pods for one fault.
FILLERS = 8


def exact_specifications(points, missing, level):
    """Specifications of Pods that lack a number of points and meet a level's demands, one for each fault that costs at most that many."""
    found = []
    faults = [each for each in FAULTS if is_tolerated(set(each.split()), level)]
    for names in faults:
        rest = missing - cost(points, names)
        filling = filled(points, rest, {names: FAULTS[names]}, faults) if rest >= 0 else None
        if filling is not None:
            found.append(changed(linux(), filling))
    return found


def is_tolerated(rules, level):
    """Whether a level does not deny violations of rules whatever the score is."""
    if rules & {*level.get("require", []), *level.get("forbid", [])}:
        return False
    standard = level.get("podSecurityStandard", {}).get("level")
    return standard is None or rules <= UNCHECKED | (RESTRICTED if standard == "baseline" else set())


def cost(points, names):
    """The points that a fault costs."""
    return sum(abs(points.get(name, 0)) for name in names.split())


def filled(points, missing, chosen, faults):
    """The changes of chosen faults and of further ones that cost the missing points, or `None`."""
    if missing == 0:
        return dict(itertools.chain.from_iterable(each.items() for each in chosen.values()))
    if len(chosen) > FILLERS:
        return None
    fitting = [each for each in faults if 0 < cost(points, each) <= missing and is_apart(each, chosen)]
    # The most expensive first, so that few are enough.
    for names in sorted(fitting, key=lambda each: -cost(points, each))[:6]:
        found = filled(points, missing - cost(points, names), chosen | {names: FAULTS[names]}, faults)
        if found is not None:
            return found
    return None


def is_apart(names, chosen):
    """Whether a fault can be added to chosen ones: another field, and other rules."""
    rules = {rule for each in chosen for rule in each.split()}
    paths = {path for each in chosen.values() for path in each}
    together = rules | set(names.split())
    return not rules & set(names.split()) and not paths & set(FAULTS[names]) and not any(each <= together for each in APART)
