"""Approval by a person at the terminal."""

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
class TerminalApproval:
    """Prints a question on standard error and reads the answer from standard input.

    Nothing blocks meanwhile: SIGINT and SIGTERM end the run as at any other moment.
    """

    view: View

    async def __call__(self, question: Question) -> None:
        """Raises ApprovalNeeded where the answer is no, or the input ends without one."""
        with self.view.suspended():
            console = Console(file=sys.stderr)
            for line in question_lines(question):
                console.print(line, soft_wrap=True)
            approved = await _answer(console)
        if not approved:
            await refuse(question)


def question_lines(question: Question) -> list[Text]:
    """The question in lines without control characters."""
    return [
        Text(printable(question.asks), style="bold"),
        Text(printable(question.reason)),
        *(Text(printable(line), style=_STYLES.get(line[:1], "")) for line in question.change),
        Text(f"yes: {question.yes}"),
        Text(f"no:  {question.no}"),
    ]


async def _answer(console: Console) -> bool:
    termios.tcflush(sys.stdin, termios.TCIFLUSH)  # discard what was typed before
    while True:
        console.print("Approve? \\[yes/no] ", end="", highlight=False)
        line = await _line(sys.stdin.fileno())
        if not line:
            console.print()
            return False
        answer = line.decode("utf-8", "replace").strip().lower()
        if answer in _ANSWERS:
            return _ANSWERS[answer]


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
