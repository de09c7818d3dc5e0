"""A headless Chromium, driven by its DevTools protocol over two pipes."""
import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

PATIENCE = 30  # Seconds for one answer of the browser.


def program():
    """The path of Chromium; None if it is not installed."""
    return next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)


class Browser:
    """The browser with a profile that is removed with it."""

    def __init__(self):
        self.profile = tempfile.mkdtemp(prefix="podscore-web-")
        commands, self.commands = os.pipe()
        self.answers, answers = os.pipe()
        arguments = ["--headless=new", "--remote-debugging-pipe", f"--user-data-dir={self.profile}", "--no-first-run", "--disable-gpu",
                     "--disable-dev-shm-usage", "--disable-background-networking", "--hide-scrollbars"]
        if os.geteuid() == 0:
            arguments.append("--no-sandbox")
        # The browser reads commands from descriptor 3 and writes answers to descriptor 4.
        redirection = 'exec "$0" "$@" 3<&"$COMMANDS" 4>&"$ANSWERS" 2>/dev/null'
        self.process = subprocess.Popen(["bash", "-c", redirection, program(), *arguments], pass_fds=(commands, answers),
                                        env={**os.environ, "COMMANDS": str(commands), "ANSWERS": str(answers)})
        os.close(commands)
        os.close(answers)
        self.number, self.unread, self.events = 0, b"", []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(PATIENCE)
        shutil.rmtree(self.profile, ignore_errors=True)

    def receive(self, deadline):
        """The next message."""
        while b"\0" not in self.unread:
            if not select.select([self.answers], [], [], max(0, deadline - time.monotonic()))[0]:
                raise TimeoutError("the browser does not answer")
            read = os.read(self.answers, 1 << 20)
            if not read:
                raise EOFError("the browser has ended")
            self.unread += read
        message, _, self.unread = self.unread.partition(b"\0")
        return json.loads(message)

    def call(self, method, session=None, **parameters):
        """Calls a method and returns its result; events that come first are kept."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self.commands, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + PATIENCE
        while True:
            answer = self.receive(deadline)
            if answer.get("id") != self.number:
                self.events.append(answer)
            elif "error" in answer:
                raise RuntimeError(f"{method}: {answer['error']['message']}")
            else:
                return answer["result"]

    def open(self, address, width=1440, height=900, scheme="light", has_script=True):
        """Opens a page in a tab of its own and waits until it is loaded."""
        return Page(self, address, width, height, scheme, has_script)


class Page:
    """A tab with one page."""

    def __init__(self, browser, address, width, height, scheme, has_script):
        self.browser = browser
        self.target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = browser.call("Target.attachToTarget", targetId=self.target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.call("Emulation.setScriptExecutionDisabled", value=not has_script)
        self.load(address)

    def call(self, method, **parameters):
        """Calls a method of the tab."""
        return self.browser.call(method, self.session, **parameters)

    def load(self, address):
        """Goes to an address and waits until the page is loaded."""
        self.call("Page.navigate", url=address)
        self.wait("Page.loadEventFired")

    def wait(self, method):
        """Waits for an event of the tab that has not been waited for."""
        deadline = time.monotonic() + PATIENCE
        while True:
            for event in self.browser.events:
                if event.get("method") == method and event.get("sessionId") == self.session:
                    self.browser.events.remove(event)
                    return event["params"]
            self.browser.events.append(self.browser.receive(deadline))

    def events(self, method):
        """The events of the tab so far."""
        return [event["params"] for event in self.browser.events if event.get("method") == method and event.get("sessionId") == self.session]

    def evaluate(self, expression):
        """The value of an expression in the page, as JSON has it."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True, userGesture=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{expression}: {answer['exceptionDetails'].get('exception', {}).get('description')}")
        return answer["result"].get("value")

    def press(self, key, code=None, text=None):
        """Presses and releases a key."""
        number = {"Enter": 13, "Tab": 9, " ": 32}.get(key, ord(key.upper()) if len(key) == 1 else 0)
        common = {"key": key, "code": code or key, "windowsVirtualKeyCode": number}
        self.call("Input.dispatchKeyEvent", type="keyDown", **common, **({"text": text} if text else {}))
        self.call("Input.dispatchKeyEvent", type="keyUp", **common)

    def type(self, text):
        """Types a text into the field that has the focus."""
        self.call("Input.insertText", text=text)

    def picture(self):
        """A picture of what the window shows, as PNG."""
        return base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"])

    def complaints(self):
        """The lines that the page wrote to the console, and those that the browser logged about it."""
        texts = [event["entry"]["text"] for event in self.events("Log.entryAdded")]
        texts += [str(event["exceptionDetails"].get("text")) for event in self.events("Runtime.exceptionThrown")]
        return texts + [str(event["args"]) for event in self.events("Runtime.consoleAPICalled")]

    def close(self):
        """Closes the tab."""
        self.browser.call("Target.closeTarget", targetId=self.target)
        self.browser.events = [event for event in self.browser.events if event.get("sessionId") != self.session]
