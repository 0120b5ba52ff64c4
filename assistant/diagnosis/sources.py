"""Patterns as they are written, in YAML with examples, compiled to the JSON that a diagnosis reads.

To import a reader of YAML takes as long as to diagnose a log of 4,000 lines. After a change of a
file in ``patterns/``: ``python -m assistant.diagnosis.sources``; a test checks that it was done.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from typing import Any

import yaml

from assistant.diagnosis.patterns import COMPILED, Pattern

Example = str | list[str | None]
"""A text, or a text with its target and, where it is not the pattern's, its kind."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Entry(Pattern):
    """A pattern with the cases that prove it.

    Attributes:
        examples: lines that it names, with the target and the kind where they matter.
        counterexamples: lines that it must not match.
    """

    examples: list[Example]
    counterexamples: list[str] = field(default_factory=list)


def entries() -> list[Entry]:
    """All entries, in the order of their files; tests validate them by the types of Entry."""
    files = sorted(COMPILED.with_suffix("").glob("*.yaml"))
    return [Entry(**one) for file in files for one in yaml.safe_load(file.read_bytes())]


def compiled() -> str:
    """What patterns.json holds: a pattern a line, without its examples and what is empty."""
    lines = (json.dumps(_given(entry), ensure_ascii=False) for entry in entries())
    return "[\n" + ",\n".join(lines) + "\n]\n"


def _given(entry: Entry) -> dict[str, Any]:
    values = {one.name: getattr(entry, one.name) for one in fields(Pattern)}
    return {name: value for name, value in values.items() if value}


if __name__ == "__main__":
    COMPILED.write_text(compiled(), "utf-8")
