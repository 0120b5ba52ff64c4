"""Builder: asks a model for one whole file."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from assistant.prompting import compose
from assistant.request import AIAssistant, Answer, Purpose
from assistant.schemas import (
    GenerateMainCode,
    GenerateServiceCode,
    GenerateServiceTestCode,
    GenerateTestCode,
)
from ledger.calls import TokenUsage

Written = Literal["test.py", "main.py", "service.py", "service-test.py"]
WritingFunction = (
    type[GenerateTestCode]
    | type[GenerateMainCode]
    | type[GenerateServiceCode]
    | type[GenerateServiceTestCode]
)

FUNCTIONS: Mapping[Written, WritingFunction] = {
    "test.py": GenerateTestCode,
    "main.py": GenerateMainCode,
    "service.py": GenerateServiceCode,
    "service-test.py": GenerateServiceTestCode,
}
"""The function that writes each file; a model never names a path."""


@dataclass(frozen=True, slots=True)
class BuildRequest:
    """A request for one file.

    Attributes:
        file: which of the feature's files.
        inputs: values of the prompt's placeholders: ``feature``, ``requirements``, ``tests``, …
        purpose: for the journal and the selection of a model.
    """

    file: Written
    inputs: Mapping[str, str]
    purpose: Purpose


@dataclass(frozen=True, slots=True)
class BuilderResult:
    """A written file, and who wrote it.

    Attributes:
        files: name → whole content.
        dependencies: PEP 508 requirements that the files import.
        reasoning: the model's own words.
        tokens: those used; all 0 for the offline model.
        usd: what it cost, None where the price is unknown.
    """

    files: Mapping[str, str]
    dependencies: tuple[str, ...]
    reasoning: str
    provider: str
    model: str
    tokens: TokenUsage = field(default_factory=TokenUsage)
    usd: float | None = None

    def diff(self, before: Mapping[str, str]) -> str:
        """Return a unified diff against earlier contents; "" where nothing changed."""
        return "".join(
            line
            for name, content in self.files.items()
            for line in difflib.unified_diff(
                _lines(before.get(name, "")),
                _lines(content),
                f"a/{name}" if name in before else "/dev/null",
                f"b/{name}",
            )
        )


class BuilderClient:
    """Asks a model for one whole file of a feature."""

    def __init__(self, assistant: AIAssistant) -> None:
        self._assistant = assistant

    async def build(self, wanted: BuildRequest) -> BuilderResult:
        """Ask for the file; the answer is returned as the model wrote it, unjudged.

        Raises:
            AssistantError: see :meth:`assistant.request.AIAssistant.ask`.
        """
        request = compose(FUNCTIONS[wanted.file], wanted.inputs)
        answer: Answer[
            GenerateTestCode | GenerateMainCode | GenerateServiceCode | GenerateServiceTestCode
        ] = await self._assistant.ask(request, wanted.purpose)
        value = answer.value
        declared = (
            value.dependencies if isinstance(value, GenerateMainCode | GenerateServiceCode) else ()
        )
        return BuilderResult(
            files={wanted.file: value.code},
            dependencies=tuple(declared),
            reasoning=value.reasoning,
            provider=answer.provider,
            model=answer.model,
            tokens=answer.usage,
            usd=answer.usd,
        )


def _lines(text: str) -> list[str]:
    """Lines with their ends; the last one gets an end, as the diff format wants it."""
    lines = re.findall(r"[^\n]*\n|[^\n]+", text)  # splitlines knows ends that a patch does not
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n\\ No newline at end of file\n"
    return lines
