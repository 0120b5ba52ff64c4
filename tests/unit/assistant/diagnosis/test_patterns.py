"""Every pattern keeps to its schema and to its own cases."""

from __future__ import annotations

import io
import json
from dataclasses import asdict
from typing import get_args

import pytest
import re2
from pydantic import TypeAdapter

from assistant.diagnosis import patterns
from assistant.diagnosis.patterns import STAGES, Example, Pattern, Reader, Stage
from assistant.diagnosis.scan import Finding, scan
from assistant.diagnosis.targets import READERS
from assistant.kinds import Kind

ENTRIES = patterns.load().entries


def cases(name: str) -> list[object]:
    return [
        pytest.param(entry, case, id=f"{entry.id}-{number}")
        for entry in ENTRIES
        for number, case in enumerate(getattr(entry, name))
    ]


def findings(text: str, entry: Pattern) -> list[Finding]:
    return [one for one in scan(io.BytesIO(text.encode())).findings if one.pattern is entry]


@pytest.mark.parametrize(("entry", "case"), cases("examples"))
def test_a_pattern_names_what_it_is_for(entry: Pattern, case: Example) -> None:
    text, *expected = (case,) if isinstance(case, str) else case
    found = findings(text, entry)
    assert found, "it does not match"
    if expected:
        assert found[-1].target == expected[0]
    assert found[-1].kind == (expected[1] if len(expected) > 1 else entry.kind)


@pytest.mark.parametrize(("entry", "case"), cases("counterexamples"))
def test_a_pattern_leaves_alone_what_it_is_not_for(entry: Pattern, case: str) -> None:
    assert not findings(case, entry)


def test_entries_have_the_types_of_the_schema_and_no_other_key() -> None:
    entries = [asdict(entry) for entry in ENTRIES]
    validated = TypeAdapter(list[Pattern]).validate_json(json.dumps(entries), strict=True)
    assert list(map(asdict, validated)) == entries
    assert all(0 < entry.confidence < 1 and entry.needs and entry.examples for entry in ENTRIES)


def test_ids_are_unique_and_what_is_outranked_exists() -> None:
    ids = [entry.id for entry in ENTRIES]
    assert len(set(ids)) == len(ids)
    assert {one for entry in ENTRIES for one in entry.outranks} <= set(ids)


def test_literals_are_in_lower_case_and_expressions_are_those_of_re2() -> None:
    for entry in ENTRIES:
        assert all(literal == literal.lower() for literal in entry.needs), entry.id
        for expression in filter(None, (entry.match, entry.unless)):
            assert re2.compile(expression.encode()), entry.id


def test_every_stage_and_reader_of_the_schema_exists() -> None:
    assert set(get_args(Stage)) == set(STAGES)
    assert set(get_args(Reader)) == set(READERS)


def test_every_kind_of_the_contract_has_a_pattern() -> None:
    assert {entry.kind for entry in ENTRIES} == set(get_args(Kind))
