"""The files of a feature, written from its Specification by the templates beside this file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import black
import jinja2

from assistant.providers.offline import formula, samples, terms
from assistant.providers.offline.kinds import KINDS
from assistant.providers.offline.spec import Specification, camel

# All that the templates import; a file has what it mentions.
_IMPORTS = """\
import datetime as dt
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
from typing import Annotated, Any, Generic, Literal, TypeVar
from unittest import mock

import fastapi
import pydantic
import sqlalchemy as sa
from fastapi import Query
from fastapi.exceptions import RequestValidationError
from sqlalchemy import orm

import main
"""
_IMPORTED = frozenset(re.findall(r"(\w+)(?=,|$)", _IMPORTS, re.MULTILINE))
_MAIN = Path(__file__).with_name("templates").joinpath("main.py.j2").read_text("utf-8")
_OWN = "bool bytes check close create_tables dict engine float int list metadata object registry"
_OWN += " now self str written_out"
#: A field, a resource or a function of this name would hide what its class or the database uses.
RESERVED_NAMES = {*_OWN.split(), *filter(str.islower, _IMPORTED)}
#: A resource of this name would hide a class that every main.py may have.
RESERVED_CLASSES = {
    *re.findall(r"(?m)^(?:class )?([A-Z]\w+)[ (:]", _MAIN),
    *(_IMPORTED - RESERVED_NAMES),
}


def module(name: str, specification: Specification) -> str:
    """The file main.py (as far as service.py uses it), service.py or test.py."""
    code = _rendered(name, specification)
    if name == "main.py" and specification.resources:
        wanted = _mentioned(ast.parse(_rendered("service.py", specification)))
        code = _needed(code, wanted | {""})
    return _formatted(code)


def dependencies(specification: Specification) -> list[str]:
    """Packages that the files import, or that a database needs."""
    kinds = {field.kind for each in specification.resources for field in each.fields}
    found = ["fastapi>=0.115", "pydantic>=2.10", "uvicorn>=0.32"]
    found += ["email-validator>=2"] if "e-mail address" in kinds else []
    return found + (["psycopg[binary]>=3.2", "sqlalchemy>=2.1"] if kinds else [])


def _rendered(name: str, specification: Specification) -> str:
    folder = "functions/" if specification.functions and name != "service.py" else ""
    template = _environment().get_template(f"{folder}{name}.j2")
    return template.render(terms.facts(specification))


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("assistant.providers.offline"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # Python is written, and names and texts are checked
    )
    environment.globals |= {"formula": formula, "samples": samples, "terms": terms, "KINDS": KINDS}
    environment.filters |= {"camel": camel, "words": terms.words, "python": repr}
    return environment


def _needed(code: str, wanted: set[str]) -> str:
    """The code without definitions that nothing wanted mentions, directly or through another."""
    lines = code.splitlines()
    waiting = list(_definitions(ast.parse(code).body))
    while found := [each for each in waiting if each[0] in wanted]:
        waiting = [each for each in waiting if each not in found]
        wanted = wanted.union(*(_mentioned(node) for _, node, _ in found))
    for _, node, start in reversed(waiting):
        del lines[start : node.end_lineno]
    return "\n".join(lines)


def _definitions(body: list[ast.stmt]) -> Iterator[tuple[str, ast.stmt, int]]:
    """Names, statements, and where the comments before them start; members of a dataclass as well.

    What has no name, or no value, stays in any case: its name is "".
    """
    last = 0
    for node in body:
        match node:
            case ast.ClassDef(name=name, decorator_list=[_]):
                yield from _definitions(node.body)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name, node, last
            case ast.Assign(targets=[ast.Name(id=name)]):
                yield name, node, last
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr()):
                yield name, node, last
            case _:
                yield "", node, last
        last = node.end_lineno or 0


def _mentioned(tree: ast.AST) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.keyword(arg=str(name)):
                found.add(name)
    return found


def _formatted(body: str) -> str:
    """The code with the imports that it needs."""
    used = _mentioned(ast.parse(body))
    lines = []
    for line in _IMPORTS.splitlines():
        head, keyword, names = line.rpartition("import ")
        kept = [name for name in names.split(", ") if name.split(" ")[-1] in used]
        if kept or not line:
            lines.append(head + keyword + ", ".join(kept))
    imports = re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
    return black.format_str(body.replace("IMPORTS", imports, 1), mode=black.Mode())
