#!/usr/bin/env python3
"""Takes the README's pictures of a report in a headless Chromium: docs/pictures/report.png and object.png.

usage: pictures.py PROGRAM [--check]

Browsers and fonts differ between machines, so each picture has the digest of the page that it shows. With --check the script opens no browser,
writes nothing, and fails if the program writes another page now.
"""
import hashlib
import pathlib
import re
import struct
import subprocess
import sys
import tempfile
import textwrap
import zlib

import browser as browsers

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "pictures"
KEYWORD = b"podscore"  # Of the chunk with the digest.
WIDTH = 1000

BARE = "containers:\n  - name: app\n    image: registry.example.com/{name}:1.4\n"
CAREFUL = """\
    containers:
      - name: app
        image: registry.example.com/{name}:2.0
        securityContext:
          runAsNonRoot: true
          readOnlyRootFilesystem: true
          allowPrivilegeEscalation: false
          capabilities: {{drop: [ALL]}}
          seccompProfile: {{type: RuntimeDefault}}
        resources:
          requests: {{cpu: 100m, memory: 64Mi}}
          limits: {{memory: 64Mi}}
    """
HALF = """\
    containers:
      - name: app
        image: registry.example.com/{name}:0.9
        securityContext:
          runAsNonRoot: true
          capabilities:
            drop: [NET_RAW]
        resources:
          limits: {{cpu: "1", memory: 256Mi}}
    """
HOST = """\
    hostPID: true
    containers:
      - name: agent
        image: registry.example.com/{name}:1.0
        securityContext:
          runAsUser: 0
    """
WORKLOADS = {
    "shop": {"cart": CAREFUL, "checkout": CAREFUL, "frontend": BARE, "search": HALF},
    "payments": {"api": CAREFUL, "ledger": CAREFUL, "worker": HALF},
    "monitoring": {"node-agent": HOST, "dashboards": BARE},
}


def page(program, folder):
    """Writes the report that is pictured, and returns its path."""
    manifests = folder / "deploy"
    for namespace, workloads in WORKLOADS.items():
        for name, spec in workloads.items():
            path = manifests / namespace / f"{name}.yaml"
            path.parent.mkdir(parents=True, exist_ok=True)
            template = textwrap.indent(textwrap.dedent(spec).format(name=name), "      ")
            path.write_text(f"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {name}\n  namespace: {namespace}\nspec:\n  selector:\n"
                            f"    matchLabels: {{app: {name}}}\n  template:\n    metadata:\n      labels: {{app: {name}}}\n    spec:\n{template}",
                            encoding="utf-8")
    command = [program, "scan", "--no-config", "--minimum-score", "9", "--format", "html", "--output", "report.html", "deploy"]
    subprocess.run(command, cwd=folder, stderr=subprocess.DEVNULL, check=False)
    return folder / "report.html"


def digest(path):
    """The digest of what a page shows: without its script, its policy and the program's version."""
    text = re.sub(r"<script>.*?</script>|<meta [^>]*>|<footer>.*?</footer>", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return hashlib.sha256(text.encode()).hexdigest()


def chunks(png):
    """The chunks of a PNG file as (type, content)."""
    place = 8
    while place < len(png):
        length, kind = struct.unpack(">I4s", png[place:place + 8])
        yield kind, png[place + 8:place + 8 + length]
        place += length + 12


def signed(png, text):
    """The picture with a text in a chunk that viewers ignore."""
    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    first, *rest = [(kind, content) for kind, content in chunks(png) if kind != b"tEXt"]
    return png[:8] + b"".join(chunk(*each) for each in [first, (b"tEXt", KEYWORD + b"\0" + text.encode()), *rest])


def signature(path):
    """The text in a picture; None without one."""
    if not path.exists():
        return None
    texts = (content.partition(b"\0") for kind, content in chunks(path.read_bytes()) if kind == b"tEXt")
    return next((text.decode() for keyword, _, text in texts if keyword == KEYWORD), None)


def take(path, text):
    """Takes both pictures of a page."""
    FOLDER.mkdir(exist_ok=True)
    with browsers.Browser() as browser:
        tab = browser.open(path.as_uri(), width=WIDTH, height=760)
        (FOLDER / "report.png").write_bytes(signed(tab.picture(), text))
        tab.close()
        tab = browser.open(path.as_uri(), width=WIDTH, height=620, scheme="dark")
        tab.evaluate("(object => { object.open = true; object.scrollIntoView(); })"
                     "([...document.querySelectorAll('.object')].find(object => object.textContent.includes('node-agent')))")
        tab.evaluate("new Promise(done => setTimeout(done, 300))")
        (FOLDER / "object.png").write_bytes(signed(tab.picture(), text))


def main():
    check = "--check" in sys.argv[1:]
    programs = [argument for argument in sys.argv[1:] if argument != "--check"]
    if len(programs) != 1:
        sys.exit(__doc__)
    program = pathlib.Path(programs[0]).resolve()
    with tempfile.TemporaryDirectory(prefix="podscore-pictures-") as folder:
        path = page(program, pathlib.Path(folder))
        text = digest(path)
        if not check:
            take(path, text)
            return
    outdated = [name for name in ("report.png", "object.png") if signature(FOLDER / name) != text]
    if outdated:
        sys.exit(f"outdated: {', '.join(outdated)} in docs/pictures; run `make pictures`")
    print("pictures: both show the page that the program writes")


if __name__ == "__main__":
    main()
