"""Reading models.yaml and pricing.yaml, the bundled ones or one's own."""

from __future__ import annotations

from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from assistant.errors import AssistantConfigError
from assistant.masking import quoted

T = TypeVar("T")

_LARGEST = 200_000  # bytes; such a file has a few thousand
_NAMED_FAULTS = 5


def load_own(bundled: str, path: Path | None, validate: Callable[[Any], T], *, next_step: str) -> T:
    """What ``validate`` makes of the file's content, None for an empty one.

    Args:
        bundled: the name of the file in this package, where ``path`` is None.
        next_step: how such a file is to be written, for the message.

    Raises:
        AssistantConfigError: with the file, the place in it, the value and what to do.
    """
    name = str(path) if path else bundled
    try:
        return validate(yaml.safe_load(_read(path, bundled)))
    except OSError as error:
        raise AssistantConfigError(f"{name}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise AssistantConfigError(f"{name}: no UTF-8 text ({error.reason})") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise AssistantConfigError(
            f"{name}{place}: no YAML, {error.problem}; {next_step}"
        ) from error
    except (yaml.YAMLError, RecursionError) as error:
        said = " ".join(str(error).split())
        raise AssistantConfigError(f"{name}: no YAML ({said}); {next_step}") from error
    except ValidationError as error:
        raise AssistantConfigError(f"{name}: {_faults(error)}; {next_step}") from error


def _read(path: Path | None, bundled: str) -> str:
    with (path or resources.files("assistant") / bundled).open("rb") as stream:
        content = stream.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise AssistantConfigError(f"{path or bundled}: larger than {_LARGEST:,} bytes")
    return content.decode("utf-8")


def _faults(error: ValidationError) -> str:
    told = []
    for fault in error.errors(include_url=False)[:_NAMED_FAULTS]:
        place = ".".join(map(str, fault["loc"])) or "the file"
        if fault["type"] == "extra_forbidden":
            told.append(f"{place}: unknown key")
        elif fault["type"] == "value_error":
            told.append(fault["msg"].removeprefix("Value error, "))
        elif fault["type"] == "missing":
            told.append(f"{place}: is missing")
        else:
            told.append(f"{place}: {fault['msg']} (found {quoted(fault['input'])})")
    more = error.error_count() - len(told)
    return "; ".join([*told, f"and {more} more"] if more > 0 else told)
