"""Specification: what a text of the offline language says, checked and complete.

The parser makes it, the templates write code from it. Everything in it has been checked: names
are usable identifiers, bounds are in order, defaults lie inside them, filters name fields that
exist, examples agree with their formula. A template needs no check and no fallback.

A specification has resources or functions, never both and never neither.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from assistant.providers.offline.formula import FunctionKind, FunctionValue

Kind = Literal[
    "text",  # str
    "whole number",  # int
    "number",  # float, never nan or infinite
    "amount",  # Decimal of at most 12 digits, at most 2 of them after the point
    "yes or no",  # bool
    "date",  # datetime.date
    "date and time",  # datetime.datetime with an offset, kept in UTC
    "e-mail address",  # str, pydantic's EmailStr
    "web address",  # str, http or https, pydantic's AnyHttpUrl
    "list of text",  # list[str], no entry is empty
]
Operation = Literal["create", "fetch", "list", "change", "delete"]
# A default, of the field's kind. Numbers of both kinds and amounts are Decimal.
Value = str | Decimal | bool

OPERATIONS: tuple[Operation, ...] = ("create", "fetch", "list", "change", "delete")
NUMERIC: frozenset[Kind] = frozenset({"whole number", "number", "amount"})
# What is assumed where the text gives no bound; the reading shows it.
LARGEST_WHOLE = Decimal(2**53 - 1)  # exact in JSON everywhere
LARGEST_NUMBER = Decimal(10) ** 15
LARGEST_AMOUNT = Decimal("9999999999.99")
LONGEST_TEXT = 10_000
LONGEST_LIST = 100
PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a resource.

    Attributes:
        name: key in JSON, attribute in Python and column: ASCII, lower case, snake_case, never a
            Python keyword, an attribute of pydantic or SQLAlchemy, or ``id``.
        minimum, maximum: always set for the numeric kinds (the LARGEST limits where the text
            gives none), None for all others. Whole for whole numbers, two places for amounts.
        above_minimum, below_maximum: the bound itself is outside. For "number" only: "more than
            0" is minimum 1 for a whole number and 0.01 for an amount.
        min_length, max_length: always set for text (characters, at least 1 unless the text says
            from 0) and for lists (entries, at least 0); None for all others.
        choices: the allowed values of a text, in the order given; empty where any is allowed.
        default: used where a creation leaves the field out; None where there is none.
        optional: may be left out or null, and is null then. Never together with a default.
        unique: no two of the resource have the same value (several may have none). Never for
            yes or no, lists, choices and secrets.
        server: the server sets it to the present time at creation, or at creation and at each
            change; clients cannot give it. For dates and dates with time only. "" otherwise.
        secret: a text that is kept as a salted scrypt hash and never given back; never
            filtered, searched, sorted, unique, a choice, or with a default.
    """

    name: str
    kind: Kind
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    above_minimum: bool = False
    below_maximum: bool = False
    min_length: int | None = None
    max_length: int | None = None
    choices: tuple[str, ...] = ()
    default: Value | None = None
    optional: bool = False
    unique: bool = False
    server: Literal["", "created", "changed"] = ""
    secret: bool = False

    @property
    def required(self) -> bool:
        """Whether a creation has to give it (the field of the states: never)."""
        return not self.server and self.default is None and not self.optional


@dataclass(frozen=True, slots=True)
class States:
    """The states of a resource.

    Attributes:
        field: name of a field with choices, not optional, without a default of its own. Clients
            never give it at creation or in a change.
        initial: the choice that every creation starts with.
        transitions: pairs (from, to) of different choices, each once; every choice can be reached
            from ``initial``. All other pairs are refused with 409.
    """

    field: str
    initial: str
    transitions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """How a resource is listed.

    Attributes:
        filters: query parameters for equality; each optional, together they narrow. Names of
            fields (not lists, not secrets), or the key of the parent (``post_id``).
        searches: fields of kind text; one query parameter ``search``: a part of any of them,
            ignoring case.
        sorts: the fixed order: (field, descending); ties and an empty tuple: order of creation.
        page_size: default and largest value of ``limit``; ``offset`` starts at 0.
    """

    filters: tuple[str, ...] = ()
    searches: tuple[str, ...] = ()
    sorts: tuple[tuple[str, bool], ...] = ()
    page_size: int = PAGE_SIZE


@dataclass(frozen=True, slots=True)
class Route:
    """One route: ``does`` is an operation, or "move" for a change of state."""

    method: Literal["GET", "POST", "PATCH", "PUT", "DELETE"]
    path: str
    does: Operation | Literal["move"]


@dataclass(frozen=True, slots=True)
class Resource:
    """One kind of thing that the service keeps.

    Attributes:
        singular, plural: identifiers in snake_case, different from each other.
        fields: at least one, in the order given; ``id`` (set by the server) and the key of the
            parent are not among them.
        parent: singular of the resource that this one belongs to; that one comes earlier in
            the specification. A creation gives ``<parent>_id`` of one that exists (404
            otherwise); it never changes. A parent with children is not deleted (409).
        operations: in the order of OPERATIONS, at least one; with states always "create".
        listing: set if and only if "list" is an operation.
        states: None where the resource has none.
    """

    singular: str
    plural: str
    fields: tuple[Field, ...]
    parent: str | None = None
    operations: tuple[Operation, ...] = ("create", "fetch", "list")
    listing: Listing | None = None
    states: States | None = None

    def field(self, name: str) -> Field:
        """The field of that name."""
        return next(each for each in self.fields if each.name == name)

    @property
    def parent_key(self) -> str | None:
        """Key of the parent's id: ``post_id``."""
        return f"{self.parent}_id" if self.parent else None

    @property
    def class_name(self) -> str:
        """``order_line`` is ``OrderLine``."""
        return "".join(part.capitalize() for part in self.singular.split("_"))

    @property
    def given(self) -> tuple[Field, ...]:
        """Fields that a creation may give."""
        state = self.states.field if self.states else ""
        return tuple(each for each in self.fields if not each.server and each.name != state)

    @property
    def routes(self) -> tuple[Route, ...]:
        """The routes in the order of OPERATIONS, the change of state last."""
        every = f"/{self.plural.replace('_', '-')}"
        one = f"{every}/{{{self.singular}_id}}"
        known = {
            "create": Route("POST", every, "create"),
            "fetch": Route("GET", one, "fetch"),
            "list": Route("GET", every, "list"),
            "change": Route("PATCH", one, "change"),
            "delete": Route("DELETE", one, "delete"),
        }
        found = [known[operation] for operation in self.operations]
        if self.states:
            found.append(Route("PUT", f"{one}/{self.states.field.replace('_', '-')}", "move"))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a function.

    Attributes:
        minimum, maximum: for whole numbers and numbers; None where there is no bound. What is
            outside raises ValueError.
        above_minimum, below_maximum: as for Field; "number" only.
    """

    name: str
    kind: FunctionKind
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    above_minimum: bool = False
    below_maximum: bool = False


@dataclass(frozen=True, slots=True)
class Raises:
    """``exception`` with ``message`` where ``condition`` (Python source) holds."""

    condition: str
    exception: Literal["ValueError", "TypeError", "KeyError", "IndexError", "ZeroDivisionError"]
    message: str


@dataclass(frozen=True, slots=True)
class Case:
    """The result is ``value`` where ``condition`` holds and no earlier one did; Python source."""

    condition: str
    value: str


@dataclass(frozen=True, slots=True)
class Example:
    """One call given by the user.

    Attributes:
        arguments: in the order of the parameters.
        result: what it gives; a number is compared within a relative 1e-9.
        raises: name of the exception, "" where it gives a result.
    """

    arguments: tuple[FunctionValue, ...]
    result: FunctionValue | None
    raises: str = ""


@dataclass(frozen=True, slots=True)
class Function:
    """A pure function.

    Attributes:
        parameters: bounds are checked first, in this order, then ``raises`` in their order.
        kind: what it gives; follows from the formula.
        cases: the table of cases in order, empty for a plain formula.
        otherwise: the result where no case holds, or the formula itself.
        examples: at least two that give a result; all agree with the above.
    """

    name: str
    parameters: tuple[Parameter, ...]
    kind: FunctionKind
    otherwise: str
    cases: tuple[Case, ...] = ()
    raises: tuple[Raises, ...] = ()
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class Specification:
    """All that the text says.

    Attributes:
        assumptions: what the text leaves open and how it is taken, one sentence each.
    """

    resources: tuple[Resource, ...] = ()
    functions: tuple[Function, ...] = ()
    assumptions: tuple[str, ...] = field(default=(), compare=False)
