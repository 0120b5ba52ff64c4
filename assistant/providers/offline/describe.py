"""The reading: a specification in words, shown before anything is written."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.providers.offline.formula import literal
from assistant.providers.offline.spec import Field, Function, Parameter, Resource, Specification
from assistant.providers.offline.terms import words


def describe(specification: Specification, *, served: bool = True) -> list[str]:
    """The lines of the reading: fields with types and bounds, routes, states, assumptions.

    Args:
        served: whether there is a service, which has the routes.
    """
    lines = [line for each in specification.resources for line in _resource(each, served=served)]
    lines += [line for each in specification.functions for line in _function(each)]
    return lines + [f"assumed: {said}" for said in specification.assumptions]


def _resource(resource: Resource, *, served: bool) -> Iterator[str]:
    yield words(resource.singular)
    width = max(len(each.name) for each in resource.fields)
    for each in resource.fields:
        yield f"  {each.name:{width}}  {_field(each)}"
    if resource.parent:
        yield f"  {resource.parent_key}  id of the {words(resource.parent)} that it belongs to"
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


def _field(one: Field) -> str:
    """The type, bounds and attributes of a field: ``whole number from 1 to 100, optional``."""
    kind = f"one of {', '.join(one.choices)}" if one.choices else " ".join(_bounded(one))
    parts = [kind]
    if one.default is not None:
        default = ("yes" if one.default else "no") if one.kind == "yes or no" else one.default
        parts.append(f"default {default}")
    parts += [name for name in ("optional", "unique", "secret") if getattr(one, name)]
    if one.server:
        parts.append(f"set by the server{' at each change' * (one.server == 'changed')}")
    return ", ".join(parts)


def _bounded(one: Parameter) -> Iterator[str]:
    """The type and the bounds that were given."""
    yield one.kind
    low, high = one.minimum, one.maximum
    low = None if low is not None and -low == one.type.largest else low
    high = None if high == one.type.largest else high
    if low is not None and high is not None and not (one.above_minimum or one.below_maximum):
        yield f"from {low} to {high}"
    else:
        lower = [f"{'more than' if one.above_minimum else 'at least'} {low}"] * (low is not None)
        upper = [f"{'less than' if one.below_maximum else 'at most'} {high}"] * (high is not None)
        yield from filter(None, [" and ".join([*lower, *upper])])
    if isinstance(one, Field) and one.max_length is not None:
        exact = f"of exactly {one.max_length} {one.type.unit}"
        span = f"from {one.min_length} to {one.max_length} {one.type.unit}"
        yield exact if one.min_length == one.max_length else span


def _function(function: Function) -> Iterator[str]:
    given = ", ".join(f"{each.name}: {' '.join(_bounded(each))}" for each in function.parameters)
    yield f"{function.name}({given}) gives {function.kind}"
    for condition, exception, message in function.checks[function.bounds :]:
        yield f"  raises {exception} {message!r} if {condition}"
    *cases, last = function.cases
    yield from (f"  {case.value} if {case.condition}" for case in cases)
    yield f"  {'otherwise ' if cases else ''}{last.value}"
    for example in function.examples:
        call = f"{function.name}({', '.join(map(literal, example.arguments))})"
        told = f"raises {example.raises}" if example.raises else f"is {literal(example.result)}"
        yield f"  example: {call} {told}"
