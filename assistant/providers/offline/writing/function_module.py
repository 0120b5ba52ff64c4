"""main.py and service.py of a pure function: the rule's own source under the requested names."""

from __future__ import annotations

import ast
import inspect
import textwrap

from assistant.providers.offline.functions.choice import PureFunction
from assistant.providers.offline.functions.request import Signature
from assistant.providers.offline.writing.service_module import health
from assistant.providers.offline.writing.source import bracketed, literal, module

_TYPING = ("Any", "Callable", "Dict", "Iterable", "List", "Mapping", "Optional", "Sequence", "Set",
           "Tuple", "Union")  # fmt: skip
_MODULES = ("bisect", "collections", "itertools", "math", "re")


def write_function(function: PureFunction) -> str:
    """The whole of main.py: one function, standard library only."""
    definition = _definition(function)
    names = {node.id for node in ast.walk(definition) if isinstance(node, ast.Name)}
    names |= _words(
        " ".join([*function.request.signature.annotations, function.request.signature.returns])
    )
    imports = [f"import {name}" for name in _MODULES if name in names]
    typing = [name for name in _TYPING if name in names]
    if typing:
        imports.append(f"from typing import {', '.join(typing)}")
    name = function.request.signature.name
    summary = (ast.get_docstring(definition) or "").splitlines()[0]
    head = [f'"""{name}: {summary[:1].lower()}{summary[1:]}"""', ""]
    head += ["from __future__ import annotations"]
    if imports:
        head += ["", *imports]
    return module([head, _source(function, definition)])


def _definition(function: PureFunction) -> ast.FunctionDef:
    definition = ast.parse(textwrap.dedent(inspect.getsource(function.rule.function))).body[0]
    assert isinstance(definition, ast.FunctionDef)  # every rule's function is one
    return definition


def annotations_of(function: PureFunction) -> list[str]:
    """The annotations of the parameters: the requested ones, the rule's where there is none."""
    own = [ast.unparse(a.annotation) for a in _definition(function).args.args if a.annotation]
    return [
        mine or rule for mine, rule in zip(function.request.signature.annotations, own, strict=True)
    ]


def _header(function: PureFunction, definition: ast.FunctionDef) -> list[str]:
    signature = function.request.signature
    parameters = [
        f"{name}: {annotation}{f' = {default}' if default else ''}"
        for name, annotation, default in zip(
            signature.parameters, annotations_of(function), signature.defaults, strict=True
        )
    ]
    returns = signature.returns or ast.unparse(definition.returns or ast.Constant(None))
    return bracketed(f"def {signature.name}(", parameters, f") -> {returns}:")


def _source(function: PureFunction, definition: ast.FunctionDef) -> list[str]:
    """The rule's own lines under the requested header and with the requested names."""
    lines = textwrap.dedent(inspect.getsource(function.rule.function)).splitlines()
    renamed = _renames(function, definition)
    found = [
        (node.lineno - 1, node.col_offset, node.id)
        for node in ast.walk(definition)
        if isinstance(node, ast.Name) and node.id in renamed
    ]
    for row, column, name in sorted(found, reverse=True):
        line = lines[row].encode()
        changed = line[:column] + renamed[name].encode() + line[column + len(name) :]
        lines[row] = changed.decode()
    return [*_header(function, definition), *lines[definition.body[0].lineno - 1 :]]


def _renames(function: PureFunction, definition: ast.FunctionDef) -> dict[str, str]:
    """What each name of the rule is called instead."""
    wanted = function.request.signature.parameters
    own = [argument.arg for argument in definition.args.args]
    names = {mine: new for mine, new in zip(own, wanted, strict=True) if mine != new}
    for node in ast.walk(definition):
        if isinstance(node, ast.Name) and node.id in wanted and node.id not in own:
            names[node.id] = f"{node.id}_"  # the new parameter would hide it
    return names


def write_function_service(feature: str, function: PureFunction) -> str:
    """The whole of service.py: ``POST /<name>`` with the arguments as a JSON object."""
    signature = function.request.signature
    fields = [
        f"    {name}: {annotation}{f' = {default}' if default else ''}"
        for name, annotation, default in zip(
            signature.parameters, annotations_of(function), signature.defaults, strict=True
        )
    ]
    body = module(
        [
            f"app = FastAPI(title={literal(feature)})",
            [
                "class Arguments(BaseModel):",
                f'    """The arguments of {signature.name}; others are refused."""',
                "",
                '    model_config = ConfigDict(extra="forbid", strict=True)',
                "",
                *fields,
            ],
            health(feature),
            _route(signature, _raises(function)),
        ]
    )
    typing = sorted({name for name in _TYPING if name in _words(body)} | {"Any"})
    fastapi = ["FastAPI", *(["HTTPException"] if "HTTPException" in body else [])]
    head = [
        f'"""HTTP for {signature.name}, which main.py defines."""',
        "",
        "import os",
        f"from typing import {', '.join(typing)}",
        "",
        f"from fastapi import {', '.join(fastapi)}",
        "from pydantic import BaseModel, ConfigDict",
        "",
        f"from main import {signature.name}",
    ]
    return module([head, body])


def _words(text: str) -> set[str]:
    return set("".join(sign if sign.isalnum() or sign == "_" else " " for sign in text).split())


def _raises(function: PureFunction) -> bool:
    return any(case.raises for case in function.cases)


def _route(signature: Signature, raises: bool) -> list[str]:
    arguments = ", ".join(f"arguments.{name}" for name in signature.parameters)
    call = f"{signature.name}({arguments})"
    head = [
        f'@app.post("/{signature.name}")',
        f"def call_{signature.name}(arguments: Arguments) -> dict[str, Any]:",
        f'    """What {signature.name} returns for the arguments."""',
    ]
    if not raises:
        return [*head, f'    return {{"result": {call}}}']
    return [
        *head,
        "    try:",
        f'        return {{"result": {call}}}',
        "    except ValueError as error:",
        *bracketed("raise HTTPException(", ["422", "str(error)"], ") from error", 8),
    ]
