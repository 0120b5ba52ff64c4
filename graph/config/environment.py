"""The environment: the process's own variables, which beat the workspace's .env."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from pathlib import Path

from graph.errors import ConfigError

_log = logging.getLogger(__name__)


def load_environment(workspace: Path) -> Mapping[str, str]:
    """Read the variables of the process and of .env; the process's own win.

    Raises:
        ConfigError: .env cannot be read.
    """
    file = workspace / ".env"
    if not file.is_file():
        return dict(os.environ)
    from dotenv import dotenv_values
    from dotenv.parser import parse_stream

    logging.getLogger("dotenv").setLevel(logging.ERROR)  # it does not name the file
    try:
        found = dotenv_values(file, encoding="utf-8-sig")
        with file.open(encoding="utf-8-sig") as stream:
            malformed = [binding.original.line for binding in parse_stream(stream) if binding.error]
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(str(file), f"cannot be read; save it as UTF-8: {error}") from error
    for line in malformed:
        _log.warning("%s: line %d is no NAME=value; ignored", file, line)
    values = {name: value for name, value in found.items() if value is not None}
    return {**values, **os.environ}
