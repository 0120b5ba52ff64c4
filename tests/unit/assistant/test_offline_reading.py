"""How the offline model reads: fields, operations, states, and lists of sentences."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from assistant.providers.offline.reading.fields import read_fields
from assistant.providers.offline.reading.requirements import understand
from assistant.providers.offline.reading.sentences import sentences
from assistant.providers.offline.reading.words import (
    STATE_VERBS,
    identifier,
    participle,
    plural,
    singular,
    verb_of,
)
from assistant.providers.offline.spec import Bound, Condition, Resource, Sorting


def said(text: str) -> dict[str, dict[str, Any]]:
    """What differs from a plain text field, by name."""
    plain = {"type": "text", "default": None, "blank": False, "optional": False, "unique": False}
    found: dict[str, dict[str, Any]] = {}
    for draft in read_fields(text):
        field = draft.finished()
        found[field.name] = {
            name: str(value) if isinstance(value, Bound) else value
            for name in type(field).__slots__
            if (
                name not in ("name", "words")
                and (value := getattr(field, name)) not in (plain.get(name), (), "", None)
            )
            or (name == "default" and getattr(field, name) is False)
        }
    return found


def bound(field: str, end: str) -> Bound | None:
    return next(getattr(draft.finished(), end) for draft in read_fields(field))


FIELDS: dict[str, dict[str, dict[str, Any]]] = {
    "a customer (text), a quantity (whole number from 1 to 100) and a status (open, paid)": {
        "customer": {},
        "quantity": {"type": "whole", "lower": "1", "upper": "100"},
        "status": {"choices": ("open", "paid")},
    },
    "a title of at most 80 characters, a rating between 1 and 5": {
        "title": {"upper": "80"},
        "rating": {"type": "whole", "lower": "1", "upper": "5"},
    },
    "title, author, year and price": {
        "title": {},
        "author": {},
        "year": {"type": "whole"},
        "price": {"type": "decimal"},
    },
    "quantity: int 1..100": {"quantity": {"type": "whole", "lower": "1", "upper": "100"}},
    "an optional note": {"note": {"optional": True}},
    "optionally a note": {"note": {"optional": True}},
    "a description that may be empty": {"description": {"blank": True}},
    "a comment that can be omitted": {"comment": {"optional": True}},
    "a unique email": {"email": {"type": "email", "unique": True}},
    "a done flag which is false by default": {"done": {"type": "boolean", "default": False}},
    "a boolean flag completed": {"completed": {"type": "boolean"}},
    "whether it is done": {"done": {"type": "boolean"}},
    "is_active (bool = true)": {"is_active": {"type": "boolean", "default": True}},
    "a list of tags": {"tags": {"type": "texts"}},
    "tags (list of strings, at most 5)": {"tags": {"type": "texts", "upper": "5"}},
    "a status which is one of open, paid or shipped, and a note": {
        "status": {"choices": ("open", "paid", "shipped")},
        "note": {},
    },
    "a status: open, paid or shipped": {"status": {"choices": ("open", "paid", "shipped")}},
    "a status of draft or sent which defaults to draft": {
        "status": {"choices": ("draft", "sent"), "default": "draft"}
    },
    "a status that can be in progress, done or not started and a note": {
        "status": {"choices": ("in progress", "done", "not started")},
        "note": {},
    },
    "priority (low | medium | high)": {"priority": {"choices": ("low", "medium", "high")}},
    "level: one of beginner, advanced (default beginner)": {
        "level": {"choices": ("beginner", "advanced"), "default": "beginner"}
    },
    "a contact method (email, phone, post)": {
        "contact_method": {"choices": ("email", "phone", "post")}
    },
    "a priority from 1 to 5, default 3": {
        "priority": {"type": "whole", "lower": "1", "upper": "5", "default": 3}
    },
    "a rating (1, 2, 3, 4 or 5)": {"rating": {"type": "whole", "lower": "1", "upper": "5"}},
    "a score (0.0 to 10.0)": {"score": {"type": "decimal", "lower": "0", "upper": "10"}},
    "a price (decimal, two decimal places)": {"price": {"type": "decimal", "places": 2}},
    "an ISBN (13 digits)": {"isbn": {"lower": "13", "upper": "13", "alphabet": "digits"}},
    "a code of 3 capital letters": {
        "code": {"lower": "3", "upper": "3", "alphabet": "capital letters"}
    },
    "a username (3-20 letters and digits)": {
        "username": {"lower": "3", "upper": "20", "alphabet": "letters and digits"}
    },
    "a body with a maximum length of 1,000 characters": {"body": {"upper": "1000"}},
    "title - string, 1 to 200 characters": {"title": {"lower": "1", "upper": "200"}},
    "stock - integer >= 0": {"stock": {"type": "whole", "lower": "0"}},
    "age (int, 0 <= x <= 150)": {"age": {"type": "whole", "lower": "0", "upper": "150"}},
    "a number of seats (at least 1)": {"number_of_seats": {"type": "whole", "lower": "1"}},
    "a date of birth and a place": {"date_of_birth": {"type": "date"}, "place": {}},
    "an amount in cents": {"amount": {"type": "whole"}},
    "a discount (percentage)": {"discount": {"type": "decimal", "lower": "0", "upper": "100"}},
    "a created_at timestamp": {"created_at": {"type": "datetime", "filled": "created"}},
    "updated at (timestamp, set automatically)": {
        "updated_at": {"type": "datetime", "filled": "changed"}
    },
    "dueDate (date, optional)": {"due_date": {"type": "date", "optional": True}},
    "class (text), import (text)": {"class": {}, "import": {}},
    "größe (whole number)": {"größe": {"type": "whole"}},
}


@pytest.mark.parametrize(("text", "expected"), FIELDS.items())
def test_a_field_is_what_is_said_of_it(text: str, expected: dict[str, Any]) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(
    ("text", "end", "expected"),
    [
        ("a price greater than 0", "lower", Bound(Decimal(0), inclusive=False)),
        ("a price of at least 0.5", "lower", Bound(Decimal("0.5"))),
        ("a positive price", "lower", Bound(Decimal(0), inclusive=False)),
        ("a positive quantity", "lower", Bound(Decimal(1))),
        ("a balance that must not be negative", "lower", Bound(Decimal(0))),
        ("a price less than 1,000", "upper", Bound(Decimal(1000), inclusive=False)),
        ("a quantity below 10", "upper", Bound(Decimal(9))),
        ("a quantity of no more than twelve", "upper", Bound(Decimal(12))),
        ("a quantity (up to 7)", "upper", Bound(Decimal(7))),
        ("a quantity, 7 or fewer", "upper", Bound(Decimal(7))),
        ("a name shorter than 10 characters", "upper", Bound(Decimal(9))),
    ],
)
def test_bounds_are_open_or_closed_as_the_words_say(text: str, end: str, expected: Bound) -> None:
    found = bound(text, end)
    assert found is not None
    assert (found.value, found.inclusive) == (expected.value, expected.inclusive)


def resource(text: str) -> Resource:
    return understand("orders", f"An order has a customer and a quantity. {text}").resources[0]


@pytest.mark.parametrize(
    ("text", "operations"),
    [
        ("Orders can be created, fetched, listed and deleted.", "create get list delete"),
        ("Support creating, reading, updating and deleting orders.", "create get update delete"),
        ("CRUD for orders.", "create get list update delete"),
        ("Users can add, edit and remove orders.", "create update delete"),
        ("It should be possible to create an order and to list all orders.", "create list"),
        ("Clients can create orders, look up an order by its id and list orders.",
         "create get list"),
        ("POST /orders creates an order. GET /orders lists them. DELETE /orders/{id}.",
         "create list delete"),
        ("Operations:\n- create an order\n- get an order by id\n- change an order",
         "create get update"),
        ("The API must support the creation, retrieval and deletion of orders.",
         "create get delete"),
        ("Orders can be created and listed. Orders cannot be updated.", "create list"),
    ],
)  # fmt: skip
def test_operations_are_those_that_are_said(text: str, operations: str) -> None:
    assert resource(text).operations == tuple(operations.split())


def test_without_operations_all_of_them_are_assumed_and_told() -> None:
    api = understand("orders", "An order has a customer.")
    assert api.resources[0].operations == ("create", "get", "list", "update", "delete")
    assert any("nothing else was said" in told for told in api.assumptions)


def test_lists_can_be_filtered_searched_sorted_and_paged() -> None:
    found = resource(
        "Orders can be created and listed, filtered by quantity, searched by customer, sorted by "
        "quantity in descending order, 10 a page with limit and offset."
    )
    assert (found.filters, found.searches) == (("quantity",), ("customer",))
    assert found.sorting == Sorting("quantity", descending=True)


@pytest.mark.parametrize(
    ("text", "usual", "largest"),
    [
        ("The list is paged with limit and offset.", 20, 100),
        ("Orders are listed page by page, 10 a page.", 10, 100),
        ("Lists are paginated (default 25, at most 50).", 25, 50),
        ("Lists are paged, at most 50 per page.", 20, 50),
        ("Lists are paged, at most 10 a page.", 10, 10),
        ("Lists are paged, 10 per page, at most 50.", 10, 50),
    ],
)
def test_pages_have_the_size_that_is_said(text: str, usual: int, largest: int) -> None:
    paging = resource(f"Orders can be created. {text}").paging
    assert paging is not None
    assert (paging.default, paging.largest) == (usual, largest)


STATES = "An order has a customer and a status (open, paid, shipped, cancelled). "


def moves(text: str, start: str = STATES) -> dict[str, tuple[str | bool, tuple[str | bool, ...]]]:
    """Where each state change leads, and from which states."""
    found = understand("orders", f"{start}Orders can be created and fetched. {text}").resources[0]
    return {t.verb: (t.to, t.requires[0].values) for t in found.transitions}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("An open order can be paid.", {"pay": ("paid", ("open",))}),
        ("Only open orders can be paid.", {"pay": ("paid", ("open",))}),
        ("An order can be paid only when it is open.", {"pay": ("paid", ("open",))}),
        ("Orders can be paid.", {"pay": ("paid", ("open",))}),
        ("An order can be shipped once it has been paid. An open order can be paid.",
         {"ship": ("shipped", ("paid",)), "pay": ("paid", ("open",))}),
        ("An order can be cancelled unless it is shipped. Orders can be paid and shipped.",
         {"cancel": ("cancelled", ("open", "paid")), "pay": ("paid", ("open",)),
          "ship": ("shipped", ("open", "paid"))}),
        ("An order can be cancelled before it is shipped. Orders can be paid and shipped.",
         {"cancel": ("cancelled", ("open", "paid")), "pay": ("paid", ("open",)),
          "ship": ("shipped", ("open", "paid"))}),
        ("Shipped orders cannot be cancelled. Orders can be shipped and cancelled.",
         {"cancel": ("cancelled", ("open", "paid")), "ship": ("shipped", ("open", "paid"))}),
        ("The status goes from open to paid and from paid to shipped.",
         {"pay": ("paid", ("open",)), "ship": ("shipped", ("paid",))}),
        ("The status changes: open -> paid -> shipped.",
         {"pay": ("paid", ("open",)), "ship": ("shipped", ("paid",))}),
        ("Paying an open order sets its status to paid.", {"pay": ("paid", ("open",))}),
        ("An order can be marked as paid.", {"pay": ("paid", ("open",))}),
        ("POST /orders/{id}/pay. POST /orders/{id}/ship.",
         {"pay": ("paid", ("open",)), "ship": ("shipped", ("open", "paid"))}),
        ("An open order can be paid and a paid order can be shipped.",
         {"pay": ("paid", ("open",)), "ship": ("shipped", ("paid",))}),
        ("Orders that are open or paid can be cancelled.",
         {"cancel": ("cancelled", ("open", "paid"))}),
    ],
)  # fmt: skip
def test_a_state_change_starts_where_the_sentence_says(text: str, expected: Any) -> None:
    assert moves(text) == expected


def test_a_state_that_only_a_change_reaches_cannot_be_given() -> None:
    found = understand(
        "payments",
        "A payment has an amount and a status (pending, completed, refunded). Payments can be "
        "created. A payment can be refunded once.",
    ).resources[0]
    assert found.entries == ("pending", "completed")
    assert found.field("status").default == "pending"


@pytest.mark.parametrize(
    ("text", "verbs"),
    [
        ("Orders cannot be cancelled.", []),
        ("No order can be shipped.", []),
        ("Orders can never be sent.", []),
        ("A shipped order cannot be reopened.", []),
        ("An order can be reopened. A shipped order cannot be reopened.", ["reopen"]),
        ("A shipped order cannot be cancelled.", ["cancel"]),
        ("An order cannot be paid twice.", ["pay"]),
        ("Orders cannot be shipped unless they are paid.", ["ship"]),
    ],
)
def test_what_only_is_forbidden_is_not_there(text: str, verbs: list[str]) -> None:
    found = resource(f"An order has a status (open, paid, shipped). Orders can be created. {text}")
    assert [transition.verb for transition in found.transitions] == verbs


def test_what_is_new_is_in_the_one_state_that_is_said() -> None:
    told = "An order has a status (open, busy, closed). Orders can be created and closed. "
    sets = "Starting an order sets its status to busy. "
    assert resource(told).entries == ("open", "busy")
    assert resource(f"{told}{sets}New orders are open.").entries == ("open",)


def test_a_change_without_a_status_sets_a_flag_of_its_own() -> None:
    plain = "A payment has an amount. Payments can be created. "
    found = understand("payments", plain + "A payment can be refunded once.").resources[0]
    flag = found.field("refunded")
    assert (flag.type, flag.default, flag.given) == ("boolean", False, False)


def test_what_is_undone_uses_the_same_flag() -> None:
    book = "A book has a title. Books can be created. "
    found = understand("books", book + "A book can be lent and returned.").resources[0]
    assert {t.verb: (t.field, t.to) for t in found.transitions} == {
        "lend": ("lent", True),
        "return": ("lent", False),
    }


def test_states_that_follow_one_another_become_a_status() -> None:
    text = (
        "An expense has an amount. Expenses can be created, submitted and approved. Only submitted "
        "expenses can be approved."
    )
    found = understand("expenses", text).resources[0]
    assert found.field("status").choices == ("new", "submitted", "approved")


@pytest.mark.parametrize(
    ("text", "operation", "values"),
    [
        ("Shipped orders cannot be deleted.", "delete", ("shipped",)),
        ("An order that is paid or shipped cannot be changed.", "update", ("paid", "shipped")),
        ("Only open orders can be deleted.", "delete", ("paid", "shipped", "cancelled")),
        ("An order can be deleted only while it is open.", "delete",
         ("paid", "shipped", "cancelled")),
        ("No paid order can be deleted.", "delete", ("paid",)),
    ],
)  # fmt: skip
def test_a_state_can_forbid_an_operation(
    text: str, operation: str, values: tuple[str, ...]
) -> None:
    found = understand("orders", f"{STATES}Orders can be created and updated. {text}").resources[0]
    assert [(g.operation, g.condition) for g in found.guards] == [
        (operation, Condition("status", values))
    ]


def test_later_must_come_after_earlier() -> None:
    text = "A trip has a start date and an end date. Trips can be created. "
    strict = "The end date must be after the start date."
    loose = "The start date must not be after the end date."
    for sentence, expected in ((strict, True), (loose, False)):
        order = understand("trips", text + sentence).resources[0].orders[0]
        assert (order.earlier, order.later, order.strict) == ("start_date", "end_date", expected)


def test_rules_of_fields_may_stand_in_sentences_of_their_own() -> None:
    found = resource(
        "The quantity must be between 1 and 10. It defaults to 2. The customer must not be longer "
        "than 40 characters. No two orders can have the same customer."
    )
    quantity, customer = found.field("quantity"), found.field("customer")
    assert (str(quantity.lower), str(quantity.upper), quantity.default) == ("1", "10", 2)
    assert (str(customer.upper), customer.unique) == ("40", True)


def test_several_resources_are_kept_apart() -> None:
    text = (
        "An author has a name. A book has a title and a year. Authors can be created and listed. "
        "Books can be created, listed and deleted."
    )
    found = understand("library", text).resources
    assert [(r.name, r.operations) for r in found] == [
        ("author", ("create", "list")),
        ("book", ("create", "list", "delete")),
    ]


def test_a_list_keeps_what_introduces_it() -> None:
    text = (
        "An order has:\n- a customer\n- a quantity,\n  at least 1\n\nOperations:\n* create\n* list"
    )
    assert [(s.text, s.lead) for s in sentences(text)] == [
        ("An order has:", ""),
        ("a customer", "An order has"),
        ("a quantity, at least 1", "An order has"),
        ("Operations:", ""),
        ("create", "Operations"),
        ("list", "Operations"),
    ]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("A price of 0.5 is fine. So is 1.5.", 2),
        ("Use e.g. this (one. two.) and that.", 1),
        ("One\ntwo\nthree.", 1),
        ("One.\nTwo.", 2),
        ("One; two!", 2),
    ],
)
def test_sentences_end_where_they_end(text: str, count: int) -> None:
    assert len(sentences(text)) == count


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("order", "orders"), ("city", "cities"), ("day", "days"), ("box", "boxes"),
        ("person", "people"), ("status", "statuses"), ("house", "houses"), ("news", "news"),
        ("inventory item", "inventory items"), ("branch", "branches"), ("movie", "movies"),
        ("address", "addresses"), ("analysis", "analyses"), ("invoice", "invoices"),
    ],
)  # fmt: skip
def test_nouns_have_a_number(one: str, many: str) -> None:
    assert (plural(one), singular(many), singular(one)) == (many, one, one)


def test_each_state_verb_is_known_by_all_its_forms() -> None:
    for verb in STATE_VERBS:
        assert verb_of(participle(verb)) in STATE_VERBS
        assert verb_of(verb) == verb


@pytest.mark.parametrize(
    ("verb", "done"),
    [
        ("pay", "paid"), ("ship", "shipped"), ("cancel", "canceled"), ("refund", "refunded"),
        ("close", "closed"), ("verify", "verified"), ("void", "voided"), ("claim", "claimed"),
        ("unfreeze", "unfrozen"), ("submit", "submitted"), ("open", "opened"), ("send", "sent"),
    ],
)  # fmt: skip
def test_verbs_have_participles(verb: str, done: str) -> None:
    assert participle(verb) == done


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("due date", "due_date"), ("dueDate", "due_date"), ("Customer", "customer"),
        ("check-in date", "check_in_date"), ("class", "class"), ("größe", "größe"),
        ("__init__", None), ("_hidden", None), ("1st", None), ("a b()", None), ("a'b", None),
        ("x" * 41, None), ("a\nb", "a_b"), ("", None), ("a;b", None), ("a__b", None),
    ],
)  # fmt: skip
def test_only_names_become_names(words: str, name: str | None) -> None:
    assert identifier(words) == name
