"""The files of a feature, written from its Specification by the templates beside this file."""

from __future__ import annotations

import ast
from functools import cache

import jinja2

from assistant import english
from assistant.providers.offline import names, samples, terms
from assistant.providers.offline.kinds import KINDS
from assistant.providers.offline.spec import Specification
from assistant.source import formatted, mentioned, pruned


def module(name: str, specification: Specification) -> str:
    """The file main.py (as far as service.py uses it), service.py or test.py."""
    code = _rendered(name, specification)
    if name == "main.py" and specification.resources:
        wanted = mentioned(ast.parse(_rendered("service.py", specification)))
        code = pruned(code, wanted | {""})
    return formatted(code, names.IMPORTS)


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
    environment.globals |= {"english": english, "samples": samples, "terms": terms}
    environment.globals["KINDS"] = KINDS
    environment.filters |= {"camel": names.camel, "words": terms.words, "python": repr}
    return environment
