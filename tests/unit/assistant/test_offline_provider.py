"""The offline model as a provider: ten functions, each answered validly, always the same."""

from __future__ import annotations

import ast
import string

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from assistant.errors import NotUnderstood
from assistant.prompting import compose
from assistant.providers.offline import OfflineProvider
from assistant.providers.offline.model import answer
from assistant.request import Provider, Request
from assistant.schemas import FUNCTIONS, Function, GenerateMainCode
from ledger.calls import TokenUsage

ORDERS = (
    "Create REST API for orders. An order has a customer (text), a quantity (whole number from 1 "
    "to 100) and a status (open, paid, shipped). Orders can be created, fetched, listed, filtered "
    "by status and deleted."
)
WRITERS = ["generate_test_code", "generate_main_code", "generate_service_code"]
ANSWERED = [name for name in FUNCTIONS if name != "generate_service_test_code"]


async def asked(function: type[Function], **inputs: str) -> Function:
    provider: Provider = OfflineProvider()
    request = compose(function, {"feature": "orders", "requirements": ORDERS, **inputs})
    reply = await provider.complete(request, model="offline", max_tokens=1000, timeout=1)
    assert (reply.function, reply.finish, reply.model) == (function.name, "stop", "offline")
    assert reply.usage == TokenUsage()
    return function.model_validate_json(reply.arguments)


@pytest.mark.parametrize("name", ANSWERED)
async def test_every_function_has_a_valid_answer(name: str) -> None:
    answered = await asked(FUNCTIONS[name], log="boom", files="", diff="main.py", step="deploy")
    assert answered.name == name


@pytest.mark.parametrize("name", ANSWERED)
async def test_the_same_question_has_the_same_answer(name: str) -> None:
    first = await asked(FUNCTIONS[name], failure="", feedback="")
    again = await asked(FUNCTIONS[name], failure="one test failed", feedback="mutants survived")
    if name in WRITERS:
        assert first == again


@pytest.mark.parametrize("name", sorted(set(ANSWERED) - set(WRITERS)))
async def test_judgement_needs_no_inputs_at_all(name: str) -> None:
    request = Request(FUNCTIONS[name], messages=())
    reply = await OfflineProvider().complete(request, model="", max_tokens=1, timeout=1)
    assert FUNCTIONS[name].model_validate_json(reply.arguments)


@pytest.mark.parametrize("name", WRITERS)
async def test_writing_needs_requirements(name: str) -> None:
    request = Request(FUNCTIONS[name], messages=())
    with pytest.raises(NotUnderstood):
        await OfflineProvider().complete(request, model="", max_tokens=1, timeout=1)


def test_another_function_is_not_understood() -> None:
    with pytest.raises(NotUnderstood):
        answer("make_coffee", {})


async def test_what_was_assumed_is_told() -> None:
    answered = await asked(GenerateMainCode)
    assert isinstance(answered, GenerateMainCode)
    assert "The customer of the order has from 1 to 10000 characters." in answered.reasoning


def codes(feature: str, requirements: str) -> list[str]:
    """Everything that is written; an empty list where nothing is understood."""
    inputs = {"feature": feature, "requirements": requirements}
    try:
        return [str(answer(name, inputs).model_dump()["code"]) for name in WRITERS]
    except NotUnderstood:
        return []


_IMPORTED = {
    *("fastapi", "hashlib", "hmac", "json", "main", "math", "os", "pydantic", "re", "secrets"),
    *("sqlalchemy", "sqlite3", "tempfile", "unittest"),
}
HOSTILE = [
    "__init__", "__class__", "self", "None", "True", "import", "class", "lambda", "def", "id",
    "x; import os", "x'); import os; ('", 'x"""', "x\n    import os", "{x}", "{0.__class__}", "%s",
    "$x", "x\\", "\\n", "é", "名前", "ﬁ", "\u202e", "\ud800", "x" * 10_000, "a" * 41, "", " ", "1",
    "exec", "print", "str", "int", "dt", "values", "checked", "Invalid", "uuid", "limit", "orders",
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize(
    "requirements",
    [
        "An order has a {} (text). Orders can be created.",
        "A {} has a name (text). {}s can be created.",
        'An order has a status (one of "{}", "paid"). Orders can be created.',
        "An order has a status (open, paid, shipped; default {}). Orders can be created.",
        'An order has a note (text, default "{}"). Orders can be created.',
        "An order has a note (text). Orders can be created, listed and filtered by {}.",
        "{}(a: number) returns a + 1. {}(1) is 2. {}(2) is 3.",
        "add({}: number) returns {} + 1. add(1) is 2. add(2) is 3.",
        'up(x: text) returns x + "{}". up("a") is "a{}". up("b") is "b{}".',
        'f(n: number) returns n. f raises ValueError with "{}" if n < 0. f(-1) raises ValueError. '
        "f(1) is 1. f(2) is 2.",
    ],
)
def test_a_name_never_becomes_code(requirements: str, name: str) -> None:
    for code in codes("orders", requirements.replace("{}", name)):
        tree = ast.parse(code)
        imported = {
            alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.Import)
            for alias in node.names
        }
        assert imported <= _IMPORTED
        called = {ast.unparse(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)}
        assert not called & {"eval", "exec", "os.system", "__import__"}


def test_a_thousand_fields_are_too_many() -> None:
    fields = ", ".join(f"a field{number} (text)" for number in range(1000))
    with pytest.raises(NotUnderstood, match="too long"):
        answer("generate_main_code", {"requirements": f"An order has {fields}."})


def test_sixty_fields_are_written() -> None:
    fields = ", ".join(f"a field{number} (text)" for number in range(59))
    text = f"An order has {fields} and a last-field (text). Orders can be created."
    assert len(codes("orders", text)) == 3


def test_a_book_of_requirements_is_too_long() -> None:
    with pytest.raises(NotUnderstood, match="are allowed"):
        answer("generate_main_code", {"requirements": "An order has a note. " * 2000})


PIECES = st.sampled_from(
    [
        "An order has", "a customer", "(text)", "a quantity", "from 1 to 100", "(", ")", ",", "and",
        ".", "\n", "- ", ":", "Orders can be", "created", "paid", "once", "only", "when", "it is",
        "filtered by", "status", "open", "(open, paid)", "default", "optional", "unique", "at most",
        "80 characters", "cannot be", "deleted", "unless", "The", "must be", "after",
        "POST /orders",
        "GET /orders/{id}", "def f(x)", "f(1) == 2", "sorted by", "with limit and offset", "CRUD",
        "either", "or", "one of", "1", "0.5", "the status goes from open to paid", "Returns 404",
    ]
)  # fmt: skip


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PIECES, max_size=25).map(" ".join))
def test_any_mixture_of_phrases_is_code_or_a_refusal(requirements: str) -> None:
    for code in codes("orders", requirements):
        ast.parse(code)


@settings(max_examples=100)
@given(st.text(alphabet=string.printable + "äß\u2028\ud800\x00", max_size=300))
@example("def f(" + "(" * 200)
@example("An order has " + "(" * 500)
@example("a: " * 300)
def test_any_text_is_code_or_a_refusal(requirements: str) -> None:
    for code in codes("orders", requirements):
        ast.parse(code)
