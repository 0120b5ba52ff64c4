"""The types of the language, in one table: what each is in Python, in the database, in tests."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

Kind = Literal[
    "text",
    "whole number",
    "number",  # never nan or infinite
    "amount",  # at most 12 digits, at most 2 of them after the point
    "yes or no",
    "date",
    "date and time",  # with an offset, kept in UTC
    "e-mail address",
    "web address",  # http or https
    "list of text",  # no entry is empty
]
_NAMES = ("ada", "grace", "linus", "zoe")
_DATED = "pydantic.BeforeValidator(written_out)"
_WEB = "https://example.com/"


class Source(str):
    """Python source: it represents itself, so that a dict with it is written as it should be."""

    def __repr__(self) -> str:
        return str(self)


@dataclass(frozen=True, slots=True)
class FieldType:
    """One type."""

    python: str  # its values in Python
    checked: str = ""  # what pydantic checks, where that is another type, or more
    rules: tuple[str, ...] = ()  # more arguments for pydantic's Field; in a query nothing is strict
    wrong: tuple[Any, ...] = ()  # values that are refused, whatever the bounds
    samples: tuple[Any, ...] = ()  # four values that are allowed, as JSON shows them, and more
    column: str = ""  # the database's type where Python's does not say it
    largest: Decimal | None = None  # number, or length of a text or list
    step: Decimal = Decimal(1)  # the distance of two numbers or lengths, 0 for none
    unit: str = ""  # of a length

    @property
    def numeric(self) -> bool:
        """Whether the bounds are those of a number."""
        return self.largest is not None and not self.unit

    @property
    def limits(self) -> tuple[Decimal, Decimal]:
        """Smallest and largest number, or length."""
        largest = self.largest or Decimal(0)
        return (-largest if self.numeric else Decimal(0), largest)


KINDS: dict[Kind, FieldType] = {
    "text": FieldType("str", "PlainText", wrong=(1,), largest=Decimal(10_000), unit="characters"),
    "whole number": FieldType(
        "int", rules=("strict=True",), wrong=(True, 1.5), largest=Decimal(2**53 - 1)
    ),
    "number": FieldType(
        "float",
        rules=("strict=True",),
        wrong=(True, Source('float("inf")'), Source('float("nan")')),
        largest=Decimal(10) ** 15,
        step=Decimal(0),
    ),
    "amount": FieldType(
        "Decimal",
        "Decimal, pydantic.BeforeValidator(str)",
        rules=("decimal_places=2",),
        wrong=(True, "much"),
        column="Hundredths",
        largest=Decimal("9999999999.99"),
        step=Decimal("0.01"),
    ),
    "yes or no": FieldType(
        "bool", rules=("strict=True",), wrong=("yes", 1), samples=(True, False, True, False)
    ),
    "date": FieldType(
        "dt.date",
        f"Annotated[dt.date, {_DATED}]",
        wrong=("2024-02-30", "0999-12-31", "tomorrow", 1, "86400"),
        samples=tuple(f"2024-05-{day}" for day in range(17, 21)),
    ),
    "date and time": FieldType(
        "dt.datetime",
        f"Annotated[pydantic.AwareDatetime, {_DATED}]",
        wrong=("2024-05-17T09:30:00", "noon", 1, "86400", "0001-01-01T00:00:00+14:00"),
        samples=tuple(f"2024-05-17T09:3{minute}:00Z" for minute in range(4)),
        column="UtcMoment",
    ),
    "e-mail address": FieldType(
        "str",
        "pydantic.EmailStr",
        wrong=("nobody", "a@b@example.com", 1),
        samples=tuple(f"{name}@example.com" for name in _NAMES),
    ),
    "web address": FieldType(
        "str",
        "Annotated[pydantic.AnyHttpUrl, pydantic.AfterValidator(str), "
        "pydantic.Field(max_length=2000), pydantic.PlainSerializer(str, return_type=str)]",
        wrong=("ftp://example.com/", "example", 1, Source(f'"{_WEB}" + "x" * 1981')),
        samples=(*(f"{_WEB}{name}" for name in _NAMES), Source(f'"{_WEB}" + "x" * 1980')),
    ),
    "list of text": FieldType(
        "list[str]",
        "list[ListEntry]",
        wrong=("red", [""], [1], [Source('"x" * 10_001')]),
        column="sa.JSON",
        largest=Decimal(100),
        unit="entries",
    ),
}
