"""The log of the last good run: what a failed one has too is hardly the cause of its failure.

Two lines are the same where they differ only in what varies from run to run. Codes and the ports of
services do not: a refused connection to another service is another line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from assistant.diagnosis.lines import Line, parse_line, windows

_MOST = 500_000  # templates that are kept, as hashes, some 50 MB of them
_LONGEST = 2_000  # bytes of a line that are compared
_EPHEMERAL = 32_768  # ports from here on are given by the system, anew each time
_VARYING = re.compile(
    rb"(?P<code>\b(?:[Cc]ode|[Ss]tatus|[Ee]rrno|[Ss]ignal|[Pp]ort|HTTP/\d\.\d\"?)[ =:]{1,2}\d+\b)"
    rb"|(?P<port>(?:(?<=[\w\]]):|(?<=['\"]), ?)\d{4,5}\b)"
    rb"|(?<=/tmp/)[\w.-]{1,200}"
    rb"|\b0x[0-9a-fA-F]+\b|\b(?=[A-Za-z]{0,30}\d)\w{16,64}\b|\b(?=[a-f]{0,12}\d)[0-9a-f]{7,15}\b"
    rb"|(?<=-)(?=[a-z]{0,4}\d)[a-z0-9]{5}\b"  # of a pod's name
    rb"|\d+(?:[.,-]\d+|:\d\d(?!\d))*"
)


class LastGood:
    """What the lines of a log say, compared without what varies."""

    def __init__(self, log: BinaryIO) -> None:
        self._templates: set[int] = set()
        for line in lines(log):
            if len(self._templates) >= _MOST:
                break
            self._templates.add(hash(template(line.text)))

    def has(self, text: bytes) -> bool:
        """Whether the log has a line that says the same as this message."""
        return hash(template(text)) in self._templates

    def lacking(self, log: BinaryIO) -> Iterator[Line]:
        """The lines of another log that say something which this one does not say, in order."""
        said = set()
        for line in lines(log):
            if not line.text or self.has(line.text):
                continue
            if (known := hash(template(line.text))) not in said:
                said.add(known)
                yield line


def lines(log: BinaryIO) -> Iterator[Line]:
    """All lines of a log as records, in bounded memory; one that is overwritten gives several."""
    for window in windows(log):
        first = window.first + window.data.count(b"\n", 0, window.begin)
        raw = window.data[window.begin : window.end].removesuffix(b"\n").split(b"\n")
        for number, line in enumerate(raw, first):
            for part in filter(None, line.split(b"\r")):
                yield parse_line(part, number)


def template(text: bytes) -> bytes:
    """A message without numbers, hashes, names of temporary files and the like."""
    return _VARYING.sub(_instead, text[:_LONGEST])


def _instead(found: re.Match[bytes]) -> bytes:
    if found["code"]:
        return found[0]
    if found["port"] and int(found[0].lstrip(b":,\"' ")) < _EPHEMERAL:
        return found[0]
    return b"#"
