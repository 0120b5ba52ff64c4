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
    """One fault of a value; its path is keys joined by dots, "" for the value as a whole."""

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
        model: names the known keys nearest to an unknown one.
        described: whether the descriptions of the model's fields say what would be right.
        show: whether the values that were found are shown at all.
    """
    found = []
    for one in error.errors(include_url=False):
        keys = [str(key) for key in one["loc"] if key != "[key]"]
        section = _section(model, keys[:-1])
        why = _why(one, keys[-1] if keys else "", section, described=described, show=show)
        found.append(Fault(".".join(keys), why))
    return list(dict.fromkeys(found))


def _why(
    one: Any, key: str, section: type[BaseModel] | None, *, described: bool, show: bool
) -> str:
    kind, fields = one["type"], section.model_fields if section else {}
    if kind == "missing":
        return "is missing"
    if kind == "literal_error" and one["loc"][-1] == "[key]":
        return _unknown_key(key, re.findall(r"'([^']*)'", one["ctx"]["expected"]))
    if kind in ("extra_forbidden", "invalid_key"):
        return _unknown_key(key, sorted(fields))
    own_words = kind == "value_error"
    hidden = not show or (described and own_words)  # it may be about a secret
    value = "" if hidden else quoted(one["input"], limit=80)
    right = ""
    if kind in ("model_type", "dict_type"):
        right = "a section with keys of its own"
    elif described and not own_words and key in fields:
        right = fields[key].description or ""
    if right:
        return f"{value or 'it'} is wrong; it should be {right}"
    said = str(one["msg"]).removeprefix("Value error, ")
    return f"{said} (found {value})" if value else said


def _unknown_key(key: str, known: list[str]) -> str:
    near = difflib.get_close_matches(key, known, n=1)
    if near:
        return f"is an unknown key; did you mean {near[0]}?"
    return f"is an unknown key{'; known here: ' if known else ''}{', '.join(known)}"


def _section(model: type[BaseModel] | None, place: Sequence[str]) -> type[BaseModel] | None:
    """The section at a place in a tree of models; None in a mapping of anybody's keys."""
    kind: Any = model
    for part in place:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            field = kind.model_fields.get(part)
            kind = field.annotation if field else None
        else:
            kind = get_args(kind)[-1] if get_args(kind) else None
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None
