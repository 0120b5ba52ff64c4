"""Patterns as data: one entry a rule, its proof, what it outranks, its target, cases for and against.

The entries are the files of ``patterns/``. A pattern is an expression of RE2, which takes time that
is linear in the line, whatever the line is. It is tried on lines that hold one of its literals: all
literals together are one automaton, so that the rest of a log costs one pass over its bytes.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Annotated, Any, Literal

import re2
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from assistant.diagnosis import structure
from assistant.schemas import Kind

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
    "requirement",
    "python_location",
    "file_line",
    "test_location",
    "dockerfile",
    "base_image",
    "image",
    "patch_file",
]
Case = str | tuple[str, str | None] | tuple[str, str | None, Kind]
_MAX_MEMORY = 64 << 20  # bytes of the automaton's states; those that a log never reaches are not made


class Pattern(BaseModel):
    """One entry.

    Attributes:
        needs: literals in lower case; a line that matches holds at least one of them.
        match: an RE2 expression for one line, without timestamps and prefixes; a group ``target``
            is what to act on where ``target`` names no other reader.
        unless: lines that match this are none.
        outranks: ids of patterns that are symptoms where this one is seen, whatever their stage.
        confidence: the share of findings that are right, measured.
        cases_for: lines that it names, with the target and the kind where they matter.
        cases_against: lines that it must not match.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    kind: Kind
    stage: Stage
    confidence: Annotated[float, Field(gt=0, lt=1)]
    needs: Annotated[tuple[Annotated[str, Field(min_length=2)], ...], Field(min_length=1)]
    match: str
    unless: str = ""
    target: Reader = "group"
    outranks: tuple[str, ...] = ()
    cases_for: Annotated[tuple[Case, ...], Field(alias="for", min_length=1)]
    cases_against: Annotated[tuple[str, ...], Field(alias="against")] = ()

    def search(self, line: bytes) -> Any | None:
        """The match in a line, None where there is none."""
        found = _compiled(self.match).search(line)
        if found and self.unless and _compiled(self.unless).search(line):
            return None
        return found


@dataclass(frozen=True, slots=True)
class Patterns:
    """All patterns and the automaton that finds their literals."""

    entries: tuple[Pattern, ...]
    by_literal: Mapping[bytes, tuple[Pattern, ...]]
    automaton: Any


@functools.cache
def load() -> Patterns:
    """The bundled patterns; they are validated by their schema, and by tests with their cases."""
    import yaml

    entries: list[Pattern] = []
    folder = resources.files("assistant.diagnosis").joinpath("patterns")
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        content = yaml.load(file.read_bytes(), Loader=loader)  # noqa: S506  # a safe loader
        entries.extend(TypeAdapter(list[Pattern]).validate_python(content))
    literals: dict[bytes, list[Pattern]] = defaultdict(list)
    for entry in entries:
        for literal in entry.needs:
            literals[literal.encode()].append(entry)
    for literal in structure.LITERALS:
        literals.setdefault(literal, [])
    # Where one literal begins with another, the longer one is found: it stands for both.
    complete = {
        one: tuple(dict.fromkeys(entry for other in literals if one.startswith(other) for entry in literals[other]))
        for one in literals
    }
    longest_first = sorted(literals, key=len, reverse=True)
    options = re2.Options()
    options.case_sensitive = False
    options.max_mem = _MAX_MEMORY
    options.encoding = re2.Options.Encoding.LATIN1
    automaton = re2.compile(b"|".join(map(re2.escape, longest_first)), options)
    return Patterns(tuple(entries), complete, automaton)


@functools.cache
def _compiled(expression: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    return re2.compile(expression.encode(), options)
