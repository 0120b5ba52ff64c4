"""Approval by a person at the terminal."""

from __future__ import annotations

import asyncio
import os
import sys
import termios

from rich.console import Console
from rich.text import Text

from console.view.view import View
from graph.request import Approve, Question, refuse
from ledger.text.printable import printable

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
            console.print(Text(printable(question.asks), style="bold"), soft_wrap=True)
            console.print(Text(printable(question.reason)), soft_wrap=True)
            for line in question.change:
                style = _STYLES.get(line[:1], "")
                console.print(Text(printable(line), style=style), soft_wrap=True)
            console.print(Text(f"yes: {question.yes}\nno:  {question.no}"), soft_wrap=True)
            approved = await _answer(console)
        if not approved:
            await refuse(question)

    return approve


async def _answer(console: Console) -> bool:
    termios.tcflush(sys.stdin, termios.TCIFLUSH)  # discard what was typed before
    while True:
        console.print("Approve? \\[yes/no] ", end="", highlight=False)
        line = await _line(sys.stdin.fileno())
        if not line:
            console.print()
            return False
        answer = line.decode("utf-8", "replace").strip().lower()
        if answer in ("y", "yes", "n", "no"):
            return answer.startswith("y")


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
