"""--events: every event as one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from graph.errors import ConfigError


class EventsFile:
    """An NDJSON file that is appended to; a reader can follow it.

    Where it cannot be written (a full disk), that is reported once, nothing more is written, and
    the run goes on. The run's own record holds every event.

    Raises:
        ConfigError: it cannot be opened for writing.
    """

    def __init__(self, path: Path, warn: Callable[[str], object]) -> None:
        self._path, self._warn, self._whole = path, warn, True
        try:
            self._stream = path.open("ab", buffering=0)
        except OSError as error:
            raise ConfigError("--events", f"{path}: {error.strerror}") from error

    def write(self, record: Mapping[str, Any]) -> None:
        if not self._whole:
            return
        try:
            self._stream.write(json.dumps(record).encode() + b"\n")
        except OSError as error:
            self._whole = False
            self._warn(f"--events {self._path}: {error.strerror}; no more events are written there")

    def close(self) -> None:
        self._stream.close()
