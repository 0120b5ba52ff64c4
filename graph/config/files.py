"""deployment.yaml and its JSON Schema, generated from the models."""

from __future__ import annotations

import json
from collections.abc import Iterator

import yaml
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from graph.config.layers import FILE_NAME
from graph.config.models import Settings

SCHEMA_FILE = "docs/deployment.schema.json"

_HEAD = f"""\
# Every setting of ai-assisted-deploy with its default. A copy of this file in a repository is its
# configuration; keys that are left out have these defaults, unknown keys are refused.
# Environment variables go before this file: AI_DEPLOY_DEPLOYMENT_MAX_RETRIES=5. Flags go before
# both. `ai-assisted-deploy config show` shows where each value comes from.
# Written by `ai-assisted-deploy config write` together with {SCHEMA_FILE}.
"""


def config_files() -> dict[str, str]:
    """Relative path → content."""
    schema = json.dumps(Settings.model_json_schema(), indent=2) + "\n"
    return {FILE_NAME: "\n".join([_HEAD, *_section(Settings(), "")]) + "\n", SCHEMA_FILE: schema}


def _section(model: BaseModel, indent: str) -> Iterator[str]:
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        if isinstance(value, BaseModel):
            yield f"{indent}# {_line(field)}"
            yield f"{indent}{name}:"
            yield from _section(value, f"{indent}  ")
            if not indent:
                yield ""
        else:
            yield f"{indent}{name}: {_scalar(value)}  # {_line(field)}"


def _line(field: FieldInfo) -> str:
    return " ".join((field.description or "").split())


def _scalar(value: object) -> str:
    text = yaml.safe_dump(value, default_flow_style=True, width=1000)
    return text.removesuffix("\n").removesuffix("\n...")
