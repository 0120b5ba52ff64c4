"""Where in a log something stands: the step of the job, and the section of a test report."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from assistant.diagnosis.lines import Line

Section = Literal["", "failures", "captured", "aside"]
"""Of a test report: what failed, what a failed test printed, what is beside the matter."""

LITERALS = (
    b"##[group]run ",
    b"##[endgroup]",
    b"##[error]",
    b"##[section]",
    b"post job cleanup",
    b"process completed with exit code",
    b"exited with ",
    b"error: job failed",
    b"section_start:",
    b"captured ",
    b" failures ===",
    b" errors ===",
    b"short test summary",
    b"warnings summary",
    b"test session starts",
    b"____ ",
)
_NEW_STEP = re.compile(
    rb"##\[group\]Run (?P<github>.+)|##\[section\]Starting: (?P<azure>.+)"
    rb"|section_start:\d+:(?P<gitlab>\w+)"
)
_END_OF_JOB = re.compile(rb"^Post job cleanup\.|##\[section\]Finishing: ")
_FAILED = re.compile(
    rb"##\[error\]|^(?:Error: )?Process completed with exit code [1-9]|^ERROR: Job failed"
    rb"|^The command \".{0,500} exited with [1-9]"
)
_PASSED = re.compile(rb"^The command \".{0,500} exited with 0")
_SECTIONS: tuple[tuple[re.Pattern[bytes], Section], ...] = (
    (re.compile(rb"^=+ (?:FAILURES|ERRORS) =+$|^_+ [^_ ].* _+$|>> end captured"), "failures"),
    (re.compile(rb"^-+ Captured \w+(?: \w+)? -+$|>> begin captured"), "captured"),
    (re.compile(rb"^=+ warnings summary|^##\[group\]Run "), "aside"),  # or a script's own text
    (re.compile(rb"^=+ (?:short test summary info|test session starts) =+$|^##\[endgroup\]"), ""),
)


@dataclass(slots=True)
class Step:
    """A step of a job: failed where the CI service says so; after, where the job had ended."""

    name: str
    failed: bool = False
    after: bool = False


@dataclass(slots=True)
class Structure:
    """The steps so far and the section that the current line is in."""

    steps: list[Step] = field(default_factory=lambda: [Step("")])
    section: Section = ""
    current: int = 0
    _numbers: dict[str, int] = field(default_factory=dict)

    def observe(self, raw: bytes, line: Line) -> None:
        """Take a line into account that holds one of LITERALS, or is marked with its step."""
        if line.step:
            if line.step not in self._numbers:
                self._numbers[line.step] = self._begin(line.step)
            self.current = self._numbers[line.step]
        elif entered := _NEW_STEP.search(raw):
            name = next(filter(None, entered.groups()))
            self.current = self._begin(name[:200].decode("utf-8", "replace"))
        if _FAILED.search(raw) or _FAILED.search(line.text):
            self.steps[self.current].failed = True
            if line.text.startswith(b"The command"):
                self.current = self._begin("")
        elif _PASSED.search(line.text):
            self.current = self._begin("")
        elif _END_OF_JOB.search(line.text) and not line.step:
            self.current = self._begin("", after=line.text.startswith(b"Post"))
        for pattern, section in _SECTIONS:
            if pattern.search(line.text):
                self.section = section

    def _begin(self, name: str, *, after: bool = False) -> int:
        self.section = ""
        self.steps.append(Step(name, after=after))
        return len(self.steps) - 1
