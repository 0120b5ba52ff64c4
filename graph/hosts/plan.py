"""A plan for a host, its execution, and the repair of what fails.

A model plans and suggests; what it says is carried out only as a command on the host, and whether
that worked is its exit code. A step that was left out is skipped, and no plan with one of these, or
with a failed one, is done.
"""

from __future__ import annotations

import hashlib
import re
import shlex
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.schemas import AnalyzeFailure, PlanDeployment, PlannedStep, SuggestedStep
from graph.failure import normalize_log
from provisioner.files.atomic import atomic_write
from provisioner.files.reading import read_file

Outcome = Literal["done", "replaced", "skipped", "failed", "refused"]
_TAIL_LINES = 12
#: Commands that do nothing: one of them in the place of another is no repair.
_NOTHING = frozenset((":", "true", "echo", "printf", "sleep", "exit"))


@dataclass(frozen=True, slots=True)
class PlanStep:
    """A step of a plan: a command on the host, or a note to the reader."""

    title: str
    command: str
    action: Literal["remote:run", "noop"]
    details: str = ""

    @classmethod
    def of(cls, said: PlannedStep | SuggestedStep) -> PlanStep:
        """A step as a model said it; without a command that does something it is a note."""
        runs = said.action != "noop" and does_something(said.command)
        action: Literal["remote:run", "noop"] = "remote:run" if runs else "noop"
        return cls(said.title, said.command, action, said.details or "")


@dataclass(frozen=True, slots=True)
class WorkflowPlan:
    """The steps that bring a repository onto a host, in order."""

    steps: tuple[PlanStep, ...]

    @classmethod
    def of(cls, said: PlanDeployment) -> WorkflowPlan:
        return cls(tuple(map(PlanStep.of, said.steps)))


@dataclass(frozen=True, slots=True)
class FailureAnalysis:
    """What a model says of a failed step.

    Attributes:
        suggested: is tried at once; None where it suggests nothing.
        replaces: whether the suggestion is meant instead of the step, not before it.
    """

    summary: str
    suggested: PlanStep | None
    replaces: bool

    @classmethod
    def of(cls, said: AnalyzeFailure) -> FailureAnalysis:
        step = said.suggested_step
        nothing = not step.command.strip() and step.action != "noop"
        return cls(said.summary, None if nothing else PlanStep.of(step), step.action == "replace")


@dataclass(frozen=True, slots=True)
class CommandRun:
    """A command on the host that has ended, with the end of its output."""

    command: str
    exit_code: int
    output: str

    @property
    def signature(self) -> str:
        """The same for the same failure, whatever the time and the numbers in it."""
        text = f"{self.command}\0{self.exit_code}\0{normalize_log(self.output)}"
        return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class StepRecord:
    """How a step of a plan ended.

    Attributes:
        attempts: commands that were run for it, suggestions among them.
        why: the failure, or why it was left out; "" where it is done.
        tried: the suggestions that were run for it.
    """

    step: PlanStep
    outcome: Outcome
    attempts: int
    why: str = ""
    output: str = ""
    tried: tuple[str, ...] = ()


class Advisor(Protocol):
    """The model's part."""

    async def analyze(self, step: PlanStep, attempt: int, run: CommandRun) -> FailureAnalysis: ...


RunCommand = Callable[[str], Awaitable[CommandRun]]
Judge = Callable[[str], Awaitable[str]]
"""Gives why a command may not be run, "" where it may."""


@dataclass
class PlanExecution:
    """Carries out a plan on one host.

    Attributes:
        run: runs a command there.
        permit: asks a person about a dangerous one.
        retries: of a step, after its first attempt.
        shown: is given a line on what is done.
        recorded: is given the records while the plan goes on, to begin with them another time.
    """

    run: RunCommand
    permit: Judge
    advisor: Advisor
    retries: int
    shown: Callable[[str], None]
    recorded: Callable[[tuple[StepRecord, ...]], None] = lambda records: None
    records: list[StepRecord] = field(default_factory=list)

    async def carry_out(self, plan: WorkflowPlan) -> tuple[StepRecord, ...]:
        """Carry out the steps until one fails; the records of those that were looked at."""
        for step in plan.steps[len(self.records) :]:
            self.shown(f"{step.title}{f': {step.command}' if step.command else ''}")
            record = await self._step(step)
            self.records.append(record)
            self.shown(f"  {record.outcome}{f': {record.why}' if record.why else ''}")
            if record.outcome in ("failed", "refused"):
                break
            self.recorded(tuple(self.records))
        return tuple(self.records)

    async def _step(self, step: PlanStep) -> StepRecord:
        if step.action == "noop":
            return StepRecord(step, "skipped", 0, step.details or "a note, no command")
        seen: list[str] = []
        tried: list[str] = []
        attempts, run = 0, CommandRun(step.command, 0, "")
        for attempt in range(1, self.retries + 2):
            if refused := await self.permit(step.command):
                return StepRecord(step, "refused", attempts, refused, run.output, tuple(tried))
            attempts, run = attempts + 1, await self.run(step.command)
            if run.exit_code == 0:
                return StepRecord(step, "done", attempts, tried=tuple(tried))
            if seen.count(run.signature) > 1:
                why = f"the same failure again and again: {_cause(run)}"
                return StepRecord(step, "failed", attempts, why, run.output, tuple(tried))
            seen.append(run.signature)
            if attempt > self.retries:
                break
            analysis = await self.advisor.analyze(step, attempt, run)
            self.shown(f"  failed: {analysis.summary}")
            suggested = analysis.suggested
            if suggested is None:
                continue
            if suggested.action == "noop":
                why = f"left out after it failed: {_cause(run)}"
                return StepRecord(step, "skipped", attempts, why, run.output, tuple(tried))
            if suggested.command in tried:
                why = f"{suggested.command!r} was suggested again: {_cause(run)}"
                return StepRecord(step, "failed", attempts, why, run.output, tuple(tried))
            self.shown(f"  tries {suggested.title}: {suggested.command}")
            tried.append(suggested.command)
            if refused := await self.permit(suggested.command):
                self.shown(f"  refused: {refused}")
                continue
            attempts, mended = attempts + 1, await self.run(suggested.command)
            if mended.exit_code == 0 and analysis.replaces:
                why = f"by {suggested.command}"
                return StepRecord(step, "replaced", attempts, why, tried=tuple(tried))
        return StepRecord(step, "failed", attempts, _cause(run), run.output, tuple(tried))


def does_something(command: str) -> bool:
    """Whether a command is more than a message; one that cannot be parsed is."""
    try:
        parts = re.split(r"[;&|\n]+", command)
        first = [words[0] for part in parts if (words := shlex.split(part, comments=True))]
    except ValueError:
        return True
    writes = ">" in command
    return bool(first) and (writes or not all(word in _NOTHING for word in first))


def _cause(run: CommandRun) -> str:
    lines = [line for line in run.output.splitlines() if line.strip()]
    return f"exit code {run.exit_code}{f', {lines[-1].strip()[:200]}' if lines else ''}"


def output_tail(text: str) -> str:
    """The last lines of an output, for a person."""
    return "\n".join(text.splitlines()[-_TAIL_LINES:])


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
