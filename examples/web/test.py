"""The page in headless Chromium, driven through chromedriver: `test.py HOST SCREENSHOTS`."""

import base64
import json
import struct
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
HOST, SCREENSHOTS = sys.argv[1], Path(sys.argv[2])
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the protocol's name of a reference to an element


class Browser:
    """A session of chromedriver."""

    def __init__(self, profile):
        self.driver = subprocess.Popen(
            ["chromedriver", "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        started = next(line for line in self.driver.stdout if "started successfully on port" in line)
        self.at = f"http://127.0.0.1:{started.split()[-1].rstrip('.')}/session"
        arguments = [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            f"--user-data-dir={profile}",
        ]  # fmt: skip
        capabilities = {
            "browserName": "chrome",
            "goog:chromeOptions": {"args": arguments},
            "goog:loggingPrefs": {"browser": "ALL"},
        }
        self.at += "/" + self.call("POST", "", {"capabilities": {"alwaysMatch": capabilities}})["sessionId"]

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.at + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return json.load(response)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{path}: {error.read().decode()}") from None

    def close(self):
        self.call("DELETE", "")
        self.driver.terminate()
        self.driver.wait()

    def run(self, script, *arguments):
        return self.call("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def devtools(self, command, **parameters):
        return self.call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def open(self, url, width=1280, height=900, dark=False):
        phone = width < 500
        self.devtools(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=2 if phone else 1, mobile=phone,
        )  # fmt: skip
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.devtools("Emulation.setEmulatedMedia", features=[scheme])
        self.call("POST", "/url", {"url": url})
        until("the page has started", lambda: self.text("test-accuracy") != "–", 20)

    def text(self, id):
        return self.run("return document.getElementById(arguments[0]).textContent", id)

    def element(self, selector):
        return self.call("POST", "/element", {"using": "css selector", "value": selector})[ELEMENT]

    def click(self, selector):
        self.call("POST", f"/element/{self.element(selector)}/click", {})

    def enter(self, selector, text):
        element = self.element(selector)
        self.call("POST", f"/element/{element}/clear", {})
        self.call("POST", f"/element/{element}/value", {"text": text})

    def keys(self, keys):
        presses = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self.call("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": presses}]})

    def pointer(self, actions, kind="mouse"):
        source = {"type": "pointer", "id": kind, "parameters": {"pointerType": kind}, "actions": actions}
        self.call("POST", "/actions", {"actions": [source]})

    def draw(self, strokes, kind="mouse"):
        """Draws lines through points from 0 to 1."""
        box = self.run(
            "const paper = document.getElementById('paper'); paper.scrollIntoView({ block: 'center' });"
            "const { x, y, width } = paper.getBoundingClientRect(); return [x, y, width]"
        )
        actions = []
        for stroke in strokes:
            for n, point in enumerate(stroke):
                x, y = (round(box[axis] + point[axis] * box[2]) for axis in (0, 1))
                actions.append({"type": "pointerMove", "duration": 0, "origin": "viewport", "x": x, "y": y})
                if n == 0:
                    actions.append({"type": "pointerDown", "button": 0})
            actions.append({"type": "pointerUp", "button": 0})
        self.pointer(actions, kind)
        self.frame()

    def frame(self):
        """Waits until what has changed is shown."""
        script = "requestAnimationFrame(() => requestAnimationFrame(() => arguments[0]()))"
        self.call("POST", "/execute/async", {"script": script, "args": []})

    def screenshot(self, name):
        self.run("window.scrollTo(0, 0)")
        self.frame()
        image = self.devtools("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        (SCREENSHOTS / f"{name}.png").write_bytes(base64.b64decode(image["data"]))


def check(what, found, expected=True):
    if found != expected:
        raise AssertionError(f"{what}: expected {expected}, found {found}")
    print(f"ok  {what}", flush=True)


def until(what, holds, seconds):
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise AssertionError(f"not in {seconds} s: {what}")
        time.sleep(0.02)


def stored(index):
    """A stored digit: lines between the centres of neighbouring dark pixels, and what it is."""
    record = (HERE / "assets" / "digits.bin").read_bytes()[65 * index : 65 * (index + 1)]
    dark = {(x, y) for x in range(8) for y in range(8) if record[8 * y + x] >= 8}
    lines = []
    for x, y in sorted(dark):
        lines += [((x, y), other) for other in [(x + 1, y), (x, y + 1)] if other in dark]
        for other in [(x + 1, y + 1), (x + 1, y - 1)]:
            if other in dark and not dark & {(x, other[1]), (other[0], y)}:
                lines.append(((x, y), other))
    return [[((x + 1) / 9, (y + 1) / 9) for x, y in line] for line in lines], record[64]


def percent(text):
    return float(text.removesuffix(" %"))


def link(browser, id):
    browser.frame()
    return urllib.parse.unquote_to_bytes(browser.run("return document.getElementById(arguments[0]).href", id))


def curve(text):
    """The lines of a curve, each loss as the bits of an f32, each accuracy as those of an f64."""
    rows = [line.split(",") for line in text.splitlines()[1:]]
    losses = [struct.pack("<f", float(loss)) for _, loss, _ in rows]
    assert all(struct.unpack("<f", bits)[0] == float(row[1]) for bits, row in zip(losses, rows))
    return [(int(row[0]), bits, row[2] and struct.pack("<d", float(row[2]))) for row, bits in zip(rows, losses)]


def reads_what_is_drawn(browser):
    check(
        "an example is shown and read", (browser.text("answer"), browser.text("label")), ("3", "The data call it a 3.")
    )
    browser.click("#clear")
    browser.frame()
    check("nothing is read from an empty paper", browser.text("answer"), "–")
    for index in range(10, 20):
        strokes, label = stored(index)
        half = len(strokes) // 2
        browser.click("#clear")
        browser.draw(strokes[:half])
        before = browser.text("chances")
        browser.draw(strokes[half:])
        moved = browser.text("chances") != before
        check(
            f"a stored {label} is read; the chances move while it is drawn",
            (browser.text("answer"), moved),
            (str(label), True),
        )
    for form in ["float", "int8"]:
        spans = chances(browser, form)
        check(f"ten chances make 1 in {form}", (len(spans), abs(sum(map(percent, spans)) - 100) < 1), (10, True))


def chances(browser, form):
    place = {"float": "nth-last-child(2)", "int8": "last-child"}[form]
    return browser.run(f"return [...document.querySelectorAll('#chances li > :{place}')].map((e) => e.textContent)")


def shows_int8(browser, net, name, seed, weights):
    """The int8 form beside the network is the one that the host makes of the same weights."""
    until("the int8 form is made", lambda: browser.text("int8-read") != "–", 20)
    with tempfile.NamedTemporaryFile() as file:
        file.write(weights)
        file.flush()
        command = [f"{HOST}-{net}", "int8", str(seed), file.name]
        counts, form = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    images, float, int8, alike = map(int, counts.split())
    said = [f", of {images}"] + [text for count in (float, int8) for text in (str(count), f"{100 * count / images:.1f} %")]
    said.append(f"Both take {alike} of the {images} for the same digit.")
    ids = ["held-out", "float-read", "float-accuracy", "int8-read", "int8-accuracy", "alike"]
    found = [browser.text(id) for id in ids]
    check(f"{net}, {name}: float and int8 read as many held-out digits as on the host", found, said)
    found = base64.b64decode(link(browser, "int8-weights").partition(b",")[2])
    check(f"{net}, {name}: the int8 form of {len(found)} bytes is the host's, bit for bit", found.hex(), form)
    bytes = [int(browser.text(f"{form}-bytes").replace(",", "")) for form in ["float", "int8"]]
    check(f"{net}: int8 has about a quarter of the bytes {bytes}", bytes[0] == len(weights) and 3 < bytes[0] / bytes[1] < 4)
    apart = 0
    for index in range(10, 15):
        strokes, _ = stored(index)
        browser.click("#clear")
        browser.draw(strokes[: len(strokes) // 2])  # which is none, so that it is not sure
        shown = [[percent(text) for text in chances(browser, form)] for form in ["float", "int8"]]
        apart = max(apart, *(abs(a - b) for a, b in zip(*shown)))
    check(f"{net}, {name}: the chances of half a digit in int8 are others, by {apart:.1f} %", 0 < apart < 20)


def pictures(browser):
    return browser.run("return [...document.querySelectorAll('#layers canvas')].map((e) => e.toDataURL())")


def shows_every_layer(browser):
    names = browser.run("return [...document.querySelectorAll('#layers h3')].map((e) => e.textContent)")
    expected = ["input 1 × 8 × 8", "conv1 8 × 8 × 8", "relu1 8 × 8 × 8", "pool1 8 × 4 × 4", "conv2 16 × 4 × 4",
                "relu2 16 × 4 × 4", "pool2 16 × 2 × 2", "flatten 64", "dense 10"]  # fmt: skip
    check("each layer has a row", names, expected)
    maps = {
        "input": 1,
        "conv1": 16,
        "relu1": 8,
        "pool1": 8,
        "conv2": 32,
        "relu2": 16,
        "pool2": 16,
        "flatten": 1,
        "dense": 2,
    }
    found = browser.run(
        "return [...document.querySelectorAll('.layer')].map((e) => e.querySelectorAll('canvas').length)"
    )
    check("each map and each kernel has a picture", found, list(maps.values()))
    shown = pictures(browser)
    browser.click("#clear")
    browser.draw(stored(14)[0])
    now = pictures(browser)
    changed = [a != b for a, b in zip(shown, now)]
    kernels, maps = changed[1:17:2], changed[2:18:2]
    check("another drawing changes the maps, not the kernels", (any(maps), any(kernels)), (True, False))


def is_used_by_keyboard(browser):
    browser.click("#clear")
    browser.run("document.activeElement.blur(); window.scrollTo(0, 0)")
    for _ in range(20):
        browser.keys(["\ue004"])
        if browser.run("return document.activeElement.id") == "paper":
            break
    check("the paper is reached by the tabulator", browser.run("return document.activeElement.id"), "paper")
    check("focus is visible", browser.run("return getComputedStyle(document.activeElement).outlineStyle"), "solid")
    up, left, right, down = "\ue013", "\ue012", "\ue014", "\ue015"
    browser.keys([up] * 6 + [left] * 3 + [" "] + [right] * 7 + [down, down, left] * 4 + [down] * 2 + [" "])
    browser.frame()
    check("a digit drawn by keys is read", browser.text("answer"), "7")
    browser.screenshot("keyboard")
    browser.keys(["\ue003"])
    browser.frame()
    check("Backspace clears", browser.text("answer"), "–")


def trains(browser):
    browser.click("#train")
    until("the accuracy passes 0.9", lambda: percent(browser.text("test-accuracy")) > 90, 120)
    check("the accuracy passes 0.9", percent(browser.text("test-accuracy")) > 90)
    check("the network trained here reads", browser.run("return document.querySelector('[value=trained]').checked"))
    browser.click("#clear")
    browser.draw(stored(14)[0])
    check("it reads while it is trained", browser.text("answer"), "4")
    said = [browser.text("int8-read"), browser.text("alike"), *chances(browser, "int8")]
    check("it has no int8 form meanwhile", said, ["–", "int8 is made of it when training rests."] + ["–"] * 10)
    browser.screenshot("training")
    browser.click("#stop")
    until("it stops", lambda: browser.text("message").startswith("Stopped"), 10)
    curve = link(browser, "curve")
    time.sleep(0.3)
    check("it stays stopped", link(browser, "curve"), curve)
    shows_int8(browser, "small", "stopped", 0, saved_weights(browser))
    browser.click("#clear")
    browser.draw(stored(14)[0])

    kernel, image = pictures(browser)[1:3]
    browser.click("[value=shipped] + span")
    browser.frame()
    now = pictures(browser)
    check("the shipped network has other kernels and maps", (now[1] != kernel, now[2] != image), (True, True))
    check("it reads the same drawing", browser.text("answer"), "4")
    browser.click("#reset")
    until("it begins anew", lambda: browser.text("epoch") == "0 of 20", 10)
    check("random values know nothing", percent(browser.text("test-accuracy")) < 50)


def trains_as_the_host_does(browser, seed, rate, net="small"):
    name = f"{net}, seed {seed}, learning rate {rate}, {browser.text('module')}"
    browser.enter("#seed", str(seed))
    browser.enter("#rate", str(rate))
    browser.click("#reset")
    if not browser.run("return document.getElementById('fast').checked"):
        browser.click("#fast")
    browser.click("#train")
    until("20 epochs", lambda: browser.text("message").startswith("Done"), 120)
    host = subprocess.run([f"{HOST}-{net}", "train", str(seed), str(rate), "20"], check=True, capture_output=True, text=True).stdout
    found = curve(link(browser, "curve").decode().partition(",")[2])
    check(f"{len(found)} losses and 20 accuracies are the host's, bit for bit ({name})", found == curve(host))
    print(f"    {browser.text('time')}")
    weights = saved_weights(browser)
    shows_int8(browser, net, "trained", seed, weights)
    return weights


def saved_weights(browser):
    header, end, weights = base64.b64decode(link(browser, "weights").partition(b",")[2]).partition(b"\n\n")
    check("saved weights begin with the names of their arrays", header.startswith(b"const-cnn 1\n") and end == b"\n\n")
    return weights


def refuses(browser):
    browser.enter("#rate", "-1")
    browser.click("#train")
    check("a negative learning rate is refused", browser.text("message") != "Training.")
    browser.enter("#rate", "1e20")
    browser.click("#reset")
    browser.click("#train")
    until("a loss that is not finite is told", lambda: "no longer a finite number" in browser.text("message"), 30)
    until("that there is no int8 form is told", lambda: "has no int8 form" in browser.text("alike"), 20)
    browser.enter("#rate", "0.05")
    browser.click("#reset")
    until("it begins anew", lambda: "held out" in browser.text("message"), 10)


# a 2 as it is written by hand
TWO = [(0.31, 0.33), (0.33, 0.26), (0.37, 0.20), (0.43, 0.16), (0.50, 0.15), (0.57, 0.16), (0.62, 0.21), (0.64, 0.28),
       (0.63, 0.36), (0.60, 0.44), (0.55, 0.52), (0.49, 0.60), (0.42, 0.69), (0.35, 0.77), (0.29, 0.84), (0.38, 0.83),
       (0.47, 0.84), (0.56, 0.85), (0.65, 0.85), (0.72, 0.83)]  # fmt: skip

CONTRAST = """
const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
const light = (colour) => {
  const [r, g, b] = channels(colour).map((v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const low = [];
for (const element of document.querySelectorAll("body *")) {
  const text = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "");
  if (!text || element.closest("[aria-disabled=true], noscript")) continue;
  let ground = element;
  while (channels(getComputedStyle(ground).backgroundColor)[3] === 0) ground = ground.parentElement;
  const [a, b] = [getComputedStyle(element).color, getComputedStyle(ground).backgroundColor].map(light).sort((a, b) => b - a);
  if ((a + 0.05) / (b + 0.05) < 4.5) low.push(element.outerHTML);
}
return low;
"""

OVERFLOW = """
const width = document.documentElement.clientWidth;
const out = [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > width + 0.5 && !e.closest(".hidden"));
const cut = [...document.querySelectorAll("body *:not(.hidden, canvas, svg, svg *)")].filter((e) => e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0);
return [...out, ...cut].map((e) => e.outerHTML.slice(0, 120));
"""


def shows_the_other_network(browser):
    """A block, normalisation and dropout are visible; the network is the shipped one that is trained with its seed."""
    browser.click("#nets a:nth-child(2)")
    until("the page has started", lambda: browser.text("test-accuracy") != "–" and "?" in browser.run("return location.href"), 20)
    current = browser.run("return document.querySelector('[aria-current=page]').textContent")
    check("the other network is chosen", current, "A residual block, normalisation and dropout")
    names = browser.run("return [...document.querySelectorAll('#layers h3')].map((e) => e.textContent)")
    expected = ["input 1 × 8 × 8", "conv1 8 × 8 × 8", "norm1 8 × 8 × 8", "relu1 8 × 8 × 8", "block 8 × 8 × 8", "relu2 8 × 8 × 8",
                "pool 8 × 4 × 4", "conv2 16 × 4 × 4", "norm2 16 × 4 × 4", "relu3 16 × 4 × 4", "mean 16", "dropout 16", "dense 10"]  # fmt: skip
    check("each of its layers has a row", names, expected)
    counts = browser.run(
        "return [...document.querySelectorAll('.layer')].map((e) => e.querySelectorAll('canvas').length)"
    )
    check("normalisation has a factor for each map", counts, [1, 16, 16, 8, 8, 8, 8, 32, 32, 16, 1, 2, 2])
    texts = browser.run("return [...document.querySelectorAll('.layer p')].map((e) => e.textContent)")
    said = [words in texts[n] for n, words in [(2, "less its mean"), (4, "what came in is added"), (11, "0 with a chance")]]
    check("they are explained", said, [True] * 3)
    strips = "return [...document.querySelectorAll('.strips canvas')].map((e) => e.toDataURL())"
    seen = set()
    for _ in range(8):
        browser.click("#example")
        browser.frame()
        whole, dropped = browser.run(strips)
        seen.add(whole == dropped)
    check("some values are dropped", False in seen)
    right = 0
    for index in range(10, 20):
        strokes, label = stored(index)
        browser.click("#clear")
        browser.draw(strokes)
        right += browser.text("answer") == str(label)
    check(f"it reads {right} of ten digits that are drawn", right >= 8)
    shipped = (HERE / "assets" / "residual.bin").read_bytes()
    shows_int8(browser, "residual", "shipped", 7, shipped)
    weights = trains_as_the_host_does(browser, 7, 0.05, "residual")
    check("seed 7 gives the shipped network with the block", weights == shipped)
    points = "return document.querySelector(arguments[0]).getAttribute('points').split(' ').length"
    found = [browser.run(points, f"#{plot}-plot .{kind}") for plot, kind in [("loss", "test"), ("accuracy", "train"), ("accuracy", "test")]]
    check("curves of training and of held-out digits have a point for each epoch", found, [21, 20, 21])


def looks(browser, url, net):
    for device, width, height in [("phone", 360, 740), ("desk", 1280, 900)]:
        for dark in [False, True]:
            name = f"{net}-{device}-{'dark' if dark else 'light'}"
            browser.open(f"{url}?net={net}", width, height, dark)
            until("the int8 form is made", lambda: browser.text("int8-read") != "–", 20)
            browser.draw([TWO], "touch" if device == "phone" else "mouse")
            check(f"{name}: read", browser.text("answer"), "2")
            if not browser.run("return document.getElementById('fast').checked"):
                browser.click("#fast")
            browser.click("#train")
            until("trained", lambda: browser.text("message").startswith("Done"), 120)
            until("the int8 form is made", lambda: browser.text("int8-read") != "–", 20)
            browser.frame()
            check(f"{name}: nothing sticks out", browser.run(OVERFLOW), [])
            check(f"{name}: contrast of at least 4.5", browser.run(CONTRAST), [])
            browser.screenshot(name)


def main():
    server = subprocess.Popen([HERE / "serve.sh", "0"], stdout=subprocess.PIPE, text=True)
    url = server.stdout.readline().strip()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(profile)
        try:
            types = {
                name: urllib.request.urlopen(url + name).headers["Content-Type"]
                for name in ["small-inference.wasm", "page.js"]
            }
            check("types are right", types, {"small-inference.wasm": "application/wasm", "page.js": "text/javascript"})
            browser.open(url)
            shows_int8(browser, "small", "shipped", 7, (HERE / "assets" / "small.bin").read_bytes())
            browser.open(url)
            until("the int8 form is made", lambda: browser.text("int8-read") != "–", 20)
            reads_what_is_drawn(browser)
            shows_every_layer(browser)
            is_used_by_keyboard(browser)
            trains(browser)
            shipped = (HERE / "assets" / "small.bin").read_bytes()
            for variant, vectors in [("", "with 128-bit vectors"), ("?simd=off", "without vectors")]:
                browser.open(url + variant)
                check("the module is the one asked for", browser.text("module"), f"WebAssembly {vectors}.")
                trains_as_the_host_does(browser, 7, 0.03)
                check("seed 7 gives the shipped network", trains_as_the_host_does(browser, 7, 0.05) == shipped)
            refuses(browser)
            browser.open(url)
            shows_the_other_network(browser)
            for net in ["small", "residual"]:
                looks(browser, url, net)
            requests = browser.run("return performance.getEntriesByType('resource').map((e) => e.name)")
            check("no request leaves the page", [name for name in requests if not name.startswith(url)], [])
            check("nothing on the console", browser.call("POST", "/se/log", {"type": "browser"}), [])
        finally:
            browser.close()
            server.terminate()
    print(f"screenshots are in {SCREENSHOTS}")


main()
