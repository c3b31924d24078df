"""A real browser: Debian's Chromium, driven by Playwright, reading nothing but loopback. Where there is none, its tests are skipped."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Request, Response

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


def executable() -> str:
    """The browser of this machine, else a skip that says what is missing."""
    pytest.importorskip("playwright", reason="playwright is not installed, `make test` installs it")
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("there is no Chromium on this machine (Debian: apt install chromium)")
    return found


@contextmanager
def launched() -> Iterator[Browser]:
    """One browser for many tests."""
    path = executable()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=path, args=["--no-sandbox"]
        )  # a container has no user namespaces
        yield browser
        browser.close()


@dataclass(slots=True)
class Window:
    """One window, and what it noticed: messages of the console, requests, bytes as they came over the wire."""

    page: Page
    base: str
    troubles: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    weight: int = 0

    def go(self, path: str) -> None:
        """Open a page, and forget what was noticed of the one before."""
        self.troubles.clear()
        self.requests.clear()
        self.weight = 0
        self.page.goto(self.base + path, wait_until="load")

    @property
    def foreign(self) -> list[str]:
        """What was asked of anybody else."""
        return [url for url in self.requests if urlsplit(url).netloc != urlsplit(self.base).netloc]


@contextmanager
def window(
    browser: Browser, base: str, *, width: int = 1280, scheme: Any = "light", scripts: bool = True
) -> Iterator[Window]:
    """A window of this width that starts without a past."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        java_script_enabled=scripts,
        reduced_motion="reduce",
    )
    made = Window(context.new_page(), base)
    made.page.on("console", lambda message: made.troubles.append(f"console: {message.text}"))
    made.page.on("pageerror", lambda error: made.troubles.append(f"error: {error}"))
    made.page.on("requestfailed", lambda request: _failed(made, request))
    made.page.on("dialog", lambda dialog: made.troubles.append(f"dialog: {dialog.message}"))
    made.page.on("request", lambda request: made.requests.append(request.url))
    made.page.on("response", lambda response: _noted(made, response))
    made.page.set_default_timeout(10_000)
    wire = context.new_cdp_session(made.page)
    wire.send("Network.enable")
    wire.on("Network.loadingFinished", lambda event: _weigh(made, event))
    try:
        yield made
    finally:
        context.close()


def _failed(window: Window, request: Request) -> None:
    if request.failure != "net::ERR_ABORTED":  # the next page was opened while it was still on its way
        window.troubles.append(f"failed: {request.url}: {request.failure}")


def _noted(window: Window, response: Response) -> None:
    if response.status >= 400:
        window.troubles.append(f"{response.status}: {response.url}")


def _weigh(window: Window, event: Any) -> None:
    """With its headers, packed as it came."""
    window.weight += int(event["encodedDataLength"])


def axe() -> str:
    """The text of axe-core, to be evaluated by the browser's own debugger, which no policy of the page stops."""
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


#: Each control of the page, by name, that the Tab key did not reach or that showed no focus when it did.
UNREACHED = """() => {
  const every = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')]
    .filter((one) => one.checkVisibility({contentVisibilityAuto: true, visibilityProperty: true}) && !one.disabled);
  return every.filter((one) => !window.reached.has(one)).map((one) => one.outerHTML.slice(0, 120));
}"""
FOCUS = """() => {
  const one = document.activeElement, style = getComputedStyle(one);
  window.reached ??= new Set();
  if (one === document.body) return 'end';
  const again = window.reached.has(one);
  const shown = one.matches(':focus-visible') && parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== 'none';
  const box = one.getBoundingClientRect();
  if (shown && box.width > 0 && box.left > -1) window.reached.add(one);
  return again ? 'again' : 'new';
}"""


def unreached(page: Page, most: int = 400) -> list[str]:
    """What the Tab key does not reach with a visible focus, going once around."""
    page.evaluate("() => { window.reached = new Set(); document.activeElement?.blur?.(); }")
    for number in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUS) == "end" and number:
            break
    missing: list[str] = page.evaluate(UNREACHED)
    return missing
