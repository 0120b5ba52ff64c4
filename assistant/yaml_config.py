"""Reading models.yaml and pricing.yaml, the bundled ones or one's own."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from assistant.errors import AssistantConfigError
from ledger.text.validation import file_faults
from ledger.text.yaml_file import YamlInvalid, load_yaml

T = TypeVar("T")

_LIMIT = 200 * 1024  # bytes; such a file has a few thousand bytes


def load_yaml_config(bundled: str, path: Path | None, kind: type[T], *, next_step: str) -> T:
    """The validated content of a file, or of the bundled one.

    Raises:
        AssistantConfigError: with the file, the place in it, the value and the next step.
    """
    name = str(path) if path else bundled
    source = path or resources.files("assistant").joinpath(bundled).read_bytes()
    try:
        content = load_yaml(source, limit=_LIMIT, name=name)
        return TypeAdapter(kind).validate_python({} if content is None else content)
    except YamlInvalid as error:
        raise AssistantConfigError(str(error), next_step=next_step) from error
    except ValidationError as error:
        why, evidence = file_faults(error, name, source, kind)
        raise AssistantConfigError(why, evidence=evidence, next_step=next_step) from error
