"""Sentences about fields and states that stand apart from where the fields are listed."""

from __future__ import annotations

import re

from assistant.providers.offline.reading.draft import Draft
from assistant.providers.offline.reading.hints import read_hints
from assistant.providers.offline.reading.sentences import Sentence
from assistant.providers.offline.reading.subject import Context, spoken_list
from assistant.providers.offline.reading.unclear import Unclear
from assistant.providers.offline.reading.words import verb_of
from assistant.providers.offline.spec import Order

_SAME = re.compile(
    r"(?:no two (?P<noun>[\w -]+?) (?:can |may |must |should |shall )?|"
    r"two (?P<noun2>[\w -]+?) (?:cannot|may not|must not|can never) )"
    r"(?:have|share) (?:the same|an?) (?P<field>[\w -]+)|"
    r"(?:each|an?|the|every) (?P<field2>[\w -]+?) (?:can|may|must) (?:only )?"
    r"(?:be used|exist|occur|appear)(?: only)? once",
    re.IGNORECASE,
)
_EVERY_FIELD = re.compile(
    r"(?:all|both|every|each)(?: of)?(?: the| these| its| of them)?(?P<other> other)? ?"
    r"(?:fields?|values?|of them|attributes|properties|others?)? (?:is|are) "
    r"(?P<rest>required|mandatory|optional)",
    re.IGNORECASE,
)
_AFTER = ("after", "later than", "greater than", "more than", "larger than")
_NOT_BEFORE = (
    "on or after", "not before", "not earlier than", "at or after", "at least", "not less than",
    "the same as or after", "no earlier than",
)  # fmt: skip
_BEFORE = ("before", "earlier than", "less than", "smaller than", "lower than")
_NOT_AFTER = (
    "on or before", "not after", "not later than", "at most", "not greater than", "no later than",
    "not more than", "not exceed", "at or before", "not larger than",
)  # fmt: skip
_HOW = "|".join(
    sorted(map(re.escape, _AFTER + _NOT_BEFORE + _BEFORE + _NOT_AFTER), key=len, reverse=True)
)
_COMPARED = re.compile(
    rf"(?:the |its |an? |[\w -]+?'s )?(?P<left>[\w -]+?) "
    r"(?:must|should|has to|needs to|shall|may|is|comes?|lies)(?: always)?"
    r"(?: (?:be|come|lie)(?= ))?"
    rf" ?(?P<how>{_HOW}) (?:the |its |an? |their )?(?P<right>[\w -]+)",
    re.IGNORECASE,
)
_RULE = re.compile(
    r"(?:the |its |their |each |every |an? |all |(?:[\w -]+?)'s? )?(?P<fields>[\w,\"' -]+?)"
    r"(?: fields?| value| of (?:an?|the|each|every) [\w -]+?)?\s+"
    r"(?P<rest>(?:is|are|must|should|has|have|shall|may|can(?:not)?|defaults?|starts?|needs? to|"
    r"needs?|ranges?|will|consists? of|contains?|allows?|takes?|accepts?)\b.*)",
    re.IGNORECASE,
)
_NEW_FIELD = re.compile(
    r"(?:the|its|their) (?P<name>[\w-]+(?: [\w-]+)?) (?:is|can be|must be|may be) "
    r"(?P<rest>(?:either|(?:exactly )?one of) .+)",
    re.IGNORECASE,
)
_DUTY = re.compile(
    r"(?:must|should|shall|has to|have to|needs? to|is|are|will)(?: all| both| each| always)?"
    r"(?: be)? ",
    re.IGNORECASE,
)
_STARTS = re.compile(
    r"(?:(?:an?|every|each|all|the)?\s*new(?:ly created)? (?P<noun>[\w -]+?)|(?P<noun2>[\w -]+?)|"
    r"(?:the )?(?:initial )?(?:status|state)) (?:always |initially )?"
    r"(?:(?:starts?|begins?)(?: out)?(?: as| in| with| at)?|is|are|gets?|has|have|"
    r"(?:is|are) created(?: as| with| in)?)(?: always| initially)? (?:the |an? )?"
    r"(?:(?:status|state) (?:of )?)?(?P<state>[\w\"' -]+?)"
    r"(?: at first| initially| when (?:it is |they are )?created| by default|"
    r" at the (?:start|beginning))?",
    re.IGNORECASE,
)
_IS_ONE_OF = re.compile(
    r"(?:an?|each|every|the|all)?\s*(?P<noun>[\w -]+?) (?:is|are)(?: always)?(?: either)? "
    r"(?P<states>[\w-]+(?: [\w-]+)?(?:, [\w-]+(?: [\w-]+)?)*,? or [\w-]+(?: [\w-]+)?)",
    re.IGNORECASE,
)
_SETS = re.compile(
    r"(?P<verb>[\w-]+ing) (?P<subject>(?:an?|the|it|a single|one|any)\b ?[\w -]*?)\s*"
    r"(?:sets?|changes?|moves?|marks?|makes?|puts?|turns?|switches?|brings?|updates?) "
    r"(?:(?:its|the|it|their|this)\s*)?(?:[\w ]+? (?=to |into |as ))?(?:to |as |into |in )?"
    r"(?:(?:the )?(?:status|state) )?(?P<to>[\w\"' -]+)",
    re.IGNORECASE,
)
_MOVES = re.compile(
    r"(?:the |its |an? )?(?:[\w ]+?(?:'s)? )?(?P<noun>status|state|[\w ]+?) "
    r"(?:can |may |must |should |only )*"
    r"(?:goes?|moves?|changes?|progress(?:es)?|transitions?|flows?|runs?|advances?)(?: only)? "
    r"(?P<moves>from .+)",
    re.IGNORECASE,
)
_ARROWS = re.compile(r"(?:.*?:\s*)?(?P<moves>[\w ]+(?:\s*(?:->|=>)\s*[\w ]+)+)")
_LEADS_TO = {
    "done": "complete",
    "in progress": "start",
    "active": "activate",
    "open": "reopen",
    "inactive": "deactivate",
    "running": "start",
}


def uniqueness(context: Context, text: str, sentence: Sentence) -> bool:
    """``No two users can have the same email``."""
    match = _SAME.fullmatch(text)
    if match is None:
        return False
    noun = match["noun"] or match["noun2"]
    subject = context.known(noun) if noun else context.current
    draft = subject.draft(match["field"] or match["field2"]) if subject else None
    if draft is None:
        return False
    draft.unique = True
    return True


def every_field(context: Context, text: str, sentence: Sentence) -> bool:
    """``All other fields are optional``."""
    match = _EVERY_FIELD.fullmatch(text)
    if match is None or context.current is None:
        return False
    for draft in context.current.drafts:
        if match["rest"].lower() == "optional":
            draft.optional = draft.optional or (not draft.required and draft.default is None)
        elif draft.optional and not match["other"]:
            raise Unclear(f"{draft.words} was said to be optional")
    return True


def compared(context: Context, text: str, sentence: Sentence) -> bool:
    """``The end date must not be before the start date``."""
    plain = re.sub(
        r"\b(?:cannot|must not|may not|should not|can never)(?: be)?\b", "must not", text
    )
    match = _COMPARED.fullmatch(re.sub(r"\bno(?= (?:later|earlier) than)", "not", plain))
    if match is None:
        return False
    for subject in context.candidates():
        left, right = subject.draft(match["left"]), subject.draft(match["right"])
        if left is None or right is None or left is right:
            continue
        how = match["how"].lower()
        if how in _AFTER or how in _NOT_BEFORE:
            subject.orders.append(Order(right.name, left.name, how in _AFTER))
        else:
            subject.orders.append(Order(left.name, right.name, how in _BEFORE))
        return True
    return False


def field_rule(context: Context, text: str, sentence: Sentence) -> bool:
    """``The quantity must be at least 1``, ``Title and author are required``."""
    match = _RULE.fullmatch(text)
    if match is None:
        return False
    names = re.split(r",\s*(?:and )?|\s+and\s+", match["fields"])
    for subject in context.candidates():
        drafts = [subject.draft(re.sub(r"^(?:the|its|an?|their) ", "", name)) for name in names]
        if names in (["it"], ["It"]) and context.latest in subject.drafts:
            drafts = [context.latest]
        found = [draft for draft in drafts if draft is not None]
        if len(found) < len(drafts):
            continue
        context.latest = found[-1]
        rest = re.sub(r"\bcannot\b", "must not", match["rest"])
        rest = re.sub(r"\b(?:must|may|should) not exceed\b", "at most", rest)
        rest = _DUTY.sub("", rest, count=1)
        for draft in found:
            read_hints(draft, rest)
        return True
    return False


def new_field(context: Context, text: str, sentence: Sentence) -> bool:
    """``The status is either open, paid or shipped``, where no list of fields has a status."""
    match = _NEW_FIELD.fullmatch(text)
    if match is None or context.current is None:
        return False
    draft = Draft.named(match["name"])
    read_hints(draft, match["rest"])
    context.current.drafts.append(draft)
    context.latest = draft
    return True


def starts(context: Context, text: str, sentence: Sentence) -> bool:
    """``New orders are open``, ``A task starts as not done``."""
    match = _STARTS.fullmatch(text)
    if match is None:
        return False
    noun = match["noun"] or match["noun2"]
    subject = context.known(noun) if noun else context.current
    if subject is None:
        return False
    state = match["state"].strip("\"' ").lower()
    subject.always = subject.always or bool(re.search(r"\balways\b", text, re.IGNORECASE))
    for draft in subject.drafts:
        if found := [choice for choice in draft.choices if choice.lower() == state]:
            draft.default = found[0]
            if _INITIAL.search(text):
                subject.initial = found[0]
            return True
        if draft.words == state.removeprefix("not ") and draft.type in (None, "boolean"):
            draft.type, draft.default = "boolean", str(not state.startswith("not ")).lower()
            return True
    if subject.initial or not _INITIAL.search(text) or not _STATE.fullmatch(state):
        return False
    subject.initial = state
    return True


_INITIAL = re.compile(
    r"\b(?:new|newly|initial|initially|starts?|begins?|at first)\b", re.IGNORECASE
)
_STATE = re.compile(r"(?:not )?[a-z]+(?:-[a-z]+)?")


def is_one_of(context: Context, text: str, sentence: Sentence) -> bool:
    """``A job is queued, running or done`` gives it a status."""
    match = _IS_ONE_OF.fullmatch(text)
    subject = context.known(match["noun"]) if match else None
    if match is None or subject is None:
        return False
    draft = subject.draft("status") or subject.draft("state")
    if draft is None:
        draft = Draft.named("status")
        subject.drafts.append(draft)
    draft.set_choices(spoken_list(match["states"]))
    context.latest = draft
    return True


def sets(context: Context, text: str, sentence: Sentence) -> bool:
    """``Paying an open order sets its status to paid``."""
    match = _SETS.fullmatch(text)
    verb = verb_of(match["verb"]) if match else None
    who = context.who(match["subject"]) if match else None
    if match is None or verb is None or who is None:
        return False
    for subject in who.subjects:
        change = subject.change(verb, "", sentence)
        change.to, change.allowed = match["to"].strip("\"' "), True
        if who.states:
            change.conditions.append(("from", list(who.states)))
    return True


def moves(context: Context, text: str, sentence: Sentence) -> bool:
    """``The status goes from open to paid and from paid to shipped``, ``open -> paid``."""
    if arrows := _ARROWS.fullmatch(text):
        told = "from " + re.sub(r"\s*(?:->|=>)\s*", " to ", arrows["moves"])
    elif match := _MOVES.fullmatch(text):
        told = match["moves"]
    else:
        return False
    if context.current is None:
        return False
    places: list[str] = []
    for piece in re.split(r"\b(?=from |to )", told):
        word = re.sub(r"(?:[\s,]|\b(?:and|then|or)\b)+$", "", piece.strip())
        if not word:
            continue
        kind, _, names = word.partition(" ")
        states = spoken_list(names)
        if kind == "from":
            places = states
            continue
        if not places or not states:
            raise Unclear(repr(piece.strip()))
        for state in states:
            change = context.current.change(_verb_to(state), state, sentence)
            change.to, change.allowed = state, True
            change.conditions.append(("from", places))
        places = states
    return True


def _verb_to(state: str) -> str:
    verb = _LEADS_TO.get(state.lower().replace("_", " ")) or verb_of(state.split()[0])
    if verb is None:
        raise Unclear(f"no verb is known that makes something {state!r}")
    return verb
