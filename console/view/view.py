"""Views of a run: a live table, or timestamped lines."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Protocol, TextIO

from graph.events import (
    Event,
    ModelCalled,
    Noted,
    RunFinished,
    RunStarted,
    StepFinished,
    StepStarted,
)
from ledger.text.printable import printable


class View(Protocol):
    def show(self, event: Event) -> None: ...

    def suspended(self) -> AbstractContextManager[None]:
        """Within the block the view writes nothing, while a question is asked."""
        ...


@contextmanager
def open_view(*, plain: bool) -> Iterator[View]:
    """The live table where standard error is a terminal that can redraw, plain lines elsewhere."""
    if plain or not sys.stderr.isatty():
        yield PlainView(sys.stderr)
        return
    from rich.console import Console

    console = Console(file=sys.stderr)
    if console.is_dumb_terminal:
        yield PlainView(sys.stderr)
        return
    from console.view.live import LiveView

    with LiveView(console) as view:
        yield view


class PlainView:
    """One timestamped line an event."""

    def __init__(self, stream: TextIO, now: Callable[[], str] | None = None) -> None:
        self._stream = stream
        self._now = now or (lambda: time.strftime("%H:%M:%S"))

    def show(self, event: Event) -> None:
        line = event_line(event)
        if line:
            self._stream.write(f"{self._now()} {line}\n")
            self._stream.flush()

    def suspended(self) -> AbstractContextManager[None]:
        return nullcontext()


def event_line(event: Event) -> str:
    """An event as one printable line; "" for one that is not shown."""
    return " ".join(printable(_event_text(event)).splitlines())


def _event_text(event: Event) -> str:
    match event:
        case RunStarted():
            how = "resumed" if event.resumed else "started"
            return f"run {how}: {event.feature}, mode {event.mode}, sandbox {event.sandbox}"
        case StepStarted(round=1):
            return f"{event.step}"
        case StepStarted():
            return f"{event.step}, round {event.round}"
        case StepFinished():
            return f"{event.step}: {event.status} in {event.seconds:.1f} s. {event.note}"
        case ModelCalled():
            return f"  {event.model}: {tokens_and_cost(event)}. {event.said}"
        case Noted():
            return event.text
        case RunFinished():
            return f"run {event.status} after {event.seconds:.1f} s"
    return ""


def tokens_and_cost(event: ModelCalled) -> str:
    """A call's tokens in and out, its cost and its time."""
    if event.recalled:
        return "recalled, not paid again"
    cost = "unpriced" if event.usd is None else f"${event.usd:.4f}"
    return f"{event.input_tokens} + {event.output_tokens} tokens, {cost}, {event.seconds:.1f} s"
