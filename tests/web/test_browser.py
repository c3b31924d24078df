"""The page in a real browser: for everybody, at every width, light and dark, with scripts and without, and the whole story."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.command import environment
from tests.support.web import Site
from tests.web import browser, hostile
from tests.web.conftest import Page, Serve
from tests.web.test_hostile import crawled
from tests.web.test_pages import PAGES, lived
from tracker import pipeline
from tracker.timing import ManualClock

if TYPE_CHECKING:
    from playwright.sync_api import Browser

MODES = [(scheme, width) for scheme in ("light", "dark") for width in (1280, 320)]
#: WCAG 2.2 AA, and what axe-core calls best practice.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LIGHT = 120_000
RUN = """async (tags) => {
  const found = await axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']});
  return found.violations.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(' | ')}`);
}"""


@pytest.fixture(name="chromium", scope="module")
def _chromium() -> Iterator[Browser]:
    with browser.launched() as found:
        yield found


@pytest.fixture(name="page")
def _page(serve: Serve) -> Page:
    page = lived(serve)
    for number in range(1, 8):
        pipeline.record_value(
            page.desk, "growth", f"{20 - number}x", of=f"2026-0{number}", published=f"2026-0{number}-28", source="wire"
        )
        pipeline.record_value(page.desk, "revenue", f"{number}bn", of=f"2025-0{number}", source="report")
    pipeline.evaluate(page.desk)
    return page


@pytest.mark.parametrize(("scheme", "width"), MODES)
def test_every_page_is_for_everybody(chromium: Browser, page: Page, scheme: str, width: int) -> None:
    """Nothing that axe-core objects to, nothing on the console, nothing from elsewhere, light, never wider than the window."""
    script = browser.axe()
    with browser.window(chromium, f"http://127.0.0.1:{page.port}", width=width, scheme=scheme) as window:
        for path in PAGES:
            window.go(path)
            assert (window.troubles, window.foreign) == ([], []), path
            assert window.weight < LIGHT, (path, window.weight)
            assert len(window.requests) <= 10, (path, window.requests)
            assert window.page.evaluate("document.documentElement.scrollWidth") <= width, path
            window.page.evaluate(script)
            assert window.page.evaluate(RUN, TAGS) == [], path


def test_every_control_is_reached_by_tab(chromium: Browser, page: Page) -> None:
    """With a focus that can be seen; at both widths nothing is lost."""
    for width in (1280, 320):
        with browser.window(chromium, f"http://127.0.0.1:{page.port}", width=width) as window:
            for path in (
                "/",
                "/alerts",
                "/alerts/1",
                "/events",
                "/enter?indicator=growth",
                "/i/growth",
                "/digests",
                "/review",
            ):
                window.go(path)
                if path == "/i/growth":
                    window.page.wait_for_selector(".chart > button")
                assert browser.unreached(window.page) == [], (path, width)


def test_the_filter_answers_while_one_types(chromium: Browser, page: Page) -> None:
    """Without a reload; a chart can be read off by the keys."""
    with browser.window(chromium, f"http://127.0.0.1:{page.port}") as window:
        window.go("/")
        before = window.page.locator(".card").count()
        window.page.fill("input[type=search]", "annual")
        window.page.locator(".card").nth(1).wait_for(state="detached")
        assert (before, window.page.locator(".card").count()) == (8, 1)

        window.go("/i/growth")
        window.page.click("text=Read off values")
        window.page.locator(".readout", has_text="2026-07").wait_for()
        assert "2026-07: 4 x, actual, 公司公告" in window.page.inner_text(".readout")
        window.page.keyboard.press("ArrowLeft")
        assert "2026-06: 14 x, actual, wire" in window.page.inner_text(".readout")
        assert window.troubles == []


def test_the_enter_key_does_what_stands_beside_the_field(chromium: Browser, page: Page) -> None:
    """Who types the right figure and presses Enter corrects, and never accepts what was read; without scripts."""
    with browser.window(chromium, f"http://127.0.0.1:{page.port}", scripts=False) as window:
        window.go("/")
        window.page.get_by_role("link", name="Review 1 waiting").click()
        window.page.fill("input[name=value]", "1.5亿")
        window.page.keyboard.press("Enter")
        assert "corrected: Annual revenue of Starbridge, CNY 150M" in window.page.inner_text("[role=status]")
        assert "Nothing waits." in window.page.inner_text("main")
        window.page.get_by_role("button", name="Withdraw the value").click()
        assert "1 row withdrawn" in window.page.inner_text("[role=status]")


def test_hostile_text_does_nothing(chromium: Browser, serve: Serve) -> None:
    """In a browser that would run it: no script ran, nothing was asked of anybody, the policy had nothing to stop."""
    with Site() as site:
        page = serve(hostile.declaration(hostile.feed(site)), clock=ManualClock(hostile.NOON))
        hostile.live(page.desk)
    paths = [path for path, _ in crawled(page)]
    chosen = [path for path in paths if not re.match(r"/(events/|alerts/|i/growth)", path)]
    chosen += [
        next(path for path in paths if path.startswith(start)) for start in ("/events/", "/alerts/", "/i/growth")
    ]
    with browser.window(chromium, f"http://127.0.0.1:{page.port}") as window:
        for path in chosen:
            window.go(path)
            assert (window.troubles, window.foreign) == ([], []), path
            assert window.page.evaluate("typeof window.pwned") == "undefined", path


@contextmanager
def daemon(root: Path) -> Iterator[str]:
    """`tracker run` on a home; where its page is."""
    command = [sys.executable, "-m", "tracker", "--home", str(root), "run", "--port", "0"]
    with subprocess.Popen(command, env=environment(), stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            found = re.search(r"page (http://\S+)/", process.stderr.readline())
            assert found is not None
            yield found[1]
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)


@pytest.mark.parametrize("scripts", [True, False])
def test_the_whole_story(chromium: Browser, root: Path, scripts: bool) -> None:
    """Enter a value, see the alert that it sets off, acknowledge it, see it in the digest; with scripts and without."""
    with daemon(root) as base, browser.window(chromium, base, scripts=scripts) as window:
        page = window.page
        window.go("/enter")
        page.locator("select[name=indicator]").first.select_option("growth")
        page.get_by_role("button", name="Choose").click()
        page.fill("input[name=value]", "4x")
        page.fill("input[name=source]", "company claim")
        page.get_by_role("button", name="Store", exact=True).click()
        assert "Stored: growth of starbridge: 4x" in page.inner_text("[role=status]")

        for _ in range(60):
            window.go("/alerts")
            if page.locator(".alert-card").count():
                break
            page.wait_for_timeout(250)
        card = page.locator(".alert-card").first
        assert "active" in card.inner_text()
        assert "4x against < 10" in card.inner_text()
        card.locator("select").select_option("useful")
        card.locator("input[name=why]").fill("first figure of the quarter")
        card.get_by_role("button", name="Acknowledge").click()
        assert "acknowledged as useful" in page.inner_text("main")
        assert page.url.endswith("/alerts/1")

        window.go("/digests")
        page.get_by_role("link", name=re.compile(r"^\d{4}-W\d\d$")).first.click()
        assert "增长 (Starbridge): 4x against < 10" in page.inner_text("main")
        assert window.troubles == []
