"""Every item of the inventory has a home, and the home is there in the built pages."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from rulebook.book.library import errata, rules

pytestmark = pytest.mark.xdist_group("site")

ITEMS: dict[str, Any] = tomllib.loads(
    (Path(__file__).parents[2] / "docs" / "inventory.toml").read_text(encoding="utf-8")
)
WANTED = [
    *(f"P-{n}" for n in range(1, 206)),
    *(f"S-{n}" for n in range(1, 42)),
    *(f"E-{n}" for n in range(1, 34)),
]


def homes(item: str) -> list[str]:
    home = ITEMS[item]["home"]
    return [home] if isinstance(home, str) else home


@cache
def anchors(page: Path) -> frozenset[str]:
    return frozenset(re.findall(r'\bid="([^"]+)"', page.read_text(encoding="utf-8")))


def test_every_item_is_listed_and_said() -> None:
    assert [item for item in WANTED if item not in ITEMS] == []
    assert [item for item, entry in ITEMS.items() if not entry["about"] or not homes(item)] == []


def test_homes_are_rules_of_the_book_or_anchors_of_the_item() -> None:
    known = {r.id for r in rules()} | {e.id for e in errata()}
    for item in ITEMS:
        for home in homes(item):
            kind, _, name = home.partition(":")
            told = "#" in home or item.startswith("W")  # a wish may be met by a whole page
            assert told or (kind == "rule" and name in known), f"{item}: {home}"


def test_homes_exist_in_the_built_pages(site: Path) -> None:
    missing = []
    for item in ITEMS:
        for home in homes(item):
            page, _, anchor = home.partition("#")
            if home.startswith("rule:"):
                page = f"rules/{home.removeprefix('rule:')}/index"
            file = site / f"{page}.html"
            if not file.exists() or (anchor and anchor not in anchors(file)):
                missing.append(f"{item}: {home}")
    assert missing == []


def test_the_map_links_every_item(site: Path) -> None:
    text = (site / "reference" / "coverage.html").read_text(encoding="utf-8")
    assert [item for item in WANTED if not re.search(rf"\b{item}\b", text)] == []


def test_every_rule_has_its_page_and_its_files(site: Path) -> None:
    for rule in rules():
        folder = site / "rules" / rule.id
        assert (folder / "index.html").exists(), rule.id
        assert (folder / "cite.bib").read_text(encoding="utf-8").strip() == rule.cite("bibtex")


def test_no_page_asks_another_host_for_anything(site: Path) -> None:
    """Links may lead away; scripts, styles, fonts and pictures may not."""
    loading = re.compile(
        r'<(?:script|link|img|iframe|source)[^>]*?(?:src|href)="(https?:)?//([^"]*)'
    )
    found: list[str] = []
    for page in site.rglob("*.html"):
        asked = loading.finditer(page.read_text(encoding="utf-8"))
        found += [f"{page.name}: {m[2][:60]}" for m in asked if 'rel="canonical"' not in m[0]]
    for sheet in site.rglob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        found += [
            f"{sheet.name}: {u[:60]}" for u in re.findall(r"url\([\"']?(?:https?:)?//[^)]*", text)
        ]
    assert found == []
