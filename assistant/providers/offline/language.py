"""The language as a whole: a text is read to its Specification, or refused."""

from __future__ import annotations

from functools import lru_cache

from assistant.errors import NotUnderstood
from assistant.providers.offline.forms import explain
from assistant.providers.offline.functions import read_functions
from assistant.providers.offline.parse import Refused, parse
from assistant.providers.offline.resources import read_resources
from assistant.providers.offline.spec import Specification

_FUNCTIONS = ("signature", "raises", "gives", "refuses")


@lru_cache(maxsize=64)
def read(text: str) -> Specification:
    """What a text says.

    Raises:
        Refused: the first sentence that is in no form or contradicts something.
    """
    sentences = parse(text)
    of_functions = [each for each in sentences if each.data in _FUNCTIONS]
    if not of_functions:
        return read_resources(sentences)
    for sentence in sentences:
        if sentence.data not in _FUNCTIONS:
            raise Refused("a text has functions or resources, never both", sentence)
    return Specification(functions=read_functions(sentences))


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
