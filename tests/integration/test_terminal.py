"""What a person sees at a terminal of 80 columns."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import termios

from tests.integration.command import Command

UNREADABLE = "The zoo sings at night, mostly."


def shown(tool: Command, *arguments: str) -> str:
    """All that the command writes to a terminal of 80 columns."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    process = tool.start(*arguments, terminal=theirs, TERM="xterm")
    os.close(theirs)
    printed = b""
    try:
        while part := os.read(ours, 65_536):
            printed += part
    except OSError:  # the other end is closed
        pass
    finally:
        os.close(ours)
        process.wait()
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", printed.decode())


def test_something_is_shown_before_anything_is_imported(tool: Command) -> None:
    printed = shown(tool, "--feature", "zoo", "--requirements", UNREADABLE, "--mode", "CODE")
    assert printed.startswith("starting\r\n")


def test_a_refusal_is_broken_between_words(tool: Command) -> None:
    printed = shown(tool, "--feature", "zoo", "--requirements", UNREADABLE, "--mode", "CODE")
    lines = printed[printed.index("error: ") :].splitlines()
    assert len(lines) > 2
    assert all(len(line) <= 80 for line in lines)
