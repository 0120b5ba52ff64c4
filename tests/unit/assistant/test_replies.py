"""From what a model wrote to a value, or to what is wrong with it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.calls.replies import Unusable, Valid, read, repair
from assistant.schemas import GenerateMainCode, GenerateTestCode, ReviewCode
from tests.servers.scripted import ARGUMENTS, REQUEST, reply


def value(arguments: str, function: str = GenerateTestCode.name) -> GenerateTestCode:
    verdict = read(reply(arguments, function=function), GenerateTestCode)
    assert isinstance(verdict, Valid), verdict
    return verdict.value


def flaw(arguments: str = ARGUMENTS, **options: str) -> Unusable:
    verdict = read(reply(arguments, **options), GenerateTestCode)  # type: ignore[arg-type]
    assert isinstance(verdict, Unusable), verdict
    return verdict


def test_valid_arguments_become_the_value() -> None:
    assert value(ARGUMENTS) == GenerateTestCode(code="assert True\n", reasoning="short")


@pytest.mark.parametrize(
    "text",
    [
        ARGUMENTS,
        f"```json\n{ARGUMENTS}\n```",
        f"Here it is:\n\n```\n{ARGUMENTS}\n```\nDone.",
        f'{{"name": "generate_test_code", "arguments": {ARGUMENTS}}}',
        f'{{"name": "generate_test_code", "parameters": {ARGUMENTS}}}',
        '{"code": "assert True\n", "reasoning": "short"}',  # a line break inside the string
        '{"code": "assert True\\n", "reasoning": "short"}',
        f'<think>{{"code": "bad"}} or not</think>\n{ARGUMENTS}',
        f"I would test it.\n</think>\n\n{ARGUMENTS}",
        '{"code": "```python\\nassert True\\n```", "reasoning": "short"}',
        '{"code": "\\ufeffassert True\\n", "reasoning": "short"}',
    ],
)
def test_a_text_with_one_object_counts_as_the_call(text: str) -> None:
    assert value(text, function="") == GenerateTestCode(code="assert True\n", reasoning="short")


def test_code_with_fences_and_braces_inside_survives() -> None:
    code = 'x = {"a": 1}\n"""\n```json\n{}\n```\n"""\n'
    text = f"```json\n{json.dumps({'code': code, 'reasoning': ''})}\n```"
    assert value(text, function="").code == code


def test_code_that_speaks_of_thoughts_or_ends_in_a_fence_survives() -> None:
    code = 'TAGS = "<think></think>"\nTEXT = """\n```\n"""\n'
    assert value(json.dumps({"code": code, "reasoning": ""}), function="").code == code


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"finish": "length"}, "truncated"),
        ({"finish": "refusal"}, "refused"),
        ({"finish": "filter"}, "filtered"),
        ({"function": "generate_main_code"}, "wrong_function"),
    ],
)
def test_a_reply_that_cannot_be_used_says_why(options: dict[str, str], reason: str) -> None:
    assert flaw(**options).reason == reason


def test_a_truncated_reply_is_refused_even_where_its_arguments_are_valid() -> None:
    assert flaw(ARGUMENTS, finish="length").reason == "truncated"


@pytest.mark.parametrize("text", ["", "  \n", "\x00"])
def test_nothing_is_empty_or_malformed(text: str) -> None:
    assert flaw(text, function="").reason in ("empty", "malformed")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ('{"code": "x"}', "reasoning: is missing"),
        ('{"code": 1, "reasoning": ""}', "code: Input should be a valid string"),
        ('{"code": null, "reasoning": ""}', "code"),
        ("[]", "list"),
        ('"text"', "no object"),
        ("[1]", "list"),
        ('{"code": "x", "reasoning": "y"', "not one JSON object"),
        ('{"code": "x", "meta": {"code": "y", "reasoning": "z"}', "not one JSON object"),
        ('{"code": "x", "reasoning": ""} {"code": "y", "reasoning": ""}', "2 different answers"),
        ('{"code": "x", ', "not one JSON object"),
        ('{"code": NaN, "reasoning": ""}', "NaN"),
        ("{" * 5000, "not one JSON object"),
        ('{"a":' * 100_000, "not one JSON object"),
    ],
)
def test_malformed_arguments_are_named(arguments: str, said: str) -> None:
    found = flaw(arguments)
    assert found.reason == "malformed"
    assert said in found.detail
    assert len(found.detail) <= 2_000


def test_a_number_is_not_taken_for_a_text() -> None:
    verdict = read(
        reply('{"code": "x", "dependencies": "httpx", "reasoning": ""}', function=""),
        GenerateMainCode,
    )
    assert isinstance(verdict, Unusable)


def test_nested_arguments_are_validated_strictly() -> None:
    issue = {"severity": "major", "category": "bug", "file": "main.py", "line": "three"}
    arguments = json.dumps({"issues": [{**issue, "description": "x"}], "summary": ""})
    verdict = read(reply(arguments, function="review_code"), ReviewCode)
    assert isinstance(verdict, Unusable)
    assert verdict.detail.startswith("issues.0.line:")


@pytest.mark.parametrize(
    ("issue", "line", "note"),
    [
        ({"line": "3"}, 3, "decoded issues.0.line"),
        ({"line": 3.0}, 3, "decoded issues.0.line"),
        ({"line": "null"}, None, "decoded issues.0.line"),
        ({}, None, "took the absent issues.0.line for null"),
        ({"line": 3, "column": 4}, 3, "dropped the unknown key issues.0.column"),
    ],
)
def test_the_form_of_a_field_is_mended_and_noted(
    issue: dict[str, object], line: int | None, note: str
) -> None:
    whole = {"severity": "major", "category": "bug", "file": "main.py", "description": "x", **issue}
    for issues in ([whole], json.dumps([whole])):
        arguments = json.dumps({"issues": issues, "summary": ""})
        verdict = read(reply(arguments, function="review_code"), ReviewCode)
        assert isinstance(verdict, Valid), verdict
        assert verdict.value.issues[0].line == line
        assert any(one.startswith(note) for one in verdict.notes)


@pytest.mark.parametrize(
    "arguments",
    [
        {"code": "x", "dependencies": "httpx", "reasoning": ""},
        {"code": "x", "dependencies": None, "reasoning": ""},
        {"code": "x", "reasoning": ""},
        {"code": 1, "dependencies": [], "reasoning": ""},
        {"code": ["x"], "dependencies": [], "reasoning": ""},
    ],
)
def test_what_a_value_means_is_never_guessed(arguments: dict[str, object]) -> None:
    verdict = read(reply(json.dumps(arguments), function="generate_main_code"), GenerateMainCode)
    assert isinstance(verdict, Unusable)
    assert verdict.reason == "malformed"


def test_a_call_of_another_function_in_the_text_is_refused_as_that() -> None:
    text = f'{{"name": "generate_main_code", "arguments": {ARGUMENTS}}}'
    assert flaw(text, function="").reason == "wrong_function"


@given(st.text())
def test_control_characters_never_reach_the_value(text: str) -> None:
    arguments = json.dumps({"code": f"a{text}\x00\x1b[31m\x7f\x85\udc80b", "reasoning": "\x07"})
    found = value(arguments)
    kept = set("\t\n\r")
    for written in (found.code, found.reasoning):
        assert all(ord(one) >= 32 or one in kept for one in written)
        assert not any(0x7F <= ord(one) <= 0x9F for one in written)
    assert found.code.startswith("a")
    assert found.code.endswith("[31mb")


@given(st.text(), st.text())
def test_reading_never_raises(arguments: str, function: str) -> None:
    assert isinstance(
        read(reply(arguments, function=function), GenerateTestCode), Unusable
    ) or json.loads(arguments)


def test_only_what_a_model_can_mend_is_repairable() -> None:
    repairable = {
        reason: Unusable(reason, "").repairable  # type: ignore[arg-type]
        for reason in ("malformed", "wrong_function", "empty", "truncated", "refused", "filtered")
    }
    assert [reason for reason, able in repairable.items() if able] == [
        "malformed",
        "wrong_function",
        "empty",
    ]


def test_a_repair_shows_the_reply_and_what_is_wrong() -> None:
    bad = reply('{"code": "x"}')
    found = flaw(bad.arguments)
    mended = repair(REQUEST, bad, found)
    assert mended.messages[:2] == REQUEST.messages
    assert [one.role for one in mended.messages[2:]] == ["assistant", "user"]
    assert mended.messages[2].content == '{"code": "x"}'
    assert "reasoning: is missing" in mended.messages[3].content
    assert mended.digest() != REQUEST.digest()


def test_a_repair_of_nothing_quotes_nothing() -> None:
    mended = repair(REQUEST, reply("", function=""), Unusable("empty", "the answer is empty"))
    assert [one.role for one in mended.messages] == ["system", "user", "user"]


def test_a_repair_quotes_a_long_reply_in_part() -> None:
    mended = repair(REQUEST, reply("x" * 100_000), Unusable("malformed", ""))
    assert len(mended.messages[2].content) == 20_000
