"""The ledger of published ids: an id never vanishes and never changes its meaning.

``python -m rulebook.book.ledger`` (a version may follow) writes down the rules that are not in it
yet, under the version in hand, and takes up changes to those of that version, which is not out.
What an earlier version published it leaves alone; there, a changed meaning is a new rule, and a
better name an entry under ``renamed``, from the old id to the new one.
"""

from __future__ import annotations

import json
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

from rulebook.book import library

__all__ = ["FILE", "broken", "read", "updated"]

FILE = Path(__file__).parents[1] / "data" / "ledger.json"


def read() -> dict[str, Any]:
    """The ledger: ``rules``, by id, and ``renamed``, from old ids to new ones."""
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def broken(ledger: dict[str, Any]) -> list[str]:
    """Every promise of a ledger that the book does not keep, in words.

    >>> broken({"rules": {"old": {"since": "0.1.0", "fingerprint": "0"}}, "renamed": {}})
    ['old vanished; a renamed rule has an entry in "renamed"']
    """
    now = {rule.id: rule.fingerprint for rule in library.rules()}
    found = []
    for id, entry in ledger["rules"].items():
        here = ledger["renamed"].get(id, id)
        if here not in now:
            found.append(f'{id} vanished; a renamed rule has an entry in "renamed"')
        elif now[here] != entry["fingerprint"]:
            found.append(f"{id} changed its meaning")
    return found


def updated(ledger: dict[str, Any], version: str) -> dict[str, Any]:
    """The ledger with the book's new rules, and with changes to what ``version`` itself brings."""
    kept = {
        id: entry
        for id, entry in ledger["rules"].items()
        if entry["since"] != version or id in ledger["renamed"]
    }
    new = {
        rule.id: {"since": version, "fingerprint": rule.fingerprint}
        for rule in library.rules()
        if rule.id not in kept
    }
    return {"rules": dict(sorted((kept | new).items())), "renamed": ledger["renamed"]}


def main() -> None:
    version = sys.argv[1] if len(sys.argv) > 1 else metadata.version("matrix-rulebook")
    ledger = updated(read(), version)
    FILE.write_text(json.dumps(ledger, indent=1) + "\n", encoding="utf-8")
    raise SystemExit("\n".join(broken(ledger)) or 0)


if __name__ == "__main__":
    main()
