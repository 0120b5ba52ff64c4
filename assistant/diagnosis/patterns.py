"""Patterns as data: one entry a rule, its proof, what it outranks, and its target.

They are written in the files of ``patterns/`` and read from ``patterns.json`` (see ``sources``).
A pattern is an expression of RE2, which takes time that is linear in the line, whatever the line
is. It is tried on lines that hold one of its literals: all literals together are one automaton, so
that the rest of a log costs one pass over its bytes.
"""

from __future__ import annotations

import functools
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import re2

from assistant.diagnosis import structure
from assistant.kinds import Kind

STAGES = {
    "exhausted": 100,  # the machine gave out, or the run was ended from outside
    "environment": 80,  # what the step needs is not there: network, port, permission, login, tool
    "code": 80,  # a module is missing or cannot be parsed
    "artefact": 60,  # what is built or deployed is wrong
    "test": 50,
    "summary": 45,  # of a test run
    "late": 40,  # a service is not healthy in time
    "symptom": 35,
    "weak": 25,
    "hint": 15,  # by itself no failure at all
    "named": 5,  # calls itself an error, and no pattern knows it
}
"""How early in the chain of causes a pattern stands; the higher outranks the lower."""

Stage = Literal[
    "exhausted",
    "environment",
    "code",
    "artefact",
    "test",
    "summary",
    "late",
    "symptom",
    "weak",
    "hint",
    "named",
]
Reader = Literal[
    "group",
    "host",
    "ssh_host",
    "port",
    "path",
    "memory_limit",
    "module",
    "name_import",
    "own_module",
    "distribution",
    "pytest_plugin",
    "python_location",
    "file_line",
    "test_location",
    "dockerfile",
    "base_image",
    "image",
    "patch_file",
]
COMPILED = Path(__file__).with_name("patterns.json")
_MAX_MEMORY = 64 << 20  # bytes of an automaton's states; only those are made that a log reaches


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pattern:
    """One entry.

    Attributes:
        needs: literals in lower case; a line that matches holds at least one of them.
        match: an RE2 expression for one line, without timestamps and prefixes; a group ``target``
            is what to act on where ``target`` names no other reader.
        unless: lines that match this are none.
        outranks: ids of patterns that are symptoms where this one is seen, whatever their stage.
        confidence: the share of findings that are right, measured.
    """

    id: str
    kind: Kind
    stage: Stage
    confidence: float
    needs: list[str]
    match: str
    unless: str = ""
    target: Reader = "group"
    outranks: list[str] = field(default_factory=list)

    def search(self, line: bytes) -> Any | None:
        """The match in a line, None where there is none."""
        found = _compiled(self.match).search(line)
        if found and self.unless and _compiled(self.unless).search(line):
            return None
        return found


@dataclass(frozen=True, slots=True)
class Patterns:
    """All patterns by the literals that they need.

    Attributes:
        structural: literals of lines that say where in a log one is.
    """

    entries: tuple[Pattern, ...]
    by_literal: Mapping[bytes, tuple[Pattern, ...]]
    structural: frozenset[bytes]


@functools.cache
def load() -> Patterns:
    """The bundled patterns."""
    entries = [Pattern(**entry) for entry in json.loads(COMPILED.read_bytes())]
    literals: dict[bytes, list[Pattern]] = defaultdict(list)
    for entry in entries:
        for literal in entry.needs:
            literals[literal.encode()].append(entry)
    for known in structure.LITERALS:
        literals.setdefault(known, [])
    complete = {one: _standing_for(one, literals) for one in literals}
    structural = frozenset(one for one in literals if one.startswith(structure.LITERALS))
    return Patterns(tuple(entries), complete, structural)


@functools.lru_cache(maxsize=4)
def automaton(without: frozenset[bytes] = frozenset()) -> Any:
    """An expression that finds every literal but those; the longest of those at one place."""
    longest_first = sorted(load().by_literal.keys() - without, key=len, reverse=True)
    options = re2.Options()
    options.case_sensitive = False
    options.max_mem = _MAX_MEMORY
    options.encoding = re2.Options.Encoding.LATIN1
    return re2.compile(b"|".join(map(re2.escape, longest_first)), options)


def _standing_for(literal: bytes, by_literal: Mapping[bytes, list[Pattern]]) -> tuple[Pattern, ...]:
    """The patterns of a literal and of those that it begins with: the longest one is found."""
    beginnings = (literal[:length] for length in range(len(literal), 0, -1))
    return tuple(dict.fromkeys(one for part in beginnings for one in by_literal.get(part, ())))


@functools.cache
def _compiled(expression: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    return re2.compile(expression.encode(), options)
