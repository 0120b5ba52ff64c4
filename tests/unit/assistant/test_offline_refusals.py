"""What the offline model does not understand it says, naming the sentence: it never guesses."""

from __future__ import annotations

import pytest

from assistant.errors import NoProviderAvailable, NotUnderstood
from assistant.providers.offline.understanding import understood

BASE = "An order has a customer and a quantity (1 to 100). Orders can be created and listed. "
# Each asks for something that the generated code would not do.
BEYOND = [
    "Only admins can delete orders.",
    "Users can only see their own orders.",
    "Orders are sent to Slack.",
    "Send an email when an order is created.",
    "The total is quantity times price.",
    "Orders expire after 30 days.",
    "Customers must log in before ordering.",
    "Use PostgreSQL for storage.",
    "Orders can be exported as CSV.",
    "Orders can be imported from a file.",
    "Each order belongs to a customer.",
    "An order contains several items, each with a price.",
    "Unknown ids return 404 and log a warning.",
    "Invalid input returns 418.",
    "Orders can be rescheduled.",
    "The API is rate limited to 10 requests per minute.",
    "Authentication uses JWT.",
    "Stock decreases when an order is placed.",
    "The service must handle 1000 requests per second.",
    "Return orders as XML.",
    "Build a secure multi-tenant orders API.",
    "Orders can be created only on weekdays.",
    "The quantity must be even.",
    "The customer must match ^[A-Z]+$.",
    "At most 10 orders can be open.",
    "When an order is deleted its items are deleted too.",
    "Orders can be bulk deleted.",
    "Deleted orders can be restored.",
    "Deletion is soft.",
    "Orders can be created by admins.",
    "An order can be paid by card.",
    "Orders cannot be deleted by customers.",
    "Ids are integers starting at 1.",
    "DROP TABLE orders;",
    "Orders can be cancelled within 24 hours.",
    "Orders should be cached.",
    "Also make coffee.",
    "An order can be paid, which sends a receipt.",
    "Orders can be listed by region.",
    "Orders can be sorted by anything.",
    "The quantity must be at most the stock.",
    "Admins can delete orders.",
    "An order has up to ten lines.",
    "Orders can be locked for 5 minutes.",
    "Orders can be fetched in parallel.",
    "Orders have a history of changes.",
    "Each order has many items.",
    "The customer is encrypted.",
    "Orders can be assigned to a driver.",
    "The API must be available in German.",
    "Orders are stored in Redis.",
    "Orders can be updated by their creator.",
    "Orders can be shipped to another country.",
    "An order can be split.",
    "An order may be deleted if it is older than a year.",
    "Create orders from a CSV file.",
    "List orders grouped by customer.",
    "Count orders by customer.",
    "An order can be cancelled if nobody paid.",
    "The quantity must not be 13.",
    "The price must be unique per customer.",
    "The quantity is 5 by default on Mondays.",
    "Orders can be liked.",
    "Provide a WebSocket for live updates.",
    "The quantity can be increased by 1.",
    "Orders can be archived automatically.",
    "The customer is at most 20 words.",
    "The customer must start with a capital letter.",
    "The customer starts with 0.",
    "The customer must have letters and only digits.",
    'Errors look like {"error": text}.',
    'Errors are returned as {"error": text}.',
    "An order can be archived after it is completed.",
    "Lists have 10 orders per page, 20 by default.",
]
CONTRADICTIONS = {
    "An order has a quantity (from 10 to 1).": "at least 10",
    "An order has a quantity (1 to 5, default 7).": "out of its bounds",
    "An order has a status (open, paid; default lost).": "none of the choices",
    "An order has a customer and a customer.": "described twice",
    "An order has a note (optional, required).": "optional and required",
    "An order has a price (text, number).": "at once",
    "An order has a name (text, 5 to 3 characters).": "at least 5",
    "An order has a flag (boolean, unique).": "too few values",
    "An order has a priority (1, 2, 5).": "gaps",
    "An order has items.": "what items are",
    "An order has an id.": "no sentence says which fields",
    "An order has a customer. Orders can be deleted. Orders cannot be deleted.": "can and cannot",
    "An order has a customer. Orders can be paid. Orders cannot be paid.": "can and cannot",
    "An order has a status (open, paid). New orders are always open.": "not always open",
    "A job has a status (open, busy, closed). New jobs are open. Jobs can be closed.": "busy",
    "A job has a name. Jobs can be created. A frozen job cannot be reopened.": "'frozen'",
    "An order has a status (open, paid). Only lost orders can be paid.": "'lost'",
    "An order has a customer. Orders can be filtered by region.": "region",
    "An order has a quantity (int). Orders can be searched by quantity.": "no text",
    "An order has a done flag. Orders can be listed sorted by done.": "sorted",
    "A value has a name.": "name of a resource",
    "Create a REST API for orders.": "no sentence says which fields",
    "Create a REST API for orders and customers. An order has a name.": "customer",
}


def refusal(requirements: str) -> NotUnderstood:
    with pytest.raises(NotUnderstood) as refused:
        understood({"feature": "orders", "requirements": requirements})
    return refused.value


@pytest.mark.parametrize("sentence", BEYOND)
def test_what_is_beyond_the_rules_is_refused_by_its_sentence(sentence: str) -> None:
    error = refusal(BASE + sentence)
    assert error.sentence.rstrip(".;") == sentence.rstrip(".;")


@pytest.mark.parametrize("sentence", BEYOND[::6])
def test_the_sentence_is_found_wherever_it_stands(sentence: str) -> None:
    error = refusal(f"{sentence.rstrip(';')} {BASE}Unknown ids return 404.")
    assert error.sentence.rstrip(".;") == sentence.rstrip(".;")


@pytest.mark.parametrize(("requirements", "why"), CONTRADICTIONS.items())
def test_what_contradicts_itself_is_refused_with_the_reason(requirements: str, why: str) -> None:
    error = refusal(requirements)
    assert why in error.why
    assert error.sentence in requirements


@pytest.mark.parametrize("requirements", ["", "   ", "\n\n", "...", "***", "---", "\x00", "?!"])
def test_requirements_without_a_word_are_refused(requirements: str) -> None:
    assert "no sentence" in refusal(requirements).why


def test_the_message_names_the_keys_that_would_help() -> None:
    message = str(refusal("Do something nice."))
    for name in ("OPENAI", "GOOGLE", "ANTHROPIC", "GLM"):
        assert f"{name}_API_KEY" in message
    assert "OPENAI_BASE_URL" in message


def test_a_refusal_is_that_no_provider_is_available() -> None:
    assert isinstance(refusal("Do something nice."), NoProviderAvailable)


def test_a_long_sentence_is_shortened_in_the_message() -> None:
    error = refusal(f"{BASE}Orders can be {'x' * 5000}.")
    assert len(str(error)) < 800
    assert error.sentence.endswith("...")
