"""Specification: what a text of the offline language says, checked and complete.

The readers make it, the templates write code from it: names are usable identifiers, bounds are in
order, defaults lie inside them, filters name fields that exist, examples agree with their formula.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from assistant.providers.offline.kinds import KINDS, FieldType, Kind

#: A default, of the field's kind; every number is a Decimal.
Value = str | Decimal | bool
#: A value of a function: int or float for numbers, a tuple for a list.
FunctionValue = str | int | float | bool | tuple[Any, ...]

OPERATIONS = ("create", "fetch", "list", "change", "delete")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a function, and what a field has in common with it.

    Attributes:
        minimum, maximum: of numbers; None where there is no bound. A field has both.
        above_minimum, below_maximum: the bound itself is outside. For "number" only: "more than
            0" is minimum 1 for a whole number and 0.01 for an amount.
    """

    name: str
    kind: Kind
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    above_minimum: bool = False
    below_maximum: bool = False

    @property
    def type(self) -> FieldType:
        """The entry in the table of types."""
        return KINDS[self.kind]

    def holds(self, value: Decimal) -> bool:
        """Whether a number lies within the bounds."""
        low, high = self.minimum, self.maximum
        below = low is not None and (value < low or (self.above_minimum and value == low))
        above = high is not None and (value > high or (self.below_maximum and value == high))
        return not below and not above


@dataclass(frozen=True, slots=True)
class Field(Parameter):
    """One field of a resource; its name is key in JSON, attribute in Python and column.

    Attributes:
        min_length, max_length: of texts (characters) and lists (entries), always both.
        choices: the allowed values of a text, in the order given; empty where any is allowed.
        optional: may be left out or null, and is null then. Never together with a default.
        unique: no two of the resource have the same value (several may have none).
        server: the server sets it to the present time at creation, or at each change as well.
        secret: a text that is kept as a salted hash and never given back; never filtered,
            searched, sorted, unique, a choice, or with a default.
    """

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


class States(NamedTuple):
    """The states: a field with choices, never given by clients, and how it may change."""

    field: str
    initial: str
    transitions: tuple[tuple[str, str], ...]


class Listing(NamedTuple):
    """How a resource is listed.

    Attributes:
        filters: parameters for equality: names of fields, or the key of the parent.
        searches: texts that one parameter ``search`` looks into for a part, ignoring case.
        sorts: the fixed order: (field, descending); ties in the order of creation.
        page_size: default and largest value of ``limit``.
    """

    filters: tuple[str, ...] = ()
    searches: tuple[str, ...] = ()
    sorts: tuple[tuple[str, bool], ...] = ()
    page_size: int = 100


class Route(NamedTuple):
    """One route: ``does`` is an operation, or "move" for a change of state."""

    method: str
    path: str
    does: str


@dataclass(frozen=True, slots=True)
class Resource:
    """One kind of thing that the service keeps; its names are identifiers in snake_case.

    Attributes:
        fields: at least one; ``id`` and the key of the parent are not among them.
        parent: singular of the resource that this one belongs to, which comes earlier.
        operations: in the order of OPERATIONS, with "create".
        listing: set if and only if "list" is an operation.
    """

    singular: str
    plural: str
    fields: tuple[Field, ...]
    parent: str | None = None
    operations: tuple[str, ...] = ("create", "fetch", "list")
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
    def routes(self) -> list[Route]:
        """The routes in the order of OPERATIONS, the change of state last."""
        every = f"/{self.plural.replace('_', '-')}"
        one = f"{every}/{{{self.singular}_id}}"
        ways = {"create": ("POST", every), "fetch": ("GET", one), "list": ("GET", every)}
        ways |= {"change": ("PATCH", one), "delete": ("DELETE", one)}
        found = [Route(*ways[operation], operation) for operation in self.operations]
        if self.states:
            found.append(Route("PUT", f"{one}/{self.states.field.replace('_', '-')}", "move"))
        return found


class Check(NamedTuple):
    """``exception`` with ``message`` is raised where ``condition`` (Python source) holds."""

    condition: str
    exception: str
    message: str


class Case(NamedTuple):
    """The result is ``value`` where ``condition`` holds and no earlier one did; Python source."""

    condition: str
    value: str


class Example(NamedTuple):
    """One call given by the user: its result, or None and the name of what it raises."""

    arguments: tuple[FunctionValue, ...]
    result: FunctionValue | None
    raises: str = ""


@dataclass(frozen=True, slots=True)
class Function:
    """A pure function.

    Attributes:
        kind: what it gives; follows from the formula.
        checks: what is refused, in the order in which it is looked for; the first ones, as many
            as ``bounds`` says, are of the parameters' bounds.
        cases: the table of cases, in order; the last one's condition is "".
        examples: at least two that give a result; all agree with the above.
    """

    name: str
    parameters: tuple[Parameter, ...]
    kind: Kind
    checks: tuple[Check, ...]
    bounds: int
    cases: tuple[Case, ...]
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Specification:
    """All that a text says: resources or functions, and what is assumed where it is silent."""

    resources: tuple[Resource, ...] = ()
    functions: tuple[Function, ...] = ()
    assumptions: tuple[str, ...] = field(default=(), compare=False)
