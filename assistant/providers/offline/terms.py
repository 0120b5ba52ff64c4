"""Python terms for a Specification: names, annotations, columns; what the templates ask for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from assistant.providers.offline.kinds import KINDS, Kind, Source
from assistant.providers.offline.spec import Field, Resource, Specification, camel

_SMALL = Decimal(2**31 - 1)
_LONGEST_INDEXED = 500  # characters; PostgreSQL refuses longer ones


def words(name: str) -> str:
    """``order_line`` is ``order line``."""
    return name.replace("_", " ")


def article(name: str) -> str:
    """``an order``, ``a user``."""
    vowel = name[0] in "aeiou" and not name.startswith(("uni", "use", "eu", "one"))
    return f"{'an' if vowel else 'a'} {words(name)}"


def annotation(one: Field, *, strict: bool = True) -> str:
    """The type of a value as pydantic checks it; a query, which is text, cannot be strict."""
    if one.choices:
        return f"Literal{list(one.choices)}"
    rules = [rule for rule in one.type.rules if strict or not rule.startswith("strict")]
    if one.low is not None and one.high is not None:
        least, most = ("min_length", "max_length") if one.type.unit else ("ge", "le")
        rules += [f"{least}={number(one, one.low)}", f"{most}={number(one, one.high)}"]
    return one.type.annotation.format(", ".join(rules))


def body_type(kind: Kind) -> str:
    """The type of a function's parameter in a request; bounded, so that no request is endless."""
    if kind == "text":
        return "Annotated[str, pydantic.Field(max_length=10_000)]"
    return annotation(Field("", kind, *(KINDS[kind].limits if KINDS[kind].largest else ())))


def number(one: Field, value: Decimal) -> str:
    """A number as Python source, of the field's kind."""
    if value == value.to_integral_value():
        return f"{int(value):_}" if abs(value) >= 100_000 else f"{int(value)}"
    return f'Decimal("{value}")' if one.kind == "amount" else repr(float(value))


def default(field: Field) -> str:
    """What follows the annotation of a field where a creation may leave it out."""
    if isinstance(field.default, Decimal):
        exact = f'Decimal("{field.default}")'
        return f" = {exact if field.kind == 'amount' else number(field, field.default)}"
    return "" if field.required else f" = {field.default!r}"


def indexed(resource: Resource) -> list[str]:
    """The columns with an index of their own: the key of the parent, and what lists filter by."""
    found = [resource.parent_key] if resource.parent_key else []
    for name in resource.listing.filters if resource.listing else ():
        own = name != resource.parent_key and resource.field(name)
        if own and not own.unique and not (own.type.unit and (own.high or 0) > _LONGEST_INDEXED):
            found.append(name)
    return found


def column(resource: Resource, field: Field) -> str:
    """What follows the annotation of a field's column."""
    arguments = [field.type.column] if field.type.column else []
    low, high = field.low or Decimal(0), field.high or Decimal(0)
    if field.kind == "whole number" and not -_SMALL <= low <= high <= _SMALL:
        arguments.append("sa.BigInteger")
    if resource.states and resource.states.field == field.name:
        arguments.append(f"default={resource.states.initial!r}")
    if field.server:
        arguments.append(f"default=lambda: now(){'.date()' if field.kind == 'date' else ''}")
    arguments += ["unique=True"] * field.unique
    arguments += ["index=True"] * (field.name in indexed(resource))
    return f" = orm.mapped_column({', '.join(arguments)})" if arguments else ""


def repository_arguments(specification: Specification, resource: Resource) -> dict[str, str]:
    """What is said of a resource to its repository."""
    listing, row = resource.listing, f"{camel(resource.singular)}Row"
    order = [f"{row}.{name}{'.desc()' * down}" for name, down in listing.sorts] if listing else []
    texts = [f"{row}.{name}" for name in listing.searches] if listing else []
    said: dict[str, Any] = {
        "order": tuple(map(Source, [*order, f"{row}.id"])) if listing else (),
        "texts": tuple(map(Source, texts)),
        "unique": " or ".join(words(each.name) for each in resource.fields if each.unique),
        "owner": words(resource.parent or ""),
        "children": " or ".join(words(each.plural) for each in specification.children(resource)),
        "moves": resource.states and resource.states.transitions,
    }
    return {name: repr(value) for name, value in said.items() if value}


def facts(specification: Specification) -> dict[str, Any]:
    """What the templates ask of a specification, by name."""
    resources, functions = specification.resources, specification.functions
    parents = any(each.parent for each in resources)
    guarded = parents or any(field.unique for each in resources for field in each.fields)
    done = {does for each in resources for _, _, does in each.routes}
    failures = ("ValueError", "OverflowError", "ZeroDivisionError")
    refusals = [(name, 400) for name in failures if functions]
    missing = parents or done & {"fetch", "change", "move", "delete"}
    refusals += [("main.NotFound", 404)] * bool(missing)
    refusals += [("main.Conflict", 409)] * (guarded or "move" in done)
    every = [*(each.plural for each in resources), *(each.name for each in functions)]
    title = " and ".join(map(words, every))
    return {
        "spec": specification,
        "resources": resources,
        "indexes": [f"ix_{one.plural}_{name}" for one in resources for name in indexed(one)],
        "functions": functions,
        "title": title[:1].upper() + title[1:],
        "database": "-".join(every)[:60],
        "guarded": guarded,
        "parents": parents,
        "searched": any(each.listing and each.listing.searches for each in resources),
        "timed": any(field.server for each in resources for field in each.fields),
        "refusals": refusals,
        "codes": sorted({400, *(code for _, code in refusals)}),
    }
