"""What the offline model reads in requirements, known before anything is written."""

from __future__ import annotations

from collections.abc import Collection

from assistant.errors import NotUnderstood
from assistant.providers.factory import OFFLINE_MODEL
from assistant.providers.offline import read_requirements

__all__ = ["NotUnderstood", "read_requirements", "reading_of"]


def reading_of(requirements: str | None, answers: str, written: Collection[str]) -> tuple[str, ...]:
    """The lines of the reading where the offline model writes files; none where another one does.

    Args:
        answers: which model answers, as `Providers` says it.
        written: the generated files that the run writes.

    Raises:
        NotUnderstood: the run would stop for it.
    """
    if not requirements or not written or not answers.startswith(OFFLINE_MODEL):
        return ()
    return tuple(read_requirements(requirements, served="service.py" in written))
