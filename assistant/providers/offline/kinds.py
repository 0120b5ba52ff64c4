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
    "list of whole numbers",  # of functions alone, as is the next
    "list of numbers",
]


class Source(str):
    """Python source: it represents itself, so that a dict with it is written as it should be."""

    def __repr__(self) -> str:
        return str(self)


@dataclass(frozen=True, slots=True)
class FieldType:
    """One type."""

    python: str  # its values in Python
    annotation: str = ""  # what pydantic checks; ``{}`` stands for the bounds
    answer: str = ""  # what pydantic checks in an answer, where it is something else
    column: str = ""  # the database's type where Python's does not say it
    rules: tuple[str, ...] = ()  # more arguments for pydantic's Field; in a query nothing is strict
    samples: tuple[Any, ...] = ()  # values that are allowed, as JSON shows them
    longest: tuple[Any, ...] = ()  # more of them, at a limit
    wrong: tuple[Any, ...] = ()  # values that are refused, whatever the bounds
    largest: Decimal | None = None  # of a number: assumed where the text gives no bound
    step: Decimal = Decimal(0)  # of a number: the distance of two neighbours, 0 for none
    lengths: tuple[int, int] | None = None  # smallest and largest, of a text or a list
    unit: str = ""  # of a length
    element: Kind | None = None  # what a list holds


KINDS: dict[Kind, FieldType] = {
    "text": FieldType(
        python="str",
        annotation="Annotated[PlainText, pydantic.Field({})]",
        wrong=(1,),
        lengths=(1, 10_000),
        unit="characters",
    ),
    "whole number": FieldType(
        python="int",
        annotation="Annotated[int, pydantic.Field({})]",
        rules=("strict=True",),
        wrong=(True, 1.5),
        largest=Decimal(2**53 - 1),  # exact in JSON everywhere
        step=Decimal(1),
    ),
    "number": FieldType(
        python="float",
        annotation="Annotated[float, pydantic.Field({})]",
        rules=("strict=True",),
        wrong=(True, Source('float("inf")'), Source('float("nan")')),
        largest=Decimal(10) ** 15,
    ),
    "amount": FieldType(
        python="Decimal",
        annotation="Annotated[Decimal, pydantic.BeforeValidator(str), pydantic.Field({}), "
        "pydantic.AfterValidator(two_places)]",
        column="Hundredths",
        rules=("decimal_places=2",),
        wrong=(True, "much"),
        largest=Decimal("9999999999.99"),
        step=Decimal("0.01"),
    ),
    "yes or no": FieldType(
        python="bool",
        annotation="Annotated[bool, pydantic.Field({})]",
        rules=("strict=True",),
        samples=(True, False, True, False),
        wrong=("yes", 1),
    ),
    "date": FieldType(
        python="dt.date",
        annotation="Annotated[dt.date, pydantic.BeforeValidator(written_out)]",
        samples=("2024-05-17", "2024-05-18", "2024-05-19", "2024-05-20"),
        wrong=("2024-02-30", "tomorrow", 1, "86400"),
    ),
    "date and time": FieldType(
        python="dt.datetime",
        annotation="Annotated[pydantic.AwareDatetime, pydantic.BeforeValidator(written_out), "
        "pydantic.AfterValidator(in_utc)]",
        answer="UtcMoment",
        column="MOMENT",
        samples=tuple(f"2024-05-17T09:3{minute}:00Z" for minute in range(4)),
        wrong=("2024-05-17T09:30:00", "noon", 1, "86400", "0001-01-01T00:00:00+14:00"),
    ),
    "e-mail address": FieldType(
        python="str",
        annotation="pydantic.EmailStr",
        samples=tuple(f"{name}@example.com" for name in ("ada", "grace", "linus", "zoe")),
        wrong=("nobody", "a@b@example.com", 1),
    ),
    "web address": FieldType(
        python="str",
        annotation="Annotated[pydantic.AnyHttpUrl, pydantic.AfterValidator(short), "
        "pydantic.PlainSerializer(str, return_type=str)]",
        samples=tuple(f"https://example.com/{name}" for name in ("ada", "grace", "linus", "zoe")),
        longest=(Source('"https://example.com/" + "x" * 1980'),),
        wrong=("ftp://example.com/", "example", 1, Source('"https://example.com/" + "x" * 1981')),
    ),
    "list of text": FieldType(
        python="list[str]",
        annotation="Annotated[list[ListEntry], pydantic.Field({})]",
        column="sa.JSON",
        wrong=("red", [""], [1], [Source('"x" * 10_001')]),
        lengths=(0, 100),
        unit="entries",
        element="text",
    ),
    "list of whole numbers": FieldType(python="list[int]", element="whole number"),
    "list of numbers": FieldType(python="list[float]", element="number"),
}
