"""Python terms for a Specification: names, annotations, columns; what the templates ask for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from assistant.english import plural
from assistant.providers.offline.kinds import KINDS, Kind, Source
from assistant.providers.offline.names import camel
from assistant.providers.offline.spec import Field, Listing, Resource, Specification

_SMALL = Decimal(2**31 - 1)
_LONGEST_INDEXED = 500  # characters; PostgreSQL refuses longer ones


def words(name: str) -> str:
    """``order_line`` is ``order line``."""
    return name.replace("_", " ")


def annotation(one: Field, *, strict: bool = True) -> str:
    """The type of a value as pydantic checks it; a query, which is text, cannot be strict."""
    if one.choices:
        return f"Literal{list(one.choices)}"
    rules = [rule for rule in one.type.rules if strict or not rule.startswith("strict")]
    if one.low is not None and one.high is not None:
        least, most = ("min_length", "max_length") if one.type.unit else ("ge", "le")
        rules += [f"{least}={number(one, one.low)}", f"{most}={number(one, one.high)}"]
    checked = one.type.checked or one.type.python
    return f"Annotated[{checked}, pydantic.Field({', '.join(rules)})]" if rules else checked


def body_type(kind: Kind) -> str:
    """The type of a function's parameter in a request; bounded, so that no request is endless."""
    if kind == "text":
        return "Annotated[str, pydantic.Field(max_length=10_000)]"
    return annotation(Field("", kind, *(KINDS[kind].limits if KINDS[kind].largest else ())))


def number(one: Field, value: Decimal) -> str:
    """A number as Python source, of the field's kind."""
    if value == value.to_integral_value():
        digits = f"{int(value):_}" if abs(value) >= 100_000 else f"{int(value)}"
        return f"Decimal({digits})" if one.kind == "amount" else digits
    return f'Decimal("{value}")' if one.kind == "amount" else repr(float(value))


def default(field: Field) -> str:
    """What follows the annotation of a field where a creation may leave it out."""
    if isinstance(field.default, Decimal):
        return f" = {number(field, field.default)}"
    return "" if field.required else f" = {field.default!r}"


def column(resource: Resource, field: Field) -> str:
    """What follows the annotation of a field's column."""
    arguments = [field.type.column] if field.type.column else []
    arguments += [f'sa.ForeignKey("{plural(field.owner)}.id")'] if field.owner else []
    low, high = field.low or Decimal(0), field.high or Decimal(0)
    if field.kind == "whole number" and not -_SMALL <= low <= high <= _SMALL:
        arguments.append("sa.BigInteger")
    if resource.states and resource.states.field == field.name:
        arguments.append(f"default={resource.states.initial!r}")
    if field.server:
        arguments.append(f"default=lambda: now(){'.date()' if field.kind == 'date' else ''}")
    arguments += ["unique=True"] * field.unique
    filtered = resource.listing is not None and field.name in resource.listing.filters
    long = field.type.unit and high > _LONGEST_INDEXED
    arguments += ["index=True"] * bool(field.owner or (filtered and not field.unique and not long))
    return f" = orm.mapped_column({', '.join(arguments)})" if arguments else ""


def repository_arguments(specification: Specification, resource: Resource) -> str:
    """What is said of a resource to its repository."""
    name, listing = camel(resource.singular), resource.listing or Listing()
    keys = [f"{name}Row.{key}{'.desc()' * down}" for key, down in (*listing.sorts, ("id", False))]
    said: dict[str, Any] = {
        "order": tuple(map(Source, keys)) if resource.listing else (),
        "texts": tuple(Source(f"{name}Row.{text}") for text in listing.searches),
        "unique": " or ".join(words(each.name) for each in resource.fields if each.unique),
        "owner": words(resource.parent or ""),
        "children": " or ".join(words(each.plural) for each in specification.children(resource)),
        "moves": resource.states and resource.states.transitions,
    }
    given = [f"{argument}={value!r}" for argument, value in said.items() if value]
    return ", ".join([f"{name}Row", name, repr(words(resource.singular)), *given])


def facts(specification: Specification) -> dict[str, Any]:
    """What the templates ask of a specification, by name."""
    resources, functions = specification.resources, specification.functions
    parents = any(each.parent for each in resources)
    unique = any(field.unique for each in resources for field in each.fields)
    done = {does for each in resources for _, _, does in each.routes}
    failures = ("ValueError", "OverflowError", "ZeroDivisionError") if functions else ()
    refusals = [(name, 400) for name in failures]
    refusals += [("main.NotFound", 404)] * bool(parents or done - {"create", "list"})
    refusals += [("main.Conflict", 409)] * (parents or unique or "move" in done)
    every = [*(each.plural for each in resources), *(each.name for each in functions)]
    title = " and ".join(map(words, every))
    return {
        "spec": specification,
        "title": title[:1].upper() + title[1:],
        "database": "-".join(every)[:60],
        "parents": parents,
        "unique": unique,
        "searched": any(each.listing and each.listing.searches for each in resources),
        "timed": any(field.server for each in resources for field in each.fields),
        "refusals": refusals,
        "codes": sorted({400, *(code for _, code in refusals)}),
    }
