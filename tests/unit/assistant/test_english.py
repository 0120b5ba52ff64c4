"""English nouns: plurals and singulars, articles, and texts that are in another language."""

from __future__ import annotations

import pytest

from assistant.english import (
    article,
    foreign_language,
    is_plural,
    plural,
    singular,
    takes_either_article,
)
from ledger.text.counted import counted

PAIRS = [
    *[("order", "orders"), ("box", "boxes"), ("class", "classes"), ("match", "matches")],
    *[
        ("city", "cities"),
        ("bus", "buses"),
        ("day", "days"),
        ("house", "houses"),
        ("child", "children"),
    ],
    *[("half", "halves"), ("hero", "heroes"), ("order-line", "order-lines")],
    *[("sales-person", "sales-people"), ("major issue", "major issues")],
]


@pytest.mark.parametrize(("one", "many"), PAIRS)
def test_a_plural_and_its_singular(one: str, many: str) -> None:
    assert (plural(one), singular(many), singular(one)) == (many, one, one)
    assert (is_plural(one), is_plural(many)) == (False, True)


def test_some_words_leave_open_whether_they_are_plurals() -> None:
    assert [is_plural(word) for word in ("status", "series", "lens")] == [None, None, False]


def test_a_number_has_the_plural_of_its_noun() -> None:
    assert [counted(n, "fix") for n in (0, 1, 1204)] == ["0 fixes", "1 fix", "1,204 fixes"]
    assert counted(2, "test was", "tests were") == "2 tests were"


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("order", "an"), ("user", "a"), ("hour", "an"), ("umbrella", "an"), ("book", "a")],
)
def test_an_article(name: str, wanted: str) -> None:
    assert article(name) == wanted


def test_abbreviations_take_either_article() -> None:
    assert [takes_either_article(name) for name in ("xml", "order", "hour")] == [True, False, False]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Die Notiz hat einen Titel und kann angelegt werden.", "German"),
        ("Заметка имеет заголовок.", "written in another script"),
        ("A note has a title (text).", ""),
        ("", ""),
    ],
)
def test_the_language_of_a_text(text: str, language: str) -> None:
    assert foreign_language(text) == language
