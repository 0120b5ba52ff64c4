"""The assistant's log records as events of the run."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from graph.events import Emit, Event, Logged, Noted

_LOGGER = "assistant"


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
        self._kept.clear()


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
