"""Specifications are written as sentences and read back; of mangled sentences nothing is lost."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from assistant.providers.offline.language import read
from assistant.providers.offline.parse import Refused
from assistant.providers.offline.spec import Specification
from tests.unit.assistant.offline.sentences import specifications, text_of

_SLOW = (HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large)
# Names at random may collide; the refusal has to say so, and nothing else may be refused.
_COLLISION = r"two things would be called|both a field and|are both called"


def _read_back(specification: Specification) -> None:
    text = text_of(specification)
    try:
        found = read(text)
    except Refused as refused:
        if not re.search(_COLLISION, str(refused)):
            raise
        reject()
    assert found == specification, text


@settings(max_examples=150, deadline=None, suppress_health_check=_SLOW)
@given(specifications())
def test_what_is_written_is_read_back(specification: Specification) -> None:
    _read_back(specification)


@pytest.mark.chaos
@settings(max_examples=2_000, deadline=None, suppress_health_check=_SLOW)
@given(specifications())
def test_what_is_written_is_read_back_two_thousand_times(specification: Specification) -> None:
    _read_back(specification)


@settings(max_examples=100, deadline=None, suppress_health_check=_SLOW)
@given(specifications(), st.data())
def test_of_a_mangled_text_that_is_accepted_no_word_is_lost(
    specification: Specification, data: st.DataObject
) -> None:
    """A word is dropped, doubled or exchanged with its neighbour; what is read says all of it."""
    words = text_of(specification).split(" ")
    place = data.draw(st.integers(0, len(words) - 2))
    how = data.draw(st.sampled_from(("dropped", "doubled", "exchanged")))
    if how == "dropped":
        mangled = words[:place] + words[place + 1 :]
    elif how == "doubled":
        mangled = [*words[: place + 1], words[place], *words[place + 1 :]]
    else:
        mangled = [*words[:place], words[place + 1], words[place], *words[place + 2 :]]
    text = " ".join(mangled)
    try:
        found = read(text)
    except Refused:
        return
    assert _words(text_of(found)) == _words(text), text


def _words(text: str) -> Counter[str]:
    """The words of a text but those that a list of another order places elsewhere."""
    found = Counter(re.findall(r"\"[^\"]*\"|[\w-]+(?:\.\d+)?", text.lower()))
    for word in ("a", "an", "and", "or"):
        found.pop(word, None)
    return found
