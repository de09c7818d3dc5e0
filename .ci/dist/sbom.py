#!/usr/bin/env python3
"""Prints the bill of materials of a release in SPDX 2.3: the program, the image, and what is in them.

usage: sbom.py --name N --version V --commit C --machine M --swift V --image-root FOLDER --image-layout FOLDER --resolved FILE --linked FILE

The image's folder has the program and, in var/lib/dpkg/status.d, the records of its Debian packages. The time is SOURCE_DATE_EPOCH.
Source: https://spdx.github.io/spdx-spec/v2.3/
"""

import argparse
import datetime
import hashlib
import json
import os
import pathlib
import re
import urllib.parse

# The package of which the image has a file that the program does not load.
NOT_LOADED = "ca-certificates"
WITH_EXCEPTION = "Apache-2.0 WITH Swift-exception"


def identifier(name):
    """The name of an element in the document."""
    return "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", name)


def package(name, version, download, licence, purl, **more):
    """An element for something that was not examined file by file."""
    element = {
        "SPDXID": identifier(name),
        "name": name,
        "versionInfo": version,
        "downloadLocation": download,
        "filesAnalyzed": False,
        "licenseConcluded": "NOASSERTION",
        "licenseDeclared": licence,
        "copyrightText": "NOASSERTION",
        "supplier": "NOASSERTION",
    }
    if purl:
        reference = {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": purl}
        element["externalRefs"] = [reference]
    return element | more


def swift_package(name, version):
    """A Swift package, whose licence is read from its file."""
    text = pathlib.Path(".build/checkouts", name, "LICENSE.txt").read_text(encoding="utf-8")
    apache = "Apache License" in text and "Version 2.0" in text
    licence = "NOASSERTION" if not apache else WITH_EXCEPTION if "Runtime Library Exception" in text else "Apache-2.0"
    home = f"github.com/apple/{name}"
    return package(name, version, f"git+https://{home}@{version}", licence, f"pkg:swift/{home}@{version}", primaryPackagePurpose="LIBRARY")


def debian_package(record, release):
    """A Debian package, from its record in dpkg's form."""
    fields = dict(line.split(": ", 1) for line in record.splitlines() if re.match(r"[A-Z][A-Za-z-]*: ", line))
    name, version = fields["Package"], fields["Version"]
    facts = {"arch": fields["Architecture"], "distro": release, "upstream": fields.get("Source", name).split()[0]}
    quoted = urllib.parse.quote(version, safe="")
    purl = f"pkg:deb/debian/{urllib.parse.quote(name, safe='')}@{quoted}?{urllib.parse.urlencode(facts)}"
    return package(name, version, "NOASSERTION", "NOASSERTION", purl, primaryPackagePurpose="LIBRARY")


def main():
    """Prints the document."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    for option in ("name", "version", "commit", "machine", "swift"):
        parser.add_argument(f"--{option}", required=True)
    for option in ("image-root", "image-layout", "resolved", "linked"):
        parser.add_argument(f"--{option}", type=pathlib.Path, required=True)
    options = parser.parse_args()

    digest = hashlib.sha256((options.image_root / "usr/bin/podscore").read_bytes()).hexdigest()
    program = package(
        "podscore",
        options.version,
        "NOASSERTION",
        "NOASSERTION",
        None,
        checksums=[{"algorithm": "SHA256", "checksumValue": digest}],
        primaryPackagePurpose="APPLICATION",
        sourceInfo=f"commit {options.commit}",
    )
    (manifest,) = json.loads((options.image_layout / "index.json").read_bytes())["manifests"]
    image = package(
        "podscore-image",
        options.version,
        "NOASSERTION",
        "NOASSERTION",
        f"pkg:oci/podscore@{urllib.parse.quote(manifest['digest'], safe='')}?arch={manifest['platform']['architecture']}",
        primaryPackagePurpose="CONTAINER",
    )
    runtime = package(
        "swift-runtime",
        options.swift,
        f"git+https://github.com/swiftlang/swift@swift-{options.swift}-RELEASE",
        WITH_EXCEPTION,
        f"pkg:github/swiftlang/swift@swift-{options.swift}-RELEASE",
        primaryPackagePurpose="LIBRARY",
        comment="The standard library, concurrency, Dispatch and Foundation of the toolchain.",
    )
    linked = set(options.linked.read_text(encoding="utf-8").split())
    packages = [swift_package(*line.split()) for line in options.resolved.read_text(encoding="utf-8").splitlines()]
    release_file = (options.image_root / "etc/os-release").read_text(encoding="utf-8")
    release = dict(line.split("=", 1) for line in release_file.splitlines() if "=" in line)
    distribution = f"{release['ID']}-{release['VERSION_ID']}".replace('"', "")
    records = sorted((options.image_root / "var/lib/dpkg/status.d").iterdir())
    libraries = [debian_package(record.read_text(encoding="utf-8"), distribution) for record in records]

    relations = [("SPDXRef-DOCUMENT", "DESCRIBES", each["SPDXID"]) for each in (program, image)]
    relations.append((image["SPDXID"], "CONTAINS", program["SPDXID"]))
    relations.append((program["SPDXID"], "STATIC_LINK", runtime["SPDXID"]))
    for each in packages:
        if each["name"] in linked:
            relations.append((program["SPDXID"], "STATIC_LINK", each["SPDXID"]))
        else:
            # Another package names it, but the program has nothing of it.
            relations.append((each["SPDXID"], "BUILD_DEPENDENCY_OF", program["SPDXID"]))
    for each in libraries:
        relations.append((image["SPDXID"], "CONTAINS", each["SPDXID"]))
        if each["name"] != NOT_LOADED:
            relations.append((program["SPDXID"], "DYNAMIC_LINK", each["SPDXID"]))

    created = datetime.datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), datetime.timezone.utc)
    document = {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": options.name,
        "documentNamespace": f"https://podscore.dev/spdx/{options.name}-{options.commit}-{digest[:16]}",
        "creationInfo": {"created": created.strftime("%Y-%m-%dT%H:%M:%SZ"), "creators": ["Tool: podscore-make-dist"]},
        "packages": [program, image, runtime, *packages, *libraries],
        "relationships": [
            {"spdxElementId": one, "relationshipType": kind, "relatedSpdxElement": other} for one, kind, other in relations
        ],
    }
    print(json.dumps(document, indent=2))


if __name__ == "__main__":
    main()
