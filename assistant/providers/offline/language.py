"""The language as a whole: a text is read to its Specification, or refused."""

from __future__ import annotations

from functools import lru_cache

from assistant.errors import NotUnderstood
from assistant.providers.offline.parse import Refused, parse
from assistant.providers.offline.refusal import explain
from assistant.providers.offline.resources import read_resources
from assistant.providers.offline.signatures import read_functions
from assistant.providers.offline.spec import Specification

_FUNCTIONS = frozenset({"signature", "raises", "gives", "refuses"})


@lru_cache(maxsize=64)
def read(text: str) -> Specification:
    """What a text says.

    Raises:
        Refused: the first sentence that is in no form or contradicts something.
    """
    sentences = parse(text)
    about = [each.tree.data in _FUNCTIONS for each in sentences]
    if all(about):
        return read_functions(sentences)
    if any(about):
        other = sentences[about.index(not about[0])]
        raise other.refused("a text has functions or resources, never both")
    specification = read_resources(sentences)
    if not specification.resources:
        raise sentences[0].refused("no sentence says what one of them has")
    return specification


def specification_of(requirements: str) -> Specification:
    """What requirements say.

    Raises:
        NotUnderstood: with the phrase, the reason, the nearest forms and what is accepted.
    """
    try:
        return read(requirements)
    except Refused as refused:
        refusal = explain(requirements, refused, read)
        raise NotUnderstood(refusal.sentence, refusal.why, tuple(refusal.lines())) from None
