"""A pydantic ValidationError as lines that a person can act on."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from ledger.text.masking import quoted


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a value.

    Attributes:
        path: its place, keys joined by dots; "" for the value as a whole.
        why: what is wrong, with the value that was found where it may be shown.
    """

    path: str
    why: str

    def __str__(self) -> str:
        return f"{self.path}: {self.why}" if self.path else self.why


def faults(
    error: ValidationError,
    model: type[BaseModel] | None = None,
    *,
    described: bool = False,
    show: bool = True,
) -> list[Fault]:
    """The distinct faults of a value, in pydantic's order.

    Args:
        model: what the value was validated as; an unknown key is then answered by the nearest
            known one.
        described: whether the descriptions of the model's fields say what would be right.
        show: whether the values that were found are shown at all.
    """
    found = []
    for one in error.errors(include_url=False):
        keys = [str(key) for key in one["loc"] if key != "[key]"]
        own_words = described and one["type"] == "value_error"  # it may be about a secret
        value = quoted(one["input"], limit=80) if show and not own_words else ""
        right = _description(model, keys) if model and described else ""
        if one["type"] == "literal_error" and one["loc"][-1] == "[key]":
            why = _unknown_key(keys[-1], re.findall(r"'([^']*)'", one["ctx"]["expected"]))
        else:
            why = _why(one, value, right) or _unknown_key(keys[-1], _known(model, keys))
        found.append(Fault(".".join(keys), why))
    return list(dict.fromkeys(found))


def keys_at(model: type[BaseModel], place: Sequence[str]) -> list[str]:
    """The keys of the section at a place in a tree of models; none in a mapping of anybody's."""
    section = _section(model, place)
    return sorted(section.model_fields) if section else []


def _why(one: Any, value: str, right: str) -> str:
    """What is wrong; "" for an unknown key."""
    if one["type"] in ("extra_forbidden", "invalid_key"):
        return ""
    if one["type"] == "missing":
        return "is missing"
    said = str(one["msg"]).removeprefix("Value error, ")
    if one["type"] in ("model_type", "dict_type"):
        right = "a section with keys of its own"
    if right and one["type"] != "value_error":
        return f"{value or 'it'} is wrong; it should be {right}"
    return f"{said} (found {value})" if value else said


def _known(model: type[BaseModel] | None, keys: list[str]) -> list[str]:
    return keys_at(model, keys[:-1]) if model else []


def _unknown_key(key: str, known: list[str]) -> str:
    near = difflib.get_close_matches(key, known, n=1)
    if near:
        return f"is an unknown key; did you mean {near[0]}?"
    return f"is an unknown key{'; known here: ' if known else ''}{', '.join(known)}"


def _description(model: type[BaseModel], keys: Sequence[str]) -> str:
    section = _section(model, keys[:-1])
    field = section.model_fields.get(keys[-1]) if section and keys else None
    return (field.description if field else None) or ""


def _section(model: type[BaseModel], place: Sequence[str]) -> type[BaseModel] | None:
    kind: Any = model
    for part in place:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            field = kind.model_fields.get(part)
            kind = field.annotation if field else None
        else:
            kind = get_args(kind)[-1] if get_args(kind) else None
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None
