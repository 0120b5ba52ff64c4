"""How far a plan is on a host, kept until a call has ended: one that is killed is taken up."""

from __future__ import annotations

import hashlib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from graph.host_plan import StepRecord, WorkflowPlan
from provisioner.files.atomic import atomic_write
from provisioner.files.reading import read_file


class PlanProgress(BaseModel):
    """A plan, and the records of its first steps, which need not be looked at again."""

    model_config = ConfigDict(frozen=True)

    plan: WorkflowPlan
    records: tuple[StepRecord, ...] = ()


class ProgressFile:
    """Keeps the progress of what a call asks for on one host, in a file of the state folder.

    Args:
        asked: repository, commit, requirements and host: where one is another, so is the plan.
    """

    def __init__(self, state: Path, *asked: str) -> None:
        name = hashlib.sha256("\0".join(asked).encode("utf-8", "replace")).hexdigest()[:16]
        self.file = state / "host-plans" / f"{name}.json"

    def read(self) -> PlanProgress | None:
        """What is kept; None for nothing, or for what no version of this tool can read."""
        content = read_file(self.file)
        try:
            return PlanProgress.model_validate_json(content) if content else None
        except ValidationError:
            return None

    def write(self, progress: PlanProgress) -> None:
        atomic_write(self.file, progress.model_dump_json().encode())

    def remove(self) -> None:
        self.file.unlink(missing_ok=True)
