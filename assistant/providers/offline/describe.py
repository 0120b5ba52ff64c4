"""The reading: a specification in words, shown before anything is written."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.providers.offline.spec import Field, Function, Resource, Specification
from assistant.providers.offline.terms import words


def describe(specification: Specification, *, served: bool = True) -> list[str]:
    """The lines of the reading: fields, states, assumptions; with a service its routes as well."""
    lines = [line for each in specification.resources for line in _resource(each, served=served)]
    lines += [line for each in specification.functions for line in _function(each)]
    return lines + [f"assumed: {said}" for said in specification.assumptions]


def _resource(resource: Resource, *, served: bool) -> Iterator[str]:
    yield words(resource.singular)
    width = max(len(each.name) for each in resource.columns)
    for each in resource.columns:
        yield f"  {each.name:{width}}  {', '.join(_field(each))}"
    if resource.states:
        moves = ", ".join(f"{start} → {to}" for start, to in resource.states.transitions)
        yield f"  states: {resource.states.field} starts as {resource.states.initial}; {moves}"
    for method, path, _ in resource.routes if served else ():
        yield f"  {method} {path}"
    if listing := resource.listing:
        order = ", ".join(f"{name}{' descending' * down}" for name, down in listing.sorts)
        parts = [f"filtered by {', '.join(listing.filters)}"] * bool(listing.filters)
        searched = f"searched in {', '.join(listing.searches)}, ignoring case"
        parts += [searched] * bool(listing.searches) + [f"sorted by {order}"] * bool(order)
        yield f"  list: {'; '.join([*parts, f'pages of {listing.page_size}'])}"


def _field(one: Field) -> Iterator[str]:
    """The type with its bounds, and the attributes: ``whole number from 1 to 100``, ``unique``."""
    if one.choices:
        yield f"one of {', '.join(one.choices)}"
    elif one.owner:
        yield f"id of the {words(one.owner)} that it belongs to"
    else:
        yield " ".join([one.kind, *_bounds(one)])
    if one.default is not None:
        default = ("yes" if one.default else "no") if one.kind == "yes or no" else one.default
        quoted = one.kind == "text" and not one.choices
        yield f'default "{default}"' if quoted else f"default {default}"
    yield from (name for name in ("optional", "unique") if getattr(one, name))
    if one.server:
        yield "set by the server at the creation"


def _bounds(one: Field) -> Iterator[str]:
    """The bounds that were given, or are those of the type."""
    low, high, limits = one.low, one.high, one.type.limits
    if one.choices or not one.type.largest:
        return
    if one.type.unit:
        span = f"of exactly {low}" if low == high else f"from {low} to {high}"
        yield f"{span} {one.type.unit}"
    elif low != limits[0] and high != limits[1]:
        yield f"from {low} to {high}"
    elif (low, high) != limits:
        yield f"at most {high}" if low == limits[0] else f"at least {low}"


def _function(function: Function) -> Iterator[str]:
    given = ", ".join(f"{name}: {kind}" for name, kind in function.parameters.items())
    yield f"{function.name}({given}) gives {function.kind}"
    yield from (f"  raises ValueError if {condition}" for condition in function.refusals)
    *cases, last = function.cases
    yield from (f"  {value} if {condition}" for condition, value in cases)
    yield f"  {'otherwise ' if cases else ''}{last[1]}"
    for arguments, result in function.examples:
        call = f"{function.name}({', '.join(map(repr, arguments))})"
        yield f"  example: {call} {'raises ValueError' if result is None else f'is {result!r}'}"
