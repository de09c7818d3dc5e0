#!/usr/bin/env python3
"""Writes and reads the folder of an OCI image with one layer, which `make dist` packs into an archive.

usage: oci-archive.py pack LAYER FOLDER --dockerfile FILE --version V --revision COMMIT --machine MACHINE
       oci-archive.py check FOLDER

`pack` takes the user, entry point, ports and labels from the last stage of the Dockerfile, so that both images are the same. The time is
SOURCE_DATE_EPOCH. `check` compares every digest and size, and prints USER ENTRY and the path of the layer.

The folder has the OCI layout, and beside it the manifest.json of `docker save`, so that every tool can load the archive.
Source: https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md
"""

import argparse
import datetime
import gzip
import hashlib
import json
import os
import pathlib
import shlex
import sys

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
# The names that Go gives to machines.
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
# The instruction that the layer stands for.
CONTENT = "COPY --from=system /image/ /"


def last_stage(dockerfile):
    """The instructions of the last stage, each on one line."""
    lines = dockerfile.read_text(encoding="utf-8").replace("\\\n", "").splitlines()
    instructions = [line for line in lines if line[:1].isupper()]
    start = max(number for number, line in enumerate(instructions) if line.startswith("FROM "))
    return instructions[start:]


def configuration(dockerfile):
    """The part `config` of the image's configuration."""
    config = {}
    for instruction in last_stage(dockerfile):
        word, _, rest = instruction.partition(" ")
        if word == "USER":
            config["User"] = rest
        elif word == "EXPOSE":
            config["ExposedPorts"] = {f"{port}/tcp": {} for port in rest.split()}
        elif word in ("ENTRYPOINT", "CMD"):
            config[word.capitalize()] = json.loads(rest)
        elif word == "LABEL":
            config["Labels"] = dict(label.split("=", 1) for label in shlex.split(rest))
        elif instruction not in ("FROM scratch", CONTENT):
            sys.exit(f"oci-archive.py: {dockerfile}: unknown instruction in the last stage: {instruction}")
    return config


def encoded(value):
    """A value as JSON whose bytes depend on nothing else."""
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def blob_path(descriptor):
    """The path of a blob within the folder."""
    return f"blobs/sha256/{descriptor['digest'].removeprefix('sha256:')}"


class Layout:
    """The folder of an image."""

    def __init__(self, folder):
        self.folder = folder

    def add(self, media_type, content):
        """Writes a blob and returns its descriptor."""
        descriptor = {"mediaType": media_type, "digest": f"sha256:{hashlib.sha256(content).hexdigest()}", "size": len(content)}
        path = self.folder / blob_path(descriptor)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return descriptor

    def read(self, descriptor):
        """Returns the bytes of a blob, which must be those of the descriptor."""
        content = (self.folder / blob_path(descriptor)).read_bytes()
        found = (len(content), f"sha256:{hashlib.sha256(content).hexdigest()}")
        if found != (descriptor["size"], descriptor["digest"]):
            sys.exit(f"oci-archive.py: the blob {descriptor['digest']} has {found[0]} bytes with the digest {found[1]}")
        return content

    def write(self, name, value):
        """Writes one of the files at the top."""
        (self.folder / name).write_bytes(encoded(value))


def pack(options):
    """Writes the folder."""
    seconds = int(os.environ["SOURCE_DATE_EPOCH"])
    created = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    layout = Layout(options.folder)
    config = configuration(options.dockerfile)
    facts = {
        "org.opencontainers.image.created": created,
        "org.opencontainers.image.revision": options.revision,
        "org.opencontainers.image.version": options.version,
    }
    config["Labels"] = config.get("Labels", {}) | facts
    compressed = options.layer.read_bytes()
    layer = layout.add(LAYER, compressed)
    image = {
        "architecture": ARCHITECTURES[options.machine],
        "config": config,
        "created": created,
        "history": [{"created": created, "created_by": "make dist"}],
        "os": "linux",
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(gzip.decompress(compressed)).hexdigest()}"]},
    }
    config_blob = layout.add(CONFIG, encoded(image))
    manifest = {"schemaVersion": 2, "mediaType": MANIFEST, "config": config_blob, "layers": [layer], "annotations": config["Labels"]}
    name = f"podscore:{options.version}"
    described = layout.add(MANIFEST, encoded(manifest)) | {
        "annotations": {"io.containerd.image.name": f"docker.io/library/{name}", "org.opencontainers.image.ref.name": options.version},
        "platform": {"architecture": image["architecture"], "os": "linux"},
    }
    layout.write("index.json", {"schemaVersion": 2, "mediaType": INDEX, "manifests": [described]})
    layout.write("oci-layout", {"imageLayoutVersion": "1.0.0"})
    layout.write("manifest.json", [{"Config": blob_path(config_blob), "Layers": [blob_path(layer)], "RepoTags": [name]}])


def check(options):
    """Compares every digest and prints what is needed to start the image."""
    layout = Layout(options.folder)
    (described,) = json.loads((options.folder / "index.json").read_bytes())["manifests"]
    manifest = json.loads(layout.read(described))
    image = json.loads(layout.read(manifest["config"]))
    (layer,) = manifest["layers"]
    (diff_id,) = image["rootfs"]["diff_ids"]
    if f"sha256:{hashlib.sha256(gzip.decompress(layout.read(layer))).hexdigest()}" != diff_id:
        sys.exit("oci-archive.py: the layer is not the one of the configuration")
    (entry,) = image["config"]["Entrypoint"]
    print(image["config"]["User"], entry, blob_path(layer))


def main():
    """Reads the arguments."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    commands = parser.add_subparsers(required=True)
    packing = commands.add_parser("pack")
    packing.set_defaults(run=pack)
    packing.add_argument("layer", type=pathlib.Path)
    checking = commands.add_parser("check")
    checking.set_defaults(run=check)
    for command in (packing, checking):
        command.add_argument("folder", type=pathlib.Path)
    packing.add_argument("--dockerfile", type=pathlib.Path, required=True)
    packing.add_argument("--version", required=True)
    packing.add_argument("--revision", required=True)
    packing.add_argument("--machine", choices=ARCHITECTURES, required=True)
    options = parser.parse_args()
    options.run(options)


if __name__ == "__main__":
    main()
