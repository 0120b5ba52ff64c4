"""The live table: steps with round and time, the last model call, the cost."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from console.view.view import View, event_line
from graph import events
from graph.events import Event
from ledger.text.printable import printable

_MARKS = {
    "done": ("✓", "green"),
    "failed": ("✗", "red"),
    "again": ("↻", "yellow"),
    "skipped": ("-", "dim"),
}


@dataclass(slots=True)
class _Row:
    status: str = "waiting"
    round: int = 0
    seconds: float = 0.0
    note: str = ""
    began: float = 0.0


class LiveView(View):
    """A table on standard error that is redrawn while the run goes on."""

    def __init__(self, console: Console) -> None:
        super().__init__(sys.stderr)
        self._console = console
        self._rows: dict[str, _Row] = {}
        self._head = Text("starting", style="bold")
        self._last_call = Text("")
        self._tokens = 0
        self._usd = 0.0
        self._spinner = Spinner("dots")
        self._start()

    def _start(self) -> None:
        self._live = Live(console=self._console, get_renderable=self._draw, refresh_per_second=8)
        self._live.start()

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    @contextmanager
    def suspended(self) -> Iterator[None]:
        self._live.stop()
        try:
            yield
        finally:
            self._start()

    def show(self, event: Event) -> None:
        match event:
            case events.RunStarted():
                self._head = Text(event_line(event), style="bold")
                self._rows = {step: _Row() for step in event.plan}
            case events.StepStarted():
                row = self._rows.setdefault(event.step, _Row())
                row.status, row.round, row.began = "running", event.round, time.monotonic()
            case events.StepFinished():
                row = self._rows.setdefault(event.step, _Row())
                row.status, row.note = event.status, printable(event.note)
                row.seconds += event.seconds
            case events.ModelCalled():
                self._tokens += event.input_tokens + event.output_tokens
                self._usd += event.usd or 0.0
                self._last_call = Text(event_line(event).strip(), "dim")
            case events.BuildLine():
                for row in self._rows.values():
                    if row.status == "running":
                        row.note = printable(event.text)
            case events.Noted():
                self._live.console.print(Text(printable(event.text), style="dim"))

    def _draw(self) -> RenderableType:
        table = Table.grid(padding=(0, 2))
        for step, row in self._rows.items():
            mark: RenderableType = self._spinner
            seconds = row.seconds
            if row.status == "running":
                seconds += time.monotonic() - row.began
            else:
                mark = Text(*_MARKS.get(row.status, ("·", "dim")))
            rounds = f"round {row.round}" if row.round > 1 else ""
            taken = f"{seconds:.1f} s" if seconds else ""
            table.add_row(mark, step, rounds, taken, Text(row.note, "dim"))
        total = Text(f"{self._tokens:,} tokens, ${self._usd:.4f}", style="dim")
        return Group(self._head, table, self._last_call, total)
