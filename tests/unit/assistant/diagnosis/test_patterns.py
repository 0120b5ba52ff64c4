"""Every pattern keeps to its schema and to its own cases."""

from __future__ import annotations

import io
import json
from dataclasses import asdict
from typing import get_args

import pytest
import re2
from pydantic import TypeAdapter

from assistant.diagnosis.patterns import COMPILED, STAGES, Reader, Stage
from assistant.diagnosis.scan import Finding, scan
from assistant.diagnosis.sources import Entry, Example, compiled, entries
from assistant.diagnosis.targets.readers import READERS
from assistant.kinds import Kind

ENTRIES = entries()


def cases(name: str) -> list[object]:
    return [
        pytest.param(entry, case, id=f"{entry.id}-{number}")
        for entry in ENTRIES
        for number, case in enumerate(getattr(entry, name))
    ]


def findings(text: str, entry: Entry) -> list[Finding]:
    return [one for one in scan(io.BytesIO(text.encode())).findings if one.pattern.id == entry.id]


@pytest.mark.parametrize(("entry", "case"), cases("examples"))
def test_a_pattern_names_what_it_is_for(entry: Entry, case: Example) -> None:
    text, *expected = (case,) if isinstance(case, str) else case
    found = findings(text, entry)
    assert found, "it does not match"
    if expected:
        assert found[-1].target == expected[0]
    assert found[-1].kind == (expected[1] if len(expected) > 1 else entry.kind)


@pytest.mark.parametrize(("entry", "case"), cases("counterexamples"))
def test_a_pattern_leaves_alone_what_it_is_not_for(entry: Entry, case: str) -> None:
    assert not findings(case, entry)


def test_entries_have_the_types_of_the_schema_and_no_other_key() -> None:
    written = [asdict(entry) for entry in ENTRIES]
    validated = TypeAdapter(list[Entry]).validate_json(json.dumps(written), strict=True)
    assert list(map(asdict, validated)) == written
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


def test_what_a_diagnosis_reads_is_what_was_written() -> None:
    assert COMPILED.read_text("utf-8") == compiled(), "run: python -m assistant.diagnosis.sources"


def test_a_cause_that_shares_its_words_with_a_flood_before_it_is_seen() -> None:
    flood = 'Conflict: the container name "/a" is already in use by container 1f\n' * 9
    found = scan(io.BytesIO(f"{flood}port 8000 is already in use by container 2f\n".encode()))
    assert {one.pattern.id for one in found.findings} == {"container-name-in-use", "address-in-use"}
