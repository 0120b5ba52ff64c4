"""A field while its description is read: what is known so far, and how it becomes a Field."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from assistant.providers.offline.reading.unclear import Unclear
from assistant.providers.offline.reading.values import BOOLEANS, default_of, number
from assistant.providers.offline.reading.words import identifier, singular
from assistant.providers.offline.spec import (
    NUMERIC,
    TEXTUAL,
    Alphabet,
    Bound,
    Field,
    Type,
    Value,
)

MOST_CHOICES = 50
LONGEST_CHOICE = 60
LARGEST_LENGTH = 100_000

# The type of a field that is only named; the last word of the name decides.
_BY_NAME: tuple[tuple[Type, str], ...] = (
    ("email", r"e-?mail(?: address)?"),
    ("url", r"url|link|website|web ?site|homepage|web address|uri"),
    ("uuid", r"uuid|guid"),
    (
        "whole",
        r"quantity|qty|count|age|stock|pages?|seats?|year|capacity|rank|points|"
        r"number of .+|.+ count|duration|minutes|seconds|hours|days|stars|guests|copies|"
        r"amount of .+|floor|attendees|participants",
    ),
    (
        "decimal",
        r"price|amount|total|cost|balance|fee|salary|weight|height|width|length|temperature|"
        r"latitude|longitude|discount|tax|subtotal|sum|budget|percentage|distance|rate|fare",
    ),
    ("datetime", r".+ at|timestamp|date ?time|(?:start|end|departure|arrival|begin)(?:ning)? time"),
    ("date", r"date|.+ date|date of .+|birthday|day|deadline|due|.+ day|.+ on|check-?(?:in|out)"),
    (
        "boolean",
        r"(?:is|has|can|was) .+|done|active|completed|enabled|disabled|published|archived|"
        r"verified|available|in stock|finished|paid|public|private|.+ flag",
    ),
    ("texts", r"tags|labels|keywords|categories|ingredients|skills|genres|authors"),
)

# Plurals that are one text all the same.
_PLURAL_TEXT = re.compile(
    r"(?:notes|instructions|details|comments|contents|remarks|terms|directions|conditions|news|"
    r"lyrics|status|address|series)$"
)


@dataclass(slots=True)
class Draft:
    """What is known of a field. Bounds wait until it is known what they bound."""

    name: str
    words: str
    type: Type | None = None
    lower: Bound | None = None
    upper: Bound | None = None
    length: bool = False
    choices: tuple[str, ...] = ()
    default: str | None = None
    optional: bool = False
    required: bool = False
    unique: bool = False
    blank: bool | None = None
    alphabet: Alphabet = ""
    places: int | None = None
    filled: bool = False
    assumed: str = ""

    @classmethod
    def named(cls, words: str) -> Draft:
        name = identifier(words)
        if name is None:
            raise Unclear(f"{words[:60]!r} cannot be the name of a field")
        return cls(name, name.replace("_", " "))

    def set_type(self, kind: Type) -> None:
        if self.type is not None and self.type != kind:
            raise Unclear(f"{self.words} cannot be {self.type} and {kind} at once")
        self.type = kind

    def set_lower(self, text: str, inclusive: bool = True) -> None:
        if self.lower is not None and self.lower != Bound(number(text), inclusive):
            raise Unclear(f"{self.words} has two lower bounds")
        self.lower = Bound(number(text), inclusive)

    def set_upper(self, text: str, inclusive: bool = True) -> None:
        if self.upper is not None and self.upper != Bound(number(text), inclusive):
            raise Unclear(f"{self.words} has two upper bounds")
        self.upper = Bound(number(text), inclusive)

    def set_choices(self, choices: list[str]) -> None:
        """Choices are texts; consecutive whole numbers become a range."""
        if self.choices or len(set(choices)) != len(choices):
            raise Unclear(f"the choices of {self.words} are given twice")
        if len(choices) > MOST_CHOICES or any(len(c) > LONGEST_CHOICE for c in choices):
            raise Unclear(f"{self.words} has too many or too long choices")
        if all(re.fullmatch(r"-?\d{1,9}", choice) for choice in choices):
            numbers = sorted(int(choice) for choice in choices)
            if numbers != list(range(numbers[0], numbers[-1] + 1)):
                raise Unclear(f"the numbers that {self.words} may be have gaps")
            self.set_type("whole")
            self.set_lower(str(numbers[0]))
            self.set_upper(str(numbers[-1]))
            return
        self.set_type("text")
        self.choices = tuple(choices)

    def finished(self) -> Field:
        """The field, with everything checked against everything else."""
        kind = self._decided_type()
        if self.optional and self.required:
            raise Unclear(f"{self.words} cannot be optional and required at once")
        lower, upper = self._bounds(kind)
        if self.alphabet and kind != "text":
            raise Unclear(f"{self.words} is no text, so it has no characters")
        if self.places is not None and kind != "decimal":
            raise Unclear(f"{self.words} is no decimal number, so it has no decimal places")
        blank = bool(self.blank)
        if blank and kind not in ("text", "texts"):
            blank, self.optional = False, True
        field = Field(
            name=self.name,
            words=self.words,
            type=kind,
            lower=lower,
            upper=upper,
            choices=self.choices,
            optional=self.optional,
            unique=self.unique,
            blank=blank,
            alphabet=self.alphabet,
            places=self.places,
            filled=self._filled(kind),
        )
        return self._with_default(field)

    def _filled(self, kind: Type) -> Literal["", "created", "changed"]:
        """Whether the server sets it, and when."""
        changed = re.match(r"(?:last )?(?:updated|modified|changed|edited)\b", self.words)
        created = re.match(r"creat(?:ed|ion)\b", self.words)
        if not self.filled and not (kind == "datetime" and (created or changed)):
            return ""
        if kind != "datetime":
            raise Unclear(f"only times can be set by the server, and {self.words} is none")
        if self.optional or self.unique or self.default is not None:
            raise Unclear(f"{self.words} is set by the server, so nothing more can be said of it")
        if not self.filled:
            self.assumed = f"{self.words} is set by the server"
        return "changed" if changed else "created"

    def _decided_type(self) -> Type:
        if self.type is not None:
            return self.type
        for kind, pattern in _BY_NAME:
            if re.fullmatch(pattern, self.words):
                if self.length and kind not in TEXTUAL and kind != "texts":
                    break
                self.assumed = f"{self.words} is taken as {_SPOKEN[kind]}"
                return kind
        if self.default is not None and self.default.lower() in BOOLEANS:
            return "boolean"
        bounds = [bound for bound in (self.lower, self.upper) if bound]
        if bounds and not self.length:
            # "0.0 to 5.0" says that there are fractions, though none of the bounds has one.
            whole = all(int(b.value.as_tuple().exponent) >= 0 and b.inclusive for b in bounds)
            self.assumed = f"{self.words} is taken as {_SPOKEN['whole' if whole else 'decimal']}"
            return "whole" if whole else "decimal"
        if not self.length and not self.alphabet:
            if singular(self.words) != self.words and not _PLURAL_TEXT.search(self.words):
                raise Unclear(f"it does not say what {self.words} are: a list of texts, a number?")
            self.assumed = f"{self.words} is taken as text"
        return "text"

    def _bounds(self, kind: Type) -> tuple[Bound | None, Bound | None]:
        lower, upper = self.lower, self.upper
        if not lower and not upper:
            return lower, upper
        if kind not in NUMERIC and kind not in TEXTUAL and kind != "texts":
            raise Unclear(f"{self.words} has no size that could be bounded")
        if self.length and kind in NUMERIC:
            raise Unclear(f"{self.words} is a number, so it has no length")
        if self.choices:
            raise Unclear(f"{self.words} has choices, so it needs no bounds")
        if kind == "whole" or kind not in NUMERIC:
            lower = lower and _whole(lower, 1, self.words)
            upper = upper and _whole(upper, -1, self.words)
        if kind not in NUMERIC:
            lower, upper = _lengths(lower, upper, self.words)
        if lower and upper:
            closed = lower.inclusive and upper.inclusive
            if lower.value > upper.value or (lower.value == upper.value and not closed):
                raise Unclear(f"{self.words} cannot be at least {lower} and at most {upper}")
        for bound in (lower, upper):
            if bound and len(bound.value.as_tuple().digits) > 15:
                raise Unclear(f"{bound} has more digits than a JSON number keeps")
        if self.places is not None:
            for bound in (lower, upper):
                if bound and round(bound.value, self.places) != bound.value:
                    raise Unclear(f"{bound} has more than {self.places} decimal places")
        return lower, upper

    def _with_default(self, field: Field) -> Field:
        if self.default is None:
            if field.type == "texts" and field.optional:
                return _replaced(field, ())  # an empty list says the same as null
            return field
        if field.unique:
            raise Unclear(f"{self.words} is unique, so it cannot have a default")
        return _replaced(field, default_of(field, self.default.strip().strip("\"'")))


def _whole(bound: Bound, inward: int, words: str) -> Bound:
    if bound.value != bound.value.to_integral_value():
        raise Unclear(f"{words} is a whole number, {bound} is none")
    return bound if bound.inclusive else Bound(bound.value + inward)


def _lengths(
    lower: Bound | None, upper: Bound | None, words: str
) -> tuple[Bound | None, Bound | None]:
    for bound in (lower, upper):
        if bound and not 0 <= bound.value <= LARGEST_LENGTH:
            raise Unclear(f"{bound} cannot be a length of {words}")
    if upper and upper.value < 1:
        raise Unclear(f"{words} would always be empty")
    return (lower if lower and lower.value > 0 else None), upper


def _replaced(field: Field, default: Value | None) -> Field:
    from dataclasses import replace

    if default is None:
        return replace(field, optional=True)
    return replace(field, default=default, optional=False)


_SPOKEN: dict[Type, str] = {
    "text": "text",
    "email": "an e-mail address",
    "url": "a web address",
    "uuid": "a UUID",
    "whole": "a whole number",
    "decimal": "a decimal number",
    "boolean": "true or false",
    "date": "a date",
    "datetime": "a date and time",
    "texts": "a list of texts",
}
