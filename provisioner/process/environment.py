"""The environment of started programs; the one module of this room that reads our own.

A program gets the names below and what its caller adds: no key of a model provider, no token, no
PYTHON* or GIT_* setting that would change what it does.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

INHERITED = (
    *("HOME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "TZ"),
    "LD_LIBRARY_PATH",  # interpreters of some build machines don't start without it
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
    *("NODE_EXTRA_CA_CERTS", "PIP_CERT", "GIT_SSL_CAINFO"),
)


#: What tells uv and pip where packages come from, and how to get there.
_INDEX = (
    *("UV_CACHE_DIR", "UV_CONFIG_FILE", "UV_DEFAULT_INDEX", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS"),
    *("UV_HTTP_TIMEOUT", "UV_HTTP_RETRIES", "UV_INSECURE_HOST", "UV_KEYRING_PROVIDER"),
    *("UV_LINK_MODE", "UV_NATIVE_TLS", "UV_NO_CACHE", "UV_NO_CONFIG", "UV_OFFLINE", "NETRC"),
    *("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"),
    *("no_proxy", "all_proxy", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS"),
    *("PIP_CONFIG_FILE", "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS"),
    "PIP_TRUSTED_HOST",
)
#: With the names and passwords of indexes, UV_INDEX_<NAME>_USERNAME.
_INDEX_PREFIX = "UV_INDEX"


def index_environment() -> dict[str, str]:
    """Build the environment of a program that gets packages from the configured index."""
    named = [name for name in os.environ if name.startswith(_INDEX_PREFIX)]
    return clean_environment(inherit=(*_INDEX, *named))


def pyenv_folders(version: str) -> list[Path]:
    """List the folders of pyenv's interpreters of a version, the newest release first.

    Those on PATH are of the versions alone that are activated.
    """
    root = os.environ.get("PYENV_ROOT") or Path(os.environ.get("HOME", "/nonexistent"), ".pyenv")
    found = Path(root, "versions").glob(f"{version}.*/bin")
    return sorted(found, key=lambda folder: (len(folder.parent.name), folder), reverse=True)


def temporary_folders() -> list[Path]:
    """List the folders for temporary files, best first, as Python's tempfile orders them."""
    names = ("TMPDIR", "TEMP", "TMP")
    given = [Path(os.environ[name]) for name in names if os.environ.get(name)]
    return [*given, Path("/tmp"), Path("/var/tmp")]


def clean_environment(
    extra: Mapping[str, str] | None = None, *, inherit: Iterable[str] = ()
) -> dict[str, str]:
    """Build a minimal environment: PATH, INHERITED, the names in `inherit` where set, then `extra`.

    Relative folders are taken out of PATH: a generated file called ``git`` must not be run.
    """
    environment = {
        name: os.environ[name] for name in (*INHERITED, *inherit) if os.environ.get(name)
    }
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    environment["PATH"] = os.pathsep.join(one for one in folders if Path(one).is_absolute())
    environment.setdefault("LANG", "C.UTF-8")
    return environment | dict(extra or {})
