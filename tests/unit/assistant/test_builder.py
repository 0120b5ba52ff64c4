"""The builder: an order for one file, the whole file back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from assistant.builder import FUNCTIONS, BuilderClient
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
    result = await BuilderClient(assistant).build(file, inputs, PURPOSE)
    assert result.files == {file: "x = 1\n"}
    assert result.dependencies == tuple(fields.get("dependencies", ()))
    assert (result.provider, result.model, result.reasoning) == ("openai", "m-1", "why")
    (request, purpose) = assistant.asked[0]
    assert request.function is function
    assert "Orders can be created." in request.messages[1].content
    assert purpose == PURPOSE
