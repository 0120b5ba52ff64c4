"""Checkpoints that tell when they were damaged: each value carries the hash of its bytes.

SQLite checks the structure of its file, not what is in the rows; a flipped bit would come back as
another number, or as another file's name.
"""

from __future__ import annotations

import hashlib
from typing import Any

from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

_MARK = "sha256+"
_BYTES = hashlib.sha256().digest_size


class CheckpointDamaged(Exception):
    """A checkpoint is not what was written."""


class ChecksumSerializer(JsonPlusSerializer):
    """LangGraph's own serializer with a seal before its bytes; what has none is read as it is."""

    def dumps_typed(self, obj: Any) -> tuple[str, bytes]:
        kind, data = super().dumps_typed(obj)
        return f"{_MARK}{kind}", hashlib.sha256(data).digest() + data

    def loads_typed(self, data: tuple[str, bytes]) -> Any:
        """The value.

        Raises:
            CheckpointDamaged: its bytes are not those that were sealed.
        """
        kind, sealed = data
        content = sealed
        if kind.startswith(_MARK):
            kind, content = kind.removeprefix(_MARK), sealed[_BYTES:]
            if hashlib.sha256(content).digest() != sealed[:_BYTES]:
                raise CheckpointDamaged("a checkpoint is not what was written")
        try:
            return super().loads_typed((kind, content))
        except (NotImplementedError, ValueError) as error:
            raise CheckpointDamaged(f"a checkpoint cannot be read: {error}") from error
