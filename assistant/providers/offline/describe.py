"""The reading: a specification in words, shown before anything is written."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.providers.offline.formula import literal
from assistant.providers.offline.spec import (
    LARGEST_AMOUNT,
    LARGEST_NUMBER,
    LARGEST_WHOLE,
    Field,
    Function,
    Parameter,
    Resource,
    Specification,
)

_LARGEST = {LARGEST_WHOLE, LARGEST_NUMBER, LARGEST_AMOUNT}


def describe(specification: Specification, *, served: bool = True) -> list[str]:
    """The lines of the reading: fields with types and bounds, routes, states, assumptions.

    Args:
        served: whether there is a service, which has the routes.
    """
    told = [line for each in specification.resources for line in _resource(each, served=served)]
    told += [line for each in specification.functions for line in _function(each)]
    return told + [f"assumed: {said}" for said in specification.assumptions]


def _resource(resource: Resource, *, served: bool) -> Iterator[str]:
    yield _words(resource.singular)
    width = max(len(each.name) for each in resource.fields)
    for each in resource.fields:
        yield f"  {each.name:{width}}  {field_words(each)}"
    if resource.parent:
        yield f"  {resource.parent_key}  id of the {_words(resource.parent)} that it belongs to"
    if resource.states:
        moves = ", ".join(f"{start} → {to}" for start, to in resource.states.transitions)
        yield f"  states: {resource.states.field} starts as {resource.states.initial}; {moves}"
    for route in resource.routes if served else ():
        yield f"  {route.method} {route.path}"
    if resource.listing:
        listing = resource.listing
        parts = [f"filtered by {', '.join(listing.filters)}"] if listing.filters else []
        if listing.searches:
            parts.append(f"searched in {', '.join(listing.searches)}, ignoring case")
        if listing.sorts:
            order = ", ".join(f"{name}{' descending' * down}" for name, down in listing.sorts)
            parts.append(f"sorted by {order}")
        yield f"  list: {'; '.join([*parts, f'pages of {listing.page_size}'])}"


def field_words(one: Field) -> str:
    """The kind, bounds and attributes of a field: ``whole number from 1 to 100, optional``."""
    if one.choices:
        told = f"one of {', '.join(one.choices)}"
    else:
        told = " ".join(part for part in (one.kind, _bounds(one), _lengths(one)) if part)
    parts = [told]
    if isinstance(one.default, bool):
        parts.append(f"default {'yes' if one.default else 'no'}")
    elif one.default is not None:
        parts.append(f"default {one.default}")
    parts += [name for name in ("optional", "unique", "secret") if getattr(one, name)]
    if one.server:
        parts.append(f"set by the server{' at each change' * (one.server == 'changed')}")
    return ", ".join(parts)


def _bounds(one: Field | Parameter) -> str:
    low, high = one.minimum, one.maximum
    low = None if low is not None and -low in _LARGEST else low
    high = None if high in _LARGEST else high
    if low is not None and high is not None and not (one.above_minimum or one.below_maximum):
        return f"from {low} to {high}"
    parts = [f"{'more than' if one.above_minimum else 'at least'} {low}"] if low is not None else []
    if high is not None:
        parts.append(f"{'less than' if one.below_maximum else 'at most'} {high}")
    return " and ".join(parts)


def _lengths(one: Field) -> str:
    if one.max_length is None:
        return ""
    unit = "entries" if one.kind == "list of text" else "characters"
    if one.min_length == one.max_length:
        return f"of exactly {one.max_length} {unit}"
    return f"from {one.min_length} to {one.max_length} {unit}"


def _function(function: Function) -> Iterator[str]:
    given = ", ".join(
        " ".join(part for part in (f"{each.name}: {each.kind}", _bounds(each)) if part)
        for each in function.parameters
    )
    yield f"{function.name}({given}) gives {function.kind}"
    for raised in function.raises:
        yield f"  raises {raised.exception} {literal(raised.message)} if {raised.condition}"
    for case in function.cases:
        yield f"  {case.value} if {case.condition}"
    yield f"  {'otherwise ' if function.cases else ''}{function.otherwise}"
    for example in function.examples:
        values = ", ".join(map(literal, example.arguments))
        if example.result is None:
            yield f"  example: {function.name}({values}) raises {example.raises}"
        else:
            yield f"  example: {function.name}({values}) is {literal(example.result)}"


def _words(name: str) -> str:
    return name.replace("_", " ")
