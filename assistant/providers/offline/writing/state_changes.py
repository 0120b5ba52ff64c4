"""State changes in main.py: what they need, what they set, and what a state forbids."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.providers.offline.spec import Condition, Field, Resource, Transition
from assistant.providers.offline.writing.source import article, bracketed, listed, literal


def stamps(resource: Resource, *kinds: str) -> list[str]:
    """Keyword arguments for the times that the server sets."""
    return [f"{field.attribute}=self._now()" for field in resource.fields if field.filled in kinds]


def entry_check(resource: Resource) -> Iterator[str]:
    if not resource.state:
        return
    field = resource.field(resource.state)
    if set(resource.entries) == set(field.choices):
        return
    value = f"accepted[{literal(field.attribute)}]"
    message = f"must be {listed(resource.entries, 'or')} at first"
    yield f"    if {_outside(value, resource.entries)}:"
    yield f"        raise Invalid({{{literal(field.name)}: {literal(message)}}})"


def _outside(value: str, allowed: tuple[str | bool, ...]) -> str:
    if len(allowed) == 1:
        return f"{value} != {literal(allowed[0])}"
    return f"{value} not in {literal(tuple(allowed))}"


def state_check(resource: Resource) -> Iterator[str]:
    """A governed state is left and reached by state changes alone."""
    if not resource.state:
        return
    field = resource.field(resource.state)
    current, wanted = f"{resource.name}.{field.attribute}", f"accepted[{literal(field.attribute)}]"
    test = f"{wanted} != {current}"
    if len(resource.entries) > 1:
        free = ", ".join(map(literal, resource.entries))
        test += f" and not {{{current}, {wanted}}} <= {{{free}}}"
    yield f"if {test}:"
    told = wanted.replace('"', "'")
    message = f'f"{field.words} cannot be set from {{{current}}} to {{{told}}}"'
    yield from bracketed("raise Conflict(", [message], ")", 4)


def guard_checks(resource: Resource, operation: str, done: str) -> Iterator[str]:
    for guard in resource.guards:
        if guard.operation == operation:
            yield f"if {holds(resource, guard.condition)}:"
            message = _cannot(resource, guard.condition, done)
            yield from bracketed("raise Conflict(", [message], ")", 4)


def _cannot(resource: Resource, condition: Condition, done: str) -> str:
    """Source of the message: what the resource is, and what it therefore cannot be."""
    field = resource.field(condition.field)
    if field.type == "boolean":
        state = f"{'' if condition.values[0] else 'not '}{field.words}"
        return literal(f"{article(resource.words)} that is {state} cannot be {done}")
    value = f"{{{resource.name}.{field.attribute}}}"
    return f'f"{article(resource.words)} that is {value} cannot be {done}"'


def holds(resource: Resource, condition: Condition) -> str:
    """A Python test that the condition holds."""
    field = resource.field(condition.field)
    value = f"{resource.name}.{field.attribute}"
    if field.type == "boolean":
        return value if condition.values[0] else f"not {value}"
    if len(condition.values) == 1:
        return f"{value} == {literal(condition.values[0])}"
    return f"{value} in {literal(tuple(condition.values))}"


def fails(resource: Resource, condition: Condition) -> str:
    """A Python test that a condition of one value does not hold."""
    field = field_of(resource, condition)
    return f"{resource.name}.{field.attribute} != {literal(condition.values[0])}"


def field_of(resource: Resource, condition: Condition) -> Field:
    return resource.field(condition.field)


def _others(resource: Resource, condition: Condition) -> Condition:
    """What holds exactly while the condition does not."""
    field = resource.field(condition.field)
    values: tuple[str | bool, ...] = field.choices or (False, True)
    return Condition(field.name, tuple(v for v in values if v not in condition.values))


def transition_method(resource: Resource, transition: Transition) -> list[str]:
    name, field = resource.name, resource.field(transition.field)
    done = transition.verb.capitalize()
    changes = [f"{field.attribute}={literal(transition.to)}", *stamps(resource, "changed")]
    lines = [
        f"def {transition.method}(self, {name}_id: str) -> {resource.class_name}:",
        f'    """{done} the {resource.words}. Raises NotFound, Conflict."""',
        "    with self._lock:",
        f"        {name} = self.get({name}_id)",
    ]
    for condition in transition.requires:
        opposite = _others(resource, condition)
        message = _cannot(resource, opposite, transition.done)
        single = len(condition.values) == 1 and field_of(resource, condition).choices
        test = fails(resource, condition) if single else holds(resource, opposite)
        lines.append(f"        if {test}:")
        lines += bracketed("raise Conflict(", [message], ")", 12)
    return [
        *lines,
        f"        changed = replace({name}, {', '.join(changes)})",
        f"        self._{resource.plural}[{name}_id] = changed",
        "        return changed",
    ]
