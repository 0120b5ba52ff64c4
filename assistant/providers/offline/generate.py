"""The files of a feature, written from its Specification by the templates beside this file."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import black
import jinja2

from assistant.providers.offline import calls, samples, terms
from assistant.providers.offline.spec import Resource, Specification

# What the templates use, by the name that it binds; a file imports what it mentions.
_IMPORTS = {
    "hashlib": "import hashlib",
    "hmac": "import hmac",
    "json": "import json",
    "math": "import math",
    "os": "import os",
    "re": "import re",
    "token_bytes": "from secrets import {}",
    "sqlite3": "import sqlite3",
    "tempfile": "import tempfile",
    "unittest": "import unittest",
    "mock": "from unittest import {}",
    **dict.fromkeys(("AsyncIterator", "Callable", "Mapping"), "from collections.abc import {}"),
    "asynccontextmanager": "from contextlib import {}",
    "dt": "import datetime as dt",
    "Decimal": "from decimal import {}",
    "Path": "from pathlib import {}",
    **dict.fromkeys(("Annotated", "Any", "Literal"), "from typing import {}"),
    "fastapi": "import fastapi",
    "pydantic": "import pydantic",
    "sa": "import sqlalchemy as sa",
    "JSONResponse": "from fastapi.responses import {}",
    "RequestValidationError": "from fastapi.exceptions import {}",
    "orm": "from sqlalchemy import {}",
    **dict.fromkeys(("CreateIndex", "CreateTable"), "from sqlalchemy.schema import {}"),
    "TypedDict": "from typing_extensions import {}",
    "main": "import main",
}
#: A field or a resource of this name would hide a module or a type from the class that it is in.
RESERVED_NAMES = frozenset(
    (
        *("app", "bool", "check", "close", "create_tables", "database", "dict", "dt", "engine"),
        *("float", "int", "list", "metadata", "object", "orm", "pydantic", "registry", "sa"),
        *("self", "str", "super", "tuple"),
    )
)
#: A function or parameter of this name would hide what service.py uses.
RESERVED_FUNCTIONS = RESERVED_NAMES | {
    *(name for name in _IMPORTS if name.islower()),
    *("body", "health", "invalid", "refused", "result", "zip"),
}
#: A resource of this name would hide one of them, or a class that every main.py has.
RESERVED_CLASSES = frozenset(
    (
        *(name for name in _IMPORTS if name[0].isupper()),
        *("Address", "Amount", "Body", "Conflict", "Database", "Moment", "NotFound"),
        *("ParentId", "Problem", "Row", "Table", "Text"),
    )
)
_THIRD_PARTY = frozenset(("fastapi", "pydantic", "sqlalchemy", "typing_extensions"))


def main_module(specification: Specification) -> str:
    """main.py: types, rules and storage, or the functions."""
    name = "functions.py.j2" if specification.functions else "main.py.j2"
    return _written(name, specification)


def test_module(specification: Specification) -> str:
    """test.py: the bounds, the rules and the user's examples."""
    name = "test_functions.py.j2" if specification.functions else "test.py.j2"
    return _written(name, specification)


test_module.__test__ = False  # type: ignore[attr-defined]  # pytest takes it for a test


def service_module(feature: str, specification: Specification) -> str:
    """service.py: main.py over HTTP."""
    name = "service_functions.py.j2" if specification.functions else "service.py.j2"
    return _written(name, specification, feature=feature)


def dependencies(specification: Specification) -> list[str]:
    """Packages that the files import, or that a database needs."""
    always = ["fastapi>=0.115", "pydantic>=2.10", "uvicorn>=0.32"]
    if specification.functions:
        return always
    email = any(
        field.kind == "e-mail address" for each in specification.resources for field in each.fields
    )
    mail = ["email-validator>=2"] if email else []
    return [*always, *mail, "psycopg[binary]>=3.2", "sqlalchemy>=2.1", "typing-extensions>=4.12"]


def class_names(resources: Iterable[Resource]) -> list[str]:
    """Every class and type of main.py that is named after something; none may be there twice."""
    names: list[str] = []
    for each in resources:
        own = each.class_name
        names += [own, f"New{own}", f"{own}Changes", f"{own}Page", f"{own}Query", f"{own}Row"]
        names += [f"{own}Move", terms.camel(each.plural)]
        names += [terms.alias(each, field) for field in each.fields]
    return names


def _written(template: str, specification: Specification, **more: object) -> str:
    context: dict[str, Any] = {"resources": specification.resources, **more}
    context["functions"] = specification.functions
    context |= terms.facts(specification) | samples.facts(specification)
    context |= calls.facts(specification) if specification.functions else {}
    body = _environment().get_template(template).render(context, imports="IMPORTS_HERE = 0")
    code = body.replace("IMPORTS_HERE = 0", _imports(ast.parse(body)))
    return black.format_str(code, mode=black.Mode(line_length=88))


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("assistant.providers.offline"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # Python is written, and names and texts are checked
    )
    filters: dict[str, Callable[..., str]] = {
        "camel": terms.camel,
        "constant": terms.constant,
        "quoted": terms.quoted,
        "words": terms.words,
    }
    environment.filters.update(filters)
    return environment


def _imports(tree: ast.Module) -> str:
    """The import statements that a file needs, sorted as ruff does."""
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    wanted: dict[str, list[str]] = {}
    for name, statement in _IMPORTS.items():
        if name in used:
            wanted.setdefault(statement, []).append(name)
    blocks: list[list[str]] = [[], [], []]
    for statement, names in wanted.items():
        package = re.split(r"[ .]", statement)[1]
        place = 2 if package == "main" else 1 if package in _THIRD_PARTY else 0
        blocks[place].append(statement.format(", ".join(sorted(names, key=_import_order))))
    told = ["from __future__ import annotations"]
    told += ["\n".join(sorted(block, key=_statement_order)) for block in blocks if block]
    return "\n\n".join(told)


def _import_order(name: str) -> tuple[int, str]:
    """Constants, then classes, then the rest."""
    return (0 if name.isupper() and len(name) > 1 else 1 if name[0].isupper() else 2, name)


def _statement_order(statement: str) -> tuple[bool, str]:
    return (statement.startswith("from"), statement.split(" ")[1].lower())
