"""The names and phrases that all parts of a generated test.py share."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from assistant.providers.offline.spec import Field, Resource
from assistant.providers.offline.writing.paths import Path
from assistant.providers.offline.writing.source import literal

Method = list[str]
NOON = "2030-01-01T12:00:00Z"


def constant(resource: Resource) -> str:
    """The constant with the values of a right resource."""
    return resource.name.upper()


def several(resource: Resource) -> str:
    """The constant with three right and different ones; the first is ``constant``."""
    return f"THREE_{resource.plural.upper()}"


def new_repository(resource: Resource, ids: bool = False) -> str:
    """Source of a fresh repository; with ``ids`` of one whose ids are a, b and c."""
    arguments = ['new_id=iter("abc").__next__'] if ids else []
    if timed(resource):
        arguments.append("now=lambda: NOON")
    return f"{resource.class_name}Repository({', '.join(arguments)})"


def timed(resource: Resource) -> bool:
    return any(field.filled in ("created", "changed") for field in resource.fields)


def found(resource: Resource, arguments: str = "") -> str:
    """Source of the list that ``find`` gives."""
    return f"repository.find({arguments}){'.items' if resource.paging else ''}"


def stored(field: Field, value: Any) -> str:
    """Source of the attribute that a JSON value becomes."""
    if value is None:
        return "None"
    if field.type == "decimal":
        number = value if isinstance(value, Decimal) else Decimal(str(value))
        return f'Decimal("{number}")'
    if field.type == "texts":
        return literal(tuple(value))
    if field.type == "date":
        day = dt.date.fromisoformat(value)
        return f"dt.date({day.year}, {day.month}, {day.day})"
    if field.type == "datetime":
        moment = dt.datetime.fromisoformat(value)
        parts = f"{moment.year}, {moment.month}, {moment.day}, {moment.hour}"
        return f"dt.datetime({parts}, tzinfo=dt.UTC)"
    return literal(value)


def changed(resource: Resource, changes: dict[str, str]) -> str:
    """Source of the right values with some changed; values are source."""
    if not changes:
        return constant(resource)
    inner = "".join(f", {literal(name)}: {value}" for name, value in changes.items())
    return f"{{**{constant(resource)}{inner}}}"


def created_by(resource: Resource, way: Path) -> list[str]:
    """Statements that create ``created`` in ``repository`` and take it along the way."""
    start = {name: literal(value) for name, value in way.start}
    return [
        f"created = repository.create({changed(resource, start)})",
        *(f"repository.{step.method}(created.id)" for step in way.steps),
    ]
