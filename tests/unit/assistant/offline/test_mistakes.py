"""Refusals of what people write: the phrase, the reason, and what is accepted instead."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.errors import NotUnderstood
from assistant.providers.offline.language import read, specification_of
from assistant.providers.offline.parse import sentences

MISTAKES = Path(__file__).parents[3] / "cases" / "offline" / "mistakes.yaml"
CASES = yaml.safe_load(MISTAKES.read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"])
def test_the_phrase_the_reason_and_a_sentence_near_to_it_are_shown(case: dict[str, Any]) -> None:
    text = case["text"] if case.get("bare") else f"{case['text']} Orders can be created."
    with pytest.raises(NotUnderstood) as caught:
        specification_of(text)
    sentence, marks, why, form, accepted = caught.value.lines
    assert sentence[marks.find("^") :][: marks.count("^")] == case["phrase"]
    assert case["why"] in why
    assert form.startswith("form: ")
    assert accepted == f"accepted: {case['accepted']}"
    mended = [each for each in sentences(text) if each != caught.value.sentence]
    assert read(f"{case['accepted']} {' '.join(f'{each}.' for each in mended)}")


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("A note has a has (text). Notes can be created.", "A <resource> has a <field> (<type>)"),
        ("Notes can be flown.", "<Resources> can be created"),
        ("A note goes somewhere.", "A <resource> goes from"),
        ("A note belongs here.", "A <resource> belongs to"),
        ("Create something.", "Create a REST API for"),
        ("area(width) gives up.", "<name>(<parameter>: <type>, …) returns"),
    ],
)
def test_where_nothing_near_is_known_the_form_of_what_the_sentence_is_about_is_shown(
    text: str, form: str
) -> None:
    with pytest.raises(NotUnderstood) as caught:
        specification_of(text)
    assert caught.value.lines[-2].startswith(f"form: {form}")
    assert caught.value.lines[-1].startswith("for example: ")
