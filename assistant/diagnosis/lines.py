"""Lines of a log as records: number, time, step, level and message, whatever stands around them."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

CHUNK = 4 << 20  # bytes read at a time
CONTEXT = 64 << 10  # bytes before and after a line in which its frames and sections are looked for
LONGEST = 8 << 10  # bytes of a line that are looked at, around what was found

_ESCAPE = re.compile(rb"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b\n]*(?:\x07|\x1b\\)|[@-Z\\^_])")
_TIME = (
    rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?"
    rb"|\d{4}/\d\d/\d\d \d\d:\d\d:\d\d|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d"
    rb"|\d\d:\d\d:\d\d(?:[.,]\d{1,6})?"
)
_STEP = re.compile(rb"([^\t\n]{1,100}\t[^\t\n]{1,100})\t(?:\xef\xbb\xbf)?(?=\d{4}-\d\d-\d\dT)")
# What tools put before a message, one after the other.
_PREFIXES = re.compile(
    rb"(?:"
    rb"\xef\xbb\xbf"
    rb"|\[?(?P<time>" + _TIME + rb")\]?[ \t]"
    rb"|#\d{1,4} (?:\d{1,6}\.\d{1,3} )?(?=\S)"  # BuildKit
    rb"|std(?:out|err) [FP] "  # containerd
    rb"|[ ]{0,12}\[exec\] "  # ant
    rb"|[\w.-]{1,40}-\d{1,3}[ ]{1,20}\| "  # compose
    rb"|(?<=\d )[\w.-]{1,64} [\w./@-]{1,64}(?:\[\d{1,8}\])?: "  # syslog, after its time
    rb"|\[\d{1,8}\]:? "  # a process
    rb"|\[[ ]{0,8}\d{1,8}\.\d{2,6}\] "  # the kernel
    rb"|##\[(?P<mark>error|warning|notice|debug|command)\]"
    rb"|::(?P<annotation>error|warning|notice)(?: [^:\n]{0,300})?::"
    rb"|\[(?P<level>TRACE|DEBUG|INFO|WARNING|WARN|ERROR)\][ ]?"
    rb")"
)
_LEVEL = re.compile(
    rb"\b(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL|PANIC)\b|level=(\w{4,7})"
)
# Lines that are no failure by what they are: a warning, a passed test, a command as it is echoed.
_HARMLESS = re.compile(
    rb"^(?:W|[Ww]arning|npm warn)[: ]|\bPASSED\b|\.\.\. ok$|^ok \d|^\s*--- PASS|\[ +OK \]"
    rb"|^\s*(?:\xe2\x9c\x93|\xe2\x9c\x94|\xe2\x88\x9a) |^[+$] "
)
_QUIET = {"TRACE", "DEBUG", "INFO", "NOTICE", "WARN", "WARNING"}
_LEVEL_WITHIN = 60  # characters
_LAYERS = 8  # of prefixes, one put before the other


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a log.

    Attributes:
        number: from 1, in the log as it was given.
        text: the message in UTF-8, without escapes, timestamps and what a CI service put before it.
        level: as the line gives it, INFO where it is plainly no failure, else "".
        step: job and step, where each line is marked with them.
    """

    number: int
    text: bytes
    level: str = ""
    time: str = ""
    step: str = ""

    @property
    def quiet(self) -> bool:
        """Whether its own level says that it is no failure."""
        return self.level in _QUIET


def parse_line(raw: bytes, number: int) -> Line:
    """The record of one line without its line end; overwritten progress is not a part of it."""
    step = time = level = ""
    if marked := _STEP.match(raw):
        step, raw = marked[1].decode("utf-8", "replace"), raw[marked.end() :]
    position = 0
    for _ in range(_LAYERS):
        if not (found := _PREFIXES.match(raw, position)):
            break
        time = time or (found["time"] or b"").decode()
        level = level or (found["mark"] or found["annotation"] or found["level"] or b"").decode()
        position = found.end()
    text = raw[position:].rstrip()
    if not level and (named := _LEVEL.search(text, 0, _LEVEL_WITHIN)):
        level = (named[1] or named[2]).decode()
    if not level and _HARMLESS.search(text):
        level = "INFO"
    return Line(number, text, level.upper(), time, step)


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a log; lines that begin from ``begin`` to ``end`` are to be looked at in it.

    Attributes:
        data: without escape sequences, and with the neighbouring lines on both sides.
        first: the number of the line at its beginning.
    """

    data: bytes
    first: int
    begin: int
    end: int

    def before(self, start: int, lines: int) -> list[bytes]:
        """The messages of up to that many lines before a position, the nearest last."""
        low = start
        for _ in range(lines):
            if low <= 0:
                break
            floor = max(0, low - LONGEST)
            low = max(floor, self.data.rfind(b"\n", floor, low - 1) + 1)
        return self._texts(low, start)

    def after(self, stop: int, lines: int) -> list[bytes]:
        """The messages of up to that many lines after the end of a line, in order."""
        high = stop
        for _ in range(lines):
            found = self.data.find(b"\n", high + 1, high + LONGEST)
            if found < 0:
                high = min(len(self.data), high + LONGEST)
                break
            high = found
        return self._texts(stop + 1, high)

    def _texts(self, low: int, high: int) -> list[bytes]:
        raw = self.data[low:high].split(b"\n") if high > low else []
        return [
            parse_line(one.rpartition(b"\r")[2] if b"\r" in one[:-1] else one, 0).text
            for one in raw
        ]


def windows(stream: BinaryIO, chunk_size: int = CHUNK) -> Iterator[Window]:
    """The log in overlapping parts of some `chunk_size` bytes, which is all of it in memory."""
    data, begin, first, rest = b"", 0, 1, b""
    read = _plain(stream, chunk_size)
    while True:
        chunk = next(read, b"")
        lines, newline, rest = (rest + chunk).rpartition(b"\n")
        if not chunk or len(rest) > chunk_size:  # the end, or one line without an end
            lines, newline, rest = lines + newline + rest, b"", b""
        data += _without_escapes(lines + newline)
        end = len(data) if not chunk else _line_start(data, len(data) - CONTEXT)
        if end > begin:
            yield Window(data, first, begin, end)
            cut = _line_start(data, end - CONTEXT)
            first += data.count(b"\n", 0, cut)
            data, begin = data[cut:], end - cut
        if not chunk:
            return


def _line_start(data: bytes, position: int) -> int:
    """Where the line of a position begins; the position itself in a line of enormous length."""
    if position <= 0:
        return 0
    found = data.rfind(b"\n", max(0, position - CONTEXT), position)
    return found + 1 if found >= 0 else position


def _without_escapes(data: bytes) -> bytes:
    return _ESCAPE.sub(b"", data) if b"\x1b" in data else data


def _plain(stream: BinaryIO, chunk_size: int) -> Iterator[bytes]:
    """The bytes in UTF-8; PowerShell writes its logs in UTF-16."""
    chunk = stream.read(chunk_size)
    encoding = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}.get(chunk[:2])
    decoder = codecs.getincrementaldecoder(encoding)("replace") if encoding else None
    while chunk:
        yield decoder.decode(chunk).encode("utf-8", "replace") if decoder else chunk
        chunk = stream.read(chunk_size)
