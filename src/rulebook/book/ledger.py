"""The ledger of published ids: an id never vanishes and never changes its meaning.

``python -m rulebook.book.ledger`` (a version may follow) writes down the rules that are not in it
yet, under the version in hand, and takes up changes to those of that version, which is not out.
What an earlier version published it leaves alone; there, a changed meaning is a new rule, and a
better name an entry under ``renamed``, from the old id to the new one. Another package keeps a
ledger of its own, beside its chapters: ``python -m rulebook.book.ledger VERSION PACKAGE``.
"""

from __future__ import annotations

import json
import sys
from importlib import metadata
from typing import Any

from rulebook.book.library import Book
from rulebook.book.packages import OURS, read_package

__all__ = ["broken", "updated"]


def broken(ledger: dict[str, Any], book: Book) -> list[str]:
    """Every promise of a ledger that a book does not keep, in words.

    >>> gone = {"rules": {"old": {"since": "0.1.0", "fingerprint": "0"}}, "renamed": {}}
    >>> broken(gone, Book.read("rulebook.chapters"))
    ['old vanished; a renamed rule has an entry in "renamed"']
    """
    now = {rule.id: rule.fingerprint for rule in book}
    found = []
    for id, entry in ledger["rules"].items():
        here = ledger["renamed"].get(id, id)
        if here not in now:
            found.append(f'{id} vanished; a renamed rule has an entry in "renamed"')
        elif now[here] != entry["fingerprint"]:
            found.append(f"{id} changed its meaning")
    return found


def updated(ledger: dict[str, Any], version: str, book: Book) -> dict[str, Any]:
    """The ledger with the book's new rules, and with changes to what ``version`` itself brings."""
    kept = {
        id: entry
        for id, entry in ledger["rules"].items()
        if entry["since"] != version or id in ledger["renamed"]
    }
    new = {
        rule.id: {"since": version, "fingerprint": rule.fingerprint}
        for rule in book
        if rule.id not in kept
    }
    return {"rules": dict(sorted((kept | new).items())), "renamed": ledger["renamed"]}


def main() -> None:
    asked = sys.argv[1:]
    version = asked[0] if asked else metadata.version("matrix-rulebook")
    name = asked[1] if len(asked) > 1 else OURS
    package, book = read_package(name), Book.read(name)
    ledger = updated(package.published, version, book)
    package.ledger.write_text(json.dumps(ledger, indent=1) + "\n", encoding="utf-8")
    raise SystemExit("\n".join(broken(ledger, book)) or 0)


if __name__ == "__main__":
    main()
