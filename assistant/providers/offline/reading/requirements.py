"""Requirements as a whole: every sentence is understood, or named as not understood."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from assistant.errors import NotUnderstood
from assistant.providers.offline.reading import clauses
from assistant.providers.offline.reading.conventions import is_convention, wants_bad_request
from assistant.providers.offline.reading.draft import Draft, Unclear
from assistant.providers.offline.reading.fields import read_fields
from assistant.providers.offline.reading.hints import read_hints
from assistant.providers.offline.reading.lifecycle import Ban, Change, resolve
from assistant.providers.offline.reading.operations import (
    Changes,
    Doing,
    Does,
    Filters,
    Pages,
    Searches,
    Sorts,
    read_doings,
)
from assistant.providers.offline.reading.sentences import Sentence, sentences
from assistant.providers.offline.reading.words import identifier, plural, singular, verb_of
from assistant.providers.offline.spec import (
    TEXTUAL,
    Api,
    Field,
    Operation,
    Order,
    Paging,
    Resource,
    Sorting,
)
from assistant.providers.offline.writing.paths import path

MOST_RESOURCES = 8
_ALL: tuple[Operation, ...] = ("create", "get", "list", "update", "delete")
# Names that generated code uses itself.
_TAKEN = frozenset(
    """accepted annotated any app body callable change changes check checked conflict create
    current dataclass decimal delete domain_error dt end error fast_api field find get health id
    invalid items json kept key limit list literal lock mapping name new_id not_found now offset
    os others page problem query re refusal replace request response result self threading total
    unittest update uuid value values""".split()
)


@dataclass(slots=True)
class Subject:
    """One resource while its sentences are read."""

    noun: str
    defined: Sentence
    drafts: list[Draft] = field(default_factory=list)
    operations: set[Operation] = field(default_factory=set)
    filters: list[str] = field(default_factory=list)
    searches: list[str] = field(default_factory=list)
    paging: Paging | None = None
    sorting: Sorting = Sorting()
    changes: dict[str, Change] = field(default_factory=dict)
    bans: list[Ban] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)

    @property
    def nouns(self) -> list[str]:
        """What it may be called: ``inventory items``, ``inventory item``, ``items``, ``item``."""
        names = [plural(self.noun), self.noun]
        last = self.noun.split()[-1]
        return list(dict.fromkeys([*names, plural(last), last]))

    @property
    def called(self) -> list[str]:
        return [name for draft in self.drafts for name in {draft.words, draft.name}]

    def draft(self, words: str) -> Draft | None:
        name = identifier(words.strip().strip("\"'"))
        options = [d for d in self.drafts if name in (d.name, d.words.replace(" ", "_"))]
        if not options and name:
            options = [d for d in self.drafts if plural(d.words) == name.replace("_", " ")]
        return options[0] if options else None


def understand(feature: str, requirements: str) -> Api:
    """What the requirements of a REST service say.

    Raises:
        NotUnderstood: names the first sentence that is not understood, and why.
    """
    reader = _Reader(feature, sentences(requirements))
    reader.define()
    for sentence in reader.left:
        reader.read(sentence)
    return reader.finish()


_KEYS = (
    "a model would understand it: set OPENAI_API_KEY, GOOGLE_API_KEY, ANTHROPIC_API_KEY or "
    "GLM_API_KEY, or OPENAI_BASE_URL for a local server"
)


def refuse(sentence: Sentence, why: str) -> NotUnderstood:
    """The error that names the sentence, the reason and what would help."""
    return NotUnderstood(sentence.shortened(), f"{why}; {_KEYS}")


_NO_NOUN = re.compile(
    r"\b(?:can|cannot|may|must|should|shall|will|create|build|list|it|they|service|api|system|"
    r"endpoint|response|request|app|application|result|status|state|list|to|that|which|when|if)\b",
    re.IGNORECASE,
)
_JOINED = re.compile(
    r"(?:,\s*(?:and|but|while|whereas)?\s*|\s+(?:and|but|while|whereas)\s+)"
    r"(?=(?:(?:only|an?|the|no|each|every|it|they)\s+)?(?:[\w-]+\s+){0,4}?(?:can|cannot)\b"
    r"(?! be (?:empty|blank|null|omitted|left|missing)))",
    re.IGNORECASE,
)
_JOINS_LEAD = re.compile(
    r"\b(?:can|should|must|may|to|be|supports?|allows?|possible to|offers?|provides?|users)$",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r",?\s+(?:but |and )?(?:only )?(?P<when>if|when(?:ever)?|while|whilst|as long as|so long as|"
    r"provided(?: that)?|as soon as|once(?=\s+(?:it|they|the|an?|paid|\w+ed|\w+ is|\w+ has)\b)|after|"
    r"unless|until|before|except (?:when|if)|where)\s+(?P<rest>.+)$",
    re.IGNORECASE,
)
_NEGATED = re.compile(
    r"\s+(?:any ?more|any longer|again|twice|more than once|at all)$", re.IGNORECASE
)
_BEFORE_STATE = re.compile(
    r"^(?:(?:it|they|that|this|its|their)\b\s*|(?:an?|the) (?:{nouns})\b\s*|(?:{nouns})\b\s*)?"
    r"(?:(?:the )?(?:status|state)\b\s*)?(?:(?:is|are|was|were|has been|have been|being|gets?)\b\s*)?"
    r"(?:(?:still|already|currently)\b\s*)?(?P<not>not(?: yet)?\b\s*)?(?:been\b\s*)?"
    r"(?:in (?:the )?(?:status|state)\b\s*|(?:status|state)\b\s*)?",
    re.IGNORECASE,
)
_ADJECTIVES = frozenset(
    "a an the each every any all single existing individual one given certain particular some new "
    "specific stored no only our this that these those of".split()
)


@dataclass(frozen=True, slots=True)
class _Who:
    """The subject of a clause: a resource, and the states that it is said to be in."""

    subject: Subject
    states: tuple[str, ...] = ()
    negative: bool = False


class _Reader:
    def __init__(self, feature: str, found: tuple[Sentence, ...]) -> None:
        self.feature = feature
        self.all = found
        self.left: list[Sentence] = []
        self.subjects: list[Subject] = []
        self.titles: list[str] = []
        self.excluded: set[tuple[str, str]] = set()
        self.assumptions: list[str] = []
        self.invalid_status: Literal[400, 422] = 422
        self.current: Subject | None = None

    # Who and what: sentences that define resources and their fields.

    def define(self) -> None:
        """Find the resources; what says more than their fields is left for `read`."""
        if not self.all:
            raise NotUnderstood("", f"there is no sentence; {_KEYS}")
        for sentence in self.all:
            if intro := clauses.INTRO.fullmatch(sentence.text):
                self._title(intro["rest"] or "")
            elif sentence.text.startswith("# "):
                self.titles.append(_noun(sentence.text[2:]))
        for sentence in self.all:
            try:
                if not self._defines(sentence):
                    self.left.append(sentence)
            except Unclear as unclear:
                raise refuse(sentence, str(unclear)) from None
        if not self.subjects:
            first = self.all[0]
            raise refuse(first, "no sentence says which fields there are, as in 'An order has …'")
        self.current = self.subjects[0]

    def _title(self, rest: str) -> None:
        head = re.split(
            r" (?:with|where|in which|that|which|whose|having|using|to create)\b|[:(]", rest
        )[0]
        if match := clauses.TITLE.match(head):
            self.titles += [
                _noun(noun) for noun in re.split(r",? and |, | & ", match["nouns"]) if noun.strip()
            ]

    def _defines(self, sentence: Sentence) -> bool:
        text = sentence.text
        if text.startswith("# "):
            return True
        if text.endswith(":"):
            return self._field_lead(text.rstrip(":")) is not None or is_convention(text)
        if is_convention(text):
            return True
        if sentence.lead:
            noun = self._field_lead(sentence.lead)
            if noun is not None:
                self._add_fields(noun, text, sentence)
                return True
        if match := re.fullmatch(
            r"(?:an? )?([\w ]+?)\s*(?:[:=]\s*)?[{(]\s*([\w\"']+\s*:.+)[})]", text
        ):
            self._add_fields(match[1], match[2], sentence)
            return True
        match = clauses.HAS.fullmatch(text)
        if match is None or clauses.INTRO.fullmatch(text):
            return False
        noun, fields = match["noun"], match["fields"]
        if re.fullmatch(
            r"it|they|each(?: one)?|these|this|every one", match["subject"].strip(), re.IGNORECASE
        ):
            noun = self._latest_noun()
        elif len(noun.split()) > 3 or _NO_NOUN.search(noun):
            return False
        if not fields:
            return False
        known = self._known(noun)
        if known and known.draft(noun.split()[-1]):
            return False
        rest = ""
        if joined := re.search(
            r",?\s+(?:and|which|that|,)\s*(?:it |they )?(?=(?:can|cannot|may)\s+(?:only )?be\s+(?!empty|blank|null|omitted|left))",
            fields,
        ):
            fields, rest = fields[: joined.start()], fields[joined.end() :]
        self._add_fields(noun, fields, sentence)
        if rest:
            self.left.append(Sentence(f"it {rest}", sentence.verbatim))
        return True

    def _field_lead(self, lead: str) -> str | None:
        """The noun whose fields the lead announces, None where it announces something else."""
        if match := clauses.FIELDS_LEAD.fullmatch(lead):
            named = match["of"] or match["noun"]
            return named if named else self._latest_noun()
        match = clauses.HAS.fullmatch(f"{lead} ")
        if match and not match["fields"].strip():
            if re.fullmatch(r"it|they|each(?: one)?", match["subject"].strip(), re.IGNORECASE):
                return self._latest_noun()
            if not _NO_NOUN.search(match["noun"]):
                return match["noun"]
        bare = _noun(lead)
        return bare if bare in self.titles or self._known(bare) else None

    def _latest_noun(self) -> str:
        if self.subjects:
            return self.subjects[-1].noun
        if self.titles:
            return self.titles[0]
        return self.feature.replace("-", " ")

    def _known(self, noun: str) -> Subject | None:
        one = _noun(noun)
        for subject in self.subjects:
            if one == subject.noun:
                return subject
        for subject in self.subjects:
            if one in (singular(name) for name in subject.nouns):
                return subject
        return None

    def _add_fields(self, noun: str, text: str, sentence: Sentence) -> None:
        one = _noun(noun)
        subject = self._known(one)
        if subject is None:
            name = identifier(one)
            if name is None or name in _TAKEN or not name.isascii():
                raise Unclear(f"{noun[:60]!r} cannot be the name of a resource")
            subject = Subject(one, sentence)
            self.subjects.append(subject)
        if len(self.subjects) > MOST_RESOURCES:
            raise Unclear(f"more than {MOST_RESOURCES} resources")
        for draft in read_fields(text):
            if draft.name == "id":
                continue  # every resource has one
            if any(other.name == draft.name for other in subject.drafts):
                raise Unclear(f"{draft.words} is described twice")
            subject.drafts.append(draft)

    # What can be done: every other sentence.

    def read(self, sentence: Sentence) -> None:
        """Take the sentence in. Raises NotUnderstood."""
        candidates = [sentence.text]
        if sentence.lead and _JOINS_LEAD.search(sentence.lead):
            candidates.insert(0, f"{sentence.lead} {sentence.text}")
        elif sentence.lead and self._who(sentence.lead) is not None:
            candidates.append(f"{sentence.lead} {sentence.text}")
        why = ""
        for text in candidates:
            try:
                for clause in _clauses(text):
                    self._clause(clause, sentence)
                return
            except Unclear as unclear:
                why = why or str(unclear)
        raise refuse(sentence, why)

    def _clause(self, text: str, sentence: Sentence) -> None:
        if text.endswith(":") or is_convention(text):
            if text.endswith(":") and not (_JOINS_LEAD.search(text[:-1]) or self._lead(text[:-1])):
                raise Unclear("it introduces nothing that is known")
            return
        if wants_bad_request(text):
            self.invalid_status = 400
            return
        for form in (
            self._intro,
            self._route,
            self._uniqueness,
            self._every_field,
            self._comes_after,
            self._list_is,
            self._moves,
            self._sets,
            self._starts,
            self._can,
            self._field_rule,
            self._offers,
            self._imperative,
        ):
            if form(text, sentence):
                return
        raise Unclear("no rule reads such a sentence")

    def _lead(self, text: str) -> bool:
        return (
            self._field_lead(text) is not None or is_convention(text) or self._who(text) is not None
        )

    def _intro(self, text: str, sentence: Sentence) -> bool:
        match = clauses.INTRO.fullmatch(text)
        if match is None:
            return False
        rest = (match["rest"] or "").strip()
        if not rest:
            return True
        head, joint, more = _partition(rest)
        if head:
            title = clauses.TITLE.fullmatch(" " + head)
            if title is None:
                doing = re.match(r"(?:to|that can|which can|for) (.+)", rest)
                if doing is None:
                    return False
                self._do(doing[1], _Who(self._about(doing[1])), sentence)
                return True
            for noun in re.split(r",? and |, | & ", title["nouns"]):
                if noun.strip() and len(noun.split()) > 4:
                    raise Unclear(f"{noun.strip()!r}")
            several = [n for n in re.split(r",? and |, | & ", title["nouns"]) if n.strip()]
            if len(several) > 1:
                missing = [n for n in several if self._known(n) is None]
                if missing:
                    raise Unclear(f"no sentence says which fields {missing[0]} have")
        if not more:
            return True
        if is_convention(more) or is_convention(f"{joint} {more}"):
            return True
        self._do(more, _Who(self._about(more)), sentence)
        return True

    def _about(self, text: str) -> Subject:
        """The resource that a text without a subject is about."""
        for subject in self.subjects:
            for noun in subject.nouns:
                if re.search(rf"\b{re.escape(noun)}\b", text, re.IGNORECASE):
                    self.current = subject
                    return subject
        assert self.current is not None  # define() has found one
        return self.current

    def _route(self, text: str, sentence: Sentence) -> bool:
        match = clauses.ROUTE.fullmatch(text)
        if match is None:
            return False
        parts = [part for part in match["path"].strip("/").split("/") if part]
        subject = self._known(parts[0].replace("-", " ").replace("_", " ")) if parts else None
        if parts == ["health"]:
            return True
        if subject is None:
            raise Unclear(f"{match['path']} belongs to no resource")
        single = len(parts) == 2 and re.fullmatch(r"[{<:].*", parts[1])
        method = match["method"].upper()
        if len(parts) == 3 and method == "POST" and (verb := verb_of(parts[2])):
            self._change(subject, verb, parts[2] if parts[2] != verb else "", sentence)
        elif single and method in ("GET", "PUT", "PATCH", "DELETE"):
            one: dict[str, Operation] = {"GET": "get", "DELETE": "delete"}
            subject.operations.add(one.get(method, "update"))
        elif len(parts) == 1 and method in ("GET", "POST"):
            subject.operations.add("list" if method == "GET" else "create")
            for name in re.findall(r"([\w-]+)=", match["query"] or ""):
                self._take(Filters((name,)), _Who(subject), sentence)
        else:
            raise Unclear(f"{method} {match['path']} is no route of the usual kind")
        what = match["what"].strip(" .-")
        if what and not re.match(r"(?:returns?|gives?|answers?) ", what):
            try:
                for doing in read_doings(what, subject.nouns, subject.called):
                    self._take(doing, _Who(subject), sentence)
            except Unclear:
                if not re.fullmatch(
                    r"[\w ,]*\b(?:create|creates|list|lists|fetch|get|update|delete|one|all|by)\b[\w ,]*",
                    what,
                ):
                    raise
        return True

    def _uniqueness(self, text: str, sentence: Sentence) -> bool:
        match = clauses.SAME.fullmatch(text)
        if match is None:
            return False
        words = match["field"] or match["field2"] or match["field3"]
        noun = match["noun"] or match["noun2"]
        subject = self._known(noun) if noun else self.current
        draft = subject.draft(words) if subject else None
        if draft is None:
            return False
        draft.unique = True
        return True

    def _every_field(self, text: str, sentence: Sentence) -> bool:
        match = clauses.EVERY_FIELD.fullmatch(text)
        if match is None or self.current is None:
            return False
        optional = match["rest"].lower() == "optional"
        for draft in self.current.drafts:
            if optional:
                draft.optional = draft.optional or (not draft.required and draft.default is None)
            elif draft.optional and "other" not in text.lower():
                raise Unclear(f"{draft.words} was said to be optional")
        return True

    def _comes_after(self, text: str, sentence: Sentence) -> bool:
        match = clauses.COMES_AFTER.fullmatch(text)
        if match is None:
            return False
        for subject in self._candidates():
            later, earlier = subject.draft(match["later"]), subject.draft(match["earlier"])
            if later is None or earlier is None or later is earlier:
                continue
            how = match["how"].lower().replace("be ", "")
            negative = bool(match["not"]) or bool(re.search(r"cannot|may not|must not|never", text))
            swapped = how in (
                "before",
                "earlier than",
                "less than",
                "on or before",
                "at most",
                "not after",
                "not later than",
                "not greater than",
                "not more than",
            )
            strict = how in (
                "after",
                "later than",
                "before",
                "earlier than",
                "greater than",
                "more than",
                "larger than",
                "less than",
            )
            if how == "exceed":
                swapped, strict, negative = True, False, False
            if negative:
                swapped, strict = not swapped, not strict
            pair = (later.name, earlier.name) if swapped else (earlier.name, later.name)
            subject.orders.append(Order(*pair, strict))
            return True
        return False

    def _candidates(self) -> list[Subject]:
        rest = [subject for subject in self.subjects if subject is not self.current]
        return [*([self.current] if self.current else []), *rest]

    def _list_is(self, text: str, sentence: Sentence) -> bool:
        match = clauses.LIST_IS.fullmatch(text)
        if match is None:
            return False
        subject = self._known(match["noun"]) if match["noun"] else self._about(text)
        if subject is None:
            return False
        try:
            doings = read_doings(match["rest"], subject.nouns, subject.called)
        except Unclear:
            return False
        if not all(
            isinstance(d, (Filters, Searches, Sorts, Pages)) or d == Does("list") for d in doings
        ):
            return False
        for doing in doings:
            self._take(doing, _Who(subject), sentence)
        return True

    def _moves(self, text: str, sentence: Sentence) -> bool:
        match = clauses.MOVES.fullmatch(text)
        if match is None or self.current is None:
            return False
        place: list[str] = []
        for piece in re.split(r"\b(?=from |to )", match["moves"]):
            word = re.sub(r"[\s,]*(?:and|then|or|,)*[\s,]*$", "", piece.strip())
            kind, _, states = word.partition(" ")
            names = [s.strip(" \"'") for s in re.split(r",| or ", states) if s.strip()]
            if kind == "from":
                place = names
                continue
            if not place or not names:
                raise Unclear(f"{piece!r}")
            for name in names:
                change = self._change(self.current, _leading_to(name), name, sentence)
                change.to = name
                change.sources.append(place)
            place = names
        return True

    def _sets(self, text: str, sentence: Sentence) -> bool:
        match = clauses.SETS.fullmatch(text)
        verb = verb_of(match["verb"]) if match else None
        if match is None or verb is None:
            return False
        who = self._who(match["subject"]) or _Who(self._about(text))
        change = self._change(who.subject, verb, "", sentence)
        change.to = match["to"].strip("\"' ")
        if who.states:
            change.sources.append(list(who.states))
        return True

    def _starts(self, text: str, sentence: Sentence) -> bool:
        match = clauses.STARTS.fullmatch(text)
        if match is None:
            return False
        noun = match["noun"] or match["noun2"]
        subject = self._known(noun) if noun else self.current
        if subject is None:
            return False
        state = match["state"].strip("\"' ")
        for draft in subject.drafts:
            if state.lower() in (choice.lower() for choice in draft.choices):
                draft.default = state
                return True
            if draft.words == re.sub(r"^not ", "", state.lower()):
                if draft.type not in (None, "boolean"):
                    return False
                draft.type, draft.default = (
                    "boolean",
                    str(not state.lower().startswith("not ")).lower(),
                )
                return True
        return False

    def _can(self, text: str, sentence: Sentence) -> bool:
        match = clauses.CAN.fullmatch(text)
        if match is None:
            return False
        subject_text, rest = match["subject"], match["rest"]
        passive = bool(re.search(r"\bbe (?:able to )?$", text[: match.start("rest")]))
        who = self._who(subject_text)
        if who is None or (not passive and clauses.ACTORS.fullmatch(subject_text)):
            if not clauses.ACTORS.fullmatch(subject_text):
                return False
            if match["verb"].lower() in (
                "must",
                "should",
                "shall",
                "will",
            ) and clauses.OFFERS.fullmatch(text):
                return False
            who = _Who(self._about(rest if not passive else text))
        elif not passive and match["verb"].lower() in ("must", "should", "shall", "will"):
            return False
        negative = who.negative or match["verb"].lower() == "cannot" or bool(match["negative"])
        only = bool(match["only"] or "only" in text[: match.start("rest")].lower().split())
        self.current = who.subject
        self._do(rest, who, sentence, negative=negative, only=only)
        return True

    def _offers(self, text: str, sentence: Sentence) -> bool:
        match = clauses.OFFERS.fullmatch(text)
        if match is None:
            return False
        self._do(match["rest"], _Who(self._about(match["rest"])), sentence)
        return True

    def _imperative(self, text: str, sentence: Sentence) -> bool:
        self._do(text, _Who(self._about(text)), sentence)
        return True

    def _field_rule(self, text: str, sentence: Sentence) -> bool:
        match = clauses.RULE.fullmatch(text)
        if match is None:
            return False
        for subject in self._candidates():
            names = re.split(r",\s*(?:and )?|\s+and\s+", match["fields"])
            drafts = [subject.draft(re.sub(r"^(?:the|its|an?|their) ", "", name)) for name in names]
            found = [draft for draft in drafts if draft is not None]
            if len(found) < len(drafts):
                continue
            rest = re.sub(r"\bcannot\b", "must not", match["rest"])
            rest = re.sub(r"\b(must|may|should) not exceed\b", "at most", rest)
            rest = re.sub(r"\bnot be\b", "not", rest)
            rest = re.sub(
                r"^(?:must|should|shall|has to|needs to|is|are|will) (?:all |both |each )?(?:be )?",
                "",
                rest,
            )
            for draft in found:
                read_hints(draft, rest)
            return True
        return False

    def _who(self, text: str) -> _Who | None:
        """The resource and states that the words name."""
        words = text.strip().strip("\"'")
        if re.fullmatch(r"it|they|each|one|these|this|those", words, re.IGNORECASE):
            return _Who(self.current) if self.current else None
        for subject in self.subjects:
            for noun in subject.nouns:
                match = re.fullmatch(
                    rf"(?P<before>.*?)\b{re.escape(noun)}\b(?P<after>.*)", words, re.IGNORECASE
                )
                if match is None:
                    continue
                before = [w for w in match["before"].lower().split() if w not in _ADJECTIVES]
                after = match["after"].strip()
                states = _words(" ".join(before))
                if after:
                    relative = re.fullmatch(r"(?:that|which|who|in)\b(.*)", after, re.IGNORECASE)
                    if relative is None:
                        continue
                    stripped, negated = self._states(
                        after if after.startswith("in") else relative[1], subject
                    )
                    if negated:
                        return None
                    states += stripped
                negative = bool(re.match(r"no\b", words, re.IGNORECASE))
                return _Who(subject, tuple(states), negative)
        return None

    def _states(self, text: str, subject: Subject) -> tuple[list[str], bool]:
        """The states that a condition names, and whether it negates them."""
        nouns = "|".join(map(re.escape, subject.nouns))
        pattern = _BEFORE_STATE.pattern.replace("{nouns}", nouns)
        match = re.match(pattern, text.strip(), re.IGNORECASE)
        assert match is not None  # every part of the pattern is optional
        states = _words(text.strip()[match.end() :])
        if not states:
            raise Unclear(f"{text!r} names no state")
        return states, bool(match["not"])

    def _do(
        self, text: str, who: _Who, sentence: Sentence, negative: bool = False, only: bool = False
    ) -> None:
        """Take in a list of verb phrases, with the condition that may follow it."""
        if negative:
            text = _NEGATED.sub("", text)
        condition = _CONDITION.search(text)
        if condition and not re.search(r"\bby\b.*\bwhere\b", text):
            text = text[: condition.start()]
        else:
            condition = None
        states = [choice for d in who.subject.drafts for choice in d.choices]
        flags = [d.words for d in who.subject.drafts if d.type == "boolean"]
        del states, flags
        doings = read_doings(text, who.subject.nouns, who.subject.called)
        changes = [doing for doing in doings if isinstance(doing, Changes)]
        for doing in doings:
            bound = condition is not None and (len(changes) == len(doings) or doing is doings[-1])
            self._take(doing, who, sentence, negative, only, condition if bound else None)

    def _take(
        self,
        doing: Doing,
        who: _Who,
        sentence: Sentence,
        negative: bool = False,
        only: bool = False,
        condition: re.Match[str] | None = None,
    ) -> None:
        subject = who.subject
        if isinstance(doing, Changes):
            self._take_change(doing, who, sentence, negative, only, condition)
            return
        if isinstance(doing, Does):
            self._take_operation(doing.operation, who, sentence, negative, condition)
            return
        if negative or who.states or condition:
            raise Unclear("a list has no state")
        subject.operations.add("list")
        if isinstance(doing, (Filters, Searches)):
            for name in doing.fields:
                draft = subject.draft(name)
                if draft is None:
                    raise Unclear(f"no field is called {name!r}")
                into = subject.filters if isinstance(doing, Filters) else subject.searches
                if draft.name not in into:
                    into.append(draft.name)
        elif isinstance(doing, Sorts):
            draft = subject.draft(doing.field) if doing.field else None
            if doing.field and draft is None:
                raise Unclear(f"no field is called {doing.field!r}")
            subject.sorting = Sorting(draft.name if draft else "", doing.descending)
        else:
            subject.paging = doing.paging

    def _take_operation(
        self,
        operation: Operation,
        who: _Who,
        sentence: Sentence,
        negative: bool,
        condition: re.Match[str] | None,
    ) -> None:
        subject = who.subject
        states, unless = list(who.states), not negative
        if condition:
            named, negated = self._states(condition["rest"], subject)
            if states:
                raise Unclear("two conditions at once")
            states = named
            turned = condition["when"].lower() in (
                "unless",
                "until",
                "before",
                "except when",
                "except if",
            )
            unless = (not negative) ^ turned ^ negated
        if not states:
            if negative:
                self.excluded.add((subject.noun, operation))
            else:
                subject.operations.add(operation)
            return
        if operation not in ("update", "delete"):
            raise Unclear(f"whether one can {operation} it cannot depend on a state")
        subject.operations.add(operation)
        subject.bans.append(
            Ban("update" if operation == "update" else "delete", states, sentence, unless)
        )

    def _take_change(
        self,
        doing: Changes,
        who: _Who,
        sentence: Sentence,
        negative: bool,
        only: bool,
        condition: re.Match[str] | None,
    ) -> None:
        change = self._change(who.subject, doing.verb, doing.done, sentence)
        if not re.fullmatch(clauses.ONCE, doing.rest) and doing.rest:
            raise Unclear(f"{doing.rest!r}")
        if who.states:
            (change.never if negative else change.only if only else change.sources).append(
                list(who.states)
            )
        if condition is None:
            return
        states, negated = self._states(condition["rest"], who.subject)
        if states == [doing.done]:
            return
        when = condition["when"].lower()
        if when in ("before", "until") and not negative:
            change.earlier_than += states
            return
        turned = when in ("unless", "until", "before", "except when", "except if")
        (change.never if negative ^ turned ^ negated else change.only).append(states)

    def _change(self, subject: Subject, verb: str, done: str, sentence: Sentence) -> Change:
        from assistant.providers.offline.reading.words import participle

        change = subject.changes.get(verb)
        if change is None:
            change = subject.changes[verb] = Change(verb, done or participle(verb), sentence)
        return change

    # The whole.

    def finish(self) -> Api:
        """Everything that was read, checked against each other."""
        resources = tuple(self._resource(subject) for subject in self.subjects)
        return Api(self.feature, resources, tuple(self.assumptions), self.invalid_status)

    def _resource(self, subject: Subject) -> Resource:
        try:
            return self._checked(subject)
        except Unclear as unclear:
            raise refuse(unclear.sentence or subject.defined, str(unclear)) from None

    def _checked(self, subject: Subject) -> Resource:
        fields = [draft.finished() for draft in subject.drafts]
        self.assumptions += [draft.assumed for draft in subject.drafts if draft.assumed]
        life = resolve(fields, list(subject.changes.values()), subject.bans)
        self.assumptions += life.assumptions
        name = identifier(subject.noun)
        many = identifier(plural(subject.noun))
        assert name is not None and many is not None  # checked when it was defined
        if many == name or many in _TAKEN:
            many = f"{name}_list"
        resource = Resource(
            name=name,
            plural=many,
            fields=life.fields,
            operations=self._operations(subject),
            filters=tuple(subject.filters),
            searches=tuple(subject.searches),
            paging=subject.paging,
            sorting=subject.sorting,
            transitions=life.transitions,
            guards=life.guards,
            orders=tuple(subject.orders),
            state=life.state,
            entries=life.entries,
        )
        _check(resource)
        return resource

    def _operations(self, subject: Subject) -> tuple[Operation, ...]:
        wanted = set(subject.operations)
        excluded = {op for noun, op in self.excluded if noun == subject.noun}
        many = plural(subject.noun)
        if wanted & excluded:
            raise Unclear(f"{many} can and cannot be {sorted(wanted & excluded)[0]}d")
        if not wanted - {"list"} and not (wanted and subject.changes):
            wanted |= set(_ALL) - excluded
            self.assumptions.append(f"{many} can be {_spoken(wanted)}, as nothing else was said")
        elif "create" not in wanted:
            wanted.add("create")
            self.assumptions.append(f"{many} can be created, as there would be none otherwise")
        return tuple(operation for operation in _ALL if operation in wanted)


def _spoken(operations: set[Operation]) -> str:
    done = {
        "create": "created",
        "get": "fetched",
        "list": "listed",
        "update": "updated",
        "delete": "deleted",
    }
    return ", ".join(done[operation] for operation in _ALL if operation in operations)


def _noun(words: str) -> str:
    """The noun of a title or a subject, in the singular."""
    text = re.sub(r"[^\w\s-]", " ", words).lower()
    text = re.sub(r"^\s*(?:an?|the|each|every|our|all|any|single|new|one|my|simple)\s+", "", text)
    text = re.sub(
        r"\s+(?:api|service|management|resource|model|app|object|entity|record)$", "", text.strip()
    )
    return singular(" ".join(text.split()))


def _words(text: str) -> list[str]:
    """``open or paid`` → both."""
    return [
        w.strip(" \"'") for w in re.split(r",\s*(?:or|and)?\s*|\s+(?:or|and)\s+", text) if w.strip()
    ]


def _partition(rest: str) -> tuple[str, str, str]:
    """``for orders with CRUD`` → ``for orders``, ``with``, ``CRUD``."""
    match = re.search(
        r"(?:^|\s)(with|using|that supports?|which supports?|supporting|offering|including|having)\s",
        rest,
    )
    if match is None:
        return rest, "", ""
    return rest[: match.start()].strip(), match[1], rest[match.end() :]


def _clauses(text: str) -> list[str]:
    parts = [part for part in _JOINED.split(text) if part.strip()]
    return [
        part if not re.match(r"can(?:not)?\b", part, re.IGNORECASE) else f"it {part}"
        for part in parts
    ]


def _leading_to(state: str) -> str:
    verb = verb_of(state.split()[0]) or {
        "done": "complete",
        "in progress": "start",
        "active": "activate",
        "open": "reopen",
        "inactive": "deactivate",
        "running": "start",
    }.get(state.lower().replace("_", " "))
    if verb is None:
        raise Unclear(f"no verb is known that makes something {state!r}")
    return verb


def _check(resource: Resource) -> None:
    """What the readers cannot see sentence by sentence."""
    names = {field.name for field in resource.fields}
    if not resource.given:
        raise Unclear("a client could set no field")
    for name in resource.filters:
        _check_filter(resource, resource.field(name))
    for name in resource.searches:
        if resource.field(name).type not in TEXTUAL or resource.field(name).choices:
            raise Unclear(f"{name} is no text that could be searched")
        if name in resource.filters:
            raise Unclear(f"{name} is filtered and searched at once")
    if resource.sorting.field:
        by = resource.field(resource.sorting.field)
        if by.optional or by.type in ("boolean", "texts"):
            raise Unclear(f"a list cannot be sorted by {by.words}, which may be missing")
    for field_ in resource.fields:
        _check_field(field_)
    for order in resource.orders:
        first, second = resource.field(order.earlier), resource.field(order.later)
        if first.type != second.type or first.type not in ("date", "datetime", "whole", "decimal"):
            raise Unclear(f"{first.words} and {second.words} cannot be compared")
        if first.upper or second.upper or first.default is not None or second.default is not None:
            raise Unclear(f"{first.words} and {second.words} are bounded, and compared as well")
    assert len(names) == len(resource.fields)  # lifecycles add no name twice
    _check_reachable(resource)


def _check_filter(resource: Resource, by: Field) -> None:
    if by.type in ("texts", "datetime"):
        raise Unclear(f"a list cannot be filtered by {by.words}")
    if by.attribute in (
        resource.name,
        resource.plural,
        "self",
        "limit",
        "offset",
        "end",
        "response",
    ):
        raise Unclear(f"a filter cannot be called {by.name}")


def _check_field(own: Field) -> None:
    if own.unique and (own.type == "boolean" or (own.choices and len(own.choices) < 3)):
        raise Unclear(f"{own.words} has too few values to be unique")
    if own.unique and own.type == "texts":
        raise Unclear("a list cannot be unique")
    if own.upper and own.upper.value < {"email": 20, "url": 30, "uuid": 10**9}.get(own.type, 0):
        raise Unclear(f"{own.words} is too short for its type")
    if own.lower and own.type in ("email", "url", "uuid") and own.lower.value > 10:
        raise Unclear(f"{own.words} is too long for its type")
    if (
        own.unique
        and own.lower
        and own.upper
        and own.upper.value - own.lower.value < 2
        and own.type == "whole"
    ):
        raise Unclear(f"{own.words} has too few values to be unique")


def _check_reachable(resource: Resource) -> None:
    from assistant.providers.offline.spec import Condition

    for transition in resource.transitions:
        if path(resource, transition.requires) is None:
            raise Unclear(f"{resource.words} can never be {transition.done}: no state allows it")
    if resource.state:
        for choice in resource.field(resource.state).choices:
            if path(resource, [Condition(resource.state, (choice,))]) is None:
                raise Unclear(f"nothing makes {resource.words} {choice}")
