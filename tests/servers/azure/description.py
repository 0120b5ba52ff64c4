"""Whether a request is as the published description of Microsoft.App has it.

The SDK's models are generated from that description; each says its properties, which of them only
Azure writes, and the values of enumerations.
"""

from __future__ import annotations

import enum
import types
import typing
from collections.abc import Iterator, Mapping
from typing import Any, Union

from azure.mgmt.appcontainers import models
from azure.mgmt.appcontainers._utils.model_base import Model


def faults(value: object, model: type, where: str = "body") -> Iterator[str]:
    """What in a request's body the description does not allow; nothing where all is as it says."""
    if value is None:
        return  # a merge patch removes by it
    if not isinstance(value, Mapping):
        yield f"{where}: {value!r} should be a mapping"
        return
    hints = typing.get_type_hints(model, vars(models), {"_models": models})
    fields = {field._rest_name: (name, field) for name, field in _fields(model).items()}
    for key, one in value.items():
        if key not in fields:
            yield f"{where}.{key}: {model.__name__} has no such property"
            continue
        name, field = fields[key]
        if field._visibility == ["read"]:
            yield f"{where}.{key}: only Azure writes it"
            continue
        yield from _faults(one, hints[name], f"{where}.{key}")


def _fields(model: type) -> dict[str, Any]:
    model.__new__(model)  # names are set with the first instance
    fields: dict[str, Any] = dict(model._attr_to_rest_field)  # type: ignore[attr-defined]
    return fields


def _faults(value: object, hint: Any, where: str) -> Iterator[str]:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (Union, types.UnionType):
        kinds = [one for one in arguments if one is not type(None)]
        enums = [one for one in kinds if isinstance(one, type) and issubclass(one, enum.Enum)]
        if enums:
            if value not in {one.value for one in enums[0]}:
                yield f"{where}: {value!r} is none of {enums[0].__name__}"
        elif value is not None:
            yield from _faults(value, kinds[0], where)
    elif origin is list:
        if not isinstance(value, list):
            yield f"{where}: {value!r} should be a list"
            return
        for number, one in enumerate(value):
            yield from _faults(one, arguments[0], f"{where}[{number}]")
    elif origin is dict:
        if not isinstance(value, Mapping):
            yield f"{where}: {value!r} should be a mapping"
            return
        for key, one in value.items():
            yield from _faults(one, arguments[1], f"{where}.{key}")
    elif isinstance(hint, type) and issubclass(hint, Model):
        yield from faults(value, hint, where)
    elif hint is float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            yield f"{where}: {value!r} should be a number"
    elif hint in (int, str, bool) and type(value) is not hint:
        yield f"{where}: {value!r} should be {hint.__name__}"
