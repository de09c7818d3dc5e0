"""The node below the kubelet stand-in: a bridge, a network namespace for each Pod, and containers as processes in the image's file system.

Everything here is inside the network, mount and process namespaces that run.py makes, and ends with them.
"""

import os
import pathlib
import shlex
import subprocess

SUBNET = "10.244.7"
NODE_ADDRESS = f"{SUBNET}.1"
# The address of the Service `kubernetes`. There is no kube-proxy, so the bridge has it.
API_ADDRESS = "10.96.0.1"
# Of the image, if the Pod names no other (Dockerfile).
IMAGE_USER = 65532
ENTRY_POINT = "/usr/bin/podscore"


def run(*command):
    """Runs a command of the system, which must succeed."""
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def make_bridge():
    """Makes the bridge that joins the Pods and the control plane."""
    # A dedicated place for the names of network namespaces: those of the machine are not touched.
    run("mount", "-t", "tmpfs", "tmpfs", "/run")
    os.makedirs("/run/netns")
    run("ip", "link", "set", "lo", "up")
    run("ip", "link", "add", "pods", "type", "bridge")
    run("ip", "address", "add", f"{NODE_ADDRESS}/24", "dev", "pods")
    run("ip", "address", "add", f"{API_ADDRESS}/32", "dev", "pods")
    run("ip", "link", "set", "pods", "up")


class Sandbox:
    """The network of a Pod, and the processes in it."""

    def __init__(self, number, folder, image):
        self.name, self.address, self.image = f"pod{number}", f"{SUBNET}.{number}", image
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True)
        run("ip", "netns", "add", self.name)
        run("ip", "link", "add", self.name, "type", "veth", "peer", "name", "eth0", "netns", self.name)
        run("ip", "link", "set", self.name, "master", "pods", "up")
        for command in [f"address add {self.address}/24 dev eth0", "link set eth0 up", "link set lo up", f"route add default via {NODE_ADDRESS}"]:
            run("ip", "-netns", self.name, *command.split())

    def close(self):
        """Removes the network. Its processes must have ended."""
        run("ip", "netns", "delete", self.name)

    def cut_connections(self, address):
        """Resets all connections to an address."""
        # It complains about each connection that is gone by itself meanwhile.
        subprocess.run(["ip", "netns", "exec", self.name, "ss", "--kill", "dst", address], check=True, capture_output=True)

    def start(self, spec, container, volumes, environment):
        """Starts a container, and returns its process. `volumes` are the folders by the name of the volume."""
        files = self.folder / container["name"]
        files.mkdir(exist_ok=True)
        (files / "termination-log").touch()
        (files / "termination-log").chmod(0o666)
        command = ["ip", "netns", "exec", self.name, "sh", "-euc", self.script(spec, container, volumes, files)]
        with (files / "log").open("ab") as log:
            return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, start_new_session=True)

    def script(self, spec, container, volumes, files):
        """The shell script that mounts what the container sees, and becomes its program. `ip netns exec` has given it its own mounts."""
        root = shlex.quote(str(self.image))
        lines = [f"mount --bind {root} {root}", f"mount -t proc proc {root}/proc"]

        def mount(source, target, options=""):
            target = shlex.quote(f"{self.image}{target}")
            lines.append(f"mount --bind {shlex.quote(str(source))} {target}")
            if options:
                lines.append(f"mount -o remount,bind,{options} {target}")

        for device in ("null", "zero", "random", "urandom"):
            mount(f"/dev/{device}", self.place(f"/dev/{device}", is_file=True))
        log_path = container.get("terminationMessagePath", "/dev/termination-log")
        mount(files / "termination-log", self.place(log_path, is_file=True))
        for each in container.get("volumeMounts", []):
            source = volumes[each["name"]]
            sub_path = each.get("subPath")
            source = source / sub_path if sub_path else source
            mount(source, self.place(each["mountPath"], is_file=source.is_file()), "ro" if each.get("readOnly") else "")
        security = spec.get("securityContext", {}) | container.get("securityContext", {})
        if security.get("readOnlyRootFilesystem"):
            lines.append(f"mount -o remount,bind,ro {root}")
        user, group = security.get("runAsUser", IMAGE_USER), security.get("runAsGroup", IMAGE_USER)
        groups = ",".join(str(each) for each in [group, *security.get("supplementalGroups", []), *filter(None, [security.get("fsGroup")])])
        program = [*(container.get("command") or [ENTRY_POINT]), *container.get("args", [])]
        lines.append(f"exec chroot --userspec={user}:{group} --groups={groups} {root} {shlex.join(program)}")
        return "\n".join(lines)

    def place(self, target, is_file):
        """Makes the mount point in the image, as container runtimes do, and returns it."""
        there = pathlib.Path(f"{self.image}{target}")
        (there.parent if is_file else there).mkdir(parents=True, exist_ok=True)
        if is_file:
            there.touch()
        return target
