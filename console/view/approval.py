"""Asking a person at a terminal, while the run waits."""

from __future__ import annotations

import asyncio
import os
import sys
import termios
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from console.view.view import View
from graph.run.request import Question, refuse
from ledger.text.printable import printable

_ANSWERS = {"y": True, "yes": True, "n": False, "no": False}
_LINE = 4096  # bytes; a terminal gives no longer line
_STYLES = {"+": "green", "-": "red", "@": "cyan"}


@dataclass(frozen=True, slots=True)
class AtTerminal:
    """Shows what would change on standard error and reads the answer from standard input.

    Nothing blocks meanwhile: SIGINT and SIGTERM end the run as at any other moment.
    """

    view: View

    async def __call__(self, question: Question) -> None:
        """Raises ApprovalNeeded where the answer is no, or the input ends without one."""
        with self.view.aside():
            console = Console(file=sys.stderr)
            for line in shown(question):
                console.print(line, soft_wrap=True)
            approved = await _answer(console)
        if not approved:
            await refuse(question)


def shown(question: Question) -> list[Text]:
    """The question, line by line; what models wrote moves no cursor."""
    return [
        Text(printable(question.asks), style="bold"),
        Text(printable(question.reason)),
        *(Text(printable(line), style=_STYLES.get(line[:1], "")) for line in question.change),
        Text(f"yes: {question.yes}"),
        Text(f"no:  {question.no}"),
    ]


async def _answer(console: Console) -> bool:
    termios.tcflush(sys.stdin, termios.TCIFLUSH)  # what was typed before answers nothing
    while True:
        console.print("Approve? \\[yes/no] ", end="", highlight=False)
        line = await _line(sys.stdin.fileno())
        if not line:
            console.print()
            return False
        said = line.decode("utf-8", "replace").strip().lower()
        if said in _ANSWERS:
            return _ANSWERS[said]


async def _line(file: int) -> bytes:
    """A line that was typed, b"" at the end of the input."""
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    loop.add_reader(file, ready.set)
    try:
        await ready.wait()
        return os.read(file, _LINE)
    except OSError:  # the terminal is gone
        return b""
    finally:
        loop.remove_reader(file)
