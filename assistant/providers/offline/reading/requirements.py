"""Requirements as a whole: every sentence is understood, or named as not understood."""

from __future__ import annotations

import re
from collections.abc import Callable

from assistant.providers.offline.reading import actions, rules
from assistant.providers.offline.reading.conventions import is_convention, wants_bad_request
from assistant.providers.offline.reading.definitions import announces_fields, define
from assistant.providers.offline.reading.sentences import Sentence, sentences
from assistant.providers.offline.reading.subject import Context, refuse
from assistant.providers.offline.reading.unclear import Unclear
from assistant.providers.offline.reading.whole import assemble
from assistant.providers.offline.spec import Api

Form = Callable[[Context, str, Sentence], bool]

# The first form that fits takes the clause in; the order goes from the particular to the general.
_FORMS: tuple[Form, ...] = (
    actions.intro,
    actions.route,
    rules.uniqueness,
    rules.every_field,
    rules.compared,
    actions.list_is,
    rules.moves,
    rules.sets,
    rules.is_one_of,
    rules.starts,
    actions.can,
    rules.field_rule,
    rules.new_field,
    actions.offers,
    actions.imperative,
)
# Clauses with a "can" of their own: "An open order can be paid and a paid order can be shipped".
_JOINED = re.compile(
    r"(?:,\s*(?:and|but|while|whereas)?\s*|\s+(?:and|but|while|whereas)\s+)"
    r"(?=(?:(?:only|an?|the|no|each|every|it|they)\s+)?"
    r"(?:(?!and\b|but\b|or\b)[\w-]+\s+){0,4}?(?:can|cannot)\b"
    r"(?! be (?:empty|blank|null|omitted|left|missing)))",
    re.IGNORECASE,
)
_SAYS = re.compile(
    r"\b(?:can|cannot|may|must|should|is|are|has|have|be|supports?|goes|returns?)\b", re.IGNORECASE
)
_JOINS_LEAD = re.compile(
    r"\b(?:can|should|must|may|to|be|supports?|allows?|offers?|provides?|users|users to)$",
    re.IGNORECASE,
)


def understand(feature: str, requirements: str) -> Api:
    """What the requirements of a REST service say.

    Raises:
        NotUnderstood: names the first sentence that is not understood, and why.
    """
    found = sentences(requirements)
    if not found:
        raise refuse("", "there is no sentence in the requirements")
    context = Context(feature)
    for sentence in define(context, found):
        _read(context, sentence)
    return assemble(context)


def _read(context: Context, sentence: Sentence) -> None:
    texts = [sentence.text]
    if sentence.lead and _JOINS_LEAD.search(sentence.lead):
        texts.insert(0, f"{sentence.lead} {sentence.text}")
    elif sentence.lead and context.who(sentence.lead):
        texts.append(f"{sentence.lead} {sentence.text}")
    why = ""
    for text in texts:
        try:
            for clause in _clauses(text):
                _take(context, clause, sentence)
            return
        except Unclear as unclear:
            why = why or str(unclear)
    raise refuse(sentence.shortened(), why)


def _clauses(text: str) -> list[str]:
    parts: list[str] = []
    for part in _JOINED.split(text):
        if parts and not _SAYS.search(parts[-1]):
            parts[-1] += f" and {part}"  # "Shops and products can be created" is one clause
        elif part.strip():
            parts.append(part)
    return [f"it {part}" if re.match(r"can(?:not)?\b", part, re.I) else part for part in parts]


def _take(context: Context, text: str, sentence: Sentence) -> None:
    if text.endswith(":"):
        lead = text[:-1]
        if not (_JOINS_LEAD.search(lead) or announces_fields(context, lead) or context.who(lead)):
            raise Unclear("it introduces nothing that is known")
    elif wants_bad_request(text):
        context.invalid_status = 400
    elif not is_convention(text) and not any(form(context, text, sentence) for form in _FORMS):
        raise Unclear("no rule reads such a sentence")
