"""Approval by a person at the terminal."""

from __future__ import annotations

import asyncio
import os
import sys
import termios
from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from console.view.view import View
from graph.run.request import Approve, Question, refuse
from ledger.text.printable import printable

_ANSWERS = {"y": True, "yes": True, "n": False, "no": False}
_LINE = 4096  # bytes; a terminal gives no longer line
_STYLES = {"+": "green", "-": "red", "@": "cyan"}


def terminal_approval(view: View) -> Approve:
    """Print a question on standard error and read the answer from standard input.

    An end of the input without an answer is a no. Nothing blocks meanwhile: SIGINT and SIGTERM end
    the run as at any other moment.
    """

    async def approve(question: Question) -> None:
        with view.suspended():
            console = Console(file=sys.stderr)
            for line in _question_lines(question):
                console.print(line, soft_wrap=True)
            approved = await _answer(console)
        if not approved:
            await refuse(question)

    return approve


def _question_lines(question: Question) -> Iterator[Text]:
    yield Text(printable(question.asks), style="bold")
    yield Text(printable(question.reason))
    for line in question.change:
        yield Text(printable(line), style=_STYLES.get(line[:1], ""))
    yield Text(f"yes: {question.yes}")
    yield Text(f"no:  {question.no}")


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
