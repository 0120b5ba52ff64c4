"""Events of a run: where they go, and the assistant's answers and log records as events."""

from __future__ import annotations

import json
import logging
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from assistant.request import AIAssistant, Answer, Purpose, Request
from assistant.schemas import Function
from graph.events import EVENTS, Emit, Event, Logged, ModelCalled, Noted
from ledger.connection import Clock, stamp
from ledger.errors import LedgerError
from provisioner.files.workspace import RunFolder

F = TypeVar("F", bound=Function)

Listen = Callable[[Event, str, str], None]
"""Called with every event, its run id ("" before there is a run) and its time (UTC, ISO 8601)."""

_LOGGER = "assistant"
_SAID_CHARS = 160


def event_emitter(run_id: str, files: RunFolder, listen: Listen, clock: Clock) -> Emit:
    """A function that appends events to the run's file and passes them to `listen`."""
    path = files.path / EVENTS

    def emit(event: Event) -> None:
        at = stamp(clock())
        try:
            with path.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(event.record(run_id, at)) + "\n")
        except OSError as error:
            raise LedgerError(
                f"{path} cannot be written ({error.strerror})",
                next_step="free some space or let this user write it, and run the same command "
                "again",
            ) from error
        listen(event, run_id, at)

    return emit


@dataclass(frozen=True, slots=True)
class Instrumented:
    """An assistant that passes requests on to `inner` and emits ModelCalled for each answer."""

    inner: AIAssistant
    emit: Emit

    async def ask(self, request: Request[F], purpose: Purpose) -> Answer[F]:
        began = time.monotonic()
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
                seconds=round(time.monotonic() - began, 3),
                recalled=answer.recalled,
                said=_said(answer.value),
            )
        )
        return answer


def _said(value: Function) -> str:
    """The answer's reasoning, subject or summary in one line."""
    fields = value.model_dump()
    text = next((fields[key] for key in ("reasoning", "subject", "summary") if fields.get(key)), "")
    plain = "".join(one if one.isprintable() else " " for one in str(text))
    return textwrap.shorten(plain, _SAID_CHARS, placeholder="…")


class AssistantLog(logging.Handler):
    """Turns log records into events, and keeps them until there is a run to emit them in.

    Warnings become Noted, which is shown; others become Logged, which is only recorded.
    """

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self._kept: list[Event] = []
        self._pass: Emit = self._kept.append

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        self._pass(Noted(text) if record.levelno >= logging.WARNING else Logged(text))

    def pass_to(self, emit: Emit) -> None:
        """Emit the kept events, and from now on each new one."""
        self._pass = emit
        for event in self._kept:
            emit(event)


@contextmanager
def assistant_log() -> Iterator[AssistantLog]:
    """Within the block the assistant's log records go to the AssistantLog."""
    logger, log = logging.getLogger(_LOGGER), AssistantLog()
    level = logger.level
    logger.setLevel(logging.INFO)
    logger.addHandler(log)
    try:
        yield log
    finally:
        logger.removeHandler(log)
        logger.setLevel(level)
