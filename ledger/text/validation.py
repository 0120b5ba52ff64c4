"""A pydantic ValidationError as lines that a person can act on."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from ledger.text.masking import quoted
from ledger.text.yaml_file import yaml_lines


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a value; its path is keys joined by dots, "" for the value as a whole."""

    path: str
    why: str

    def __str__(self) -> str:
        return f"{self.path}: {self.why}" if self.path else self.why


def file_faults(
    error: ValidationError,
    name: str,
    source: Path | str | bytes,
    model: Any,
    *,
    described: bool = False,
) -> tuple[str, tuple[str, ...]]:
    """What is wrong in a YAML file that is called `name`; see `faults`.

    Returns: the first fault with its place, and all with their lines where there are several.
    """
    lines = yaml_lines(source)
    found = [(_line(lines, one.path), one) for one in faults(error, model, described=described)]
    found.sort(key=lambda one: one[0])
    line, first = found[0]
    summary = f"{name}:{line}: {first}" if line else f"{name}: {first}"
    if len(found) == 1:
        return summary, ()
    evidence = tuple(f"line {line}: {one}" if line else str(one) for line, one in found)
    return f"{summary} (and {len(found) - 1} more)", evidence


def _line(lines: Mapping[str, int], path: str) -> int:
    """The line of the key at a path, or of the section that it would be in; 0 for the file."""
    while path and path not in lines:
        path = path.rpartition(".")[0]
    return lines.get(path, 0)


def faults(
    error: ValidationError, model: Any = None, *, described: bool = False, show: bool = True
) -> list[Fault]:
    """The distinct faults of a value, in pydantic's order.

    Args:
        model: the type that was validated; names the known keys nearest to an unknown one.
        described: whether the descriptions of the model's fields say what would be right.
        show: whether the values that were found are shown at all.
    """
    found, places = [], list(_paths(model))
    for one in error.errors(include_url=False):
        keys = [str(key) for key in one["loc"] if key != "[key]"]
        fields = _section(model, keys[:-1])
        why = _why(one, keys[-1] if keys else "", fields, places, described=described, show=show)
        found.append(Fault(".".join(keys), why))
    return list(dict.fromkeys(found))


def _why(
    one: Any,
    key: str,
    fields: Mapping[str, Any],
    places: Sequence[str],
    *,
    described: bool,
    show: bool,
) -> str:
    kind = one["type"]
    if kind == "missing":
        return "is missing"
    if kind == "literal_error" and one["loc"][-1] == "[key]":
        return _unknown_key(key, re.findall(r"'([^']*)'", one["ctx"]["expected"]))
    if kind in ("extra_forbidden", "invalid_key"):
        elsewhere = [path for path in places if path.rpartition(".")[2] == key]
        return _unknown_key(key, sorted(fields), elsewhere)
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


def _unknown_key(key: str, known: list[str], elsewhere: Sequence[str] = ()) -> str:
    near = difflib.get_close_matches(key, known, n=1) or elsewhere
    if near:
        return f"is an unknown key; did you mean {near[0]}?"
    return f"is an unknown key{'; known here: ' if known else ''}{', '.join(known)}"


def _section(model: Any, place: Sequence[str]) -> Mapping[str, Any]:
    """The fields of the section at a place in a tree of models; none in a mapping of any keys."""
    kind = model
    for part in place:
        if fields := _fields(kind):
            kind = fields[part].annotation if part in fields else None
        else:
            kind = (get_args(kind) or (None,))[-1]
    return _fields(kind)


def _paths(model: Any, prefix: str = "") -> Iterator[str]:
    """Every key of a tree of models, by its path."""
    for name, field in _fields(model).items():
        yield f"{prefix}{name}"
        yield from _paths(field.annotation, f"{prefix}{name}.")


def _fields(kind: Any) -> Mapping[str, Any]:
    is_model = isinstance(kind, type) and issubclass(kind, BaseModel)
    return kind.model_fields if is_model else {}
