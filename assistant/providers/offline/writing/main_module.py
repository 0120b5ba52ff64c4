"""main.py of a REST service: the record, its rules and its repository."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.providers.offline.spec import Api, Field, Order, Resource
from assistant.providers.offline.writing.checks import (
    PYTHON_TYPES,
    check_of,
    choices_name,
    shared_checks,
)
from assistant.providers.offline.writing.repository import repository
from assistant.providers.offline.writing.source import (
    article,
    bracketed,
    listed,
    literal,
    mapping,
    methods,
    module,
)


def write_main(api: Api) -> str:
    """The whole of main.py. Standard library only."""
    defaults = _any_default(api)
    blocks = [*shared_checks(api), _CHECKED[defaults]]
    for resource in api.resources:
        blocks += [*_choices(resource), _record(resource)]
        blocks += [check_of(resource, field).own for field in resource.given]
        blocks += [_tables(resource, defaults), _values(resource, defaults), repository(resource)]
    errors = list(_errors(api))
    body = module([*errors, *_shared(blocks), *blocks])
    return module([_head(api, body), body])


_SHARED = {
    "_instant": '''\
def _instant(moment: dt.datetime) -> dt.datetime:
    """The moment with a time zone; without one it is taken as UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
''',
    "_mentions": '''\
def _mentions(text: str | None, part: str | None) -> bool:
    """Whether the part is in the text, whatever the case; every text has no part."""
    return part is None or (text is not None and part.casefold() in text.casefold())
''',
}


def _shared(blocks: Sequence[str]) -> Iterator[str]:
    yield from (source for name, source in _SHARED.items() if f"{name}(" in "".join(blocks))


def _any_default(api: Api) -> bool:
    return any(not field.required for resource in api.resources for field in resource.given)


def _head(api: Api, body: str) -> str:
    names = listed(resource.plural_words for resource in api.resources)
    plain_imports = [
        f"import {name}"
        for name, sign in (
            ("datetime as dt", "dt."),
            ("re", "re."),
            ("threading", "threading."),
            ("uuid", "uuid."),
        )
        if sign in body
    ]
    record = "dataclass, replace" if "= replace(" in body else "dataclass"
    decimal = ["from decimal import Decimal"] if "Decimal" in body else []
    typing = "Any, Literal, get_args" if "Literal[" in body else "Any"
    return "\n".join(
        [
            f'"""{names.capitalize()}: their rules and their storage, without any transport."""',
            "",
            "from __future__ import annotations",
            "",
            *plain_imports,
            "from collections.abc import Callable, Mapping",
            f"from dataclasses import {record}",
            *decimal,
            f"from typing import {typing}",
            "",
            "Check = Callable[[object], Any]",
        ]
    )


def _errors(api: Api) -> Iterator[str]:
    yield '''\
class DomainError(Exception):
    """Root of the errors of this module."""
'''
    yield '''\
class Invalid(DomainError):
    """Values were refused.

    Attributes:
        problems: what is wrong, by field.
    """

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name} {problem}" for name, problem in problems.items()))
        self.problems = dict(problems)
'''
    yield '''\
class NotFound(DomainError):
    """There is nothing with this id."""
'''
    if any(resource.conflicts for resource in api.resources):
        yield '''\
class Conflict(DomainError):
    """The values are right, but what is stored does not allow it now."""
'''


def _choices(resource: Resource) -> Iterator[str]:
    lines = [
        line
        for field in resource.fields
        if field.choices
        for line in bracketed(
            f"{choices_name(resource, field)} = Literal[", map(literal, field.choices), "]"
        )
    ]
    if lines:
        yield "\n".join(lines)


def _record(resource: Resource) -> str:
    lines = [f'"""{article(resource.words).capitalize()}, as it is kept."""', "", "id: str"]
    lines += [f"{field.attribute}: {python_type(field)}" for field in resource.fields]
    lines += [
        "",
        "def to_json(self) -> dict[str, Any]:",
        '    """Its values as JSON has them."""',
        "    return {",
        '        "id": self.id,',
        *(f"        {literal(field.name)}: {_json(field)}," for field in resource.fields),
        "    }",
    ]
    head = ["@dataclass(frozen=True)", f"class {resource.class_name}:"]
    return "\n".join([*head, *methods([lines])])


def python_type(field: Field) -> str:
    """The annotation of a field's attribute."""
    return PYTHON_TYPES[field.type] + (" | None" if field.optional else "")


def _json(field: Field) -> str:
    value = f"self.{field.attribute}"
    source = {
        "decimal": f"float({value})",
        "date": f"{value}.isoformat()",
        "datetime": f'{value}.isoformat().replace("+00:00", "Z")',
        "texts": f"list({value})",
    }.get(field.type)
    if source is None:
        return value
    return f"None if {value} is None else {source}" if field.optional else source


def default_source(field: Field) -> str:
    """Source of the value that a field has where none is given."""
    if field.type == "decimal" and field.default is not None:
        return f'Decimal("{field.default}")'
    return literal(field.default)


def _tables(resource: Resource, any_default: bool) -> str:
    constant = resource.name.upper()
    checks = {field.name: check_of(resource, field).expression for field in resource.given}
    lines = mapping(f"{constant}_CHECKS: dict[str, Check] = ", checks)
    defaults = {field.name: default_source(field) for field in resource.given if not field.required}
    if any_default:
        lines += mapping(f"{constant}_DEFAULTS: dict[str, Any] = ", defaults)
    return "\n".join(lines)


def _values(resource: Resource, defaults: bool) -> str:
    """The function that checks a whole resource."""
    constant = resource.name.upper()
    tables = [f"{constant}_CHECKS", f"{constant}_DEFAULTS"]
    call = f"checked(values, {', '.join(tables if defaults else tables[:1])})"
    renamed = {field.name: field.attribute for field in resource.given}
    renamed = {name: attribute for name, attribute in renamed.items() if name != attribute}
    lines = [
        f"def {resource.name}_values(values: Mapping[str, object]) -> dict[str, Any]:",
        f'    """The attributes of {article(resource.words)}, checked. Raises Invalid."""',
    ]
    if not renamed and not resource.orders:
        return "\n".join([*lines, f"    return {call}"])
    lines.append(f"    accepted = {call}")
    for order in resource.orders:
        lines += _order(resource, order)
    if renamed:
        lines.append(f"    attributes = {literal(renamed)}  # these names are taken in Python")
        lines.append(
            "    return {attributes.get(name, name): value for name, value in accepted.items()}"
        )
        return "\n".join(lines)
    return "\n".join([*lines, "    return accepted"])


def _order(resource: Resource, order: Order) -> list[str]:
    earlier, later = resource.field(order.earlier), resource.field(order.later)
    names = [f"accepted[{literal(field.name)}]" for field in (earlier, later)]
    both = " and ".join(
        f"{name} is not None"
        for name, field in zip(names, (earlier, later), strict=True)
        if field.optional
    )
    left, right = (
        f"_instant({name})" if field.type == "datetime" else name
        for name, field in zip(names, (earlier, later), strict=True)
    )
    word = {"date": "after", "datetime": "after"}.get(later.type, "greater than")
    softly = {"date": "not be before", "datetime": "not be before"}.get(later.type, "be at least")
    message = f"must {f'be {word}' if order.strict else softly} {earlier.words}"
    test = f"{right} {'<=' if order.strict else '<'} {left}"
    lines = [f"    if {both} and {test}:" if both else f"    if {test}:"]
    problem = f"{{{literal(later.name)}: {literal(message)}}}"
    return [*lines, *bracketed("raise Invalid(", [problem], ")", 8)]


_CHECKED = {
    True: '''\
def checked(
    values: Mapping[str, object], checks: Mapping[str, Check], defaults: Mapping[str, Any]
) -> dict[str, Any]:
    """Every value as its check returns it; what is not given takes its default.

    Raises:
        Invalid: names every field that is unknown, missing or wrong.
    """
    problems = {name: "is unknown" for name in values if name not in checks}
    result: dict[str, Any] = {}
    for name, check in checks.items():
        if name in values:
            try:
                result[name] = check(values[name])
            except ValueError as error:
                problems[name] = str(error)
        elif name in defaults:
            result[name] = defaults[name]
        else:
            problems[name] = "is required"
    if problems:
        raise Invalid(problems)
    return result
''',
    False: '''\
def checked(values: Mapping[str, object], checks: Mapping[str, Check]) -> dict[str, Any]:
    """Every value as its check returns it.

    Raises:
        Invalid: names every field that is unknown, missing or wrong.
    """
    problems = {name: "is unknown" for name in values if name not in checks}
    result: dict[str, Any] = {}
    for name, check in checks.items():
        if name not in values:
            problems[name] = "is required"
            continue
        try:
            result[name] = check(values[name])
        except ValueError as error:
            problems[name] = str(error)
    if problems:
        raise Invalid(problems)
    return result
''',
}
