"""Sentences about what can be done: ``Orders can be created, listed by status and paid once``."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from assistant.providers.offline.reading.derived import Ban
from assistant.providers.offline.reading.intro import read_intro
from assistant.providers.offline.reading.listing import Filters, Modifier, Pages, Searches, Sorts
from assistant.providers.offline.reading.operations import Changes, Does, Doing, read_doings
from assistant.providers.offline.reading.sentences import Sentence
from assistant.providers.offline.reading.states import When
from assistant.providers.offline.reading.subject import Context, Subject, Who
from assistant.providers.offline.reading.unclear import Unclear
from assistant.providers.offline.reading.words import singular, verb_of
from assistant.providers.offline.spec import Operation, Sorting

_CAN = re.compile(
    r"(?P<only>only )?(?P<subject>.+?)\s+"
    r"(?P<verb>can(?:not)?|may|should|must|shall|will|could|are able|is able)"
    r"(?P<negative> not| never| no longer)?(?P<adverb>(?: also| only| then| both| still)*)"
    r"(?P<passive>(?: to)? be(?: only| able to)?)?(?P<to> to)? (?P<rest>.+)",
    re.IGNORECASE,
)
# Those who use a service without being told apart. Roles would need permissions, which are not
# understood, so "admins can …" is not among them.
_ACTORS = re.compile(
    r"(?:an?|the|our|any|every|each|all|its)?\s*(?:users?|clients?|callers?|people|one|you|we|i|"
    r"consumers?|(?:rest |http )?api|service|system|app|application|endpoints?|it|they|someone|"
    r"anyone|everyone|anybody)",
    re.IGNORECASE,
)
_OFFERS = re.compile(
    r"(?:(?:(?:the|this|our|it|an?)\s*)?(?:(?:rest |http )?(?:api|service|system|application|app|"
    r"backend|it))?\s*(?:(?:should|must|shall|will|has to|needs to|can) (?:also )?)?)?"
    r"(?:supports?|provides?|offers?|allows?|enables?|implements?|exposes?|includes?|lets?|add|"
    r"have|has|makes? it possible|handles?|permits?|it (?:should|must|shall|is|will) be possible|"
    r"it is possible)(?: (?:the|an?|us|you|me|users?|clients?|people))*"
    r"(?: (?:endpoints?|operations?|routes?|methods?|ways?|functions?|support|functionality|"
    r"means))?"
    r"(?: (?:for|to|that|of|which))*[: ]+(?P<rest>.+)",
    re.IGNORECASE,
)
_ROUTE = re.compile(
    r"\"?(?P<method>GET|POST|PUT|PATCH|DELETE) (?P<path>/[^\s\"?]*)(?:\?(?P<query>[^\s\"]*))?\"?"
    r"\s*(?:->|=>|-|:|\(|to|for)?\s*(?P<what>.*?)\)?"
)
_ROUTE_TELLS = re.compile(
    r"(?:returns?|gives?|answers?) .+|"
    r"[\w ,]*\b(?:create|list|fetch|get|update|delete|change|replace)s?\b[\w ,]*"
)
_LIST_IS = re.compile(
    r"(?:(?:the |all )?(?:lists?(?: of [\w -]+)?|listings?|results?|listing(?: [\w -]+)?|"
    r"list endpoint)|(?:all )?(?P<noun>[\w -]+?)) "
    r"(?:is|are|should be|must be|can be|may be|supports?|has|have|comes?|uses?)(?: also| both)? "
    r"(?P<rest>.+)",
    re.IGNORECASE,
)
_RETURN_SORTED = re.compile(r"(?:return|show|give|list)s? (?P<rest>.+)", re.IGNORECASE)
_CONDITION = re.compile(
    r",?\s+(?:but |and )?(?:only )?(?P<when>if|when(?:ever)?|while|whilst|as long as|so long as|"
    r"provided(?: that)?|as soon as|once(?=\s+(?:it|they|the|an?|paid|\w+ed|\w+ is|\w+ has)\b)|"
    r"after|unless|until|before|except (?:when|if)|where)\s+(?P<rest>.+)$",
    re.IGNORECASE,
)
_TURNS = frozenset({"unless", "until", "before", "except when", "except if"})
_AFTER = frozenset({"after", "once", "as soon as"})
_NO_MORE = re.compile(
    r"\s+(?:any ?more|any longer|(?P<again>again|twice|more than once)|at all)$", re.IGNORECASE
)
_ONCE = re.compile(
    r"(?:but |and )?(?:(?:only|just|at most|exactly) )?(?:once|one time|a single time)"
    r"(?: only| at most)?|(?:but |and )?not (?:twice|again|more than once)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Mode:
    """How a list of actions is meant."""

    sentence: Sentence
    negative: bool = False
    again: bool = False
    only: bool = False
    passive: bool = False
    condition: re.Match[str] | None = None


def intro(context: Context, text: str, sentence: Sentence) -> bool:
    found = read_intro(text)
    if found is None:
        return False
    if found.strange:
        raise Unclear(repr(found.strange))
    for title in found.titles:
        _check_title(context, title)
    if len(found.titles) > 1:
        missing = [title for title in found.titles if context.known(title) is None]
        if missing:
            raise Unclear(f"no sentence says which fields {missing[0]!r} has")
    if found.more and not context.who(found.more):
        _do(context, found.more, Who((context.about(found.more),)), _Mode(sentence))
    return True


def _check_title(context: Context, title: str) -> None:
    """A title may be new, but not promise what no sentence describes."""
    named = {word for subject in context.subjects for word in subject.noun.split()}
    words = [word for word in re.split(r"[\s-]+", title) if singular(word) not in named]
    if _PROMISES.search(title) or len(words) > 2:
        raise Unclear(f"{title!r} promises more than is described")


_PROMISES = re.compile(
    r"\b(?:secured?|authenticated|authori[sz]ed|multi-?tenant|tenant|distributed|real-?time|graphql|"
    r"grpc|soap|event-?driven|async(?:hronous)?|persistent|scalable|encrypted|streaming|websocket|"
    r"cach(?:ed|ing)|rate-?limited|serverless|oauth|jwt|synchroni[sz]ed|versioned|public|"
    r"high-?performance|fault-?tolerant|audit(?:ed)?|payment processing|notification|email)\b",
    re.IGNORECASE,
)


def route(context: Context, text: str, sentence: Sentence) -> bool:
    """``GET /orders?status=open``, with or without what it does."""
    match = _ROUTE.fullmatch(text)
    if match is None:
        return False
    parts = [part for part in match["path"].strip("/").split("/") if part]
    if parts == ["health"]:
        return True
    subject = context.known(parts[0].replace("-", " ").replace("_", " ")) if parts else None
    if subject is None:
        raise Unclear(f"{match['path']} belongs to no resource")
    mode = _Mode(sentence)
    for doing in _of_route(match["method"].upper(), parts, match["query"] or ""):
        _take(doing, Who((subject,)), subject, mode)
    what = match["what"].strip(" .-")
    if what and not _ROUTE_TELLS.fullmatch(what):
        _do(context, what, Who((subject,)), mode)
    return True


def _of_route(method: str, parts: list[str], query: str) -> list[Doing]:
    single = len(parts) == 2 and re.fullmatch(r"[{<:].*", parts[1])
    if len(parts) == 3 and method == "POST" and (verb := verb_of(parts[2])):
        return [Changes(verb, parts[2] if parts[2] != verb else "", "")]
    by_method: dict[str, Operation] = (
        {"GET": "get", "PUT": "update", "PATCH": "update", "DELETE": "delete"}
        if single
        else {"GET": "list", "POST": "create"}
    )
    if method not in by_method or len(parts) > 2 or (len(parts) == 2 and not single):
        raise Unclear(f"{method} /{'/'.join(parts)} is no route of the usual kind")
    names = tuple(re.findall(r"([\w-]+)=", query))
    return [Does(by_method[method]), *([Filters(names)] if names else [])]


def list_is(context: Context, text: str, sentence: Sentence) -> bool:
    """``Orders are sorted by price``, ``The list is paged``, ``Return orders newest first``."""
    match = _LIST_IS.fullmatch(text) or _RETURN_SORTED.fullmatch(text)
    if match is None:
        return False
    noun = match.groupdict().get("noun")
    subject = context.known(noun) if noun else context.about(text)
    if subject is None:
        return False
    names = "|".join(map(re.escape, subject.nouns))
    rest = re.sub(rf"^(?:all )?(?:the )?(?:{names}) (?=\w)", "", match["rest"], flags=re.IGNORECASE)
    try:
        doings = read_doings(rest, subject.nouns, subject.called)
    except Unclear:
        return False
    kinds = (Filters, Searches, Sorts, Pages)
    if not all(isinstance(doing, kinds) or doing == Does("list") for doing in doings):
        return False
    for doing in doings:
        _take(doing, Who((subject,)), subject, _Mode(sentence))
    return True


def can(context: Context, text: str, sentence: Sentence) -> bool:
    match = _CAN.fullmatch(text)
    if match is None:
        return False
    subject, rest = match["subject"], match["rest"]
    if rest.startswith("possible"):
        return False
    passive = bool(match["passive"]) and "able" not in match["passive"]
    duty = match["verb"].lower() in ("must", "should", "shall", "will")
    only = bool(match["only"]) or "only" in f"{match['adverb']} {match['passive']}".lower()
    who = context.who(subject)
    if who is None or (not passive and _ACTORS.fullmatch(subject)):
        if not _ACTORS.fullmatch(subject) or (duty and _OFFERS.fullmatch(text)):
            return False
        if match["only"]:
            raise Unclear("who may do it is not something that is understood")
        who = Who((context.about(text if passive else rest),))
    elif not passive and duty:
        return False
    negative = who.negative or match["verb"].lower() == "cannot" or bool(match["negative"])
    context.current = who.subjects[0]
    _do(context, rest, who, _Mode(sentence, negative, only=only, passive=passive))
    return True


def offers(context: Context, text: str, sentence: Sentence) -> bool:
    match = _OFFERS.fullmatch(text)
    if match is None:
        return False
    _do(context, match["rest"], Who((context.about(match["rest"]),)), _Mode(sentence))
    return True


def imperative(context: Context, text: str, sentence: Sentence) -> bool:
    """``Create, list and delete orders``; the last form that is tried."""
    _do(context, text, Who((context.about(text),)), _Mode(sentence))
    return True


def _do(context: Context, text: str, who: Who, mode: _Mode) -> None:
    """Take in a list of verb phrases, with the condition that may follow it."""
    if mode.negative and (more := _NO_MORE.search(text)):
        text, mode = text[: more.start()], replace(mode, again=bool(more["again"]))
    condition = _CONDITION.search(text)
    if condition:
        text = text[: condition.start()]
    for subject in who.subjects:
        doings = read_doings(text, subject.nouns, subject.called)
        # Behind a mixed list a condition belongs to the last action, else to all of them.
        changes_only = all(isinstance(doing, Changes) for doing in doings)
        for doing in doings:
            bound = condition if changes_only or doing is doings[-1] else None
            _take(doing, who, subject, replace(mode, condition=bound), context)


def _take(
    doing: Doing, who: Who, subject: Subject, mode: _Mode, context: Context | None = None
) -> None:
    named: list[str] = []
    negated = False
    if mode.condition:
        assert context is not None  # conditions come from _do alone
        named, negated = context.states(mode.condition["rest"], subject)
    if isinstance(doing, Changes):
        _take_change(doing, who, subject, mode, named, negated)
    elif isinstance(doing, Does):
        _take_operation(doing.operation, who, subject, mode, named, negated)
    elif mode.negative or who.states or named:
        raise Unclear("a list has no state")
    else:
        _take_list(doing, subject)


def _take_list(doing: Modifier, subject: Subject) -> None:
    subject.operations.add("list")
    if isinstance(doing, Pages):
        subject.paging = doing.paging
        return
    names = [doing.field] if isinstance(doing, Sorts) else list(doing.fields)
    drafts = [subject.draft(name) for name in names if name]
    for name, draft in zip(names, drafts, strict=False):
        if draft is None:
            raise Unclear(f"no field is called {name!r}")
    found = [draft.name for draft in drafts if draft]
    if isinstance(doing, Sorts):
        subject.sorting = Sorting(found[0] if found else "", doing.descending)
        return
    into = subject.filters if isinstance(doing, Filters) else subject.searches
    into += [name for name in dict.fromkeys(found) if name not in into]


def _take_operation(
    operation: Operation, who: Who, subject: Subject, mode: _Mode, named: list[str], negated: bool
) -> None:
    states, unless = list(who.states), not mode.negative
    if mode.condition:
        if states:
            raise Unclear("two conditions at once")
        turned = mode.condition["when"].lower() in _TURNS
        states, unless = named, (not mode.negative) ^ turned ^ negated
    if not states:
        (subject.excluded if mode.negative else subject.operations).add(operation)
        return
    if operation not in ("update", "delete"):
        raise Unclear(f"whether one can {operation} it cannot depend on a state")
    subject.operations.add(operation)
    subject.bans.append(
        Ban("update" if operation == "update" else "delete", states, mode.sentence, unless)
    )


def _take_change(
    doing: Changes, who: Who, subject: Subject, mode: _Mode, named: list[str], negated: bool
) -> None:
    if doing.rest and not _ONCE.fullmatch(doing.rest):
        raise Unclear(repr(doing.rest))
    if mode.passive and doing.bare:
        raise Unclear(f"'be {doing.verb}'")
    change = subject.change(doing.verb, doing.done, mode.sentence)
    if not mode.negative or mode.again or named == [doing.done]:
        change.allowed = True
    elif not who.states and mode.condition is None:
        change.forbidden = True
    if who.states:
        how: When = "never" if mode.negative else "only" if mode.only else "from"
        change.conditions.append((how, list(who.states)))
    if mode.condition is None or named == [doing.done]:
        return
    when = mode.condition["when"].lower()
    if when in ("before", "until") and not mode.negative:
        change.conditions.append(("before", named))
        return
    refused = mode.negative ^ (when in _TURNS) ^ negated
    change.allowed = change.allowed or not refused
    change.conditions.append(("never" if refused else "only", named))
    if when in _AFTER and not refused:
        change.later += named
