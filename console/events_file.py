"""--events: one JSON object a line, on disk as it happens."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from graph.errors import ConfigError


class EventsFile:
    """An NDJSON file that is appended to; a reader can follow it.

    A run is not lost to a full disk under this file: it is told once, and no more is written,
    so that the file ends where it was cut. The run's own record holds every event.

    Raises:
        ConfigError: it cannot be opened for writing.
    """

    def __init__(self, path: Path, tell: Callable[[str], object]) -> None:
        self._path, self._tell, self._whole = path, tell, True
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
            self._tell(f"--events {self._path}: {error.strerror}; no more events are written there")

    def __enter__(self) -> EventsFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stream.close()
