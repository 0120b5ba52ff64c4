"""Checksums of checkpoints: each value is stored with the hash of its bytes.

SQLite checks the structure of its file, not the contents of rows.
"""

from __future__ import annotations

import hashlib
from typing import Any

from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

_PREFIX = "sha256+"
_BYTES = hashlib.sha256().digest_size


class CheckpointDamaged(Exception):
    """A checkpoint is not what was written."""


class ChecksumSerializer(JsonPlusSerializer):
    """LangGraph's serializer with a checksum before the bytes; values without one are accepted."""

    def dumps_typed(self, obj: Any) -> tuple[str, bytes]:
        kind, data = super().dumps_typed(obj)
        return f"{_PREFIX}{kind}", hashlib.sha256(data).digest() + data

    def loads_typed(self, data: tuple[str, bytes]) -> Any:
        """Deserialize a value.

        Raises:
            CheckpointDamaged: its bytes do not match their checksum.
        """
        kind, stored = data
        content = stored
        if kind.startswith(_PREFIX):
            kind, content = kind.removeprefix(_PREFIX), stored[_BYTES:]
            if hashlib.sha256(content).digest() != stored[:_BYTES]:
                raise CheckpointDamaged("a checkpoint is not what was written")
        try:
            return super().loads_typed((kind, content))
        except (NotImplementedError, ValueError) as error:
            raise CheckpointDamaged(f"a checkpoint cannot be read: {error}") from error
