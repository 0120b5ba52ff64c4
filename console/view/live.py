"""The live table: steps with round and time, the last model call, the cost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from console.view.view import event_line
from graph.events import Event, ModelCalled, Noted, RunStarted, StepFinished, StepStarted
from ledger.text.printable import printable

_MARKS = {
    "done": ("✓", "green"),
    "failed": ("✗", "red"),
    "again": ("↻", "yellow"),
    "skipped": ("-", "dim"),
    "waiting": ("·", "dim"),
}


@dataclass(slots=True)
class _Row:
    status: str = "waiting"
    round: int = 0
    seconds: float = 0.0
    note: str = ""
    began: float = 0.0


class LiveView:
    """A table on standard error that is redrawn while the run goes on."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._rows: dict[str, _Row] = {}
        self._head = Text("starting", style="bold")
        self._last_call = Text("")
        self._tokens = 0
        self._usd = 0.0
        self._spinner = Spinner("dots")
        self._live = self._table()

    def __enter__(self) -> LiveView:
        self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._live.stop()

    def _table(self) -> Live:
        return Live(console=self._console, get_renderable=self._draw, refresh_per_second=8)

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """Within the block the table is not redrawn; afterwards it is continued below."""
        self._live.stop()
        try:
            yield
        finally:
            self._live = self._table()
            self._live.start()

    def show(self, event: Event) -> None:
        match event:
            case RunStarted():
                self._head = Text(event_line(event), style="bold")
                self._rows = {step: _Row() for step in event.plan}
            case StepStarted():
                row = self._rows.setdefault(event.step, _Row())
                row.status, row.round, row.began = "running", event.round, time.monotonic()
            case StepFinished():
                row = self._rows.setdefault(event.step, _Row())
                row.status, row.note = event.status, printable(event.note)
                row.seconds += event.seconds
            case ModelCalled():
                self._tokens += event.input_tokens + event.output_tokens
                self._usd += event.usd or 0.0
                self._last_call = Text(event_line(event).strip(), "dim")
            case Noted():
                self._live.console.print(Text(printable(event.text), style="dim"))

    def _draw(self) -> RenderableType:
        table = Table.grid(padding=(0, 2))
        for step, row in self._rows.items():
            rounds = f"round {row.round}" if row.round > 1 else ""
            table.add_row(self._mark(row), step, rounds, self._time(row), Text(row.note, "dim"))
        total = Text(f"{self._tokens:,} tokens, ${self._usd:.4f}", style="dim")
        return Group(self._head, table, self._last_call, total)

    def _mark(self, row: _Row) -> RenderableType:
        if row.status == "running":
            return self._spinner
        mark, style = _MARKS.get(row.status, _MARKS["waiting"])
        return Text(mark, style=style)

    def _time(self, row: _Row) -> str:
        running = time.monotonic() - row.began if row.status == "running" else 0.0
        seconds = row.seconds + running
        return f"{seconds:.1f} s" if seconds else ""
