"""A Pod on the node: its volumes, containers, probes and status, from its start to its end, as the kubelet does it."""

import contextlib
import datetime
import threading
import time
import traceback
import urllib.request

from api import UNREACHABLE, Refused
from sandbox import API_ADDRESS, NODE_ADDRESS, Sandbox
from volumes import NotThereYet, Volume, field

# Seconds. A real kubelet brings a changed ConfigMap after a minute or two, and waits longer between restarts.
TICK, RESTART_DELAY, VOLUME_INTERVAL = 0.1, 2, 0.5
# Kubernetes' limit of a termination message that is taken from the log.
LOG_MESSAGE_LIMIT = 2048


def now():
    """The time as Kubernetes writes it."""
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def remove(api, metadata):
    """Removes the object of a Pod that has ended."""
    api.delete("pods", metadata["name"], metadata["namespace"], gracePeriodSeconds=0, preconditions={"uid": metadata["uid"]})


class RunningPod(threading.Thread):
    """Runs one Pod. The kubelet tells it to end, and it removes the Pod's object when all processes have ended."""

    def __init__(self, api, pod, number, folder, image):
        super().__init__(name=pod["metadata"]["name"], daemon=True)
        self.api, self.pod, self.spec, self.metadata = api, pod, pod["spec"], pod["metadata"]
        self.folder, self.states, self.conditions, self.reported = folder, {}, {}, None
        self.sandbox = Sandbox(number, folder / "containers", image)
        self.volumes, self.processes = {}, {}
        self.ending = threading.Event()
        self.deadline, self.is_ready, self.next_probe, self.failed_probes, self.refreshed = None, False, 0, 0, 0
        self.started = now()

    def end(self, seconds):
        """Begins the end of the Pod; its processes have this many seconds. A shorter time replaces a longer one."""
        self.deadline = min(self.deadline or float("inf"), time.monotonic() + seconds)
        self.ending.set()

    def run(self):
        try:
            if self.mount() and self.run_init_containers():
                self.run_containers()
        except Exception:  # pylint: disable=broad-exception-caught # a fault of the stand-in, which must be seen while scenarios wait
            traceback.print_exc()
        self.ending.wait()
        for process in self.processes.values():
            if process.poll() is None:
                process.kill()
                process.wait()
        self.sandbox.close()
        self.remove()

    def remove(self):
        """Removes the Pod's object. If the API server is unreachable, the kubelet does it later."""
        with contextlib.suppress(*UNREACHABLE):
            remove(self.api, self.metadata)

    def mount(self):
        """Writes the volumes, and waits for missing objects. False if the Pod ends first."""
        self.volumes = {each["name"]: Volume(self.pod, each, self.folder / "volumes" / each["name"]) for each in self.spec.get("volumes", [])}
        while not self.ending.is_set():
            with contextlib.suppress(*UNREACHABLE, Refused, NotThereYet):
                for volume in self.volumes.values():
                    volume.refresh(self.api)
                return True
            self.report("Pending")
            self.ending.wait(0.5)
        return False

    def run_init_containers(self):
        """Runs the init containers in turn, each until it succeeds. False if the Pod ends or fails first."""
        for container in self.spec.get("initContainers", []):
            while True:
                self.start_container(container)
                while self.processes[container["name"]].poll() is None:
                    if self.ending.wait(TICK):
                        return False
                if self.note_end(container) == 0:
                    break
                if self.spec.get("restartPolicy") == "Never":
                    self.report("Failed")
                    return False
                self.report("Pending")
                if self.ending.wait(RESTART_DELAY):
                    return False
        return True

    def run_containers(self):
        """Runs the containers until the Pod ends, or until they have ended and must not start again."""
        for container in self.spec["containers"]:
            self.start_container(container)
        while not self.ending.wait(TICK):
            self.probe_when_due()
            if time.monotonic() - self.refreshed > VOLUME_INTERVAL:
                self.refresh_volumes()
            for container in self.spec["containers"]:
                self.restart_if_ended(container)
            phase = self.phase()
            self.report(phase)
            if phase in ("Succeeded", "Failed"):
                return
        self.drain()

    def drain(self):
        """Tells the processes to end, and goes on with probes until they have."""
        alive = [process for process in self.processes.values() if process.poll() is None]
        for process in alive:
            process.terminate()
        while any(process.poll() is None for process in alive) and time.monotonic() < self.deadline:
            self.probe_when_due()
            self.report("Running")
            time.sleep(TICK)

    def start_container(self, container):
        """Starts a container, for the first time or again."""
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "KUBERNETES_SERVICE_HOST": API_ADDRESS, "KUBERNETES_SERVICE_PORT": "443"}
        for each in container.get("env", []):
            source = each.get("valueFrom", {}).get("fieldRef", {}).get("fieldPath")
            known = self.pod | {"status": {"podIP": self.sandbox.address, "hostIP": NODE_ADDRESS}}
            environment[each["name"]] = field(known, source) if source else each.get("value", "")
        folders = {name: volume.folder for name, volume in self.volumes.items()}
        self.processes[container["name"]] = self.sandbox.start(self.spec, container, folders, environment)
        restarts = self.states[container["name"]]["restartCount"] + 1 if container["name"] in self.states else 0
        self.states[container["name"]] = {"restartCount": restarts, "state": {"running": {"startedAt": now()}}, "ended": None}

    def note_end(self, container):
        """Keeps how a container ended, and returns its exit code."""
        state = self.states[container["name"]]
        if state["ended"] is None:
            code = self.processes[container["name"]].returncode
            code = 128 - code if code < 0 else code
            times = {"startedAt": state["state"]["running"]["startedAt"], "finishedAt": now()}
            result = {"exitCode": code, "reason": "Error" if code else "Completed", "message": self.termination_message(container, code)}
            state |= {"state": {"terminated": result | times}, "ended": time.monotonic()}
        return state["state"]["terminated"]["exitCode"]

    def termination_message(self, container, code):
        """What the container wrote to its file of that name, or the end of its log if it asks for that."""
        files = self.sandbox.folder / container["name"]
        message = (files / "termination-log").read_text(errors="replace")
        if not message and code and container.get("terminationMessagePolicy") == "FallbackToLogsOnError":
            message = (files / "log").read_text(errors="replace")[-LOG_MESSAGE_LIMIT:]
        return message

    def restart_if_ended(self, container):
        """Starts a container again that has ended, if the Pod says so."""
        if self.processes[container["name"]].poll() is None:
            return
        code, policy = self.note_end(container), self.spec.get("restartPolicy", "Always")
        is_due = time.monotonic() - self.states[container["name"]]["ended"] > RESTART_DELAY
        if is_due and (policy == "Always" or (policy == "OnFailure" and code)):
            self.start_container(container)

    def refresh_volumes(self):
        """Brings changed ConfigMaps and Secrets."""
        self.refreshed = time.monotonic()
        with contextlib.suppress(*UNREACHABLE):
            for volume in self.volumes.values():
                volume.refresh(self.api)

    def replace_tokens(self):
        """Writes new tokens."""
        for volume in self.volumes.values():
            volume.forget_token()
        self.refresh_volumes()

    def phase(self):
        """The phase of a Pod whose containers have been started."""
        ended = [self.states[each["name"]]["state"].get("terminated") for each in self.spec["containers"]]
        if self.spec.get("restartPolicy", "Always") == "Always" or not all(ended):
            return "Running"
        if not any(each["exitCode"] for each in ended):
            return "Succeeded"
        return "Failed" if self.spec["restartPolicy"] == "Never" else "Running"

    def probe_when_due(self):
        """Probes readiness: twice a second until the first success, then at the probe's period and with its threshold."""
        container = self.spec["containers"][0]
        probe = container.get("readinessProbe", {}).get("httpGet")
        if self.processes[container["name"]].poll() is not None:
            self.is_ready = False
        elif probe is None:
            self.is_ready = True
        elif time.monotonic() >= self.next_probe:
            self.failed_probes = 0 if self.succeeds(container, probe) else self.failed_probes + 1
            threshold = container["readinessProbe"].get("failureThreshold", 3) if self.is_ready else 1
            self.is_ready = self.failed_probes < threshold
            self.next_probe = time.monotonic() + (container["readinessProbe"].get("periodSeconds", 10) if self.is_ready else 0.5)

    def succeeds(self, container, probe):
        """Whether the container answers the probe with success."""
        port = probe["port"]
        if isinstance(port, str):
            (port,) = [each["containerPort"] for each in container["ports"] if each.get("name") == port]
        try:
            with urllib.request.urlopen(f"http://{self.sandbox.address}:{port}{probe.get('path', '/')}", timeout=1) as page:
                return page.status < 400
        except UNREACHABLE:
            return False

    def report(self, phase):
        """Writes the status of the Pod, if it has changed."""
        ready = self.is_ready and phase == "Running"
        initialized = all(self.state_of(each).get("terminated", {}).get("exitCode") == 0 for each in self.spec.get("initContainers", []))
        for name, holds in {"PodScheduled": True, "Initialized": initialized, "ContainersReady": ready, "Ready": ready}.items():
            known = self.conditions.get(name)
            if known is None or known["status"] != str(holds):
                self.conditions[name] = {"type": name, "status": str(holds), "lastTransitionTime": now()}
        address = self.sandbox.address
        status = {
            "phase": phase,
            "startTime": self.started,
            "hostIP": NODE_ADDRESS,
            "podIP": address,
            "podIPs": [{"ip": address}],
            "conditions": list(self.conditions.values()),
            "initContainerStatuses": [self.status_of(each, False) for each in self.spec.get("initContainers", [])],
            "containerStatuses": [self.status_of(each, ready) for each in self.spec["containers"]],
        }
        if status == self.reported:
            return
        with contextlib.suppress(*UNREACHABLE):
            try:
                self.api.patch("pods", f"{self.metadata['name']}/status", {"status": status}, self.metadata["namespace"])
            except Refused as error:
                if error.status != 404:
                    raise
            self.reported = status

    def state_of(self, container):
        """The state of a container in the form of the Pod's status."""
        return self.states[container["name"]]["state"] if container["name"] in self.states else {"waiting": {"reason": "PodInitializing"}}

    def status_of(self, container, is_ready):
        """The status of a container."""
        state = self.state_of(container)
        return {
            "name": container["name"],
            "image": container["image"],
            "imageID": container["image"],
            "restartCount": self.states.get(container["name"], {}).get("restartCount", 0),
            "ready": is_ready or state.get("terminated", {}).get("exitCode") == 0,
            "started": "running" in state,
            "state": state,
        }
