"""What the programs that we start may know of our own environment.

The one module of this room that reads it. A program gets the names below and what its caller
adds, and nothing else: no key of a model provider, no token, no PYTHON* or GIT_* setting that
would change what it does.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

INHERITED = (
    "HOME",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "TMPDIR",
    "TZ",
    "LD_LIBRARY_PATH",  # interpreters of some build machines don't start without it
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
    "PIP_CERT",
    "GIT_SSL_CAINFO",
)


_TEMPORARY = ("TMPDIR", "TEMP", "TMP")


def temporary_folders() -> list[Path]:
    """Where temporary files may go, best first, as Python's tempfile looks for it."""
    said = [Path(os.environ[name]) for name in _TEMPORARY if os.environ.get(name)]
    return [*said, Path("/tmp"), Path("/var/tmp")]


def clean_environment(
    extra: Mapping[str, str] | None = None, *, inherit: Iterable[str] = ()
) -> dict[str, str]:
    """A minimal environment: PATH, INHERITED, the names in `inherit` where set, then `extra`.

    Relative folders are taken out of PATH: programs run inside of folders that hold generated
    code, and a file called ``git`` there must not be run in git's place.
    """
    environment = {
        name: os.environ[name] for name in (*INHERITED, *inherit) if os.environ.get(name)
    }
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    environment["PATH"] = os.pathsep.join(one for one in folders if Path(one).is_absolute())
    environment.setdefault("LANG", "C.UTF-8")
    return environment | dict(extra or {})
