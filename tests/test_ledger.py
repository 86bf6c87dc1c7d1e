"""Ids are for ever: the ledger holds the book to what it published."""

import json
import re
from typing import Any

import pytest

import rulebook
from rulebook.book import ledger
from rulebook.book.ledger import broken, updated
from rulebook.book.library import Book, using
from rulebook.book.packages import OURS, Package, read_package

BOOK = Book.read(OURS)
PUBLISHED = read_package(OURS).published
SOFTMAX = rulebook.get("softmax").fingerprint


def with_rules(
    *ids: str, renamed: dict[str, str] | None = None, mark: str = SOFTMAX
) -> dict[str, Any]:
    entry = {"since": "0.1.0", "fingerprint": mark}
    return {"rules": dict.fromkeys(ids, entry), "renamed": renamed or {}}


def test_every_published_id_keeps_its_meaning() -> None:
    assert broken(PUBLISHED, BOOK) == [], (
        "python -m rulebook.book.ledger takes up what is not published yet"
    )


def test_the_ledger_is_well_formed() -> None:
    for entry in PUBLISHED["rules"].values():
        assert re.fullmatch(r"\d+\.\d+\.\d+", entry["since"])
        assert re.fullmatch("[0-9a-f]{16}", entry["fingerprint"])
    assert all(rulebook.get(old) is rulebook.get(new) for old, new in PUBLISHED["renamed"].items())


@pytest.mark.parametrize(
    ("kept", "complaints"),
    [
        (with_rules("softmax"), []),
        (with_rules("gone"), ['gone vanished; a renamed rule has an entry in "renamed"']),
        (with_rules("softmax", mark="0" * 16), ["softmax changed its meaning"]),
        (with_rules("soft_max", renamed={"soft_max": "softmax"}), []),
        (with_rules("soft_max", renamed={"soft_max": "sine"}), ["soft_max changed its meaning"]),
        (with_rules("soft_max", renamed={"soft_max": "gone"}),
         ['soft_max vanished; a renamed rule has an entry in "renamed"']),
    ],
)  # fmt: skip
def test_a_broken_promise_is_named(kept: dict[str, Any], complaints: list[str]) -> None:
    assert broken(kept, BOOK) == complaints


def test_only_what_is_not_out_yet_may_change() -> None:
    wrong = with_rules("softmax", mark="0" * 16)
    assert updated(wrong, "0.2.0", BOOK)["rules"]["softmax"]["fingerprint"] == "0" * 16
    assert updated(wrong, "0.1.0", BOOK)["rules"]["softmax"]["fingerprint"] == SOFTMAX
    assert updated(wrong, "0.2.0", BOOK)["rules"]["quadratic_form"]["since"] == "0.2.0"
    assert "gone" in updated(with_rules("gone"), "0.2.0", BOOK)["rules"]
    assert updated(with_rules("old", renamed={"old": "softmax"}), "0.1.0", BOOK)["rules"]["old"]


def test_a_renamed_rule_is_found_under_its_old_id() -> None:
    with using(Book.of(BOOK.chapters, {"soft_max": "softmax"})) as book:
        assert rulebook.get("soft_max").id == "softmax"
        assert "soft_max" not in book.without(["soft_max"])
        with pytest.raises(rulebook.UnknownRule):
            rulebook.get("hard_max")


def test_the_command_writes_and_complains(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "ledger.json"
    path.write_text(json.dumps(with_rules("gone")))
    monkeypatch.setattr(Package, "ledger", path)
    monkeypatch.setattr("sys.argv", ["ledger", "0.2.0"])
    with pytest.raises(SystemExit, match="gone vanished"):
        ledger.main()
    assert json.loads(path.read_text())["rules"]["softmax"]["since"] == "0.2.0"
    path.write_text(json.dumps(with_rules()))
    with pytest.raises(SystemExit) as end:
        ledger.main()
    assert end.value.code == 0
