"""Which index packages come from: what uv is configured with, else what pip is."""

from __future__ import annotations

import configparser
import sys
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

_INDEX_VARIABLES = ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX", "UV_EXTRA_INDEX_URL")
_INDEX_KEYS = ("index", "index-url", "extra-index-url", "find-links", "no-index")
#: pip's setting: the variable by which uv is told the same, and what separates several values.
_AS_UV = {
    "index-url": ("UV_DEFAULT_INDEX", " "),
    "extra-index-url": ("UV_INDEX", " "),
    "find-links": ("UV_FIND_LINKS", ","),
    "trusted-host": ("UV_INSECURE_HOST", " "),
    "cert": ("SSL_CERT_FILE", " "),
}


def index_settings(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables that tell uv what pip is configured with; {} where uv has an index of its own.

    pip's files are those that pip itself reads, of the machine, the user and the interpreter's
    environment, then PIP_CONFIG_FILE and PIP_* variables; a later one wins.
    """
    if any(environ.get(name) for name in _INDEX_VARIABLES) or _uv_names_an_index(environ):
        return {}
    settings = _pip_settings(environ)
    return {
        variable: separator.join(settings[key].split())
        for key, (variable, separator) in _AS_UV.items()
        if settings.get(key, "").strip() and not environ.get(variable)
    }


def _pip_settings(environ: Mapping[str, str]) -> dict[str, str]:
    settings: dict[str, str] = {}
    for file in _pip_files(environ):
        parser = configparser.RawConfigParser()
        with suppress(configparser.Error, OSError, UnicodeDecodeError):
            parser.read(file, encoding="utf-8")
        for section in ("global", "install"):
            if parser.has_section(section):
                settings |= {key.replace("_", "-"): value for key, value in parser.items(section)}
    for key in _AS_UV:
        if value := environ.get(f"PIP_{key.upper().replace('-', '_')}"):
            settings[key] = value
    return settings


def _pip_files(environ: Mapping[str, str]) -> Iterator[Path]:
    if environ.get("PIP_CONFIG_FILE") == "/dev/null":  # pip's own way to read no file
        return
    home = Path(environ.get("HOME", "/nonexistent"))
    for folder in environ.get("XDG_CONFIG_DIRS", "/etc/xdg").split(":"):
        yield Path(folder, "pip", "pip.conf")
    yield Path("/etc/pip.conf")
    yield home / ".pip" / "pip.conf"
    yield Path(environ.get("XDG_CONFIG_HOME") or home / ".config", "pip", "pip.conf")
    if sys.platform == "darwin":
        yield home / "Library" / "Application Support" / "pip" / "pip.conf"
    yield Path(sys.prefix, "pip.conf")
    if named := environ.get("PIP_CONFIG_FILE"):
        yield Path(named)


def _uv_names_an_index(environ: Mapping[str, str]) -> bool:
    home = Path(environ.get("HOME", "/nonexistent"))
    user = Path(environ.get("XDG_CONFIG_HOME") or home / ".config", "uv", "uv.toml")
    named = environ.get("UV_CONFIG_FILE")
    for file in [Path(named)] if named else [user, Path("/etc/uv/uv.toml")]:
        settings: dict[str, Any] = {}
        with suppress(OSError, ValueError):
            settings = tomllib.loads(file.read_text("utf-8"))
        if any(key in settings or key in settings.get("pip", {}) for key in _INDEX_KEYS):
            return True
    return False
