"""The volumes of a Pod as the kubelet writes them: files are links through `..data`, and a change swaps that link at once."""

import base64
import itertools
import os
import shutil

from api import Refused

counter = itertools.count()


class NotThereYet(Exception):
    """An object that a volume needs does not exist."""


def content(api, pod, volume):
    """The files of a volume, name to bytes; none for an `emptyDir`."""
    namespace = pod["metadata"]["namespace"]
    if "configMap" in volume:
        return files_of(api, "configmaps", volume["configMap"]["name"], namespace, volume["configMap"])
    if "secret" in volume:
        return files_of(api, "secrets", volume["secret"]["secretName"], namespace, volume["secret"])
    if "projected" in volume:
        files = {}
        for source in volume["projected"]["sources"]:
            files |= projected(api, pod, source)
        return files
    assert "emptyDir" in volume, f"the kubelet stand-in does not know the volume {volume}"
    return {}


def files_of(api, resource, name, namespace, source):
    """The files of a ConfigMap or Secret: all keys, or those that `items` names."""
    found = api.get(resource, name, namespace)
    if found is None:
        if source.get("optional"):
            return {}
        raise NotThereYet(f"{resource} {name}")
    encoded = {key: base64.b64decode(value) for key, value in (found.get("binaryData") or {}).items()}
    data = found.get("data") or {}
    files = encoded | {key: base64.b64decode(value) if resource == "secrets" else value.encode() for key, value in data.items()}
    return {each["path"]: files[each["key"]] for each in source["items"]} if "items" in source else files


def projected(api, pod, source):
    """The files of one source of a projected volume."""
    namespace = pod["metadata"]["namespace"]
    if "serviceAccountToken" in source:
        return {source["serviceAccountToken"]["path"]: token(api, pod, source["serviceAccountToken"])}
    if "downwardAPI" in source:
        return {each["path"]: field(pod, each["fieldRef"]["fieldPath"]).encode() for each in source["downwardAPI"]["items"]}
    resource = "configmaps" if "configMap" in source else "secrets"
    described = source.get("configMap") or source["secret"]
    return files_of(api, resource, described["name"], namespace, described)


def token(api, pod, source):
    """A token of the Pod's service account, bound to the Pod."""
    name, metadata = pod["spec"].get("serviceAccountName", "default"), pod["metadata"]
    request = {
        "apiVersion": "authentication.k8s.io/v1",
        "kind": "TokenRequest",
        "spec": {
            "audiences": [source["audience"]] if "audience" in source else [],
            "expirationSeconds": source.get("expirationSeconds", 3600),
            "boundObjectRef": {"apiVersion": "v1", "kind": "Pod", "name": metadata["name"], "uid": metadata["uid"]},
        },
    }
    answer, _ = api.create("serviceaccounts", request, metadata["namespace"], f"{name}/token")
    return answer["status"]["token"].encode()


def field(pod, where):
    """A field of the Pod that the downward API gives to containers."""
    fields = {"spec.nodeName": pod["spec"].get("nodeName"), "spec.serviceAccountName": pod["spec"].get("serviceAccountName")}
    fields |= {f"metadata.{name}": pod["metadata"][name] for name in ("name", "namespace", "uid")}
    return fields.get(where) or pod.get("status", {}).get(where.removeprefix("status."), "")


class Volume:
    """A volume of a running Pod: its folder and what is in it."""

    def __init__(self, pod, volume, folder):
        self.pod, self.volume, self.folder, self.files = pod, volume, folder, None
        folder.mkdir(parents=True)
        # As the kubelet makes an emptyDir: open to everybody, with the group's bit.
        folder.chmod(0o2777)

    def refresh(self, api):
        """Writes the files if they have changed. A token stays as it was written."""
        if "emptyDir" in self.volume or (self.has_token() and self.files is not None):
            return
        try:
            files = content(api, self.pod, self.volume)
        except (NotThereYet, Refused):
            if self.files is None:
                raise
            return
        if files != self.files:
            self.write(files)
            self.files = files

    def has_token(self):
        """Whether the volume has a token of the service account."""
        return any("serviceAccountToken" in each for each in self.volume.get("projected", {}).get("sources", []))

    def forget_token(self):
        """Lets the next refresh write a new token."""
        if self.has_token():
            self.files = None

    def write(self, files):
        """Writes all files into a new folder, and swaps the link to it."""
        old = self.folder / "..data"
        replaced = old.resolve() if old.is_symlink() else None
        new = self.folder / f"..{next(counter)}"
        new.mkdir()
        for name, data in files.items():
            (new / name).parent.mkdir(parents=True, exist_ok=True)
            (new / name).write_bytes(data)
            self.protect(new / name)
        link = self.folder / "..data_tmp"
        link.symlink_to(new.name)
        os.replace(link, old)
        for top in {name.split("/")[0] for name in files}:
            if not (self.folder / top).is_symlink():
                (self.folder / top).symlink_to(f"..data/{top}")
        for there in list(self.folder.iterdir()):
            if not there.name.startswith("..") and not there.exists():
                there.unlink()
        if replaced:
            shutil.rmtree(replaced)

    def protect(self, file):
        """Sets mode and group of a file. With `fsGroup`, the group can read it."""
        (source,) = [value for key, value in self.volume.items() if key != "name"]
        mode, group = source.get("defaultMode", 0o644), self.pod["spec"].get("securityContext", {}).get("fsGroup")
        file.chmod(mode | 0o440 if group else mode)
        if group:
            os.chown(file, 0, group)
