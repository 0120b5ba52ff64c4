"""Events of a run, for the live view, `--events` and `show`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

EVENTS = "events.ndjson"
"""The file in a run's folder."""


@dataclass(frozen=True, slots=True)
class Event:
    """An event of a run; ``type`` is its name in NDJSON."""

    type: ClassVar[str]

    def record(self, run_id: str, at: str) -> dict[str, Any]:
        """The event as one NDJSON object; ``at`` is UTC, ISO 8601."""
        return {"at": at, "run_id": run_id, "event": self.type, **asdict(self)}


@dataclass(frozen=True, slots=True)
class RunStarted(Event):
    type = "run_started"
    feature: str
    mode: str
    resumed: bool
    plan: tuple[str, ...]
    sandbox: str
    folder: str


@dataclass(frozen=True, slots=True)
class StepStarted(Event):
    type = "step_started"
    step: str
    round: int


@dataclass(frozen=True, slots=True)
class StepFinished(Event):
    """status is done, failed, skipped, or again where the step goes into another round."""

    type = "step_finished"
    step: str
    round: int
    status: str
    seconds: float
    note: str


@dataclass(frozen=True, slots=True)
class ModelCalled(Event):
    """usd is None where the price is unknown; recalled means that nothing was sent."""

    type = "model_called"
    step: str
    function: str
    provider: str
    model: str
    input_tokens: int
    output_tokens: int
    usd: float | None
    seconds: float
    recalled: bool
    said: str


@dataclass(frozen=True, slots=True)
class Noted(Event):
    type = "noted"
    text: str


@dataclass(frozen=True, slots=True)
class Logged(Event):
    """A decision and its reason; recorded, not shown."""

    type = "logged"
    text: str


@dataclass(frozen=True, slots=True)
class BuildLine(Event):
    """A line that the build of an image wrote; recorded, and shown while its step runs."""

    type = "build_line"
    text: str


@dataclass(frozen=True, slots=True)
class RunFinished(Event):
    """seconds are those from the command to its end."""

    type = "run_finished"
    status: str
    exit_code: int
    seconds: float


Emit = Callable[[Event], None]
