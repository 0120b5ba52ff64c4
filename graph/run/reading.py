"""What the offline model reads in requirements, known before anything is written."""

from __future__ import annotations

from assistant.errors import NotUnderstood
from assistant.providers.factory import OFFLINE_MODEL
from assistant.providers.offline import read_requirements

__all__ = ["NotUnderstood", "read_requirements", "reading_of"]

_WRITES = frozenset({"generate_tests", "generate_main", "generate_service"})


def reading_of(requirements: str | None, answers: str, plan: list[str], *, kept: bool) -> list[str]:
    """The lines of the reading where the offline model writes; none where another one does.

    Args:
        requirements: None where they are those of an earlier run.
        answers: which model answers, as the line-up says it.
        plan: the steps of the run.
        kept: the files stay as they are, whatever the requirements say.

    Raises:
        NotUnderstood: the run would stop for it.
    """
    offline = answers.startswith(OFFLINE_MODEL)
    if not offline or requirements is None or kept or not _WRITES & set(plan):
        return []
    return read_requirements(requirements, served="generate_service" in plan)
