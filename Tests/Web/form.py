"""The page of `podscore http`, where a manifest is pasted, scored and fixed."""
import contextlib
import http.client
import re
import subprocess
import urllib.parse

import harness
from harness import check, expect

HOSTILE = "\"><script>window.evil = 1</script></textarea><img src=x onerror='window.evil = 1'>"
MANIFEST = """\
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  hostPID: true
  containers:
    - name: app # kept
      image: registry.example/app:1
"""
# The difference of the places of a marked line's number and of the same line of the text, in pixels.
OFFSET = """(() => {
    const mark = document.querySelector('.lines a'), text = document.getElementById('manifest'), style = getComputedStyle(text);
    const line = Number(mark.id.slice('line-'.length));
    const top = text.getBoundingClientRect().top + parseFloat(style.paddingTop) + (line - 1) * parseFloat(style.lineHeight);
    const rect = mark.getBoundingClientRect();
    return Math.abs((rect.top + rect.bottom) / 2 - (top + parseFloat(style.lineHeight) / 2)) + text.scrollTop;
})()"""


@contextlib.contextmanager
def service(program, *options):
    """The port of a running `podscore http`."""
    command = [program, "http", "127.0.0.1:0", *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            line = process.stderr.readline()
            found = re.search(r"http://127\.0\.0\.1:(\d+)/scan", line)
            expect(found, f"the server does not start: {line}")
            yield int(found[1])
        finally:
            process.terminate()
            process.wait(30)


@contextlib.contextmanager
def form(site, path="", options=(), **tab):
    """The page in a tab, from a server of its own."""
    with service(site.program, *options) as port, site.page(server=f"http://127.0.0.1:{port}", name=path, **tab) as page:
        page.server = f"http://127.0.0.1:{port}"
        yield page


def click(page, selector, at=0):
    """Clicks an element with the mouse, which needs no script."""
    page.evaluate(f"document.querySelectorAll({selector!r})[{at}].scrollIntoView({{block: 'center'}})")
    place = page.evaluate(f"(r => [r.left + Math.min(r.width / 2, 20), r.top + r.height / 2])(document.querySelectorAll({selector!r})[{at}]"
                          ".getBoundingClientRect())")
    for kind in ("mousePressed", "mouseReleased"):
        page.call("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], button="left", clickCount=1)


CONTROL, SHIFT = 2, 8


def press(page, key, number, modifier):
    """Presses a key together with another one."""
    for kind in ("keyDown", "keyUp"):
        page.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=number, modifiers=modifier)


def follow(page, selector, at=0):
    """Clicks an element that leads to another page, and waits for it."""
    click(page, selector, at)
    page.wait("Page.loadEventFired")


def paste(page, text):
    """Puts a text into the form as a person does."""
    click(page, "#manifest")
    page.type(text)


def drop(page, *paths):
    """Drops files onto the page."""
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        page.call("Input.dispatchDragEvent", type=kind, x=300, y=300, data=data)
    page.evaluate("new Promise(done => setTimeout(done, 300))")


def line_of(page):
    """The number of the line that is selected in the text."""
    return page.evaluate("(t => t.value.slice(0, t.selectionStart).split('\\n').length)(document.getElementById('manifest'))")


def score(page):
    """The scores of the objects."""
    return page.evaluate("[...document.querySelectorAll('.object summary > span:last-child')].map(s => s.textContent)")


def expect_harmless(page, *paths):
    """Nothing was run, said, kept or asked of another server."""
    expect(page.evaluate("window.evil") is None, "a text of a manifest was run")
    expect(page.complaints() == [], f"console: {page.complaints()}")
    addresses = {event["request"]["url"].partition("#")[0] for event in page.events("Network.requestWillBeSent")}
    expect(addresses <= {"data:,", *(page.server + path for path in ("/", *paths))}, f"addresses: {addresses}")
    expect(page.call("Network.getCookies")["cookies"] == [], "cookies")
    expect(page.evaluate("localStorage.length + sessionStorage.length") == 0, "the page keeps something")


@check
def form_scores_and_fixes(site):
    """A pasted manifest is scored beside its text, its lines are marked, and the fixed text can be scored at once."""
    with form(site) as page:
        expect(page.evaluate("document.querySelector('.object')") is None, "a result without a manifest")
        paste(page, MANIFEST)
        expect(page.evaluate("document.getElementById('lines').textContent.trim().split(/\\s+/).length") == 9, "lines are not numbered")
        page.evaluate("document.querySelector('[name=minimum]').focus()")
        page.type("9")
        follow(page, ".main")
        expect(page.evaluate("location.pathname + location.search + location.hash") == "/#result", "another address")
        expect(page.evaluate("document.querySelector('[name=minimum]').value") == "9", "the choice is lost")
        expect(page.evaluate("document.getElementById('manifest').value") == MANIFEST, "the text has changed")
        before = score(page)
        expect(len(before) == 1 and "minimum 9" in before[0], f"scores: {before}")
        marks = page.evaluate("[...document.querySelectorAll('.lines a')].map(a => [a.id, a.className])")
        expect(["line-6", "error"] in marks and ["line-8", "note"] in marks, f"marks: {marks}")
        expect(page.evaluate(OFFSET) < 2, f"the marks are {page.evaluate(OFFSET)} pixels beside their lines")
        difference = page.evaluate("document.getElementById('diff').textContent")
        expect(difference.startswith("--- manifest.yaml\n+++ manifest.yaml\n@@ ") and "\n-  hostPID: true\n" in difference, f"difference: {difference}")
        expect("\n+  hostPID: false\n" in difference and " name: app # kept\n" in difference, f"difference: {difference}")
        expect(page.evaluate("document.querySelectorAll('.diff ins').length") > 3, "no line is added")
        follow(page, ".again [type=submit]")
        after = score(page)
        text = page.evaluate("document.getElementById('manifest').value")
        expect(after != before and "hostPID: false" in text and "# kept" in text, f"scores: {after}, text: {text}")
        expect_harmless(page)


@check
def form_leads_to_lines(site):
    """A finding leads to its line in the text, a mark to its object, and a change of the text takes the marks away."""
    with form(site, "?example=agent") as page:
        click(page, ".findings a[href^='#line-']")
        line = page.evaluate("Number(document.querySelector(\".findings a[href^='#line-']\").hash.slice('#line-'.length))")
        expect(page.evaluate("document.activeElement.id") == "manifest" and line_of(page) == line, f"line {line_of(page)}, not {line}")
        click(page, ".lines a")
        expect(page.evaluate("location.hash") == "#object-1", "a mark does not lead to its object")
        expect(page.evaluate("document.getElementById('stale').hidden"), "the result is said to be old")
        paste(page, "x")
        expect(not page.evaluate("document.getElementById('stale').hidden"), "the result is not said to be old")
        expect(page.evaluate("document.querySelectorAll('.lines a').length") == 0, "marks of another text")
        expect_harmless(page, "/?example=agent")


@check
def form_takes_files(site):
    """A file is dropped or chosen, and one that is too large is refused."""
    path, large = site.folder / "dropped.yaml", site.folder / "large.yaml"
    path.write_text(MANIFEST, encoding="utf-8")
    large.write_text("#" * 20_000, encoding="utf-8")
    with form(site, options=("--max-body-bytes", "10000")) as page:
        drop(page, path)
        expect(page.evaluate("document.getElementById('manifest').value") == MANIFEST, "the dropped file is not in the text")
        page.call("DOM.enable")
        root = page.call("DOM.getDocument")["root"]["nodeId"]
        field = page.call("DOM.querySelector", nodeId=root, selector="[name=file]")["nodeId"]
        page.call("DOM.setFileInputFiles", files=[str(large)], nodeId=field)
        page.evaluate("new Promise(done => setTimeout(done, 300))")
        alert = page.evaluate("document.querySelector('[role=alert]').textContent")
        expect(alert == "The file has 20000 bytes. At most 10000 bytes are scored.", f"alert: {alert}")
        expect(page.evaluate("document.getElementById('manifest').value") == MANIFEST, "the text is lost")
        page.call("DOM.setFileInputFiles", files=[str(path)], nodeId=field)
        page.evaluate("new Promise(done => setTimeout(done, 300))")
        expect(page.evaluate("document.querySelector('[role=alert]').hidden"), "the alert stays")
        drop(page, path, path)
        expect(page.evaluate("document.getElementById('manifest').value") == MANIFEST + "---\n" + MANIFEST, "two files are not joined")
        follow(page, ".main")
        expect(len(score(page)) == 2, f"scores: {score(page)}")
        expect_harmless(page)


@check
def form_links(site):
    """A link has the choices and never the manifest; an example keeps them."""
    with form(site) as page:
        paste(page, MANIFEST)
        page.evaluate("(f => { f.ruleset.value = 'kubesec/v2'; f.minimum.value = '3'; f.standard.value = 'baseline';"
                      "f.standard.dispatchEvent(new Event('change', {bubbles: true})) })(document.getElementById('form').elements)")
        link = page.evaluate("document.getElementById('link').getAttribute('href')")
        query = urllib.parse.parse_qs(urllib.parse.urlparse(link).query)
        expect(query == {"ruleset": ["kubesec/v2"], "minimum": ["3"], "standard": ["baseline"]}, f"link: {link}")
        follow(page, "#link")
        choices = "(f => [f.ruleset.value, f.minimum.value, f.standard.value, f.manifest.value])(document.getElementById('form').elements)"
        expect(page.evaluate(choices) == ["kubesec/v2", "3", "baseline", ""], f"choices: {page.evaluate(choices)}")
        follow(page, ".example", 2)
        expect(page.evaluate(choices)[:3] == ["kubesec/v2", "3", "baseline"] and len(score(page)) == 1, f"choices: {page.evaluate(choices)}")
        page.load(page.server + "/?minimum=many")
        expect("invalid minimum score" in page.evaluate("document.querySelector('[role=alert]').textContent"), "no alert")


@check
def form_by_keys(site):
    """The form is filled and sent by keys alone, and the key Tab leaves the text."""
    with form(site) as page:
        order = []
        for _ in range(12):
            page.press("Tab")
            order.append(page.evaluate("(e => e.name || e.id || e.className || e.textContent)(document.activeElement)"))
            if order[-1] == "file":
                break
        expect(order == ["skip", "ruleset", "minimum", "standard", "main", "manifest", "file"], f"order: {order}")
        press(page, "Tab", 9, SHIFT)
        expect(page.evaluate("document.activeElement.id") == "manifest", "Shift+Tab does not lead back")
        page.type(MANIFEST)
        press(page, "Enter", 13, CONTROL)
        page.wait("Page.loadEventFired")
        expect(len(score(page)) == 1, "Ctrl+Enter does not score")
        nodes = page.call("Accessibility.getFullAXTree")["nodes"]
        for node in nodes:
            role, name = node.get("role", {}).get("value"), node.get("name", {}).get("value", "")
            if role in ("button", "link", "textbox", "combobox", "spinbutton", "DisclosureTriangle", "region", "form"):
                expect(name or node.get("ignored"), f"a {role} has no name")


@check
def form_without_script(site):
    """Without script a text or a file is scored, an example is taken, and the fixed text is scored."""
    path = site.folder / "chosen.yaml"
    path.write_text(MANIFEST, encoding="utf-8")
    with form(site, has_script=False) as page:
        paste(page, MANIFEST.replace("web", "typed"))
        follow(page, ".main")
        expect(len(score(page)) == 1 and page.evaluate(OFFSET) < 2, "no result beside the text")
        expect("Pod/typed" in page.evaluate("document.querySelector('.object h3').textContent"), "another object")
        page.call("DOM.enable")
        root = page.call("DOM.getDocument")["root"]["nodeId"]
        field = page.call("DOM.querySelector", nodeId=root, selector="[name=file]")["nodeId"]
        page.call("DOM.setFileInputFiles", files=[str(path)], nodeId=field)
        follow(page, ".main")
        expect("Pod/web" in page.evaluate("document.querySelector('.object h3').textContent"), "the file does not count")
        before = score(page)
        follow(page, ".again [type=submit]")
        expect(score(page) != before, "the fixed text is not scored")
        follow(page, ".example", 1)
        expect("DaemonSet/log-agent" in page.evaluate("document.querySelector('.object h3').textContent"), "no example")
        expect_harmless(page, "/?ruleset=podscore/v1&example=agent")


@check
def form_shows_hostile_texts(site):
    """Texts of a manifest stay texts, and other scripts, styles and images are not run or loaded."""
    name = '"' + HOSTILE.replace('"', '\\"') + '"'
    manifest = f"apiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}\n  namespace: {name}\nspec:\n  containers:\n    - name: {name}\n"
    with form(site) as page:
        paste(page, manifest + "# </textarea><script>window.evil = 1</script>\n---\na: [\n")
        follow(page, ".main")
        expect(len(page.evaluate("[...document.querySelectorAll('.object')].map(o => o.textContent)")) == 2, "two objects")
        paste(page, "")
        page.evaluate(f"document.getElementById('manifest').value = {manifest!r}")
        follow(page, ".main")
        expect(HOSTILE in page.evaluate("document.querySelector('.diff').textContent"), "the difference lacks the name")
        expect_harmless(page)
        page.evaluate("""(() => {
            const script = document.createElement('script'); script.textContent = 'window.evil = 2'; document.body.append(script);
            document.body.setAttribute('style', 'color: red');
        })()""")
        expect(page.evaluate("window.evil") is None, "another script was run")
        expect(page.evaluate("getComputedStyle(document.body).color") != "rgb(255, 0, 0)", "another style was applied")


@check
def form_fits(site):
    """The page and its results fit on both widths, and their texts have contrast."""
    with service(site.program) as port:
        for path in ("", "?example=web&minimum=9&standard=restricted", "?example=agent", "?minimum=x"):
            harness.fits_and_contrasts(lambda path=path, **options: site.page(server=f"http://127.0.0.1:{port}", name=path, **options))


@check
def form_is_for_browsers(site):
    """curl and programs get the text, and a browser that uses another site's name for this machine gets neither."""
    with service(site.program) as port:
        def answer(path="/", **fields):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request("GET", path, headers=fields)
            response = connection.getresponse()
            text = response.read().decode()
            connection.close()
            return response.status, response.headers["Content-Type"], text

        for accept in ("*/*", "text/plain", "application/json"):
            status, kind, text = answer(Accept=accept)
            expect((status, kind) == (200, "text/plain; charset=utf-8") and text.startswith("Podscore "), f"{accept}: {status} {kind}")
        expect(answer(Accept="text/html")[1] == "text/html; charset=utf-8", "no page")
        expect(answer("/metrics", Host="evil.example")[0] == 421, "another host can read the metrics")
        with site.page(server=f"http://evil.localhost:{port}", name="") as page:
            text = page.evaluate("document.body.textContent")
            expect("requests for the host" in text and "--allowed-host" in text, f"another host shows {text[:80]}")


def take_pictures(site, folder):
    """Saves pictures of the form, of results and of the fix, on both widths, in light and dark."""
    paths = {"empty": "", "web": "?example=web&minimum=9&standard=restricted", "agent": "?example=agent", "hardened": "?example=hardened"}
    with service(site.program) as port:
        for width in (390, 1440):
            for scheme in ("light", "dark"):
                for name, path in paths.items():
                    with site.page(server=f"http://127.0.0.1:{port}", name=path, width=width, scheme=scheme) as page:
                        (folder / f"form-{width}-{scheme}-{name}.png").write_bytes(page.picture())
                        for part in ("result", "fix") if name in ("web", "agent") else ():
                            page.evaluate(f"document.getElementById('{part}').scrollIntoView()")
                            page.evaluate("new Promise(done => setTimeout(done, 200))")
                            (folder / f"form-{width}-{scheme}-{name}-{part}.png").write_bytes(page.picture())
