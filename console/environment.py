"""The environment, read once: the process's own with the workspace's .env below it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from graph.errors import ConfigError

KEYS = ("OPENAI_API_KEY", "GLM_API_KEY", "GOOGLE_API_KEY", "ANTHROPIC_API_KEY")


def load_environment(workspace: Path) -> Mapping[str, str]:
    """The variables; one that is set already goes before the same one of .env."""
    file = workspace / ".env"
    if not file.is_file():
        return dict(os.environ)
    from dotenv import dotenv_values

    try:
        found = dotenv_values(file)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(str(file), f"cannot be read as text: {error}") from error
    values = {name: value for name, value in found.items() if value is not None}
    return {**values, **os.environ}


def keys_line(environ: Mapping[str, str]) -> str:
    """Which keys are there, never what they are."""
    return "keys: " + ", ".join(f"{key} {'set' if environ.get(key) else 'not set'}" for key in KEYS)
