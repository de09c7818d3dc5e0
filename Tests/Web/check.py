#!/usr/bin/env python3
"""Opens reports of the program in a headless Chromium, as a reader would.

usage: check.py PROGRAM [--pictures DIR] [WORD...]

It runs the checks whose names contain a word, or all. With --pictures it also saves pictures of the report, to look at.
"""
import base64
import contextlib
import functools
import http.server
import pathlib
import subprocess
import sys
import tempfile
import textwrap
import threading
import time

import browser as browsers
import controller
import form
import harness
from harness import CHECKS, check, expect

HOSTILE = "\"><script>window.evil = 1</script><img src=x onerror='window.evil = 1'>"


def pod(name, namespace, spec):
    """A manifest of a Pod."""
    return f"apiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}\n  namespace: {namespace}\nspec:\n{textwrap.indent(textwrap.dedent(spec), '  ')}"


PLAIN = "containers:\n  - name: app\n    image: registry.example/app:1\n"
RISKY = """\
    hostPID: true
    containers:
      - name: app
        image: registry.example/app:1
        securityContext:
          privileged: true
      - name: a-side-car-with-a-name-that-is-so-long-that-it-needs-two-lines
        image: registry.example/side-car:1
    """
GOOD = """\
    automountServiceAccountToken: false
    containers:
      - name: app
        image: registry.example/app:1
        securityContext:
          runAsNonRoot: true
          runAsUser: 10001
          runAsGroup: 10001
          readOnlyRootFilesystem: true
          allowPrivilegeEscalation: false
          capabilities: {drop: [ALL]}
          seccompProfile: {type: RuntimeDefault}
        resources:
          limits: {cpu: 100m, memory: 64Mi}
          requests: {cpu: 100m, memory: 64Mi}
    """
MANIFESTS = {
    "shop.yaml": [pod("risky", "shop", RISKY), pod("good", "shop", GOOD), pod("plain", "shop", PLAIN)],
    "payments/api.yaml": [pod(f"api-{number}", "payments", PLAIN) for number in range(40)],
    "hostile.yaml": ["apiVersion: v1\nkind: Pod\nmetadata:\n  name: {0}\n  namespace: {0}\nspec:\n  containers:\n    - name: {0}\n".format(
        '"' + HOSTILE.replace('"', '\\"') + '"')],
    "invalid.yaml": ["apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec:\n  containers: 7\n"],
    "config.yaml": ["apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n"],
}
MANY = 501  # Objects of a report that are made only when they are opened.
COUNT = sum(len(documents) for documents in MANIFESTS.values())


class Server(http.server.ThreadingHTTPServer):
    """Serves a folder on loopback and remembers each request."""

    def __init__(self, folder):
        self.paths = []
        server = self

        class Handler(http.server.SimpleHTTPRequestHandler):
            def log_message(self, *_):
                server.paths.append(self.path)

        super().__init__(("127.0.0.1", 0), functools.partial(Handler, directory=folder))
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self):
        """The address of the folder."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class Site:
    """The reports, the server that has them, and the browser."""

    def __init__(self, program, folder, browser):
        self.program, self.browser, self.folder = program, browser, folder
        for name, documents in {**MANIFESTS, "../many.yaml": [pod(f"many-{number}", "many", PLAIN) for number in range(MANY)]}.items():
            path = folder / "manifests" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("---\n".join(documents), encoding="utf-8")
        for source, report in (("manifests", "report.html"), ("many.yaml", "many.html")):
            subprocess.run([program, "scan", "--no-config", "--minimum-score", "9", "--format", "html", "--output", folder / report,
                            folder / source], stderr=subprocess.DEVNULL, check=False)
        self.server = Server(folder)

    @contextlib.contextmanager
    def page(self, name="report.html", fragment="", server=None, **options):
        """A report in a tab; `server` is the address of another server than that of the reports."""
        page = self.browser.open(f"{server or self.server.address}/{name}{fragment}", **options)
        try:
            yield page
        finally:
            page.close()


def shown(page):
    """The names of the objects that are shown, in the order of the page."""
    return page.evaluate(f"[...document.querySelectorAll('.object')].filter(o => o.checkVisibility()).map({harness.TITLE})")


@check
def loads_only_itself(site):
    """One request, nothing in the console, and no text of a manifest is run."""
    site.server.paths.clear()
    with site.page() as page:
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        time.sleep(0.3)
        expect(site.server.paths == ["/report.html"], f"requests: {site.server.paths}")
        addresses = {event["request"]["url"] for event in page.events("Network.requestWillBeSent")}
        expect(addresses <= {f"{site.server.address}/report.html", "data:,"}, f"addresses: {addresses}")
        expect(page.evaluate("window.evil") is None, "a name of a manifest was run")
        expect(page.complaints() == [], f"console: {page.complaints()}")
        expect(len(shown(page)) == COUNT, f"{len(shown(page))} objects, not {COUNT}")


@check
def policy_stops_other_scripts(site):
    """The policy in the page refuses a script, a style and an image that are put into it."""
    with site.page() as page:
        page.evaluate("""(() => {
            const script = document.createElement('script'); script.textContent = 'window.evil = 2'; document.body.append(script);
            document.body.setAttribute('style', 'color: red');
            const image = document.createElement('img'); image.src = '/x.png'; document.body.append(image);
        })()""")
        expect(page.evaluate("window.evil") is None, "another script was run")
        expect(page.evaluate("getComputedStyle(document.body).color") != "rgb(255, 0, 0)", "another style was applied")
        expect("/x.png" not in site.server.paths, "an image was loaded")


@check
def filters(site):
    """Search, result, Namespace and rule choose objects; the address keeps the choice; buttons of the tables set it."""
    with site.page() as page:
        expect(page.evaluate("document.getElementById('count').textContent") == f"{COUNT} of {COUNT} objects", "count of all")
        page.evaluate("document.querySelector('[name=q]').focus()")
        page.type("payments api-1")
        expect(len(shown(page)) == 11, f"search: {shown(page)}")
        page.evaluate("document.querySelector('[type=reset]').click()")
        page.evaluate("new Promise(done => setTimeout(done, 50))")
        expect(len(shown(page)) == COUNT, "reset")
        page.evaluate("(f => { f.namespace.value = '=shop'; f.order.value = 'score'; f.dispatchEvent(new Event('input')) })(document.getElementById('filter'))")
        expect(shown(page) == ["Pod/risky", "Pod/plain", "Pod/good"], f"order: {shown(page)}")
        page.call("Page.reload")
        page.wait("Page.loadEventFired")
        expect(shown(page) == ["Pod/risky", "Pod/plain", "Pod/good"], f"after a reload: {shown(page)}")
        page.evaluate("document.querySelector('tr[data-rule=HostPID] button').click()")
        expect(shown(page) == ["Pod/risky"], f"rule: {shown(page)}")
    with site.page(fragment="#?result=invalid") as page:
        expect(shown(page) == ["Pod/x.default"], f"link: {shown(page)}")


@check
def shows_skipped_last(site):
    """What has no score stands behind the other objects, in each order; without script the order is that of the files."""
    with site.page() as page:
        expect(shown(page)[-1] == "ConfigMap/c" != shown(page)[0], f"order: {shown(page)}")
        page.evaluate("(f => { f.order.value = 'score'; f.dispatchEvent(new Event('input')) })(document.getElementById('filter'))")
        expect(shown(page)[0] == "Pod/risky" and shown(page)[-1] == "ConfigMap/c", f"order by score: {shown(page)}")
    with site.page(has_script=False) as page:
        expect(shown(page)[0] == "ConfigMap/c", f"without script: {shown(page)}")


@check
def prints_light(site):
    """On paper a dark page is light, its tables keep their names and counts, and the form is missing, on a narrow sheet too."""
    for width in (390, 1440):
        with site.page(width=width, scheme="dark") as page:
            page.call("Emulation.setEmulatedMedia", media="print", features=[{"name": "prefers-color-scheme", "value": "dark"}])
            expect(page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)", "the paper is dark")
            for cell in ("tr[data-namespace=shop] th", "tr[data-rule=HostPID] td"):
                expect(page.evaluate(f"document.querySelector('{cell}').innerText.trim()") != "", f"nothing is printed in {cell}")
            expect(not page.evaluate("document.getElementById('filter').checkVisibility()"), "the form is printed")
            faint = page.evaluate(harness.CONTRASTS)
            expect(faint == [], f"contrast on paper: {faint[:3]}")


@check
def keyboard(site):
    """The search has a key, and each object is reached and opened by keys."""
    with site.page() as page:
        page.press("/", "Slash", "/")
        expect(page.evaluate("document.activeElement.name") == "q", "/ does not go to the search")
        expect(page.evaluate("document.activeElement.value") == "", "/ is in the search")
        for _ in range(20):
            page.press("Tab")
            if page.evaluate("document.activeElement.tagName") == "SUMMARY":
                break
        expect(page.evaluate("document.activeElement.tagName") == "SUMMARY", "no object is reached")
        page.press("Enter", text="\r")
        expect(page.evaluate("document.activeElement.parentElement.open"), "Enter does not open an object")


@check
def copies(site):
    """The button beside a finding copies the example of its rule."""
    with site.page() as page:
        page.call("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"], origin=site.server.address)
        page.evaluate("document.querySelector('.object[data-result=failed]').open = true")
        page.evaluate("new Promise(done => setTimeout(done, 50))")
        page.evaluate("""[...document.querySelectorAll('.findings li')].find(l => l.querySelector('a')?.textContent === 'RunAsNonRoot').querySelector('button').click()""")
        page.evaluate("new Promise(done => setTimeout(done, 200))")
        copied = page.evaluate("navigator.clipboard.readText()")
        expect(copied == "securityContext:\n  runAsNonRoot: true\n", f"copied: {copied!r}")


@check
def without_script(site):
    """All content is there without script: the summary first, then objects that open."""
    with site.page(has_script=False) as page:
        expect(page.evaluate("document.getElementById('filter').hidden"), "the form is shown")
        top = "document.getElementById('{}').getBoundingClientRect().top"
        expect(page.evaluate(f"{top.format('summary')} < {top.format('objects')}"), "the summary is not above the objects")
        before = page.evaluate("document.querySelector('.object .findings').checkVisibility({contentVisibilityAuto: true})")
        spot = page.evaluate("(r => [r.left + 20, r.top + 10])(document.querySelector('.object summary').getBoundingClientRect())")
        for kind in ("mousePressed", "mouseReleased"):
            page.call("Input.dispatchMouseEvent", type=kind, x=spot[0], y=spot[1], button="left", clickCount=1)
        expect(page.evaluate("document.querySelector('.object').open"), "a click does not open an object")
        expect(not before, "a closed object shows its findings")


@check
def opens_late(site):
    """Of a large report, the content of an object is made when the object is opened or printed; without script it is all there."""
    made = "document.querySelectorAll('.findings').length"
    with site.page("many.html") as page:
        expect(page.evaluate(made) == 0, f"{page.evaluate(made)} objects have content before they are opened")
        page.evaluate("document.querySelectorAll('.object')[3].open = true")
        page.evaluate("new Promise(done => setTimeout(done, 100))")
        expect(page.evaluate("document.querySelectorAll('.object')[3].querySelectorAll('.findings button').length > 5"), "no content on opening")
        expect(page.evaluate(made) == 1, f"{page.evaluate(made)} objects have content")
        expect(page.complaints() == [], f"console: {page.complaints()}")
    with site.page("many.html", fragment="#?q=many-50") as page:
        page.call("Page.printToPDF", printBackground=False)
        expect(page.evaluate(made) == len(shown(page)) == 2, f"{page.evaluate(made)} objects have content on paper, not {len(shown(page))}")
    with site.page("many.html", has_script=False) as page:
        expect(page.evaluate(made) == MANY, f"{page.evaluate(made)} objects have content without script")
    with site.page() as page:
        expect(page.evaluate(made) > 40, "the browser's own search finds nothing in a small report")


@check
def fits_and_contrasts(site):
    """No page is wider than the window, and each text has a contrast of 4.5, in light and dark, closed and open."""
    harness.fits_and_contrasts(site.page)


@check
def speaks(site):
    """A screen reader gets a name for each control, and the summary before the objects."""
    with site.page() as page:
        nodes = page.call("Accessibility.getFullAXTree")["nodes"]
        names = {}
        for node in nodes:
            role, name = node.get("role", {}).get("value"), node.get("name", {}).get("value", "")
            names.setdefault(role, []).append(name)
            if role in ("button", "link", "searchbox", "combobox", "DisclosureTriangle", "region", "search"):
                expect(name or node.get("ignored"), f"a {role} has no name")
        regions = [name for name in names.get("region", []) if name in ("Summary", "Objects")]
        expect(sorted(regions) == ["Objects", "Summary"], f"regions: {regions}")
        # The tree of a page is in the order in which it is read.
        order = page.evaluate("""(() => {
            const host = document.querySelector('main'), slots = [...host.shadowRoot.querySelectorAll('slot')];
            return slots.flatMap((slot) => slot.assignedElements().map((element) => element.id));
        })()""")
        expect(order == ["summary", "filter", "objects", "rules"], f"order: {order}")


def take_pictures(site, folder):
    """Saves pictures of the report on both widths, in light and dark, and on paper."""
    folder.mkdir(parents=True, exist_ok=True)
    for width in (390, 1440):
        for scheme in ("light", "dark"):
            with site.page(width=width, scheme=scheme) as page:
                page.evaluate("document.querySelectorAll('.object[data-result=failed]').forEach((d, i) => d.open = i < 2)")
                for name, place in (("top", "#summary"), ("objects", "#filter"), ("object", ".object[open]"), ("rules", "#rules")):
                    page.evaluate(f"document.querySelector('{place}').scrollIntoView()")
                    page.evaluate("new Promise(done => setTimeout(done, 300))")
                    (folder / f"report-{width}-{scheme}-{name}.png").write_bytes(page.picture())
    with site.page() as page:
        (folder / "report.pdf").write_bytes(base64.b64decode(page.call("Page.printToPDF", printBackground=False)["data"]))


def main(arguments):
    if not arguments:
        sys.exit(__doc__)
    program, *words = arguments
    program = str(pathlib.Path(program).resolve())
    pictures = None
    if "--pictures" in words:
        at = words.index("--pictures")
        pictures = pathlib.Path(words[at + 1])
        words[at:at + 2] = []
    if browsers.program() is None:
        sys.exit("check.py: install chromium")
    failed = 0
    with tempfile.TemporaryDirectory(prefix="podscore-web-") as folder, browsers.Browser() as browser:
        site = Site(program, pathlib.Path(folder), browser)
        for function in CHECKS:
            if words and not any(word in function.__name__ for word in words):
                continue
            start = time.monotonic()
            try:
                function(site)
            except (AssertionError, RuntimeError, TimeoutError, EOFError) as error:
                failed += 1
                print(f"FAILED {function.__name__}: {error}")
            else:
                print(f"ok     {function.__name__} ({time.monotonic() - start:.1f} s)")
        if pictures:
            take_pictures(site, pictures)
            controller.take_pictures(site, pictures)
            form.take_pictures(site, pictures)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
