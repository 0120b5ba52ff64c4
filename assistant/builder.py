"""Builder: asks a model for one whole file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from assistant.prompting import compose
from assistant.request import AIAssistant, Answer, Purpose
from assistant.schemas import (
    GenerateMainCode,
    GenerateServiceCode,
    GenerateServiceTestCode,
    GenerateTestCode,
)

Written = Literal["test.py", "main.py", "service.py", "service-test.py"]
WritingFunction = (
    GenerateTestCode | GenerateMainCode | GenerateServiceCode | GenerateServiceTestCode
)

FUNCTIONS: Mapping[Written, type[WritingFunction]] = {
    "test.py": GenerateTestCode,
    "main.py": GenerateMainCode,
    "service.py": GenerateServiceCode,
    "service-test.py": GenerateServiceTestCode,
}
"""The function that writes each file; a model never names a path."""


@dataclass(frozen=True, slots=True)
class BuilderResult:
    """A written file, by name, and who wrote it; the dependencies are PEP 508 requirements."""

    files: Mapping[str, str]
    dependencies: tuple[str, ...]
    reasoning: str
    provider: str
    model: str


@dataclass(frozen=True, slots=True)
class BuilderClient:
    """Asks a model for one whole file of a feature."""

    assistant: AIAssistant

    async def build(
        self, file: Written, inputs: Mapping[str, str], purpose: Purpose
    ) -> BuilderResult:
        """Ask for the file, unjudged; ``inputs`` fill the prompt's holes.

        Raises as :meth:`assistant.request.AIAssistant.ask` does.
        """
        request = compose(FUNCTIONS[file], inputs)
        answer: Answer[WritingFunction] = await self.assistant.ask(request, purpose)
        value = answer.value
        declared = getattr(value, "dependencies", ())
        return BuilderResult(
            {file: value.code}, tuple(declared), value.reasoning, answer.provider, answer.model
        )
