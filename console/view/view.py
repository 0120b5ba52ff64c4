"""Views of a run: a live table, or timestamped lines; and the file of --events."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import click

from graph import events
from graph.errors import ConfigError
from graph.events import Event
from ledger.text.printable import printable


@dataclass
class View(AbstractContextManager["View"]):
    """One timestamped line an event."""

    stream: TextIO
    now: Callable[[], str] = lambda: time.strftime("%H:%M:%S")

    def __exit__(self, *_: object) -> None:
        """Leave what is shown as it is."""

    def show(self, event: Event) -> None:
        if line := event_line(event):
            click.echo(f"{self.now()} {line}", file=self.stream)

    def suspended(self) -> AbstractContextManager[None]:
        """Within the block the view writes nothing, while a question is asked."""
        return nullcontext()


def open_view(*, plain: bool) -> View:
    """The live table where standard error is a terminal that can redraw, plain lines elsewhere."""
    if not plain and sys.stderr.isatty():
        from rich.console import Console

        console = Console(file=sys.stderr)
        if not console.is_dumb_terminal:
            from console.view.live import LiveView

            return LiveView(console)
    return View(sys.stderr)


class EventsFile:
    """An NDJSON file that is appended to; a reader can follow it.

    Where it cannot be written (a full disk), that is reported once and the run goes on. The run's
    own record holds every event.
    """

    def __init__(self, path: Path, warn: Callable[[str], object]) -> None:
        self._path, self._warn, self._whole = path, warn, True
        try:
            self._stream = path.open("ab", buffering=0)
        except OSError as error:
            raise ConfigError("--events", f"{path}: {error.strerror}") from error

    def write(self, record: Mapping[str, Any]) -> None:
        if not self._whole:
            return
        try:
            self._stream.write(json.dumps(record).encode() + b"\n")
        except OSError as error:
            self._whole = False
            self._warn(f"--events {self._path}: {error.strerror}; no more events are written there")

    def close(self) -> None:
        self._stream.close()


def event_line(event: Event) -> str:
    """An event as one printable line; "" for one that is not shown."""
    return " ".join(printable(_event_text(event)).splitlines())


def _event_text(event: Event) -> str:
    match event:
        case events.RunStarted():
            how = "resumed" if event.resumed else "started"
            return f"run {how}: {event.feature}, mode {event.mode}, sandbox {event.sandbox}"
        case events.StepStarted():
            return f"{event.step}, round {event.round}" if event.round > 1 else event.step
        case events.StepFinished():
            return f"{event.step}: {event.status} in {event.seconds:.1f} s. {event.note}"
        case events.ModelCalled():
            return f"  {event.model}: {_cost(event)}. {event.said}"
        case events.Noted():
            return event.text
        case events.RunFinished():
            return f"run {event.status} after {event.seconds:.1f} s"
    return ""


def _cost(call: events.ModelCalled) -> str:
    if call.recalled:
        return "recalled, not paid again"
    cost = "unpriced" if call.usd is None else f"${call.usd:.4f}"
    return f"{call.input_tokens} + {call.output_tokens} tokens, {cost}, {call.seconds:.1f} s"
