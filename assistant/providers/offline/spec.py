"""Specification: what a text of the offline language says, checked, complete, without conflicts."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from assistant.providers.offline.kinds import KINDS, FieldType, Kind

#: A value of a function: int or float for numbers.
FunctionValue = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a resource; its name is key in JSON, attribute in Python and column."""

    name: str
    kind: Kind
    low: Decimal | None = None  # bounds of a number, or of the length of a text or list: both
    high: Decimal | None = None  # included, or none where choices or the type say what is allowed
    choices: tuple[str, ...] = ()  # the allowed values of a text; empty where any is allowed
    default: str | Decimal | bool | None = None  # of the field's kind
    optional: bool = False  # may be left out or null, and is null then; it has no default
    unique: bool = False  # no two of the resource have the same value; several may have none
    server: bool = False  # set to the present time at creation
    owner: str = ""  # the resource whose id it is; of the key of a parent alone

    @property
    def type(self) -> FieldType:
        """The entry in the table of types."""
        return KINDS[self.kind]

    @property
    def required(self) -> bool:
        """Whether a creation has to give it (the field of the states: never)."""
        return not self.server and self.default is None and not self.optional

    def holds(self, value: Decimal) -> bool:
        """Whether a number, or a length, lies within the bounds."""
        return (self.low or Decimal(0)) <= value <= (self.high or Decimal(0))


class States(NamedTuple):
    """The states: a field with choices, never given by clients, and how it may change."""

    field: str
    initial: str
    transitions: tuple[tuple[str, str], ...]


class Listing(NamedTuple):
    """How a resource is listed."""

    filters: tuple[str, ...] = ()  # parameters for equality: fields, or the key of the parent
    searches: tuple[str, ...] = ()  # texts that ``search`` looks into for a part, ignoring case
    sorts: tuple[tuple[str, bool], ...] = ()  # field, descending; ties in order of creation
    page_size: int = 100  # default and largest value of ``limit``


@dataclass(frozen=True, slots=True)
class Resource:
    """One kind of thing that the service keeps; its names are identifiers in snake_case."""

    singular: str
    plural: str
    fields: tuple[Field, ...]  # at least one, without ``id`` and the key of the parent
    parent: str | None = None  # the resource that it belongs to, which comes earlier
    operations: tuple[str, ...] = ("create", "fetch", "list")  # "create", and others in order
    listing: Listing | None = None  # set if and only if "list" is an operation
    states: States | None = None

    def field(self, name: str) -> Field:
        """The field of that name."""
        return next(each for each in self.columns if each.name == name)

    @property
    def columns(self) -> tuple[Field, ...]:
        """The fields, and before them the key of the parent: ``post_id``."""
        low, high = Decimal(1), Decimal(2**31 - 1)
        key = Field(f"{self.parent}_id", "whole number", low, high, owner=self.parent or "")
        return (key, *self.fields) if self.parent else self.fields

    @property
    def given(self) -> tuple[Field, ...]:
        """Fields that a creation may give."""
        state = self.states.field if self.states else ""
        return tuple(each for each in self.columns if not each.server and each.name != state)

    @property
    def routes(self) -> list[tuple[str, str, str]]:
        """Method, path, and what it does: an operation, or "move" for a change of state."""
        every = f"/{self.plural.replace('_', '-')}"
        one = f"{every}/{{{self.singular}_id}}"
        ways = {"create": ("POST", every), "fetch": ("GET", one), "list": ("GET", every)}
        ways |= {"change": ("PUT", one), "delete": ("DELETE", one)}
        found = [(*ways[operation], operation) for operation in self.operations]
        if self.states:
            found.append(("PUT", f"{one}/{self.states.field.replace('_', '-')}", "move"))
        return found


class Example(NamedTuple):
    """One call given by the user: its result, or None where it raises ValueError."""

    arguments: tuple[FunctionValue, ...]
    result: FunctionValue | None


class Function(NamedTuple):
    """A pure function."""

    name: str
    parameters: dict[str, Kind]
    kind: Kind  # what it gives; follows from the formula
    refusals: tuple[str, ...]  # conditions, as Python source, in which it raises ValueError
    cases: tuple[tuple[str, str], ...]  # conditions and values in order; the last one is always
    examples: tuple[Example, ...]  # at least two that give a result; all agree with the above


@dataclass(frozen=True, slots=True)
class Specification:
    """All that a text says: resources or functions, and what is assumed where it is silent."""

    resources: tuple[Resource, ...] = ()
    functions: tuple[Function, ...] = ()
    assumptions: tuple[str, ...] = field(default=(), compare=False)

    def ancestors(self, resource: Resource) -> list[Resource]:
        """What a resource belongs to, the outermost first."""
        found = [each for each in self.resources if each.singular == resource.parent]
        return [*self.ancestors(found[0]), *found] if found else []

    def children(self, resource: Resource) -> list[Resource]:
        """What belongs to a resource."""
        return [each for each in self.resources if each.parent == resource.singular]
