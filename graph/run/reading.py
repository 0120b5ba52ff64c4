"""What the offline model reads in requirements, known before anything is written."""

from __future__ import annotations

from collections.abc import Collection

from assistant.errors import NotUnderstood
from assistant.providers.factory import OFFLINE_MODEL
from assistant.providers.offline import read_requirements

__all__ = ["NotUnderstood", "read_requirements", "reading_of"]


def reading_of(requirements: str | None, answers: str, written: Collection[str]) -> tuple[str, ...]:
    """The reading where the offline model is the one that `answers` and some files are `written`.

    Raises NotUnderstood where the run would stop for it.
    """
    if not requirements or not written or not answers.startswith(OFFLINE_MODEL):
        return ()
    return tuple(read_requirements(requirements, served="service.py" in written))
