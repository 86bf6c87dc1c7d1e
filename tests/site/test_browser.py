"""The site as a person meets it: in a browser, wide and narrow, by day and by night."""

import os
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site")]

PAGES = {
    "home": "/index.html",
    "chapter": "/chapters/chain-rules.html",
    "plots": "/start/descent.html",
    "tables": "/reference/tables.html",
    "derive": "/derive.html",
    "rule": "/rules/quadratic_form/index.html",
    "search": "/search.html?q=softmax",
}
GIVE_UP = 300_000  # milliseconds: on a busy machine a page takes its time
WIDTHS = {"desktop": (1280, 900), "phone": (375, 800)}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        path = os.environ.get("RULEBOOK_CHROMIUM") or "/usr/bin/chromium"
        running = play.chromium.launch(executable_path=path, args=FLAGS, timeout=GIVE_UP)
        yield running
        running.close()


class Visit:
    """A page opened once, with everything it said and asked for on the way."""

    def __init__(
        self, browser: Any, url: str, width: str, scheme: str, script: bool = True
    ) -> None:
        w, h = WIDTHS[width]
        self.context = browser.new_context(
            viewport={"width": w, "height": h}, color_scheme=scheme, java_script_enabled=script
        )
        self.context.set_default_timeout(GIVE_UP)
        self.page = self.context.new_page()
        self.errors: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda e: self.errors.append(str(e)))
        self.page.on("request", lambda r: self.asked.append(r.url))
        self.page.on("response", lambda r: self.errors.append(r.url) if r.status >= 400 else None)
        self.page.goto(url, wait_until="load")
        self.page.wait_for_timeout(150)

    def __enter__(self) -> "Visit":
        return self

    def __exit__(self, *args: object) -> None:
        self.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_quiet_and_fits(
    browser: Any, address: str, name: str, width: str, scheme: str
) -> None:
    with Visit(browser, address + PAGES[name], width, scheme) as visit:
        assert visit.errors == []
        assert [url for url in visit.asked if not url.startswith((address, "data:"))] == []
        wide, seen = visit.page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert wide <= seen, f"{wide} px of page in a window of {seen}"
        theme = visit.page.evaluate("document.documentElement.dataset.theme")
        assert theme == scheme


@pytest.mark.parametrize("name", ["chapter", "tables", "rule"])
def test_mathematics_shows_without_javascript(browser: Any, address: str, name: str) -> None:
    with Visit(browser, address + PAGES[name], "desktop", "light", script=False) as visit:
        formulas = visit.page.locator(".katex-html:visible")
        assert formulas.count() >= 3
        box = formulas.first.bounding_box()
        assert box is not None
        assert box["width"] > 5
        assert box["height"] > 5
        font = formulas.first.evaluate("e => getComputedStyle(e).fontFamily")
        assert "KaTeX" in font
        assert visit.page.locator(".math-error").count() == 0


def test_search_finds_a_rule_by_name(browser: Any, address: str) -> None:
    with Visit(browser, address + PAGES["search"], "desktop", "light") as visit:
        visit.page.wait_for_selector("ul.search li a")
        links = visit.page.locator("ul.search li a").evaluate_all("all => all.map(a => a.href)")
        assert any("/rules/softmax/" in link for link in links)


def test_a_rule_page_can_be_read_and_worked_by_keyboard(browser: Any, address: str) -> None:
    with Visit(browser, address + PAGES["rule"], "desktop", "light") as visit:
        page = visit.page
        levels = page.locator("main h1, main h2, main h3").evaluate_all(
            "all => all.map(h => Number(h.tagName[1]))"
        )
        assert levels[0] == 1
        assert all(b - a <= 1 for a, b in pairwise(levels)), levels
        unnamed = page.locator("button:visible").evaluate_all(
            "all => all.filter(b => !b.innerText.trim() && !b.ariaLabel && !b.title).length"
        )
        assert unnamed == 0
        headers = page.locator("main table").evaluate_all(
            "all => all.filter(t => !t.querySelector('th')).length"
        )
        assert headers == 0
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement !== document.body")
