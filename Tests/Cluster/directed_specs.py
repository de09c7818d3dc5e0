"""Pods of which each violates just one rule or check, or meets one barely: all exceptions from a Pod without any fault."""

import copy

from random_specs import CAPABILITIES, HOST_PATHS, IMAGES, SYSCTLS, VOLUMES

# A value that takes a field away.
REMOVED = object()
BASELINE_CAPABILITIES = [
    "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
]  # fmt: skip
# Versions of the standard allow the first of the system controls, each newer one more of them.
SYSCTL_COUNTS = [5, 6, 10, 12, 14]
# The longest path that is taken apart, in bytes.
PATH_LIMIT = 4096
# A service account that says for its Pods that they get no token.
QUIET = "quiet"
HANDLERS = ["livenessProbe", "readinessProbe", "startupProbe", "lifecycle.postStart", "lifecycle.preStop"]

SECURITY = {
    "runAsNonRoot": True,
    "runAsUser": 10001,
    "runAsGroup": 10001,
    "readOnlyRootFilesystem": True,
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "seccompProfile": {"type": "RuntimeDefault"},
    "appArmorProfile": {"type": "RuntimeDefault"},
}
AMOUNT = {"cpu": "100m", "memory": "64Mi"}


def container(name="app", security=None):
    """A container without any fault."""
    resources = {"limits": AMOUNT, "requests": AMOUNT}
    return {"name": name, "image": IMAGES["good"][0], "securityContext": SECURITY if security is None else security, "resources": resources}


def linux(*containers):
    """The specification of a Pod without any fault."""
    return {
        "serviceAccountName": "robot",
        "automountServiceAccountToken": False,
        "hostUsers": False,
        "schedulerName": "nobody",
        "terminationGracePeriodSeconds": 0,
        "containers": list(containers) or [container()],
    }


def windows():
    """The specification of a Pod for Windows without any fault."""
    spec = linux(container(security={"runAsNonRoot": True}))
    del spec["hostUsers"]
    return spec | {"os": {"name": "windows"}}


def changed(spec, changes):
    """A specification with other values at some paths. Paths that begin with `app.` are those of the first container."""
    spec = copy.deepcopy(spec)
    for path, value in changes.items():
        *folders, last = (f"containers.0.{path[4:]}" if path.startswith("app.") else path).split(".")
        place = spec
        for name in folders:
            place = place[int(name)] if name.isdigit() else place.setdefault(name, {})
        if value is REMOVED:
            place.pop(last, None)
        else:
            place[last] = copy.deepcopy(value)
    return spec


def security(field, *values):
    """The changes of one field of the container's security context, each with one value."""
    return [{f"app.securityContext.{field}": value} for value in values]


# Changes of a Pod of any system.
COMMON = [
    {},
    *security("runAsNonRoot", False, REMOVED),
    *[{"app.image": each} for each in IMAGES["bad"] + IMAGES["good"]],
    *[{"app.env": [{"name": "KEY", "valueFrom": {kind: {"name": "key", "key": "key"}}}]} for kind in ("secretKeyRef", "configMapKeyRef")],
    *[{"app.envFrom": [{kind: {"name": "key"}}]} for kind in ("secretRef", "configMapRef")],
    *[{"app.ports": [{"containerPort": 8080} | port]} for port in ({"hostPort": 8080}, {"hostPort": 0}, {})],
    *[{f"app.resources.{kind}.{name}": value} for kind in ("limits", "requests") for name in AMOUNT for value in (REMOVED, "0")
      if (kind, value) != ("limits", "0")],
    *[{f"app.resources.limits.{name}": REMOVED, f"app.resources.requests.{name}": REMOVED} for name in AMOUNT],
    *[{f"app.resources.limits.{name}": "0", f"app.resources.requests.{name}": "0"} for name in AMOUNT],
    *[{"hostAliases": each} for each in ([{"ip": "10.0.0.1", "hostnames": ["a.example"]}], [])],
    *[{"serviceAccountName": each} for each in ("default", REMOVED)],
    *[{"automountServiceAccountToken": each} for each in (True, REMOVED)],
    {"automountServiceAccountToken": REMOVED, "serviceAccountName": QUIET},
    {"volumes": [{"name": "token", "projected": {"sources": [{"serviceAccountToken": {"path": "token"}}]}}]},
    *[{"volumes": [{"name": "host", "hostPath": {"path": path}}, {"name": "empty", "emptyDir": {}}]} for path in ("/srv", "/", "/proc", "/run/docker.sock")],
    *[{f"app.{place}.{kind}": {"port": 8080, "host": host}} for place in HANDLERS for kind in ("httpGet", "tcpSocket") for host in ("other.example.com",)],
    {"app.livenessProbe.httpGet": {"port": 8080, "host": "127.0.0.1"}},
]  # fmt: skip
# Changes of a Pod for Linux.
LINUX = [
    *security("capabilities", {}, {"drop": []}, {"drop": [""]}, {"drop": ["NET_RAW"]}, {"drop": ["all"]}, {"drop": ["CAP_ALL"]}, REMOVED),
    *[{"app.securityContext.capabilities.add": [each]} for each in CAPABILITIES if each != "CAP_SYS_ADMIN"],
    {"app.securityContext.capabilities.add": BASELINE_CAPABILITIES},
    {"app.securityContext.capabilities.add": ["CAP_SYS_ADMIN"], "app.securityContext.allowPrivilegeEscalation": True},
    {"app.securityContext.privileged": True, "app.securityContext.allowPrivilegeEscalation": True},
    {"app.securityContext.privileged": True, "app.securityContext.allowPrivilegeEscalation": REMOVED},
    *security("procMount", "Unmasked", "Default"),
    *security("allowPrivilegeEscalation", True, REMOVED),
    *security("readOnlyRootFilesystem", False, REMOVED),
    *security("runAsGroup", 0, 1, 10000, REMOVED),
    *security("runAsUser", 1, 10000, REMOVED),
    {"app.securityContext.runAsUser": 0, "app.securityContext.runAsNonRoot": False},
    *security("appArmorProfile", {"type": "Unconfined"}, {"type": "Localhost", "localhostProfile": "profile"}, REMOVED),
    *security("seccompProfile", {"type": "Unconfined"}, {"type": "Localhost", "localhostProfile": "profile.json"}, REMOVED),
    *security("seLinuxOptions", {"type": "container_t"}, {"type": "container_init_t"}, {"type": "container_kvm_t"}, {"type": "container_engine_t"},
              {"type": "spc_t"}, {"user": "system_u"}, {"role": "sysadm_r"}, {"level": "s0"}),
    *[{field: True, "hostUsers": REMOVED} for field in ("hostIPC", "hostPID", "hostNetwork")],
    {"hostNetwork": True, "hostUsers": REMOVED, "app.ports": [{"containerPort": 8080}]},
    *[{"hostUsers": each} for each in (True, REMOVED)],
    *[{"securityContext.sysctls": [{"name": name, "value": "1"} for name in SYSCTLS[:count]]} for count in SYSCTL_COUNTS],
    *[{"securityContext.sysctls": [{"name": name, "value": "1"}]} for name in SYSCTLS],
    *[{"securityContext." + field: value, "app.securityContext." + field: REMOVED} for field, value in SECURITY.items()
      if field.startswith("runAs") or field.endswith("Profile")],
    *[{"securityContext." + field: value, "app.securityContext." + field: REMOVED} for field, value in
      [("runAsNonRoot", False), ("runAsUser", 10000), ("runAsGroup", 10000), ("seccompProfile", {"type": "Unconfined"}),
       ("appArmorProfile", {"type": "Unconfined"}), ("seLinuxOptions", {"user": "system_u"})]],
    *[{"securityContext." + field: value} for field, value in
      [("runAsNonRoot", False), ("runAsUser", 10000), ("seccompProfile", {"type": "Unconfined"}), ("appArmorProfile", {"type": "Unconfined"})]],
    *[{"volumes": [{"name": "host", "hostPath": {"path": path}}]} for path in HOST_PATHS],
    *[{"volumes": [{"name": "host", "hostPath": {"path": "/" + "x" * length}}]} for length in (PATH_LIMIT - 1, PATH_LIMIT)],
    *[{"volumes": [{"name": "one"} | volume]} for volume in VOLUMES],
    {"volumes": [{"name": f"volume-{number}"} | volume for number, volume in enumerate(VOLUMES) if "nfs" not in volume and "iscsi" not in volume]},
    *[{f"app.resources.{kind}.{name}": REMOVED for kind in ("limits", "requests") for name in AMOUNT} | {"resources": resources} for resources in
      [{"limits": AMOUNT, "requests": AMOUNT}, {"limits": AMOUNT}, {"requests": AMOUNT}, {"limits": {"cpu": "1"}}, {"limits": {"memory": "1Gi"}},
       {"requests": {"cpu": "1"}}, {"requests": {"memory": "1Gi"}}]],
    {"initContainers": [container("init") | {"resources": {}}]},
    {"initContainers": [container("init") | {"resources": {}, "restartPolicy": "Always"}]},
    {"initContainers": [container("init", {})]},
]  # fmt: skip
# Changes of a Pod for Windows.
WINDOWS = [
    {"app.securityContext": REMOVED},
    *[{f"{place}securityContext.windowsOptions.runAsUserName": name} for place in ("", "app.") for name in ("ContainerAdministrator", "ContainerUser")],
    {"securityContext.windowsOptions.hostProcess": True, "hostNetwork": True},
    {"app.securityContext.windowsOptions.hostProcess": True, "hostNetwork": True},
]


def faulty(name="app"):
    """A container that violates most rules of containers."""
    return {
        "name": name,
        "image": "app",
        "env": [{"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "key", "key": "key"}}}],
        "securityContext": {
            "privileged": True,
            "capabilities": {"add": ["SYS_ADMIN", "NET_ADMIN"]},
            "seccompProfile": {"type": "Unconfined"},
            "appArmorProfile": {"type": "Unconfined"},
            "seLinuxOptions": {"user": "system_u"},
        },
    }


def on_host(*containers):
    """The specification of a Pod that violates nearly all rules."""
    volumes = [{"name": f"host-{index}", "hostPath": {"path": path}} for index, path in enumerate(["/srv", "/proc", "/run/docker.sock"])]
    volumes.append({"name": "nfs", "nfs": {"server": "nfs.example.com", "path": "/"}})
    return {
        "schedulerName": "nobody",
        "terminationGracePeriodSeconds": 0,
        "hostNetwork": True,
        "hostPID": True,
        "hostIPC": True,
        "hostAliases": [{"ip": "10.0.0.1", "hostnames": ["a.example"]}],
        "securityContext": {"sysctls": [{"name": "vm.max_map_count", "value": "1"}]},
        "volumes": volumes,
        "containers": list(containers) or [faulty()],
    }


def unmasked():
    """The specification of a Pod with the faults that none of the host's namespaces allows."""
    bad = faulty() | {"ports": [{"containerPort": 8080, "hostPort": 8080}]}
    bad["securityContext"] = bad["securityContext"] | {"procMount": "Unmasked"}
    return linux(bad)


def faulty_windows():
    """The specification of a Pod for Windows that violates most rules."""
    bad = {"name": "app", "image": "app", "securityContext": {"windowsOptions": {"hostProcess": True, "runAsUserName": "ContainerAdministrator"}}}
    return {"os": {"name": "windows"}, "hostNetwork": True, "containers": [bad], "schedulerName": "nobody", "terminationGracePeriodSeconds": 0}


def specifications():
    """All specifications."""
    return [
        *(changed(linux(), each) for each in COMMON + LINUX),
        *(changed(windows(), each) for each in COMMON + WINDOWS),
        *(linux(*(faulty(f"app-{number}") for number in range(count))) for count in (1, 2, 3)),
        *(linux(container(), *(container(f"bad-{number}", {}) for number in range(count))) for count in (1, 2)),
        on_host(),
        on_host(faulty("one"), faulty("two")),
        unmasked(),
        faulty_windows(),
    ]
