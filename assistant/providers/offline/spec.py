"""What was understood: the records between reading requirements and writing code.

Everything here has been checked by the readers: names are identifiers, bounds are in order,
defaults and filters refer to what exists. The writers trust it.
"""

from __future__ import annotations

import keyword
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Type = Literal[
    "text", "email", "url", "uuid", "whole", "decimal", "boolean", "date", "datetime", "texts"
]
TEXTUAL: frozenset[Type] = frozenset({"text", "email", "url", "uuid"})
NUMERIC: frozenset[Type] = frozenset({"whole", "decimal"})

Value = str | int | Decimal | bool | tuple[str, ...]
Operation = Literal["create", "get", "list", "update", "delete"]
Alphabet = Literal["", "digits", "letters", "capital letters", "letters and digits"]

# Attributes of the generated dataclass that would hide a name its annotations use.
_HIDING = frozenset({"str", "int", "bool", "dt", "tuple", "dict", "id", "to_json"})
# Methods that every generated repository may have.
_METHODS = frozenset({"create", "get", "find", "update", "replace", "delete"})


@dataclass(frozen=True, slots=True)
class Bound:
    """One end of a range; of the value for numbers, of the length for text and lists."""

    value: Decimal
    inclusive: bool = True

    def __str__(self) -> str:
        return plain(self.value)


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a resource.

    Attributes:
        name: its key in JSON, an identifier or a keyword such as ``class``.
        words: how the requirements call it, for messages and test names.
        choices: the allowed texts, empty where anything of the type is allowed.
        default: the value where none is given, None where there is no default.
        optional: may be left out or null, and is null then.
        unique: no two resources have the same value.
        blank: an empty text or list is allowed.
        alphabet: the characters that a text may have, "" for any.
        places: how many digits may follow a decimal point, None for any number.
        filled: the server sets it: at creation, at each change, by a state change; "" if not.
    """

    name: str
    words: str
    type: Type = "text"
    lower: Bound | None = None
    upper: Bound | None = None
    choices: tuple[str, ...] = ()
    default: Value | None = None
    optional: bool = False
    unique: bool = False
    blank: bool = False
    alphabet: Alphabet = ""
    places: int | None = None
    filled: Literal["", "created", "changed", "state"] = ""

    @property
    def attribute(self) -> str:
        """Its name as a Python attribute."""
        hidden = keyword.iskeyword(self.name) or self.name in _HIDING
        return f"{self.name}_" if hidden else self.name

    @property
    def given(self) -> bool:
        """Whether a client may give it."""
        return not self.filled

    @property
    def required(self) -> bool:
        return self.given and self.default is None and not self.optional


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds while ``field`` has one of ``values``."""

    field: str
    values: tuple[str | bool, ...]


@dataclass(frozen=True, slots=True)
class Transition:
    """A state change: ``POST /<plural>/{id}/<verb>``.

    Attributes:
        verb: the base form, ``pay``; a method's name and, with dashes, a route's.
        done: the participle, ``paid``.
        field: the field it sets.
        to: the value it sets.
        requires: all must hold; the resource is left as it is otherwise.
    """

    verb: str
    done: str
    field: str
    to: str | bool
    requires: tuple[Condition, ...]

    @property
    def method(self) -> str:
        """Its name as a method of the repository."""
        name = self.verb.replace("-", "_")
        return f"{name}_" if keyword.iskeyword(name) or name in _METHODS else name


@dataclass(frozen=True, slots=True)
class Guard:
    """``operation`` is refused while ``condition`` holds."""

    operation: Literal["update", "delete"]
    condition: Condition


@dataclass(frozen=True, slots=True)
class Order:
    """``later`` must not come before ``earlier``; ``strict`` refuses equal values as well."""

    earlier: str
    later: str
    strict: bool


@dataclass(frozen=True, slots=True)
class Paging:
    """``limit`` and ``offset`` of a list."""

    default: int = 20
    largest: int = 100


@dataclass(frozen=True, slots=True)
class Sorting:
    """A list's order: by a field, or by creation where ``field`` is ""."""

    field: str = ""
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Resource:
    """One kind of thing that the service keeps.

    Attributes:
        name: singular, as an identifier, ``inventory_item``.
        plural: as an identifier, ``inventory_items``.
        filters: the fields that a list can be filtered by, for equality.
        searches: the text fields that a list can be searched in, ignoring case.
        state: the choice field that transitions govern, "" for none.
        entries: the values of ``state`` that a client may set itself.
    """

    name: str
    plural: str
    fields: tuple[Field, ...]
    operations: tuple[Operation, ...] = ("create", "get", "list")
    filters: tuple[str, ...] = ()
    searches: tuple[str, ...] = ()
    paging: Paging | None = None
    sorting: Sorting = Sorting()
    transitions: tuple[Transition, ...] = ()
    guards: tuple[Guard, ...] = ()
    orders: tuple[Order, ...] = ()
    state: str = ""
    entries: tuple[str, ...] = ()

    def field(self, name: str) -> Field:
        return next(field for field in self.fields if field.name == name)

    @property
    def given(self) -> tuple[Field, ...]:
        """The fields that a client gives."""
        return tuple(field for field in self.fields if field.given)

    @property
    def conflicts(self) -> bool:
        """Whether what is stored can forbid something."""
        return bool(self.transitions or self.guards or any(field.unique for field in self.fields))

    @property
    def words(self) -> str:
        return self.name.replace("_", " ")

    @property
    def plural_words(self) -> str:
        return self.plural.replace("_", " ")

    @property
    def route(self) -> str:
        return "/" + self.plural.replace("_", "-")

    @property
    def class_name(self) -> str:
        return "".join(part.capitalize() for part in self.name.split("_"))


@dataclass(frozen=True, slots=True)
class Api:
    """A REST service.

    Attributes:
        assumptions: what the requirements left open and how it was taken, a sentence each.
        invalid_status: the HTTP status of refused values.
    """

    feature: str
    resources: tuple[Resource, ...]
    assumptions: tuple[str, ...] = ()
    invalid_status: Literal[400, 422] = 422


def plain(number: Decimal) -> str:
    """A decimal without exponent and trailing zeros: ``100``, ``0.5``."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
