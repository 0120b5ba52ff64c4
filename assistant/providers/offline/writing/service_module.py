"""service.py of a REST service: routes and status codes, no rules of its own."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.providers.offline.spec import Api, Resource
from assistant.providers.offline.writing import samples
from assistant.providers.offline.writing.checks import PYTHON_TYPES, choices_name
from assistant.providers.offline.writing.source import (
    bracketed,
    indented,
    listed,
    literal,
    mapping,
    module,
)

DEPENDENCIES = ("fastapi", "uvicorn")


def health(feature: str) -> str:
    """Source of the health route, the same for every service."""
    return f'''\
@app.get("/health")
def health() -> dict[str, str]:
    """Whether the service answers, and which revision it is."""
    return {{
        "status": "ok",
        "feature": {literal(feature)},
        "revision": os.environ.get("REVISION", "unknown"),
    }}
'''


def write_service(api: Api) -> str:
    """The whole of service.py."""
    blocks = [_state(api), *_error_handlers(api), health(api.feature)]
    for resource in api.resources:
        blocks += ["\n".join(route) for route in _routes(resource)]
    body = module(blocks)
    return module([_head(api, body), body])


def _head(api: Api, body: str) -> str:
    names = ["Invalid", "NotFound"]
    if any(resource.conflicts for resource in api.resources):
        names.append("Conflict")
    for resource in api.resources:
        names.append(f"{resource.class_name}Repository")
        names += [
            choices_name(resource, field)
            for field in map(resource.field, resource.filters)
            if field.choices
        ]
    fastapi = [
        "Body",
        "FastAPI",
        *(name for name in ("Query", "Request", "Response") if name in body),
    ]
    plain = [("datetime as dt", "dt."), ("json", "json."), ("os", "os.")]
    line = f"from main import {', '.join(sorted(names))}"
    title = listed(resource.plural_words for resource in api.resources)
    return "\n".join(
        [
            f'"""HTTP for {title}: the routes and their status codes; main.py holds the rules."""',
            "",
            "from __future__ import annotations",
            "",
            *(f"import {name}" for name, sign in plain if sign in body),
            *(["from decimal import Decimal"] if "Decimal" in body else []),
            "from typing import Annotated, Any",
            "",
            f"from fastapi import {', '.join(fastapi)}",
            *(
                ["from fastapi.exceptions import RequestValidationError"]
                if "RequestValidationError" in body
                else []
            ),
            "",
            *([line] if len(line) <= 92 else bracketed("from main import (", sorted(names), ")")),
        ]
    )


def _state(api: Api) -> str:
    lines = [f"app = FastAPI(title={literal(api.feature)})"]
    lines += [f"{r.plural} = {r.class_name}Repository()" for r in api.resources]
    for resource in api.resources:
        example = {f.name: literal(samples.usual(resource, f)) for f in resource.given}
        lines.append("")
        lines += mapping(f"{resource.name.upper()}_EXAMPLE: dict[str, Any] = ", example)
        lines.append(
            f"{resource.class_name}Body = "
            f"Annotated[dict[str, Any], Body(examples=[{resource.name.upper()}_EXAMPLE])]"
        )
    return "\n".join(lines)


def _error_handlers(api: Api) -> Iterator[str]:
    yield f'''\
def refusal(status: int, detail: object) -> Response:
    """An error's response; escaped, so that any text can be sent back."""
    return Response(json.dumps({{"detail": detail}}), status, media_type="application/json")


@app.exception_handler(Invalid)
def invalid(request: Request, error: Invalid) -> Response:
    """One entry a field, in the shape of FastAPI's own."""
    return refusal(
        {api.invalid_status},
        [
            {{"type": "value_error", "loc": ["body", name], "msg": problem}}
            for name, problem in error.problems.items()
        ],
    )


@app.exception_handler(NotFound)
def not_found(request: Request, error: NotFound) -> Response:
    return refusal(404, str(error))
'''
    if any(resource.conflicts for resource in api.resources):
        yield """\
@app.exception_handler(Conflict)
def conflict(request: Request, error: Conflict) -> Response:
    return refusal(409, str(error))
"""
    if api.invalid_status != 422:
        yield f'''\
@app.exception_handler(RequestValidationError)
def malformed(request: Request, error: RequestValidationError) -> Response:
    """Not JSON, or a query that is none."""
    keys = ("type", "loc", "msg")
    return refusal(
        {api.invalid_status}, [{{key: problem[key] for key in keys}} for problem in error.errors()]
    )
'''


def _routes(resource: Resource) -> Iterator[list[str]]:
    name, plural, route = resource.name, resource.plural, resource.route
    one = f"{route}/{{{name}_id}}"
    body = f"values: {resource.class_name}Body"
    yield [
        f'@app.post("{route}", status_code=201)',
        f"def create_{name}({body}) -> dict[str, Any]:",
        f"    return {plural}.create(values).to_json()",
    ]
    if "list" in resource.operations:
        yield _list(resource)
    if "get" in resource.operations:
        yield [
            f'@app.get("{one}")',
            f"def get_{name}({name}_id: str) -> dict[str, Any]:",
            f"    return {plural}.get({name}_id).to_json()",
        ]
    if "update" in resource.operations:
        for method, verb in (("patch", "update"), ("put", "replace")):
            yield [
                f'@app.{method}("{one}")',
                *bracketed(
                    f"def {verb}_{name}(", [f"{name}_id: str", body], ") -> dict[str, Any]:"
                ),
                f"    return {plural}.{verb}({name}_id, values).to_json()",
            ]
    for transition in resource.transitions:
        verb = transition.verb.replace("-", "_")
        yield [
            f'@app.post("{one}/{transition.verb}")',
            f"def {verb}_{name}({name}_id: str) -> dict[str, Any]:",
            f"    return {plural}.{transition.method}({name}_id).to_json()",
        ]
    if "delete" in resource.operations:
        yield [
            f'@app.delete("{one}", status_code=204)',
            f"def delete_{name}({name}_id: str) -> None:",
            f"    {plural}.delete({name}_id)",
        ]


def _list(resource: Resource) -> list[str]:
    parameters, arguments = [], []
    for name in (*resource.filters, *resource.searches):
        field = resource.field(name)
        kind = PYTHON_TYPES[field.type]
        if field.choices and name in resource.filters:
            kind = choices_name(resource, field)
        query = f"{field.attribute}: {kind} | None = None"
        if field.attribute != field.name:
            alias = f"Query(alias={literal(field.name)})"
            query = f"{field.attribute}: Annotated[{kind} | None, {alias}] = None"
        parameters.append(query)
        arguments.append(f"{field.attribute}={field.attribute}")
    result = "list[dict[str, Any]]"
    found = f"{resource.plural}.find"
    if not resource.paging:
        return [
            f'@app.get("{resource.route}")',
            *bracketed(f"def list_{resource.plural}(", parameters, f") -> {result}:"),
            f"    found = {found}({', '.join(arguments)})",
            f"    return [{resource.name}.to_json() for {resource.name} in found]",
        ]
    paging = resource.paging
    parameters = [
        "response: Response",
        *parameters,
        f"limit: Annotated[int, Query(ge=1, le={paging.largest})] = {paging.default}",
        "offset: Annotated[int, Query(ge=0)] = 0",
    ]
    arguments += ["limit=limit", "offset=offset"]
    return [
        f'@app.get("{resource.route}")',
        *bracketed(f"def list_{resource.plural}(", parameters, f") -> {result}:"),
        '    """One page; the header X-Total-Count tells how many there are in all."""',
        *indented(bracketed(f"page = {found}(", arguments, ")")),
        '    response.headers["X-Total-Count"] = str(page.total)',
        f"    return [{resource.name}.to_json() for {resource.name} in page.items]",
    ]
