"""Runs: their request, their status, and the process that has them."""

from __future__ import annotations

import dataclasses
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ledger.chain import as_text, next_row
from ledger.clock import Clock, stamp
from ledger.connection import Database, Row, Transaction
from ledger.errors import LedgerError
from ledger.process import Process
from ledger.run_options import NO_OPTIONS, RunOptions

Status = Literal["running", "done", "failed", "paused", "interrupted"]

_COLUMNS = (
    "run_id, feature, mode, status, created_at, updated_at, requirements_sha, options,"
    " graph_version, result, process"
)
_INSERT = (
    f"INSERT INTO ledger_runs (number, {_COLUMNS}) VALUES"
    " (COALESCE(:number, (SELECT COALESCE(MAX(number), 0) + 1 FROM ledger_runs)), :run_id,"
    " :feature, :mode, :status, :created_at, :updated_at, :requirements_sha, :options,"
    " :graph_version, :result, :process)"
)
_UPDATE = (
    "UPDATE ledger_runs SET mode = :mode, status = :status, updated_at = :updated_at,"
    " requirements_sha = :requirements_sha, options = :options, graph_version = :graph_version,"
    " result = :result, process = :process WHERE run_id = :run_id"
)
_GET = f"SELECT {_COLUMNS} FROM ledger_runs WHERE run_id = :run_id"
_LIST = (
    f"SELECT {_COLUMNS} FROM ledger_runs WHERE :feature = '' OR feature = :feature"
    " ORDER BY number DESC LIMIT :limit"
)
_LOOKED_THROUGH = 1_000  # runs of a feature of all workspaces that share a ledger
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"  # without l, o, 0 and 1, which are misread


@dataclass(frozen=True, slots=True)
class Run:
    """One delivery of a feature.

    Attributes:
        run_id: as :func:`new_run_id` makes them; sorts by time.
        created_at, updated_at: UTC in ISO 8601.
        requirements_sha: SHA-256 of the requirements' text.
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
    options: RunOptions
    graph_version: int
    result: Mapping[str, Any] | None = None
    process: Process | None = None

    @property
    def abandoned(self) -> bool:
        """Whether its status is "running" and its process is dead; it can be resumed."""
        return self.status == "running" and not (self.process and self.process.alive())

    @property
    def place(self) -> str:
        """The machine and folder of its files, see :func:`ledger.address.workspace_place`."""
        return self.options.place

    @property
    def unreported(self) -> bool:
        """Whether it has ended and its process died before it reported the result."""
        ended = self.status in ("done", "failed")
        return ended and self.process is not None and not self.process.alive()


class Runs:
    """The record of runs."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def create(
        self,
        run_id: str,
        *,
        feature: str,
        mode: str,
        requirements_sha: str,
        graph_version: int,
        options: RunOptions = NO_OPTIONS,
        process: Process | None = None,
    ) -> Run:
        """Record a new run as running.

        Raises:
            LedgerError: a run of that id exists.
        """
        at = stamp(self._clock())
        run = Run(
            run_id=run_id,
            feature=feature,
            mode=mode,
            status="running",
            created_at=at,
            updated_at=at,
            requirements_sha=requirements_sha,
            options=options,
            graph_version=graph_version,
            process=process,
        )
        with self._database.write() as tx:
            self._database.lock_tables(tx)
            if _get(tx, run_id):
                raise LedgerError(f"a run {run_id} exists already")
            body = _body(run)
            apply_run(tx, body)
            next_row(tx, run_id).append(tx, at, "run", body)
        return run

    def get(self, run_id: str) -> Run | None:
        with self._database.read() as tx:
            return _get(tx, run_id)

    def latest(self, feature: str, place: str = "") -> Run | None:
        """Return the feature's run that was created last at a place."""
        runs = self.list(limit=_LOOKED_THROUGH if place else 1, feature=feature)
        return next((run for run in runs if run.place == place), None)

    def list(self, limit: int = 20, feature: str = "") -> list[Run]:
        """Return runs, the newest first, of one feature where one is given."""
        with self._database.read() as tx:
            return [_run(row) for row in tx.rows(_LIST, {"feature": feature, "limit": limit})]

    def update(self, run_id: str, **changes: Any) -> Run:
        """Change fields of the record: status, result, process, options, mode, graph_version.

        Raises:
            LedgerError: there is no such run.
        """
        with self._database.write() as tx:
            place = next_row(tx, run_id)
            known = _get(tx, run_id)
            if known is None:
                raise LedgerError(f"there is no run {run_id}")
            at = stamp(self._clock())
            run = dataclasses.replace(known, **changes, updated_at=at)
            body = _body(run)
            apply_run(tx, body)
            place.append(tx, at, "run", body)
        return run


def new_run_id(clock: Clock, source: random.Random) -> str:
    """A short id that sorts by time: ``20261121-004512-x7k2``."""
    suffix = "".join(source.choices(_ALPHABET, k=4))
    return f"{stamp(clock())[:19].translate(_COMPACT)}-{suffix}"


_COMPACT = str.maketrans({"-": None, ":": None, "T": "-"})


def apply_run(tx: Transaction, body: Mapping[str, Any], number: int | None = None) -> None:
    """Apply a "run" row of the journal to the table; a new run gets the next number."""
    values = {
        **body,
        "number": number,
        "options": as_text(body["options"]),
        "result": None if body["result"] is None else as_text(body["result"]),
    }
    if not tx.run(_UPDATE, values):
        tx.run(_INSERT, values)


def _get(tx: Transaction, run_id: str) -> Run | None:
    row = tx.row(_GET, {"run_id": run_id})
    return _run(row) if row else None


def _body(run: Run) -> dict[str, Any]:
    body = {field.name: getattr(run, field.name) for field in dataclasses.fields(run)}
    body["process"] = str(run.process) if run.process else None
    body["options"] = run.options.given()
    return body


def _run(row: Row) -> Run:
    names = [field.name for field in dataclasses.fields(Run)]
    values = dict(zip(names, row, strict=True))
    values["options"] = RunOptions.of(json.loads(values["options"]))
    values["result"] = json.loads(values["result"]) if values["result"] else None
    values["process"] = Process.parse(values["process"]) if values["process"] else None
    return Run(**values)
