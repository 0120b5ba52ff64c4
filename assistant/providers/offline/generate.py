"""The files of a feature, written from its Specification by the templates beside this file."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import black
import jinja2

from assistant.providers.offline import calls, scenarios, terms
from assistant.providers.offline.spec import Specification

# All that the templates import; a file has what it mentions.
_IMPORTS = """\
from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import json
import math
import os
import re
import sqlite3
import tempfile
import unittest
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from secrets import token_bytes
from typing import Annotated, Any, Generic, Literal, TypeVar
from unittest import mock

import fastapi
import pydantic
import sqlalchemy as sa
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy import orm

import main
"""
_IMPORTED = frozenset(re.findall(r"(\w+)(?=,|$)", _IMPORTS, re.MULTILINE))
_DEFINITIONS = Path(__file__).with_name("templates").joinpath("definitions.j2").read_text("utf-8")
_WRITTEN = frozenset(re.findall(r"(?m)^(?:class )?([A-Z]\w+)[ (:]", _DEFINITIONS))
_OWN = "bool bytes check close create_tables dict engine float int list metadata object registry"
_OWN += " self str wanted"
#: A field or a resource of this name would hide what its class or the database uses.
RESERVED_NAMES = {*_OWN.split(), *filter(str.islower, _IMPORTED)}
#: A function or a parameter of this name would hide what service.py uses.
RESERVED_FUNCTIONS = RESERVED_NAMES | {"answers", "app", "body", "health", "invalid", "result"}
#: A resource of this name would hide one of them, or a class that every main.py has.
RESERVED_CLASSES = {*_WRITTEN, *(_IMPORTED - RESERVED_NAMES), "Database", "TableRepository"}


def main_module(specification: Specification) -> str:
    """main.py: types, rules and storage, or the functions."""
    return _written("functions.py.j2" if specification.functions else "main.py.j2", specification)


def test_module(specification: Specification) -> str:
    """test.py: the bounds, the rules and the user's examples."""
    name = "test_functions.py.j2" if specification.functions else "test.py.j2"
    return _written(name, specification)


test_module.__test__ = False  # type: ignore[attr-defined]  # pytest takes it for a test


def service_module(specification: Specification) -> str:
    """service.py: main.py over HTTP."""
    return _written("service.py.j2", specification)


def dependencies(specification: Specification) -> list[str]:
    """Packages that the files import, or that a database needs."""
    kinds = {field.kind for each in specification.resources for field in each.fields}
    found = ["fastapi>=0.115", "pydantic>=2.10", "uvicorn>=0.32"]
    found += ["email-validator>=2"] if "e-mail address" in kinds else []
    return found + (["psycopg[binary]>=3.2", "sqlalchemy>=2.1"] if kinds else [])


def _written(template: str, specification: Specification) -> str:
    facts = terms.facts(specification) | calls.FACTS
    body = _environment().get_template(template).render(facts | scenarios.facts(specification))
    used = _mentioned(body) | {"annotations"}
    if template == "main.py.j2":
        needed: list[str] = []
        for name, source in reversed(_definitions()):
            if name in used:
                needed.insert(0, source)
                used |= _mentioned(source)
        body = body.replace("IMPORTS", "\n".join(["IMPORTS", *needed]), 1)
    return black.format_str(body.replace("IMPORTS", _imports(used), 1), mode=black.Mode())


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("assistant.providers.offline"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # Python is written, and names and texts are checked
    )
    environment.filters |= {"camel": terms.camel, "words": terms.words, "python": repr}
    return environment


def _mentioned(code: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}


@cache
def _definitions() -> list[tuple[str, str]]:
    """Names and sources of what a main.py may need, each with the comment before it."""
    source = _environment().get_template("definitions.j2").render()
    lines, found, last = source.splitlines(), [], 0
    for node in ast.parse(source).body:
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                pass
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                pass
        end = node.end_lineno or 0
        found.append((name, "\n".join(lines[last:end])))
        last = end
    return found


def _imports(used: set[str]) -> str:
    """The import statements that a file needs."""
    lines = []
    for line in _IMPORTS.splitlines():
        head, keyword, names = line.rpartition("import ")
        kept = [name for name in names.split(", ") if name.split(" ")[-1] in used]
        if kept or not line:
            lines.append(head + keyword + ", ".join(kept))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
