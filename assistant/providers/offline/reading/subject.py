"""What is known while requirements are read: resources, who is spoken of, what was assumed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from assistant.errors import NotUnderstood
from assistant.providers.offline.reading.derived import Ban
from assistant.providers.offline.reading.draft import Draft
from assistant.providers.offline.reading.sentences import Sentence
from assistant.providers.offline.reading.states import Change
from assistant.providers.offline.reading.unclear import Unclear
from assistant.providers.offline.reading.words import identifier, participle, plural, singular
from assistant.providers.offline.spec import Operation, Order, Paging, Sorting

KEYS = (
    "a model would understand it: set OPENAI_API_KEY, GOOGLE_API_KEY, ANTHROPIC_API_KEY or "
    "GLM_API_KEY, or OPENAI_BASE_URL for a local server"
)


def refuse(sentence: str, why: str) -> NotUnderstood:
    """The error that names the sentence, the reason and what would help."""
    return NotUnderstood(sentence, f"{why}; {KEYS}")


@dataclass(slots=True)
class Subject:
    """One resource while its sentences are read."""

    noun: str
    defined: Sentence
    drafts: list[Draft] = field(default_factory=list)
    operations: set[Operation] = field(default_factory=set)
    excluded: set[Operation] = field(default_factory=set)
    filters: list[str] = field(default_factory=list)
    searches: list[str] = field(default_factory=list)
    paging: Paging | None = None
    sorting: Sorting = field(default_factory=Sorting)
    changes: dict[str, Change] = field(default_factory=dict)
    bans: list[Ban] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    initial: str = ""
    always: bool = False

    @property
    def nouns(self) -> list[str]:
        """What it may be called: ``inventory items``, ``inventory item``, ``items``, ``item``."""
        last = self.noun.split()[-1]
        return list(dict.fromkeys([plural(self.noun), self.noun, plural(last), last]))

    @property
    def called(self) -> list[str]:
        """What its fields may be called."""
        return [name for draft in self.drafts for name in dict.fromkeys((draft.words, draft.name))]

    def draft(self, words: str) -> Draft | None:
        """The field that the words name, in the singular or the plural."""
        name = identifier(words)
        if name is None:
            return None
        spoken = name.replace("_", " ")
        for draft in self.drafts:
            if name == draft.name or spoken in (draft.words, plural(draft.words)):
                return draft
        return None

    def change(self, verb: str, done: str, sentence: Sentence) -> Change:
        """The state change of this verb, new where it was not spoken of before."""
        if verb not in self.changes:
            self.changes[verb] = Change(verb, done or participle(verb), sentence)
        return self.changes[verb]


@dataclass(frozen=True, slots=True)
class Who:
    """The subject of a clause: resources, and the states that they are said to be in."""

    subjects: tuple[Subject, ...]
    states: tuple[str, ...] = ()
    negative: bool = False


_ADJECTIVES = frozenset({
    "a", "an", "the", "each", "every", "any", "all", "single", "existing", "individual",
    "one", "given", "certain", "particular", "some", "new", "specific", "stored", "no",
    "only", "our", "this", "that", "these", "those", "of", "both",
})  # fmt: skip
_PRONOUN = re.compile(r"it|they|each|one|these|this|those|each of them", re.IGNORECASE)
_CONDITION_HEAD = (
    r"(?:(?:it|they|that|this|its|their)\b\s*|(?:an?|the|its|their)?\s*(?:{nouns})\b\s*)?"
    r"(?:(?:the )?(?:{fields}|status|state)\b\s*)?"
    r"(?:(?:is|are|was|were|has been|have been|being|gets?)\b\s*)?"
    r"(?:(?:still|already|currently)\b\s*)?(?P<not>not(?: yet)?\b\s*)?(?:been\b\s*)?"
    r"(?:in (?:the )?(?:status|state)\b\s*|(?:status|state)\b\s*)?(?:an?\s+)?"
)


@dataclass(slots=True)
class Context:
    """Everything that was read so far.

    Attributes:
        titles: nouns of headings and of "an API for …", singular.
        current: the resource that pronouns mean.
        latest: the field that the sentence before was about, which "it" may mean as well.
    """

    feature: str
    subjects: list[Subject] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)
    invalid_status: Literal[400, 422] = 422
    current: Subject | None = None
    latest: Draft | None = None

    def latest_noun(self) -> str:
        """The noun that a definition without one is about."""
        if self.subjects:
            return self.subjects[-1].noun
        return self.titles[0] if self.titles else noun_of(self.feature.replace("-", " "))

    def known(self, noun: str) -> Subject | None:
        """The resource of this name; its last word is enough."""
        one = noun_of(noun)
        for subject in self.subjects:
            if one == subject.noun:
                return subject
        for subject in self.subjects:
            if one in map(singular, subject.nouns):
                return subject
        return None

    def about(self, text: str) -> Subject:
        """The resource that a text without a subject is about."""
        for subject in self.subjects:
            for noun in subject.nouns:
                if re.search(rf"\b{re.escape(noun)}\b", text, re.IGNORECASE):
                    self.current = subject
                    return subject
        if self.current is None:
            raise Unclear("it names no resource")
        return self.current

    def candidates(self) -> list[Subject]:
        """All resources, the current one first."""
        first = [self.current] if self.current else []
        return [*first, *(subject for subject in self.subjects if subject is not self.current)]

    def who(self, text: str) -> Who | None:
        """The resources and the states that the words name, None where they name no resource."""
        words = text.strip().strip("\"'")
        if _PRONOUN.fullmatch(words):
            return Who((self.current,)) if self.current else None
        parts = [part for part in re.split(r",\s*|\s+and\s+", words) if part]
        several = [self.known(part) for part in parts]
        if len(parts) > 1 and all(several):
            return Who(tuple(subject for subject in several if subject))
        for subject in self.subjects:
            for noun in subject.nouns:
                match = re.fullmatch(rf"(.*?)\b{re.escape(noun)}\b(.*)", words, re.IGNORECASE)
                found = self._described(subject, match[1], match[2]) if match else None
                if found:
                    return found
        return None

    def _described(self, subject: Subject, before: str, after: str) -> Who | None:
        """A noun with the states around it: ``an open order``, ``orders that are open``."""
        choices = {choice.lower() for draft in subject.drafts for choice in draft.choices}
        choices.add(subject.initial)
        adjectives = [w for w in before.lower().split() if w not in _ADJECTIVES - choices]
        states = spoken_list(" ".join(adjectives))
        if after.strip():
            relative = re.fullmatch(
                r"\s*(?:(?:that|which|who)\b(.*)|(in\b.*))", after, re.IGNORECASE
            )
            if relative is None:
                return None
            named, negated = self.states(relative[1] or relative[2], subject)
            if negated:
                return None
            states += named
        negative = bool(re.match(r"no\b", before, re.IGNORECASE))
        return Who((subject,), tuple(states), negative)

    def states(self, text: str, subject: Subject) -> tuple[list[str], bool]:
        """The states that a condition names, and whether it negates them."""
        pattern = _CONDITION_HEAD.replace("{nouns}", "|".join(map(re.escape, subject.nouns)))
        pattern = pattern.replace("{fields}", "|".join(map(re.escape, subject.called)))
        plain = text.strip()
        match = re.match(pattern, plain, re.IGNORECASE)
        states = spoken_list(plain[match.end() :] if match else plain)
        if match and not states and match.group().strip():
            # The head took the state itself, as in "if done" with a field called done.
            states = spoken_list(re.sub(r"^(?:(?:it|they|is|are|not)\b\s*)+", "", plain))
        if not states:
            raise Unclear(f"{text!r} names no state")
        return states, bool(match and match["not"])


def noun_of(words: str) -> str:
    """The noun of a title or a subject, in the singular and without what surrounds it."""
    text = re.sub(r"[^\w\s-]", " ", words).lower()
    text = re.sub(
        r"^\s*(?:an?|the|each|every|our|all|any|single|new|one|my|simple|some|both)\s+", "", text
    )
    text = re.sub(
        r"\s+(?:api|service|management|resource|model|app|object|entity|record)$", "", text.strip()
    )
    return singular(" ".join(text.split()))


def spoken_list(text: str) -> list[str]:
    """``open or paid`` → both."""
    parts = re.split(r",\s*(?:or\b|and\b)?\s*|(?:^|\s+)(?:or|and)\s+", text)
    return [part.strip(" \"'") for part in parts if part.strip(" \"'")]
