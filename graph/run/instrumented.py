"""An assistant that emits an event for every answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from assistant.request import AIAssistant, Answer, Purpose, Request
from assistant.schemas import Function
from graph.events import Emit, ModelCalled

F = TypeVar("F", bound=Function)

_SUMMARY_CHARS = 160


@dataclass(frozen=True, slots=True)
class Instrumented:
    """Passes requests on to `inner` and emits ModelCalled for each answer."""

    inner: AIAssistant
    emit: Emit
    clock: Callable[[], float] = time.monotonic

    async def ask(self, request: Request[F], purpose: Purpose) -> Answer[F]:
        began = self.clock()
        answer = await self.inner.ask(request, purpose)
        self.emit(
            ModelCalled(
                step=purpose.step,
                function=request.function.name,
                provider=answer.provider,
                model=answer.model,
                input_tokens=answer.usage.input_tokens,
                output_tokens=answer.usage.output_tokens,
                usd=answer.usd,
                seconds=round(self.clock() - began, 3),
                recalled=answer.recalled,
                said=_summary(answer.value),
            )
        )
        return answer


def _summary(value: Function) -> str:
    """The answer's reasoning, subject or summary in one line."""
    fields = value.model_dump()
    text = next((fields[key] for key in ("reasoning", "subject", "summary") if fields.get(key)), "")
    line = " ".join("".join(c if c.isprintable() else " " for c in str(text)).split())
    return line if len(line) <= _SUMMARY_CHARS else f"{line[: _SUMMARY_CHARS - 1]}…"
