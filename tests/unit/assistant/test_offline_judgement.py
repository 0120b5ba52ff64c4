"""Review, diagnosis and commit messages without a model: only what is certain is said."""

from __future__ import annotations

import pytest

from assistant.diagnosis.answers import plan_deployment
from assistant.providers.offline.model import answer
from assistant.review.static import find_issues
from assistant.schemas import FUNCTIONS, CreateCommitMessage

ORDERS = "An order has a customer (text). Orders can be created, listed and filtered by customer."


def commit_message(inputs: dict[str, str]) -> CreateCommitMessage:
    message = answer("create_commit_message", inputs)
    assert isinstance(message, CreateCommitMessage)
    return message


@pytest.mark.parametrize("function", ["generate_main_code", "generate_service_code"])
def test_what_the_offline_model_writes_passes_its_own_review(function: str) -> None:
    code = answer(function, {"feature": "orders", "requirements": ORDERS}).model_dump()["code"]
    assert find_issues({"main.py": code}) == []


def test_the_plan_changes_nothing_outside_of_the_folder() -> None:
    for step in plan_deployment({}).steps:
        assert not any(word in step.command for word in ("sudo", "curl", "|", "rm ", "/etc"))


def test_the_commit_says_what_was_understood() -> None:
    message = commit_message(
        {"feature": "orders", "requirements": ORDERS, "diff": "main.py\nservice.py\ntest.py"}
    )
    assert (message.type, message.scope, message.breaking) == ("feat", "orders", False)
    assert message.subject == "add the orders service"
    lines = message.body.splitlines()
    assert "  customer  text from 1 to 10000 characters" in lines
    assert "  GET /orders" in lines


@pytest.mark.parametrize(
    ("diff", "subject"),
    [
        ("main.py\ntest.py", "add the orders module"),
        ("changed: main.py", "change the orders module"),
        ("added: service.py\nchanged: main.py", "change the orders service"),
    ],
)
def test_the_commit_says_whether_it_serves_and_whether_it_changes(diff: str, subject: str) -> None:
    inputs = {"feature": "orders", "requirements": ORDERS, "diff": diff}
    assert commit_message(inputs).subject == subject


@pytest.mark.parametrize(
    ("inputs", "type_", "subject"),
    [
        ({"feature": "my-thing", "requirements": "Beyond it."}, "feat", "add my thing"),
        ({}, "feat", "add feature"),
        ({"feature": "x", "diff": "behaviors/x/test.py"}, "test", "add x"),
        ({"feature": "x" * 63}, "feat", "add"),
        ({"feature": "x", "requirements":
          "double(n: number) returns 2 * n. double(1) is 2. double(2) is 4."},
         "feat", "add double"),
    ],
)  # fmt: skip
def test_where_nothing_was_understood_the_feature_names_the_commit(
    inputs: dict[str, str], type_: str, subject: str
) -> None:
    message = commit_message(inputs)
    assert (message.type, message.subject) == (type_, subject)
    assert len(message.subject) <= 60


def test_every_function_of_the_contract_has_an_answer() -> None:
    # service-test.py is made from the service's own description.
    for name, function in FUNCTIONS.items():
        if name == "generate_service_test_code":
            continue
        assert isinstance(answer(name, {"feature": "o", "requirements": ORDERS}), function)
