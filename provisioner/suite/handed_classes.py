"""Classes that meet a library: the tests' own that are handed to main, and main's to a library."""

from __future__ import annotations

import ast
import sys

from provisioner.suite.origins import Origins

#: Libraries that look up in a register of their own which table a class is mapped to.
_MAPPERS = frozenset(("sqlalchemy", "sqlmodel", "peewee", "pony", "mongoengine"))
#: Libraries, and their functions, that make a schema of a class, and cannot of a stand-in.
_SCHEMAS = frozenset(("pydantic.TypeAdapter", "pydantic.create_model", "pydantic.validate_call"))
#: Libraries of the tests' own, whose classes main has no part in.
_OF_TESTS = frozenset(("pytest", "_pytest", "hypothesis"))


def has_schema(node: ast.ClassDef, origins: Origins) -> bool:
    """Whether a class extends one of a library that makes a schema of it."""
    bases = [one.value if isinstance(one, ast.Subscript) else one for one in node.bases]
    return any(name.startswith("pydantic.") for one in bases for name in origins.of(one))


def wired_classes(origins: Origins) -> frozenset[str]:
    """Names of the tests' classes that are annotated with others of theirs, or have a schema."""
    classes = {one.name: one for one in origins.nodes if isinstance(one, ast.ClassDef)}

    def named(note: ast.expr | None) -> bool:
        parts = ast.walk(note) if note else ()  # names, and texts of names
        return any(getattr(one, "id", getattr(one, "value", "")) in classes for one in parts)

    def asks(part: ast.stmt) -> bool:
        if isinstance(part, ast.FunctionDef) and part.name == "__init__":
            return any(named(one.annotation) for one in (*part.args.args, *part.args.kwonlyargs))
        return isinstance(part, ast.AnnAssign) and named(part.annotation)

    return frozenset(
        name
        for name, one in classes.items()
        if any(map(asks, one.body)) or has_schema(one, origins)
    )


def is_given(node: ast.Call | ast.Subscript, wired: frozenset[str], origins: Origins) -> bool:
    """`container.resolve(Service)`, `Page[User]`: the tests' classes say what main makes."""

    def named(*given: ast.AST) -> bool:
        return any(isinstance(one, ast.Name) and one.id in wired for one in given)

    if isinstance(node, ast.Subscript):
        return named(*ast.iter_child_nodes(node.slice), node.slice) and origins.of_main(node.value)
    if not named(*node.args, *(one.value for one in node.keywords)):
        return False
    libraries = {origin.partition(".")[0] for origin in origins.of(node.func)}
    checks = getattr(node.func, "attr", "").startswith("assert")
    return not checks and not libraries - set(origins.modules)


def maps_classes(node: ast.Call, origins: Origins) -> bool:
    """`sa.select(main.Order)`, `Session(main.engine)`, `TypeAdapter(main.Event)`."""
    libraries = {origin.partition(".")[0] for origin in origins.of(node.func)}
    given = [*node.args, *(keyword.value for keyword in node.keywords)]
    makes = libraries & _MAPPERS or origins.of(node.func) & _SCHEMAS
    return bool(makes) and any(origins.below_main(one) for one in given)


def is_library_class(node: ast.expr, origins: Origins) -> bool:
    """Whether an expression is a class of a library that each process has for itself."""
    return any(_is_class(origin) for origin in origins.of(node) if not origins.of_main(node))


def _is_class(origin: str) -> bool:
    library, _, name = origin.partition(".")
    name = name.rpartition(".")[2]
    known = library in sys.stdlib_module_names or library in _OF_TESTS
    return not known and name[:1].isupper() and not name.isupper()
