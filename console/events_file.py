"""--events: one JSON object a line, on disk as it happens."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from graph.errors import ConfigError


class EventsFile:
    """An NDJSON file that is appended to; a reader can follow it."""

    def __init__(self, path: Path) -> None:
        try:
            self._stream = path.open("a", encoding="utf-8", buffering=1)
        except OSError as error:
            raise ConfigError("--events", f"{path}: {error.strerror}") from error

    def write(self, record: Mapping[str, Any]) -> None:
        self._stream.write(json.dumps(record) + "\n")

    def __enter__(self) -> EventsFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stream.close()
