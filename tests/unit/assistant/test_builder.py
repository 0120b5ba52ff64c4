"""The builder: an order for one file, the whole file back."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from assistant.builder import FUNCTIONS, BuilderClient, BuilderResult, BuildRequest
from assistant.request import Answer, F, Purpose, Request
from assistant.schemas import Function
from ledger.calls import TokenUsage

PURPOSE = Purpose("run", "generate_main", 2, "code", failed_rounds=1)


@dataclass
class Scripted:
    """An assistant that gives one value."""

    value: Function
    asked: list[tuple[Request[Any], Purpose]] = field(default_factory=list)

    async def ask(self, request: Request[F], purpose: Purpose) -> Answer[F]:
        self.asked.append((request, purpose))
        assert isinstance(self.value, request.function)
        return Answer(self.value, "openai", "m-1", TokenUsage(10, 5), 0.5)


@pytest.mark.parametrize("file", FUNCTIONS)
async def test_each_file_has_its_function(file: Any) -> None:
    function = FUNCTIONS[file]
    fields: dict[str, Any] = {"code": "x = 1\n", "reasoning": "why"}
    if "dependencies" in function.model_fields:
        fields["dependencies"] = ["httpx>=0.27"]
    assistant = Scripted(function(**fields))
    inputs = {"feature": "orders", "requirements": "Orders can be created."}
    result = await BuilderClient(assistant).build(BuildRequest(file, inputs, PURPOSE))
    assert result.files == {file: "x = 1\n"}
    assert result.dependencies == tuple(fields.get("dependencies", ()))
    assert (result.provider, result.model, result.reasoning) == ("openai", "m-1", "why")
    assert (result.tokens, result.usd) == (TokenUsage(10, 5), 0.5)
    (request, purpose) = assistant.asked[0]
    assert request.function is function
    assert "Orders can be created." in request.messages[1].content
    assert purpose == PURPOSE


def result(content: str) -> BuilderResult:
    return BuilderResult({"main.py": content}, (), "", "p", "m")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a = 1\nb = 2\n", "a = 1\nb = 3\n"),
        ("a = 1\nb = 2", "a = 1\nb = 3\n"),
        ("a = 1\n", "a = 1"),
        ("a = 1\n", "a = '\u2028'\nb = 2\n"),
        ("a = 1\n", "b = 2\nc = 3"),
    ],
)
def test_the_diff_applies(before: str, after: str, tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(before)
    subprocess.run(
        ["git", "apply", "-"],
        cwd=tmp_path,
        input=result(after).diff({"main.py": before}),
        text=True,
        check=True,
    )
    assert (tmp_path / "main.py").read_text() == after


def test_a_new_file_is_a_diff_from_nothing(tmp_path: Path) -> None:
    patch = result("a = 1\n").diff({})
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=patch, text=True, check=True)
    assert (tmp_path / "main.py").read_text() == "a = 1\n"


def test_no_change_is_an_empty_diff() -> None:
    assert result("a = 1\n").diff({"main.py": "a = 1\n"}) == ""
