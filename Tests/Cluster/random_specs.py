"""Random Pods of all kinds: most are valid, and every rule and check fails in some and holds in others. The same seed gives the same Pods."""

import random

DIGEST = "@sha256:" + "0123456789abcdef" * 4
IMAGES = {
    "good": [f"registry.example.com/app{DIGEST}", f"registry.example.com/app:1.2{DIGEST}", f"app@sha512:{'0123456789abcdef' * 8}"],
    "bad": ["app", "registry.example.com/app:1", "app@sha256:0123", f"app{DIGEST.upper().replace('SHA256', 'sha256')}", "app@md5:0123456789abcdef"],
}
# Sockets of container runtimes, the directories above them, and names that are only similar.
HOST_PATHS = [
    "/", "/proc", "/proc/", "//proc/1", "/proc/sys", "/process", "/var/run/docker.sock", "/run", "/var/run", "/var", "/run/containerd",
    "/run/containerd/containerd.sock", "/run/containerd/containerd.sock.ttrpc", "/run/crio/crio.sock", "/run/cri-dockerd.sock", "/run/podman/podman.sock",
    "/run/k3s", "/run/k3s/containerd", "/var/run/k3s/containerd/containerd.sock", "/run/k0s", "/run/k0s/containerd.sock", "/var/snap/microk8s/common/run",
    "/var/snap/microk8s/common/run/containerd.sock", "/var/snap/other", "/var/log", "/run/docker.sock.d", "/run/./docker.sock", "/./", "/run/docker.socks",
    "/var/run/docker.sock/", "/./proc/.", "/srv//data", "/run/docker", "/run/docker/containerd/containerd.sock", "/run/k3s/cri-dockerd", "/run/dockershim.sock",
]  # fmt: skip
CAPABILITIES = [
    "SYS_ADMIN", "sys_admin", "CAP_SYS_ADMIN", "cap_sys_admin", "ALL", "all", "CAP_ALL", "SYS_MODULE", "CAP_SYS_RAWIO", "sys_ptrace", "SYS_BOOT", "BPF",
    "PERFMON", "DAC_READ_SEARCH", "NET_ADMIN", "cap_net_admin", "MAC_ADMIN", "MAC_OVERRIDE", "NET_BIND_SERVICE", "CHOWN", "CAP_CHOWN", "NET_RAW", "KILL",
    "SYS_TIME", "AUDIT_WRITE", "SETUID", "SYS_ADMINS", "MY_SYS_ADMIN", "\u017fys_admin", "CAP_NET_ADM\u0131N", "\u212aILL",
]  # fmt: skip
SYSCTLS = [
    "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range", "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem", "net.ipv4.tcp_slow_start_after_idle", "net.ipv4.tcp_notsent_lowat",
    "net.core.somaxconn", "kernel.msgmax", "kernel/shm_rmid_forced",
]  # fmt: skip
VOLUMES = [
    {"emptyDir": {}}, {"emptyDir": {"medium": "Memory"}}, {"configMap": {"name": "settings"}}, {"secret": {"secretName": "key"}},
    {"persistentVolumeClaim": {"claimName": "data"}}, {"nfs": {"server": "nfs.example.com", "path": "/"}}, {"csi": {"driver": "csi.example.com"}},
    {"iscsi": {"targetPortal": "10.0.0.1", "iqn": "iqn.2001-04.com.example:disk", "lun": 0}}, {"downwardAPI": {}}, {"projected": {"sources": []}},
    {"projected": {"sources": [{"serviceAccountToken": {"path": "token"}}]}}, {"image": {"reference": "app:1"}},
    {"projected": {"sources": [{"configMap": {"name": "settings"}}, {"serviceAccountToken": {"path": "token", "audience": "vault"}}]}},
]  # fmt: skip
# Ascending, in different notations; the largest are for Pods.
AMOUNTS = {"cpu": ["0", "0m", "100m", "0.1", "1e0", "2", "16"], "memory": ["0", "0Mi", "64Mi", "67108864", "1e9", "1Gi", "16Gi"]}
SELINUX = {
    "good": [{"type": "container_t"}, {"level": "s0:c1,c2"}, {"type": "container_init_t"}, {"type": "container_kvm_t"}, {"user": "", "type": ""}],
    "bad": [{"type": "spc_t"}, {"user": "system_u"}, {"role": "sysadm_r"}, {"type": "container_engine_t"}],
}
APPARMOR = {
    "good": [{"type": "RuntimeDefault"}, {"type": "Localhost", "localhostProfile": "profile"}],
    "bad": [{"type": "Unconfined"}],
}
SECCOMP = {
    "good": [{"type": "RuntimeDefault"}, {"type": "Localhost", "localhostProfile": "profile.json"}],
    "bad": [{"type": "Unconfined"}],
}
IDS = {"good": [10001, 65532, 2**31 - 1], "bad": [0, 1, 999, 10000]}
SECRET_SOURCES = [
    {"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "key", "key": "key"}}},
    {"name": "OPTIONAL", "valueFrom": {"secretKeyRef": {"name": "key", "key": "key", "optional": True}}},
]
PLAIN_SOURCES = [
    {"name": "PLAIN", "value": "1"},
    {"name": "SETTING", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "key"}}},
    {"name": "NODE", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}},
]
HOSTS = ["", "", "127.0.0.1", "other.example.com"]
# Also what is forbidden on Windows, which the generator leaves out there.
WINDOWS_SHARE = 0.1


class Specs:
    """A source of random specifications of Pods."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.count = 0

    def chance(self, probability):
        """True with a probability."""
        return self.random.random() < probability

    def pick(self, values):
        """One of the values."""
        return self.random.choice(values)

    def some(self, values, most):
        """Different values, at most a number of them."""
        return self.random.sample(values, self.random.randint(1, most))

    def spec(self, is_template=False):
        """A Pod's specification. A share of all is for Windows, a share nearly perfect, and a share bad in most ways."""
        is_windows = self.chance(WINDOWS_SHARE)
        # The probability that a field has a value that rules like.
        quality = self.pick([0.1, 0.5, 0.85, 0.97, 0.99])
        spec = self.settings(quality, is_windows)
        spec["volumes"] = self.volumes(quality, is_windows)
        if not spec["volumes"]:
            del spec["volumes"]
        self.add_containers(spec, quality, is_windows)
        self.fit(spec)
        spec["terminationGracePeriodSeconds"] = 0
        # Nothing schedules it, so no stand-in for a kubelet has anything to do with it.
        if not is_template:
            spec["schedulerName"] = "nobody"
        return spec

    def settings(self, quality, is_windows):
        """The fields of the Pod beside its containers and volumes."""
        spec = {}
        bad = 1 - quality
        if is_windows or self.chance(0.3):
            spec["os"] = {"name": "windows" if is_windows else "linux"}
        if self.chance(quality):
            spec["serviceAccountName"] = self.pick(["robot", "robot", "default"])
        if self.chance(0.7):
            spec["automountServiceAccountToken"] = not self.chance(quality)
        if self.chance(bad * 0.4):
            spec["hostAliases"] = self.pick([[], [{"ip": "10.0.0.1", "hostnames": ["a.example"]}]])
        context = self.security_context(quality, is_windows)
        if not is_windows:
            for field in ("hostNetwork", "hostPID", "hostIPC"):
                if self.chance(bad * 0.35):
                    spec[field] = self.chance(0.7)
            if not any(spec.get(field) for field in ("hostNetwork", "hostPID", "hostIPC")) and self.chance(0.5):
                spec["hostUsers"] = not self.chance(quality)
            if self.chance(0.3 + bad * 0.3):
                context["sysctls"] = [{"name": name, "value": "1"} for name in self.some(SYSCTLS[:5] if self.chance(quality) else SYSCTLS, 2)]
            if self.chance(0.3):
                context["fsGroup"] = self.pick([0, 2000])
        elif self.chance(bad * 0.5):
            spec["hostNetwork"] = True
            context["windowsOptions"] = context.get("windowsOptions", {}) | {"hostProcess": True}
        if context or self.chance(0.3):
            spec["securityContext"] = context
        if not is_windows and self.chance(0.15):
            spec["resources"] = self.resources(quality, 0.6, of_pod=True)
        return spec

    def security_context(self, quality, is_windows):
        """The fields that Pods and containers have in common."""
        context = {}

        def maybe(field, values, probability=0.55):
            if self.chance(probability):
                context[field] = self.pick(values["good"] if self.chance(quality) else values["bad"])

        maybe("runAsNonRoot", {"good": [True], "bad": [False]})
        if is_windows:
            if self.chance(0.4):
                administrators = ["ContainerAdministrator", "User Manager\\containeradministrator", "NT AUTHORITY\\SYSTEM", "ContainerAdministrator\\app"]
                names = ["ContainerUser", "app"] if self.chance(quality) else administrators
                context["windowsOptions"] = {"runAsUserName": self.pick(names)}
            return context
        maybe("runAsUser", IDS)
        maybe("runAsGroup", IDS)
        maybe("seccompProfile", SECCOMP)
        maybe("appArmorProfile", APPARMOR)
        maybe("seLinuxOptions", SELINUX, 0.15)
        return context

    def volumes(self, quality, is_windows):
        """The volumes. Paths on the node are frequent only where the quality is low."""
        volumes = [dict(each) for each in (self.some(VOLUMES[:4] if self.chance(quality) else VOLUMES, 2) if self.chance(0.5) else [])]
        for _ in range(self.random.randint(1, 2) if self.chance((1 - quality) * 0.8) else 0):
            path = {"path": "C:\\data" if is_windows else self.pick(HOST_PATHS)}
            if self.chance(0.3):
                path["type"] = self.pick(["", "DirectoryOrCreate", "Socket"])
            volumes.append({"hostPath": path})
        if self.chance(0.05):
            claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
            volumes.append({"ephemeral": {"volumeClaimTemplate": {"spec": claim}}})
        return [{"name": f"volume-{number}"} | each for number, each in enumerate(volumes)]

    def add_containers(self, spec, quality, is_windows):
        """Adds one to three containers, and sometimes init containers and sidecars."""
        spec["containers"] = [self.container(f"app-{number}", quality, is_windows) for number in range(self.pick([1, 1, 1, 2, 3]))]
        inits = []
        for number in range(self.pick([0, 0, 0, 1, 2])):
            container = self.container(f"init-{number}", quality, is_windows)
            if self.chance(0.4):
                container["restartPolicy"] = "Always"
            else:
                for field in ("livenessProbe", "readinessProbe", "startupProbe", "lifecycle"):
                    container.pop(field, None)
            inits.append(container)
        if inits:
            spec["initContainers"] = inits

    def container(self, name, quality, is_windows, is_ephemeral=False):
        """A container of any list."""
        bad = 1 - quality
        container = {"name": name, "image": self.pick(IMAGES["good"] if self.chance(quality) else IMAGES["bad"])}
        context = self.container_security(quality, is_windows)
        if context or self.chance(0.3):
            container["securityContext"] = context
        sources = (SECRET_SOURCES if self.chance(0.3) else []) if self.chance(bad) else []
        variables = self.some(PLAIN_SOURCES + sources, 2) if self.chance(0.5) else list(sources)
        if variables:
            container["env"] = variables
        if self.chance(0.2):
            container["envFrom"] = [{"secretRef": {"name": "key"}} if self.chance(bad * 0.7) else {"configMapRef": {"name": "settings"}}]
        if is_ephemeral:
            return container
        if self.chance(0.85):
            container["resources"] = self.resources(quality, 0.9)
        if self.chance(0.4):
            container["ports"] = [self.port(bad) for _ in range(self.pick([1, 1, 2]))]
        for probe in ("livenessProbe", "readinessProbe", "startupProbe"):
            if self.chance(0.12):
                container[probe] = self.handler(bad)
        if self.chance(0.12):
            container["lifecycle"] = {self.pick(["postStart", "preStop"]): self.handler(bad, is_probe=False)}
        return container

    def container_security(self, quality, is_windows):
        """A container's security context."""
        bad = 1 - quality
        context = self.security_context(quality, is_windows)
        if is_windows:
            return context
        if self.chance(0.8):
            context["allowPrivilegeEscalation"] = not self.chance(quality)
        if self.chance(0.8):
            context["readOnlyRootFilesystem"] = self.chance(quality)
        if self.chance(0.1 + bad * 0.3):
            context["privileged"] = self.chance(bad)
        if self.chance(0.05 + bad * 0.2):
            context["procMount"] = "Unmasked" if self.chance(bad) else "Default"
        capabilities = {}
        if self.chance(0.85):
            dropped = self.some(CAPABILITIES, 2)
            capabilities["drop"] = self.pick([["ALL"], ["all"], ["ALL", "NET_RAW"]]) if self.chance(quality) else self.pick([dropped, [], ["CAP_ALL"]])
        if self.chance(0.15 + bad * 0.3):
            capabilities["add"] = self.pick([["NET_BIND_SERVICE"], []]) if self.chance(quality) else self.some(CAPABILITIES, 2)
        if capabilities or self.chance(0.1):
            context["capabilities"] = capabilities
        return context

    def resources(self, quality, probability, of_pod=False):
        """Requests and limits of a container or a Pod. Amounts of zero are rare, and no request is above its limit."""
        resources = {}
        for name, values in AMOUNTS.items():
            places = sorted(self.random.randint(2, 5) for _ in range(2))
            if of_pod:
                places = [6, 6]
            if self.chance(0.12):
                places[0] = self.pick([0, 1])
                places[1] = self.pick([0, 1, places[1]])
            for kind, place in zip(("requests", "limits"), places):
                if self.chance(probability if self.chance(quality) else 0.4):
                    resources.setdefault(kind, {})[name] = values[place]
        return resources

    def port(self, bad):
        """A port, perhaps on the node. No two of a Pod are the same, or nearly never."""
        port = {"containerPort": self.random.randint(1024, 60000)}
        if self.chance(bad * 0.6):
            port["hostPort"] = port["containerPort"]
        elif self.chance(0.1):
            port["hostPort"] = 0
        return port

    def handler(self, bad, is_probe=True):
        """A handler of a probe or of the lifecycle, perhaps with another host."""
        host = self.pick(HOSTS) if self.chance(bad) else ""
        hosts = {"host": host} if host or self.chance(0.2) else {}
        kinds = [{"exec": {"command": ["true"]}}, {"httpGet": {"port": 8080, "path": "/"} | hosts}, {"tcpSocket": {"port": 8080} | hosts}]
        if is_probe and self.chance(0.1):
            return {"grpc": {"port": 8080}}
        return self.pick(kinds)

    def fit(self, spec):
        """Removes what the API server never accepts together."""
        containers = spec["containers"] + spec.get("initContainers", [])
        context = spec.get("securityContext", {})
        shared = {"hostNetwork": "net", "hostIPC": "kernel"}
        for field, prefix in shared.items():
            if spec.get(field) and "sysctls" in context:
                context["sysctls"] = [each for each in context["sysctls"] if not each["name"].startswith(prefix)]
        for container in containers:
            if spec.get("hostNetwork"):
                # The port of the node is that of the container.
                for port in container.get("ports", []):
                    port.pop("hostPort", None)
            if container.get("securityContext", {}).get("procMount") == "Unmasked":
                if any(spec.get(field) for field in ("hostNetwork", "hostPID", "hostIPC")):
                    del container["securityContext"]["procMount"]
                else:
                    spec["hostUsers"] = False

    def annotations(self, spec):
        """The annotations of a Pod: sometimes AppArmor profiles in their old form, and others that mean nothing."""
        annotations = {}
        if spec.get("os", {}).get("name") != "windows" and self.chance(0.1):
            for container in spec["containers"]:
                if "appArmorProfile" not in container.get("securityContext", {}) and self.chance(0.7):
                    profile = self.pick(["runtime/default", "unconfined", "localhost/profile"])
                    annotations[f"container.apparmor.security.beta.kubernetes.io/{container['name']}"] = profile
        if self.chance(0.1):
            annotations["example.com/note"] = self.pick(["", "a 'quoted' \"text\""])
        return annotations

    def pod(self, name=""):
        """A Pod. Some names are long."""
        self.count += 1
        name = name or f"random-{self.count}" + ("-" + "x" * 200 if self.chance(0.02) else "")
        spec = self.spec()
        annotations = self.annotations(spec)
        metadata = {"name": name} | ({"annotations": annotations} if annotations else {})
        return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
