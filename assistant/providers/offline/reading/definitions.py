"""Sentences that say which resources there are and which fields they have."""

from __future__ import annotations

import keyword
import re

from assistant.providers.offline.reading.conventions import is_convention
from assistant.providers.offline.reading.fields import read_fields
from assistant.providers.offline.reading.intro import Intro, read_intro
from assistant.providers.offline.reading.sentences import Sentence
from assistant.providers.offline.reading.subject import Context, Subject, noun_of, refuse
from assistant.providers.offline.reading.unclear import Unclear
from assistant.providers.offline.reading.words import identifier, plural

MOST_RESOURCES = 8
# Names that generated code uses itself.
TAKEN = frozenset({
    "accepted", "annotated", "any", "app", "body", "bool", "callable", "change", "changes",
    "check", "checked", "conflict", "create", "current", "dataclass", "decimal", "delete",
    "dict", "divmod", "domain_error", "dt", "end", "error", "false", "fast_api", "field",
    "find", "float", "fresh", "get", "get_args", "health", "id", "int", "invalid", "isinstance",
    "items", "iter", "json", "kept", "key", "len", "limit", "list", "literal", "lock",
    "mapping", "name", "new_id", "next", "none", "not_found", "now", "numbers", "offset", "os",
    "others", "page", "problem", "query", "range", "re", "refusal", "replace", "request",
    "response", "result", "round", "self", "set", "sorted", "str", "threading", "total", "true",
    "tuple", "unittest", "update", "uuid", "value", "values",
})  # fmt: skip

_HAS = re.compile(
    r"(?P<subject>(?:an?|each|every|the|all|any|one|single|new|a single|our|these|this)?\s*"
    r"(?P<noun>[^\W\d_][\w '\"-]*?))\s+(?:object |record |resource |entity )?"
    r"(?:(?:should|must|will|shall|always|also|can|may) )*"
    r"(?:has|have|had|consists? of|contains?|includes?|comprises?|(?:is|are) made (?:up )?of|"
    r"(?:is|are) (?:described|defined) by|stores?|holds?|carr(?:y|ies)|records?|comes? with|keeps?|"
    r"(?P<with>with))"
    r"\s+(?:the following(?: (?:fields|attributes|properties|columns|data|values|information))?\b|"
    r"these (?:fields|attributes|properties)\b|(?:fields|attributes|properties)\b(?= ?:))?[: ]*"
    r"(?P<fields>.*)",
    re.IGNORECASE,
)
_FIELDS_LEAD = re.compile(
    r"(?:# ?)?(?:the )?(?:(?P<noun>[\w -]+?) )?"
    r"(?:fields|attributes|properties|columns|data model|model|schema|data|structure)"
    r"(?: (?:of|for) (?:an?|the|each|every)? ?(?P<of>[\w -]+?))?"
    r"(?: are| is)?(?: the following| as follows)?:?",
    re.IGNORECASE,
)
_BRACED = re.compile(r"(?:an? )?(?P<noun>[\w ]+?)\s*[:=]?\s*[{(]\s*(?P<fields>[\w\"']+\s*:.+)[})]")
_SPEAKS = re.compile(r"\b(?:is|are|looks?|like|as|returns?|returned|gives?|errors?)\b", re.I)
_PRONOUN = re.compile(r"it|they|each(?: one)?|these|this|every one", re.IGNORECASE)
_NO_NOUN = re.compile(
    r"\b(?:can|cannot|may|must|should|shall|will|create|build|it|they|to|that|which|when|if|no|two)"
    r"\b|"
    r"^(?:the )?(?:lists?|service|api|system|endpoints?|responses?|requests?|app|application|"
    r"results?|status|state|fields?)$",
    re.IGNORECASE,
)
_TITLED = re.compile(r"(?P<title>[\w '-]{1,40}?)\s*:\s+(?P<rest>\S.*)")
_NAMES_IT = re.compile(
    r"(?:the )?(?:feature|resource|entity|service|project|title|name|topic|module)", re.IGNORECASE
)
_CREATED_WITH = re.compile(
    r"(?P<head>.*\b(?:creates?|adds?) (?:(?:an?|the|new|one) )*(?P<noun>[^\W\d_][\w-]*"
    r"(?: [\w-]+)?)) with (?P<fields>.+)",
    re.IGNORECASE,
)
_LIST_OF_FIELDS = re.compile(r"(?:an?|the|its|optional|unique|required)\s|.*[,(:]|.*\band\b", re.I)
_THEN_CAN = re.compile(
    r",?\s+(?:and|which|that|,)\s*(?:it |they )?"
    r"(?=(?:can|cannot|may)\s+(?:only )?be\s+(?!empty|blank|null|omitted|left))"
)
_ANOTHER = re.compile(
    r",?\s+and\s+(?=(?:an?|each|every)\s+[\w-]+(?: [\w-]+)?\s+has\s)", re.IGNORECASE
)
_ENTRY = re.compile(r"[\w \"'-]{1,40}:\s*\S.*")


def define(context: Context, found: tuple[Sentence, ...]) -> list[Sentence]:
    """Find the resources and their fields; returns the sentences that say something else.

    Raises:
        NotUnderstood: a field is not understood, or there is none.
    """
    for sentence in found:
        intro = read_intro(sentence.text)
        if intro:
            context.titles += intro.titles
        elif sentence.text.startswith("# "):
            context.titles.append(noun_of(sentence.text[2:]))
    left: list[Sentence] = []
    for sentence in found:
        try:
            left += _rest(context, sentence)
        except Unclear as unclear:
            raise refuse(sentence.shortened(), str(unclear)) from None
    if not context.subjects:
        raise refuse(
            found[0].shortened(), "no sentence says which fields there are, as in 'An order has …'"
        )
    context.current = context.subjects[0]
    return left


def _rest(context: Context, sentence: Sentence) -> list[Sentence]:
    """Take in what the sentence says of fields; what is left of it is still to be read."""
    text = sentence.text
    if text.startswith("# ") or is_convention(text):
        return []
    if text.endswith(":"):
        return [] if _lead_noun(context, text.rstrip(":"), "") else [sentence]
    if sentence.lead and (noun := _lead_noun(context, sentence.lead, text)):
        _add(context, noun, text, sentence)
        return []
    braced = _BRACED.fullmatch(text)
    if braced and _names_a_thing(braced["noun"]) and not _SPEAKS.search(braced["noun"]):
        _add(context, braced["noun"], braced["fields"], sentence)
        return []
    if titled := _TITLED.fullmatch(text):
        return _of_titled(context, titled["title"], titled["rest"], sentence)
    if intro := read_intro(text):
        return _of_intro(context, intro, sentence)
    return _of_has(context, sentence)


def _of_titled(context: Context, title: str, rest: str, sentence: Sentence) -> list[Sentence]:
    """``Feature: orders``, ``Products: name (text), price``, ``Pets API: a pet has …``."""
    told = Sentence(rest, sentence.verbatim, title)
    if _NAMES_IT.fullmatch(title):
        context.titles.append(noun_of(rest))
        return []
    if is_convention(title):
        return [told]
    if noun := _lead_noun(context, title, ""):
        if _HAS.fullmatch(rest) and not re.match(r"[\w ]+\(", rest):
            return _of_has(context, told)
        _add(context, noun, rest, sentence)
        return []
    prose = Sentence(rest, sentence.verbatim)
    opened = read_intro(title)
    if opened or len(title.split()) <= 2:
        left = _rest(context, prose)
        if left != [prose] or opened:
            return left
    return [sentence]


def _of_intro(context: Context, intro: Intro, sentence: Sentence) -> list[Sentence]:
    """``an API for books with a title and an author`` defines books."""
    joined = intro.joint in ("with", "having", "where") and len(intro.titles) == 1
    if not joined or not _LIST_OF_FIELDS.match(intro.more):
        return [sentence]
    try:
        read_fields(intro.more)
    except Unclear:
        return [sentence]
    if is_convention(f"with {intro.more}") or re.match(r"(?:full )?crud\b", intro.more, re.I):
        return [sentence]
    _add(context, intro.titles[0], intro.more, sentence)
    return []


def _of_has(context: Context, sentence: Sentence) -> list[Sentence]:
    if created := _CREATED_WITH.fullmatch(sentence.text):
        return _of_created(context, created, sentence)
    match = _HAS.fullmatch(sentence.text)
    if match is None or not match["fields"]:
        return [sentence]
    if match["with"] and noun_of(match["noun"]) not in (*context.titles, noun_of(context.feature)):
        return [sentence]
    noun, fields = match["noun"], match["fields"]
    if _PRONOUN.fullmatch(match["subject"].strip()):
        noun = context.latest_noun()
    elif not _names_a_thing(noun):
        return [sentence]
    known = context.known(noun)
    may = re.search(rf"{re.escape(noun)}\s+(?:may|can)\b", sentence.text) is not None
    if known is None and any(s.draft(noun_of(noun)) for s in context.subjects):
        return [sentence]  # "the title has at most 80 characters" is a rule of a field
    rest: list[Sentence] = []
    if another := _ANOTHER.search(fields):
        _add(context, noun, fields[: another.start()], sentence)
        return _of_has(context, Sentence(fields[another.end() :], sentence.verbatim))
    if joined := _THEN_CAN.search(fields):
        rest = [Sentence(f"it {fields[joined.end() :]}", sentence.verbatim)]
        fields = fields[: joined.start()]
    _add(context, noun, fields, sentence, optional=may)
    return rest


def _names_a_thing(noun: str) -> bool:
    return len(noun.split()) <= 3 and not _NO_NOUN.search(noun)


def _of_created(context: Context, match: re.Match[str], sentence: Sentence) -> list[Sentence]:
    """``POST /orders creates an order with customer (text)`` defines orders."""
    try:
        read_fields(match["fields"])
    except Unclear:
        return [sentence]
    _add(context, match["noun"], match["fields"], sentence)
    return [Sentence(match["head"], sentence.verbatim, sentence.lead)]


def _lead_noun(context: Context, lead: str, item: str) -> str:
    """The noun whose fields the lead announces, "" where it announces something else."""
    if match := _FIELDS_LEAD.fullmatch(lead):
        return match["of"] or match["noun"] or context.latest_noun()
    match = _HAS.fullmatch(f"{lead} ")
    if match and not match["fields"].strip():
        if _PRONOUN.fullmatch(match["subject"].strip()):
            return context.latest_noun()
        return "" if _NO_NOUN.search(match["noun"]) else match["noun"]
    bare = noun_of(lead)
    named = bare in context.titles or context.known(bare) or bare == noun_of(context.feature)
    return bare if named and (not item or _ENTRY.fullmatch(item)) else ""


def announces_fields(context: Context, lead: str) -> bool:
    return bool(_lead_noun(context, lead, ""))


def _unusable(name: str) -> bool:
    many = plural(name).replace(" ", "_")
    return name in TAKEN or not name.isascii() or keyword.iskeyword(name) or keyword.iskeyword(many)


def _add(
    context: Context, noun: str, text: str, sentence: Sentence, optional: bool = False
) -> None:
    one = noun_of(noun)
    subject = context.known(one)
    if subject is None:
        name = identifier(one)
        if name is None or _unusable(name):
            raise Unclear(f"{noun[:60]!r} cannot be the name of a resource")
        subject = Subject(one, sentence)
        context.subjects.append(subject)
    if len(context.subjects) > MOST_RESOURCES:
        raise Unclear(f"more than {MOST_RESOURCES} resources")
    for draft in read_fields(text):
        if draft.name == "id":
            continue  # every resource has one
        if any(other.name == draft.name for other in subject.drafts):
            raise Unclear(f"{draft.words} is described twice")
        draft.optional = draft.optional or (optional and not draft.required)
        subject.drafts.append(draft)
