"""The language: what is accepted and means what it says, what is refused and how."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from assistant import english
from assistant.errors import NotUnderstood
from assistant.providers.offline.describe import describe
from assistant.providers.offline.language import Form, forms, read, specification_of
from assistant.providers.offline.parse import Refused, parse_sentence, sentences
from assistant.providers.offline.spec import Field, Listing, Resource, Specification, States

NEAR_MISSES = Path(__file__).parents[3] / "cases" / "offline" / "near_misses.yaml"
ORDERS = (
    "Create REST API for orders. An order has a customer (text), a quantity (whole number from 1 "
    "to 100) and a status (open, paid, shipped). Orders can be created, fetched, listed, filtered "
    "by status and deleted."
)


@dataclass(frozen=True)
class Case:
    form: str
    frame: str
    sentence: str

    @property
    def text(self) -> str:
        return self.frame.format(self.sentence)


def _cases(key: str) -> list[Case]:
    found = yaml.safe_load(NEAR_MISSES.read_text("utf-8"))
    return [
        Case(block["form"], block["frame"], sentence)
        for block in found
        for sentence in ([block[key]] if key == "accepted" else block[key])
    ]


def test_there_are_enough_near_misses() -> None:
    assert len({case.text for case in _cases("refused")}) >= 150


@pytest.mark.parametrize("case", _cases("accepted"), ids=lambda case: case.form)
def test_the_frame_of_near_misses_is_accepted(case: Case) -> None:
    assert describe(read(case.text))


@pytest.mark.parametrize("case", _cases("refused"), ids=lambda case: case.sentence)
def test_a_near_miss_is_refused_and_a_sentence_shown_that_is_accepted(case: Case) -> None:
    with pytest.raises(NotUnderstood) as caught:
        specification_of(case.text)
    assert caught.value.why in caught.value.lines
    kind, _, instead = caught.value.lines[-1].removesuffix(".").partition(": ")
    assert all(parse_sentence(each) for each in sentences(instead))
    if kind == "accepted":
        repaired = _repaired(case.text, caught.value.sentence, instead)
        assert repaired is None or describe(repaired)


def _repaired(text: str, refused: str, instead: str) -> Specification | None:
    """What the text means with the sentence that is shown; None where more has to be mended."""
    try:
        return read(text.replace(refused, instead))
    except Refused as again:
        if again.sentence in sentences(instead):
            raise
        return None


@pytest.mark.parametrize("form", forms(), ids=lambda form: form.title)
def test_the_example_of_each_form_is_accepted(form: Form) -> None:
    assert describe(specification_of(form.example))
    assert form.patterns or form.meaning


def test_the_sentence_of_the_demo_means_the_obvious() -> None:
    order = Resource(
        singular="order",
        plural="orders",
        fields=(
            Field("customer", "text", low=Decimal(1), high=Decimal(10_000)),
            Field("quantity", "whole number", low=Decimal(1), high=Decimal(100)),
            Field("status", "text", choices=("open", "paid", "shipped")),
        ),
        operations=("create", "fetch", "list", "delete"),
        listing=Listing(filters=("status",)),
    )
    assert read(ORDERS) == Specification(resources=(order,))


def test_a_blank_after_a_full_stop_may_be_missing() -> None:
    assert read(ORDERS.replace(". O", ".O")) == read(ORDERS)


def test_what_is_assumed_is_said() -> None:
    told = describe(read(ORDERS))
    assert "assumed: The customer of the order has from 1 to 10000 characters." in told
    assert "assumed: Orders are listed in pages of 100." in told


@pytest.mark.parametrize(
    ("bound", "minimum", "maximum"),
    [
        ("whole number more than 0 and less than 10", 1, 9),
        ("whole number from -5 to 5", -5, 5),
        ("amount more than 0 and at most 1", "0.01", 1),
        ("number at least 0.5 and at most 1", "0.5", 1),
    ],
)
def test_a_bound_is_inside_or_outside_as_english_says(
    bound: str, minimum: str, maximum: str
) -> None:
    field = read(f"A thing has a size ({bound}). Things can be created.").resources[0].fields[0]
    assert (field.low, field.high) == (Decimal(minimum), Decimal(maximum))


def test_the_first_choice_is_where_it_starts() -> None:
    text = (
        "An order has a status (open, paid, shipped). "
        "An order goes from open to paid, from paid to shipped. Orders can be created."
    )
    found = read(text)
    states = States("status", "open", (("open", "paid"), ("paid", "shipped")))
    assert found.resources[0].states == states
    assert any("starts as open" in said for said in describe(found))


@pytest.mark.parametrize("name", ["password", "secret-code", "api-key", "pin", "access-token"])
def test_a_secret_is_not_stored(name: str) -> None:
    article = "an" if name[0] == "a" else "a"
    with pytest.raises(Refused, match="secret"):
        read(f"A user has {article} {name} (text). Users can be created.")


@pytest.mark.parametrize("name", ["item", "page", "entry", "store", "product", "engine", "check"])
def test_what_is_written_takes_no_common_name(name: str) -> None:
    article = "an" if name[0] in "aeiou" else "a"
    many = english.plural(name).capitalize()
    found = read(f"{article.capitalize()} {name} has a body (text). {many} can be created.")
    assert found.resources[0].singular == name


def test_of_a_bound_the_end_that_is_assumed_is_said() -> None:
    found = read("A thing has a size (number at least 0). Things can be created.")
    assert found.assumptions == ("The size of the thing is from 0 to 1000000000000000.",)


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        ("Each order has a customer (string)", "An order has a customer (text)"),
        (
            "An order has an optional size (integer between 1 and 1,000)",
            "An order has a size (whole number from 1 to 1000, optional)",
        ),
        ("A order has an customer (text, required)", "An order has a customer (text)"),
    ],
)
def test_what_people_say_otherwise_is_shown_in_the_language(said: str, instead: str) -> None:
    with pytest.raises(NotUnderstood) as caught:
        specification_of(f"{said}. Orders can be created, updated and read.")
    assert f"accepted: {instead}." in caught.value.lines
    assert caught.value.sentence == said


def test_the_phrase_is_underlined() -> None:
    with pytest.raises(NotUnderstood) as caught:
        specification_of("An order has a positive size (number). Orders can be created.")
    sentence, marks, why = caught.value.lines[:3]
    start, end = marks.index("^"), len(marks)
    assert sentence[start:end] == "positive size"
    assert "'positive size'" in why


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Eine Bestellung hat einen Kunden. Bestellungen können angelegt werden.", "German"),
        ("Une commande a un client et le prix. Elle peut être créée.", "French"),
        ("Un pedido tiene un cliente. Los pedidos pueden ser creados.", "Spanish"),
        ("Заказ имеет клиента.", "another script"),
    ],
)
def test_another_language_is_refused_as_that(text: str, language: str) -> None:
    with pytest.raises(NotUnderstood, match=language):
        specification_of(text)


def test_whole_results_of_a_number_are_numbers() -> None:
    text = "half(n: number) returns n / 2. half(4) is 2. half(1) is 0.5."
    more = "after(n: number) returns n + 1. after(1) is 2.0. after(0.5) is 1.5."
    assert read(text).functions
    assert read(more).functions


def test_the_rest_of_a_formula_is_looked_at_before_it_is_worked_out() -> None:
    text = 'f(n: whole number) returns __import__("os"). f(1) is 1. f(2) is 2.'
    with pytest.raises(Refused, match="none of abs"):
        read(text)
