"""``find`` of a repository: filters, searches, the order and pages."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.providers.offline.spec import Field, Resource
from assistant.providers.offline.writing.checks import PYTHON_TYPES, choices_name
from assistant.providers.offline.writing.source import WIDTH, bracketed, indented


def page_name(resource: Resource) -> str:
    return f"{resource.class_name}Page"


def _filter_parameters(resource: Resource) -> list[str]:
    """The keyword parameters of ``find`` that filter."""
    fields = [resource.field(name) for name in (*resource.filters, *resource.searches)]
    return [f"{field.attribute}: {PYTHON_TYPES[field.type]} | None = None" for field in fields]


def find_method(resource: Resource) -> list[str]:
    parameters = _filter_parameters(resource)
    result = f"list[{resource.class_name}]"
    if resource.paging:
        parameters += ["limit: int | None = None", "offset: int = 0"]
        result = page_name(resource)
    head = bracketed(
        "def find(", ["self", *(["*", *parameters] if parameters else [])], f") -> {result}:"
    )
    matching = _matching(resource)
    ordering = list(_sort(resource))
    if resource.paging:
        ordering.append("    end = None if limit is None else offset + limit")
        ordering.append(f"    return {result}(items=found[offset:end], total=len(found))")
    elif ordering:
        ordering.append("    return found")
    assigned = "found = " if ordering else "return "
    return [
        *head,
        f'    """{_find_doc(resource)}"""',
        "    with self._lock:",
        *indented([assigned + matching[0], *matching[1:]], 8),
        *ordering,
    ]


def _matching(resource: Resource) -> list[str]:
    """Source of the list of what matches the filters, in the order of creation."""
    name, stored = resource.name, f"self._{resource.plural}.values()"
    tests = [
        f"{field.attribute} in (None, {name}.{field.attribute})"
        for field in map(resource.field, resource.filters)
    ]
    tests += [
        f"_mentions({name}.{field.attribute}, {field.attribute})"
        for field in map(resource.field, resource.searches)
    ]
    if not tests:
        return [f"list({stored})"]
    line = f"[{name} for {name} in {stored} if {' and '.join(tests)}]"
    if len(line) <= WIDTH - 20:
        return [line]
    conditions = [f"    if {tests[0]}", *(f"    and {test}" for test in tests[1:])]
    return ["[", f"    {name}", f"    for {name} in {stored}", *conditions, "]"]


def _find_doc(resource: Resource) -> str:
    filtered = " that match every given value" if resource.filters or resource.searches else ""
    ordered = "in the order of their creation"
    if resource.sorting.field:
        by, down = resource.field(resource.sorting.field), resource.sorting.descending
        ordered = f"by {by.words}"
        if by.choices:
            ordered += f", from {by.choices[-down]} to {by.choices[down - 1]}"
        elif down:
            ordered += ", the greatest first"
    elif resource.sorting.descending:
        ordered = "the newest first"
    return f"The {resource.plural_words}{filtered}, {ordered}."


def _sort(resource: Resource) -> Iterator[str]:
    sorting = resource.sorting
    if sorting.field:
        key = _sort_key(resource, resource.field(sorting.field))
        reverse = ", reverse=True" if sorting.descending else ""
        yield f"    found.sort(key=lambda {resource.name}: {key}{reverse})"
    elif sorting.descending:
        yield "    found.reverse()"


def _sort_key(resource: Resource, field: Field) -> str:
    value = f"{resource.name}.{field.attribute}"
    if field.choices:
        return f"get_args({choices_name(resource, field)}).index({value})"
    if field.type == "datetime":
        return f"_instant({value})"
    return value
