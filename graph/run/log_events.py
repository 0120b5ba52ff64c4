"""What the assistant logs while a run goes on, as events of the run: decisions with reasons."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from graph.events import Emit, Logged, Noted

_ROOM = "assistant"


class _Teller(logging.Handler):
    """Warnings are shown at once; the rest is there to be looked up."""

    def __init__(self, tell: Emit) -> None:
        super().__init__(logging.INFO)
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        self._tell(Noted(text) if record.levelno >= logging.WARNING else Logged(text))


@contextmanager
def told(tell: Emit) -> Iterator[None]:
    """Within the block every decision of the assistant becomes an event."""
    logger, teller = logging.getLogger(_ROOM), _Teller(tell)
    level = logger.level
    logger.setLevel(logging.INFO)
    logger.addHandler(teller)
    try:
        yield
    finally:
        logger.removeHandler(teller)
        logger.setLevel(level)
