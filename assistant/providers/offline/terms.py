"""Python terms for a Specification: names, annotations, columns and statements."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from assistant.providers.offline.formula import literal
from assistant.providers.offline.spec import Field, Listing, Resource, Route, Specification

#: A field of this name would take the name of a class that every resource has.
_TAKEN = frozenset(("changes", "move", "page", "query", "row"))
_PLAIN = {
    "whole number": "int",
    "number": "float",
    "amount": "Decimal",
    "yes or no": "bool",
    "date": "dt.date",
    "date and time": "dt.datetime",
    "web address": "pydantic.AnyHttpUrl",
    "list of text": "list[str]",
}
_COLUMN = {
    "amount": "Amount",
    "date and time": "Moment",
    "web address": "Address",
    "list of text": "sa.JSON",
}
_SMALL = Decimal(2**31 - 1)


def camel(name: str) -> str:
    """``order_line`` is ``OrderLine``."""
    return "".join(part.capitalize() for part in name.split("_"))


def words(name: str) -> str:
    """``order_line`` is ``order line``."""
    return name.replace("_", " ")


def constant(name: str) -> str:
    """``order_line`` is ``ORDER_LINE``."""
    return name.upper()


def quoted(text: str) -> str:
    """A text as Python source."""
    return ascii(text) if "\\" in repr(text) else literal(text)


def alias(resource: Resource, field: Field) -> str:
    """The name of a field's type: ``OrderQuantity``."""
    return resource.class_name + camel(field.name) + ("Value" if field.name in _TAKEN else "")


def article(name: str) -> str:
    """``an order``, ``a user``."""
    vowel = name[0] in "aeiou" and not name.startswith(("uni", "use", "eu", "one"))
    return f"{'an' if vowel else 'a'} {words(name)}"


def annotation(field: Field, *, strict: bool = True) -> str:
    """The type of a field's value as pydantic checks it.

    Args:
        field: the field.
        strict: nothing is converted; a query, which is text, cannot be so.
    """
    if field.choices:
        return f"Literal[{', '.join(map(quoted, field.choices))}]"
    rules = ["strict=True"] * (strict and field.kind in ("whole number", "number", "yes or no"))
    if field.minimum is not None:
        rules.append(f"{'gt' if field.above_minimum else 'ge'}={number(field, field.minimum)}")
    if field.maximum is not None:
        rules.append(f"{'lt' if field.below_maximum else 'le'}={number(field, field.maximum)}")
    if field.min_length is not None:
        rules += [f"min_length={field.min_length}", f"max_length={field.max_length}"]
    limits = f"pydantic.Field({', '.join(rules)})"
    match field.kind:
        case "text":
            return f"Annotated[{'pydantic.SecretStr' if field.secret else 'Text'}, {limits}]"
        case "amount":
            return (
                "Annotated[Decimal, pydantic.BeforeValidator(number_or_text), "
                f"{limits[:-1]}, decimal_places=2), pydantic.AfterValidator(two_places)]"
            )
        case "number":
            return f"Annotated[float, {limits[:-1]}, allow_inf_nan=False)]"
        case "date":
            return "Annotated[dt.date, pydantic.BeforeValidator(written_out)]"
        case "date and time":
            return (
                "Annotated[pydantic.AwareDatetime, pydantic.BeforeValidator(written_out), "
                "pydantic.AfterValidator(in_utc)]"
            )
        case "e-mail address":
            return "pydantic.EmailStr"
        case "web address":
            return "Annotated[pydantic.AnyHttpUrl, pydantic.AfterValidator(short)]"
        case "list of text":
            entry = "Annotated[Text, pydantic.Field(min_length=1, max_length=10_000)]"
            return f"Annotated[list[{entry}], {limits}]"
        case "yes or no" if not strict:
            return "bool"
    return f"Annotated[{_PLAIN[field.kind]}, {limits}]"


def number(field: Field, value: Decimal) -> str:
    """A number as Python source, of the field's kind."""
    if value == value.to_integral_value():
        return f"{int(value):_}" if abs(value) >= 100_000 else f"{int(value)}"
    return f'Decimal("{value}")' if field.kind == "amount" else repr(float(value))


def default(field: Field) -> str:
    """The default as Python source, "" where there is none."""
    value = field.default
    match field.kind, value:
        case _, None:
            return "None" if field.optional else ""
        case _, bool():
            return repr(value)
        case "amount", Decimal():
            return f'Decimal("{value}")'
        case _, Decimal():
            return number(field, value)
        case "date", str():
            return f"dt.date.fromisoformat({quoted(value)})"
        case "date and time", str():
            return f"dt.datetime.fromisoformat({quoted(value)}).astimezone(dt.UTC)"
        case "web address", str():
            return f"pydantic.AnyHttpUrl({quoted(value)})"
        case _, str():
            return quoted(value)
    raise ValueError(f"no default: {value!r}")


def column(field: Field) -> str:
    """What follows the annotation of a field's column."""
    large = field.kind == "whole number" and not (
        (field.minimum or 0) >= -_SMALL and (field.maximum or 0) <= _SMALL
    )
    arguments = ["sa.BigInteger"] if large else []
    arguments += [_COLUMN[field.kind]] if field.kind in _COLUMN else []
    arguments += ["unique=True"] if field.unique else []
    return f" = orm.mapped_column({', '.join(arguments)})" if arguments else ""


def indexed(resource: Resource) -> list[str]:
    """Columns with an index: the key of the parent, and what is filtered by."""
    filters = resource.listing.filters if resource.listing else ()
    names = [resource.parent_key] if resource.parent_key else []
    names += [name for name in filters if name not in names]
    unique = [field.name for field in resource.fields if field.unique]
    return [name for name in names if name not in unique]


def column_type(field: Field) -> str:
    """The Python type of a field's column."""
    return _PLAIN.get(field.kind, "str") + (" | None" if field.optional else "")


def ordering(resource: Resource) -> str:
    """The columns that a list is sorted by."""
    row = f"{resource.class_name}Row"
    found = []
    for name, descending in resource.listing.sorts if resource.listing else ():
        last = ".nulls_last()" if resource.field(name).optional else ""
        found.append(f"{row}.{name}.{'desc' if descending else 'asc'}(){last}")
    return ", ".join([*found, f"{row}.id"])


def order_words(listing: Listing) -> str:
    """What a list is sorted by, in words."""
    by = [f"{words(name)}{' (descending)' if down else ''}" for name, down in listing.sorts]
    return f"sorted by {', then '.join(by)}" if by else "in the order of their creation"


def amended(resource: Resource, moment: str, given: str) -> list[str]:
    """Statements that put into ``values`` what is not stored as it is given.

    Args:
        resource: the resource.
        moment: "created" or "changed".
        given: the name of what is given.
    """
    lines = []
    for field in resource.fields:
        if field.secret:
            value = f"{given}.{field.name}" if moment == "created" else f'{given}["{field.name}"]'
            store = f'values["{field.name}"] = hashed({value}.get_secret_value(), token_bytes(16))'
            conditions = [f'"{field.name}" in {given}'] if moment == "changed" else []
            conditions += [f"{value} is not None"] if field.optional else []
            if conditions:
                lines.append(f"if {' and '.join(conditions)}:\n    {store}")
            else:
                lines.append(store)
        if field.server in ("changed", moment) and field.server:
            lines.append(f'values["{field.name}"] = {_present(field)}')
    return lines


def moved(resource: Resource) -> str:
    """Arguments for what the server sets at a change of state."""
    changed = [field for field in resource.fields if field.server == "changed"]
    return "".join(f", {field.name}={_present(field)}" for field in changed)


def _present(field: Field) -> str:
    return "self._clock()" + (".date()" if field.kind == "date" else "")


def unique_names(resource: Resource) -> str:
    """``email or name``."""
    return " or ".join(words(field.name) for field in resource.fields if field.unique)


def changes(resource: Resource) -> bool:
    """Whether fields can be changed."""
    return "change" in resource.operations and bool(resource.given)


def facts(specification: Specification) -> dict[str, Any]:
    """What the templates ask of a specification, by name."""
    resources = specification.resources
    by_name = {each.singular: each for each in resources}
    fields = [field for each in resources for field in each.fields]

    def has(kind: str) -> bool:
        return any(f.kind == kind and not f.choices and not f.secret for f in fields)

    def children_of(resource: Resource) -> str:
        below = [words(each.plural) for each in resources if each.parent == resource.singular]
        return " or ".join(below)

    def has_clock(resource: Resource) -> bool:
        return any(field.server for field in resource.fields)

    def parent(resource: Resource) -> Resource:
        return by_name[resource.parent or ""]

    def responses(resource: Resource, route: Route) -> str:
        """The answers of a route besides success and 422, as an argument."""
        unique = bool(unique_names(resource))
        missing = resource.parent is not None if route.does == "create" else True
        conflict = {
            "create": unique,
            "change": unique,
            "move": True,
            "delete": bool(children_of(resource)),
        }.get(route.does, False)
        told = ["MISSING"] * missing + ["CONFLICT"] * conflict
        return f", responses={' | '.join(told)}" if told else ""

    def query_annotation(resource: Resource, name: str) -> str:
        if name == resource.parent_key:
            return "Annotated[int, pydantic.Field(ge=1, le=2_147_483_647)]"
        field = resource.field(name)
        strict = field.kind in ("whole number", "number", "yes or no")
        return annotation(field, strict=False) if strict else alias(resource, field)

    def missing(resource: Resource, prefix: str = "") -> str:
        name = resource.singular
        return f'raise NotFound(f"no {words(name)} {{{prefix}{name}_id}}")'

    functions: list[Callable[..., object]] = [
        *(alias, amended, annotation, article, changes, children_of, column, column_type),
        *(
            default,
            has,
            has_clock,
            indexed,
            missing,
            moved,
            order_words,
            ordering,
            parent,
            query_annotation,
        ),
        responses,
        unique_names,
    ]
    plurals = " and ".join(words(each.plural) for each in resources)
    return {function.__name__: function for function in functions} | {
        "title": plurals[:1].upper() + plurals[1:],
        "database": "-".join(each.plural for each in resources)[:60],
        "has_server": any(field.server for field in fields),
        "has_secret": any(field.secret for field in fields),
        "searched": any(each.listing and each.listing.searches for each in resources),
        "needs_missing": any(
            each.parent or set(each.operations) - {"create", "list"} for each in resources
        ),
        "nested": any(each.parent for each in resources),
        "conflicts": any(
            each.states
            or any(field.unique for field in each.fields)
            or ("delete" in each.operations and children_of(each))
            for each in resources
        ),
    }
