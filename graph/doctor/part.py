"""What a run needs, and whether it works here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from graph.errors import error_report

Works = Literal["yes", "no", "unknown"]


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that was looked at; of several with the same name one that works is enough.

    Attributes:
        what: what was found, or why it does not work, or is not known to.
        remedy: what a person can do, "" where there is nothing to be done.
    """

    name: str
    works: Works
    what: str
    remedy: str = ""

    @classmethod
    def broken(cls, name: str, error: Exception, *, remedy: str = "") -> Part:
        """The part that an expected error keeps from working."""
        report = error_report(error)
        return cls(name, "no", report.summary, report.next or remedy)


def best(parts: Iterable[Part]) -> Works:
    """How well a need is met by the parts of its name: by one that works, else perhaps."""
    found = {part.works for part in parts}
    return "yes" if "yes" in found else "unknown" if "unknown" in found else "no"
