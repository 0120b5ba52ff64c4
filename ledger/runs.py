"""Runs: their options, their status, and the process that has them."""

from __future__ import annotations

import dataclasses
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any, Literal

from ledger import schema
from ledger.chain import NextRow, next_row
from ledger.connection import Clock, Records, Row
from ledger.errors import LedgerError, LedgerVersion
from ledger.process import Process

Status = Literal["running", "done", "failed", "paused", "interrupted"]

_COLUMNS = schema.columns("ledger_runs")[1:]
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM ledger_runs"
_GET = f"{_SELECT} WHERE run_id = :run_id"
_LIST = f"{_SELECT} WHERE :feature = '' OR feature = :feature ORDER BY number DESC LIMIT :limit"
_NEXT_NUMBER = "SELECT COALESCE(MAX(number), 0) + 1 FROM ledger_runs"
_LOOKED_THROUGH = 1_000  # runs of a feature of all workspaces that share a ledger
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"  # without l, o, 0 and 1, which are misread


@dataclass(frozen=True, slots=True)
class EarlierFiles:
    """What a run found of an earlier one: digests of its requirements and test files, by name."""

    run_id: str
    requirements: str
    suites: Mapping[str, str]
    committed: bool


@dataclass(frozen=True, slots=True)
class RunOptions:
    """Options of the command line, and what was decided from them at the start.

    Attributes:
        regenerate: the parts that are to be written anew, in the order of writing.
        place: the machine and folder of the run's files, see
            :func:`ledger.connection.workspace_place`.
        keep: files of the feature that the run does not write.
    """

    mode: str | None = None
    max_retries: int | None = None
    budget_usd: float | None = None
    config: str | None = None
    unsafe_no_sandbox: bool = False
    push_with_mine: bool = False
    host: tuple[str, ...] = ()
    skip_base_rebuild: bool = False
    no_regenerate: bool = False
    no_push: bool = False
    no_commit: bool = False
    regenerate: tuple[str, ...] = ()
    place: str = ""
    keep: tuple[str, ...] = ()
    earlier: EarlierFiles | None = None

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> RunOptions:
        """Read the options of a run's record; an unknown one raises LedgerVersion."""
        if unknown := record.keys() - {field.name for field in dataclasses.fields(cls)}:
            raise LedgerVersion(
                f"a run was recorded with options of another version of this tool "
                f"({', '.join(sorted(unknown))})",
                next_step="use that version, or begin a new run",
            )
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in record.items()
        }
        if values.get("earlier") is not None:
            values["earlier"] = EarlierFiles(**values["earlier"])
        return cls(**values)

    def given(self) -> dict[str, Any]:
        """Return the options that differ from their defaults, by name, as plain JSON values."""
        values = dataclasses.asdict(self)
        return {name: it for name, it in values.items() if it != getattr(NO_OPTIONS, name)}


NO_OPTIONS = RunOptions()


@dataclass(frozen=True, slots=True)
class Run:
    """One delivery of a feature.

    Attributes:
        created_at, updated_at: UTC in ISO 8601.
        graph_version: of the workflow that began it.
        result: what ``--json`` printed, None until the run has ended.
        process: who has or had it, None where no process took it yet or its result was reported.
    """

    run_id: str
    feature: str
    mode: str
    status: Status
    created_at: str
    updated_at: str
    requirements_sha: str
    graph_version: int
    options: RunOptions = NO_OPTIONS
    result: Mapping[str, Any] | None = None
    process: Process | None = None

    @property
    def abandoned(self) -> bool:
        """Whether its status is "running" and its process is dead; it can be resumed."""
        return self.status == "running" and not (self.process and self.process.alive())

    @property
    def place(self) -> str:
        """The machine and folder of its files, as its options tell."""
        return self.options.place

    @property
    def unreported(self) -> bool:
        """Whether it has ended and its process died before it reported the result."""
        ended = self.status in ("done", "failed")
        return ended and self.process is not None and not self.process.alive()


class Runs(Records):
    """The record of runs."""

    def create(self, run_id: str, **given: Any) -> Run:
        """Record a new run as running; ``given`` are the other fields of :class:`Run`."""
        at = self._database.now()
        run = Run(run_id=run_id, status="running", created_at=at, updated_at=at, **given)
        with self._database.write() as tx:
            self._database.lock(tx)
            if tx.row(_GET, {"run_id": run_id}):
                raise LedgerError(f"a run {run_id} exists already")
            ((number,),) = tx.rows(_NEXT_NUMBER)
            NextRow(number, 1, run_id).append(tx, at, "run", _body(run))
        return run

    def get(self, run_id: str) -> Run | None:
        found = self._database.rows(_GET, {"run_id": run_id})
        return _run(found[0]) if found else None

    def latest(self, feature: str, place: str = "") -> Run | None:
        """Return the feature's run that was created last at a place."""
        runs = self.list(limit=_LOOKED_THROUGH if place else 1, feature=feature)
        return next((run for run in runs if run.place == place), None)

    def list(self, limit: int = 20, feature: str = "") -> list[Run]:
        """Return runs, the newest first, of one feature where one is given."""
        return list(map(_run, self._database.rows(_LIST, {"feature": feature, "limit": limit})))

    def update(self, run_id: str, **changes: Any) -> Run:
        """Change fields of the record."""
        with self._database.write() as tx:
            place = next_row(tx, run_id)
            at = self._database.now()
            (row,) = tx.rows(_GET, {"run_id": run_id})
            run = dataclasses.replace(_run(row), **changes, updated_at=at)
            place.append(tx, at, "run", _body(run))
        return run


def new_run_id(clock: Clock, source: random.Random) -> str:
    """A short id that sorts by time: ``20261121-004512-x7k2``."""
    suffix = "".join(source.choices(_ALPHABET, k=4))
    return f"{clock().astimezone(UTC):%Y%m%d-%H%M%S}-{suffix}"


def _body(run: Run) -> dict[str, Any]:
    process = str(run.process) if run.process else None
    return {**dataclasses.asdict(run), "process": process, "options": run.options.given()}


def _run(row: Row) -> Run:
    values = dict(zip(_COLUMNS, row, strict=True))
    values["options"] = RunOptions.of(json.loads(values["options"]))
    values["result"] = json.loads(values["result"]) if values["result"] else None
    values["process"] = Process.parse(values["process"]) if values["process"] else None
    return Run(**values)
