"""From what was read of a resource to the resource, with everything checked against the rest."""

from __future__ import annotations

from assistant.providers.offline.reading.definitions import TAKEN
from assistant.providers.offline.reading.derived import said_in
from assistant.providers.offline.reading.lifecycle import Lifecycle, resolve
from assistant.providers.offline.reading.states import Change, conditions_of, undone_by
from assistant.providers.offline.reading.subject import Context, Subject, refuse
from assistant.providers.offline.reading.unclear import Unclear
from assistant.providers.offline.reading.words import identifier, plural
from assistant.providers.offline.spec import (
    TEXTUAL,
    Api,
    Condition,
    Field,
    Operation,
    Resource,
)
from assistant.providers.offline.writing.paths import path

_ALL: tuple[Operation, ...] = ("create", "get", "list", "update", "delete")
_DONE = {
    "create": "created",
    "get": "fetched",
    "list": "listed",
    "update": "updated",
    "delete": "deleted",
}
# State verbs that mean creation where nothing else creates the resource.
_CREATING = frozenset({"send", "post", "place", "submit", "open", "register", "issue", "plan"})


def assemble(context: Context) -> Api:
    """The service as a whole.

    Raises:
        NotUnderstood: names the sentence that contradicts another or cannot be fulfilled.
    """
    resources = []
    for subject in context.subjects:
        try:
            resources.append(_resource(context, subject))
        except Unclear as unclear:
            sentence = unclear.sentence or subject.defined
            raise refuse(sentence.shortened(), str(unclear)) from None
    api = Api(context.feature, tuple(resources), tuple(context.assumptions), context.invalid_status)
    names = [name for resource in resources for name in _top_level(resource)]
    for name in names:
        if names.count(name) > 1:
            sentence = context.subjects[-1].defined
            raise refuse(sentence.shortened(), f"two things would be called {name}")
    return api


def _top_level(resource: Resource) -> list[str]:
    """Names that the generated modules define for the resource."""
    types = [
        resource.class_name + "".join(part.capitalize() for part in field.name.split("_"))
        for field in resource.fields
        if field.choices
    ]
    own = ("", "Repository", "Page", "Body")
    return [*(resource.class_name + end for end in own), *types, resource.name, resource.plural]


def _resource(context: Context, subject: Subject) -> Resource:
    absent = _absent(subject)
    _creation(subject)
    fields = [draft.finished() for draft in subject.drafts]
    context.assumptions += [draft.assumed for draft in subject.drafts if draft.assumed]
    life = resolve(fields, list(subject.changes.values()), subject.bans, subject.initial)
    context.assumptions += life.assumptions
    for change in absent:
        for _, words in change.conditions:
            said_in(change.sentence, conditions_of, life.fields, words)
    _beginning(context, subject, life)
    name, many = identifier(subject.noun), identifier(plural(subject.noun))
    assert name is not None  # checked when it was defined
    if many is None or many == name or many in TAKEN:
        many = f"{name}_list"
    resource = Resource(
        name=name,
        plural=many,
        fields=life.fields,
        operations=_operations(context, subject),
        filters=tuple(subject.filters),
        searches=tuple(subject.searches),
        paging=subject.paging,
        sorting=subject.sorting,
        transitions=life.transitions,
        guards=life.guards,
        orders=tuple(subject.orders),
        state=life.state,
        entries=life.entries,
    )
    _check(resource)
    return resource


def _absent(subject: Subject) -> list[Change]:
    """Take away the state changes that are spoken of and that there are not.

    "Orders cannot be cancelled" is kept by not having that change, and so is "A closed ticket
    cannot be reopened" where no sentence says that anything can be reopened. "A shipped order
    cannot be cancelled" says that others can.
    """
    absent = []
    for verb, change in list(subject.changes.items()):
        if change.forbidden and (change.allowed or change.conditions):
            unclear = Unclear(f"{plural(subject.noun)} can and cannot be {change.done}")
            unclear.sentence = change.sentence
            raise unclear
        if change.forbidden or (not change.allowed and undone_by(verb) and change.conditions):
            absent.append(subject.changes.pop(verb))
    return absent


def _beginning(context: Context, subject: Subject, life: Lifecycle) -> None:
    """What a new resource is: only that where state changes lead on, else unless it is given."""
    field = next((f for f in life.fields if f.given and f.default == subject.initial), None)
    if not subject.initial or field is None or field.name == life.state:
        return
    if subject.always:
        raise Unclear(f"{field.words} is given by a client, so it is not always {subject.initial}")
    told = f"{plural(subject.noun)} are {subject.initial} at first unless another {field.words}"
    context.assumptions.append(f"{told} is given")


def _creation(subject: Subject) -> None:
    """``Messages can be sent`` creates them, where nothing else does."""
    if "create" in subject.operations or not subject.operations:
        return
    for verb, change in list(subject.changes.items()):
        words = {choice.lower() for draft in subject.drafts for choice in draft.choices}
        words |= {draft.words for draft in subject.drafts}
        if (
            verb in _CREATING
            and not change.conditions
            and change.done not in words
            and not change.to
        ):
            del subject.changes[verb]
            subject.operations.add("create")


def _operations(context: Context, subject: Subject) -> tuple[Operation, ...]:
    wanted, many = set(subject.operations), plural(subject.noun)
    if contradiction := sorted(wanted & subject.excluded):
        raise Unclear(f"{many} can and cannot be {_DONE[contradiction[0]]}")
    if not wanted - {"list"} and not (wanted and subject.changes):
        wanted |= set(_ALL) - subject.excluded
        done = ", ".join(_DONE[operation] for operation in _ALL if operation in wanted)
        context.assumptions.append(f"{many} can be {done}, as nothing else was said")
    elif "create" not in wanted:
        if "create" in subject.excluded:
            raise Unclear(f"{many} cannot be created, so there would be none")
        wanted.add("create")
        context.assumptions.append(f"{many} can be created, as there would be none otherwise")
    return tuple(operation for operation in _ALL if operation in wanted)


def _check(resource: Resource) -> None:
    """What cannot be seen sentence by sentence."""
    if not resource.given:
        raise Unclear("a client could set no field")
    for name in resource.filters:
        _check_filter(resource, resource.field(name))
    for name in resource.searches:
        searched = resource.field(name)
        if searched.type not in TEXTUAL or searched.choices:
            raise Unclear(f"{searched.words} is no text that could be searched")
        if name in resource.filters:
            raise Unclear(f"{searched.words} is filtered and searched at once")
        _check_filter(resource, searched)
    if resource.sorting.field:
        by = resource.field(resource.sorting.field)
        if by.optional or by.type in ("boolean", "texts"):
            raise Unclear(f"a list cannot be sorted by {by.words}")
    for field in resource.fields:
        _check_field(field)
    for order in resource.orders:
        _check_order(resource.field(order.earlier), resource.field(order.later))
    _check_reachable(resource)


def _check_filter(resource: Resource, by: Field) -> None:
    if by.type in ("texts", "datetime"):
        raise Unclear(f"a list cannot be filtered by {by.words}")
    locals_ = (
        resource.name,
        resource.plural,
        "self",
        "limit",
        "offset",
        "end",
        "response",
        "page",
        "found",
    )
    if by.attribute in locals_ or by.attribute in TAKEN - {"name", "value", "body", "result"}:
        raise Unclear(f"a filter cannot be called {by.name}")


def _check_order(first: Field, second: Field) -> None:
    if first.type != second.type or first.type not in ("date", "datetime", "whole", "decimal"):
        raise Unclear(f"{first.words} and {second.words} cannot be compared")
    if first.upper or second.upper or first.default is not None or second.default is not None:
        raise Unclear(f"{first.words} and {second.words} are compared, and bounded as well")
    if not first.given or not second.given:
        raise Unclear(f"{first.words} and {second.words} are not both given")


def _check_field(field: Field) -> None:
    shortest = int(field.lower.value) if field.lower else 0
    longest = int(field.upper.value) if field.upper else None
    if longest is not None and longest < {"email": 24, "url": 24, "uuid": 10**9}.get(field.type, 0):
        raise Unclear(f"{field.words} is too short for its type")
    if shortest > 12 and field.type in ("email", "url", "uuid"):
        raise Unclear(f"{field.words} is too long for its type")
    if not field.unique:
        return
    numeric = field.type in ("whole", "decimal")
    narrow = numeric and longest is not None and longest - shortest < 100
    short = field.type == "text" and longest is not None and longest < 3
    if field.choices or narrow or short or field.type in ("boolean", "texts", "date", "datetime"):
        raise Unclear(f"{field.words} has too few values to be unique")


def _check_reachable(resource: Resource) -> None:
    for transition in resource.transitions:
        if path(resource, transition.requires) is None:
            raise Unclear(f"{resource.words} can never be {transition.done}: no state allows it")
    if not resource.state:
        return
    for choice in resource.field(resource.state).choices:
        if path(resource, [Condition(resource.state, (choice,))]) is None:
            raise Unclear(f"nothing makes {resource.words} {choice}")
