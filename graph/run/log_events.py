"""What the assistant logs, as events of the run: decisions with reasons."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from graph.events import Emit, Event, Logged, Noted

_ROOM = "assistant"


class AssistantLog(logging.Handler):
    """The assistant's log; records are kept until there is a run to show them in.

    Warnings are shown at once; the rest is there to be looked up.
    """

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self._kept: list[Event] = []
        self._pass: Emit = self._kept.append

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        self._pass(Noted(text) if record.levelno >= logging.WARNING else Logged(text))

    def pass_to(self, emit: Emit) -> None:
        """Emit what was kept, and from now on each record as it comes."""
        self._pass = emit
        for event in self._kept:
            emit(event)
        self._kept.clear()


@contextmanager
def assistant_log() -> Iterator[AssistantLog]:
    """Within the block all that the assistant logs goes to the given log."""
    logger, log = logging.getLogger(_ROOM), AssistantLog()
    level = logger.level
    logger.setLevel(logging.INFO)
    logger.addHandler(log)
    try:
        yield log
    finally:
        logger.removeHandler(log)
        logger.setLevel(level)
