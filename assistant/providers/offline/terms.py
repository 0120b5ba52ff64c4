"""Python terms for a Specification: names, annotations, columns; what the templates ask for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from assistant.providers.offline.spec import Field, Listing, Parameter, Resource, Specification

#: A field of this name would take the name of a class that every resource has.
_TAKEN = ("changes", "move", "query", "row")
_SMALL = Decimal(2**31 - 1)
_LONGEST_INDEXED = 500  # characters; PostgreSQL refuses longer ones


def camel(name: str) -> str:
    """``order_line`` is ``OrderLine``."""
    return "".join(part.capitalize() for part in name.split("_"))


def words(name: str) -> str:
    """``order_line`` is ``order line``."""
    return name.replace("_", " ")


def article(name: str) -> str:
    """``an order``, ``a user``."""
    vowel = name[0] in "aeiou" and not name.startswith(("uni", "use", "eu", "one"))
    return f"{'an' if vowel else 'a'} {words(name)}"


def alias(resource: Resource, field: Field) -> str:
    """The name of a field's type: ``OrderQuantity``."""
    return resource.class_name + camel(field.name) + ("Value" if field.name in _TAKEN else "")


def typed(resource: Resource, field: Field, *, answer: bool = False) -> str:
    """The annotation of a field in what is given, or in an answer."""
    name = answer * field.type.answer or alias(resource, field)
    return name + (" | None" if field.optional else "")


def class_names(resource: Resource) -> list[str]:
    """Every class and type of main.py that is named after something; none may be there twice."""
    own = resource.class_name
    return [
        *(own, f"New{own}", f"{own}Changes", f"{own}Query", f"{own}Row", f"{own}Move"),
        *(alias(resource, field) for field in resource.fields),
    ]


def annotation(one: Field | Parameter, *, strict: bool = True) -> str:
    """The type of a value as pydantic checks it; a query, which is text, cannot be strict."""
    rules = [rule for rule in one.type.rules if strict or not rule.startswith("strict")]
    if one.minimum is not None:
        rules.append(f"{'gt' if one.above_minimum else 'ge'}={number(one, one.minimum)}")
    if one.maximum is not None:
        rules.append(f"{'lt' if one.below_maximum else 'le'}={number(one, one.maximum)}")
    if isinstance(one, Field) and one.max_length is not None:
        rules += [f"min_length={one.min_length}", f"max_length={one.max_length}"]
    if isinstance(one, Field) and one.choices:
        return f"Literal[{', '.join(map(repr, one.choices))}]"
    if isinstance(one, Field) and one.secret:
        hidden = "pydantic.PlainSerializer(hashed, return_type=str)"
        return f"Annotated[pydantic.SecretStr, pydantic.Field({', '.join(rules)}), {hidden}]"
    return one.type.annotation.format(", ".join(rules)) or one.type.python


def query_annotation(resource: Resource, name: str) -> str:
    """The type of a parameter by which a list is filtered."""
    if name == resource.parent_key:
        return "Annotated[int, pydantic.Field(ge=1, le=2_147_483_647)]"
    field = resource.field(name)
    return annotation(field, strict=False) if field.type.rules else alias(resource, field)


def asked(resource: Resource, name: str) -> str:
    """What a column is compared with: the parameter, as it is stored."""
    address = name != resource.parent_key and resource.field(name).kind == "web address"
    return f"str(self.{name})" if address else f"self.{name}"


def number(one: Parameter, value: Decimal) -> str:
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


def column(resource: Resource, field: Field) -> str:
    """What follows the annotation of a field's column."""
    arguments = [field.type.column] if field.type.column else []
    if field.kind == "whole number" and not (
        (field.minimum or 0) >= -_SMALL and (field.maximum or 0) <= _SMALL
    ):
        arguments.append("sa.BigInteger")
    present = "lambda: now().date()" if field.kind == "date" else "lambda: now()"
    if resource.states and resource.states.field == field.name:
        arguments.append(f"default={resource.states.initial!r}")
    arguments += [f"default={present}"] if field.server else []
    arguments += [f"onupdate={present}"] if field.server == "changed" else []
    filtered = resource.listing is not None and field.name in resource.listing.filters
    if field.unique:
        arguments.append("unique=True")
    elif filtered and (field.max_length or 0) <= _LONGEST_INDEXED:
        arguments.append("index=True")
    return f" = orm.mapped_column({', '.join(arguments)})" if arguments else ""


def ordering(resource: Resource) -> str:
    """The columns that a list is sorted by."""
    row = f"{resource.class_name}Row"
    sorts = resource.listing.sorts if resource.listing else ()
    columns = [f"{row}.{name}{'.desc()' if down else ''}" for name, down in sorts]
    return ", ".join([*columns, f"{row}.id"])


def order_words(listing: Listing) -> str:
    """What a list is sorted by, in words."""
    by = [f"{words(name)}{' (descending)' if down else ''}" for name, down in listing.sorts]
    return f"sorted by {', then '.join(by)}" if by else "in the order of their creation"


def uses(specification: Specification) -> set[str]:
    """What any of the resources has: operations, "states", "parent", "unique", and so on."""
    found: set[str] = set()
    for each in specification.resources:
        searches = each.listing.searches if each.listing else ()
        marks: dict[str, object] = {"states": each.states, "parent": each.parent}
        marks["search"] = searches
        for name in ("unique", "server", "secret"):
            marks[name] = [field for field in each.fields if getattr(field, name)]
        found |= {*each.operations, *(name for name, value in marks.items() if value)}
    keys = {"guarded"} if found & {"unique", "parent"} else set()
    missing = {"missing"} if found & {"fetch", "change", "delete", "states", "parent"} else set()
    return found | keys | missing | ({"conflict"} if keys or "states" in found else set())


def status(specification: Specification, resource: Resource, does: str) -> str:
    """What the description of a route says of its answers besides 200, 400 and 422."""
    unique = any(each.unique for each in resource.fields)
    kept = any(each.parent == resource.singular for each in specification.resources)
    missing = resource.parent is not None if does == "create" else does != "list"
    conflict = {"create": unique, "change": unique, "move": True, "delete": kept}.get(does, False)
    codes = ", ".join(["404"] * missing + ["409"] * conflict)
    success = {"create": ", status_code=201", "delete": ", status_code=204"}.get(does, "")
    return success + f", responses=answers({codes})" * bool(codes)


def repository_arguments(specification: Specification, resource: Resource) -> dict[str, str]:
    """What is said of a resource to its repository."""
    children = [each.plural for each in specification.resources if each.parent == resource.singular]
    said: dict[str, Any] = {
        "unique": " or ".join(words(each.name) for each in resource.fields if each.unique),
        "parent": words(resource.parent or ""),
        "children": " or ".join(map(words, children)),
        "moves": resource.states and resource.states.transitions,
    }
    return {name: repr(value) for name, value in said.items() if value}


def facts(specification: Specification) -> dict[str, Any]:
    """What the templates ask of a specification, by name."""
    resources, used = specification.resources, uses(specification)
    by_name = {each.singular: each for each in resources}
    every = [*(each.plural for each in resources), *(each.name for each in specification.functions)]
    title = " and ".join(map(words, every))
    raised = {check.exception for each in specification.functions for check in each.checks}
    caught = sorted(raised | {"ArithmeticError", "ValueError"} - {"ZeroDivisionError"})
    problems = [
        (400, "there is no result for these arguments", caught if specification.functions else ()),
        (404, "nothing is stored under this id", ["main.NotFound"] * ("missing" in used)),
        (409, "what is stored does not allow it", ["main.Conflict"] * ("conflict" in used)),
    ]
    functions = [alias, annotation, article, asked, column, default, order_words, ordering]
    functions += [query_annotation, repository_arguments, status, typed]
    return {function.__name__: function for function in functions} | {
        "spec": specification,
        "resources": resources,
        "functions": specification.functions,
        "parent": lambda one: by_name[one.parent],
        "title": title[:1].upper() + title[1:],
        "database": "-".join(every)[:60],
        "uses": used,
        "problems": [each for each in problems if each[2]],
    }
