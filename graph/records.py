"""The records of a workspace: its ledger and its runs' folders; what a run left running."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graph.config.workspace import load_environment
from graph.errors import RunNotFound
from graph.events import EVENTS
from graph.request import UNFINISHED
from ledger.connection import database_url, workspace_place
from ledger.database import Ledger, open_empty_ledger, open_ledger
from ledger.lock import FeatureLock, lock_feature
from ledger.runs import Run
from ledger.text.program import program
from provisioner.files.workspace import Workspace, open_workspace
from provisioner.modes.base import Deployment, Provisioner, Target

if TYPE_CHECKING:
    from assistant.diagnosis.learned import Learned as Learned  # `rules` shows it

_LISTED = 1_000  # runs that are looked through


@dataclass(frozen=True, slots=True)
class Records:
    """An open ledger and the workspace it belongs to."""

    workspace: Workspace
    environ: Mapping[str, str]
    ledger: Ledger

    def run(self, run_id: str) -> Run:
        """A run by its id or by a part of it that no other has; else raise RunNotFound."""
        if exact := self.ledger.runs.get(run_id):
            return exact
        runs = self.ledger.runs.list(limit=_LISTED) if run_id else []
        found = [
            run for run in runs if run.run_id.startswith(run_id) or run.run_id.endswith(run_id)
        ]
        if len(found) == 1:
            return found[0]
        raise RunNotFound(
            f"there is no run {run_id!r}" if not found else f"{run_id!r} names {len(found)} runs",
            next_step=f"`{program()} runs` lists them",
        )

    def run_or_last(self, name: str) -> Run:
        """The last run of a feature of that name, or the run of that id, as `run` finds it."""
        last = self.latest(name) if name else None
        return last or self.run(name)

    def latest(self, feature: str) -> Run | None:
        """A feature's last run in this workspace."""
        url = database_url(self.environ, self.workspace.state_dir)
        return self.ledger.runs.latest(feature, workspace_place(url, self.workspace.state_dir))

    def going_on(self, feature: str, *, recovery: bool) -> Run | None:
        """A feature's last run where it can go on: unfinished, or, for a recovery, failed."""
        run = self.latest(feature)
        wanted = (*UNFINISHED, "failed") if recovery else UNFINISHED
        return run if run and run.status in wanted else None

    def not_done(self, feature: str = "") -> list[Run]:
        """The last run of a feature, or of each, where it failed or can go on."""
        runs = self.ledger.runs.list(limit=_LISTED, feature=feature)
        latest = {run.feature: run for run in reversed(runs)}
        under_way = [run for run in runs if run.status == "running" and not run.abandoned]
        return [
            latest[name]
            for name in sorted(latest)
            if latest[name].status != "done" and latest[name] not in under_way
        ]

    def deployed(self, name: str) -> Run:
        """A feature's latest run that deployed something, or the run of that id."""
        runs = self.ledger.runs.list(limit=_LISTED, feature=name)
        found = [run for run in runs if _deployment(run)]
        if found:
            return found[0]
        if runs and name:
            raise RunNotFound(
                f"no run of feature {name} has deployed anything",
                next_step=f"`{program()} show {name}` says how far the last one came",
            )
        try:
            return self.run(name)
        except RunNotFound as error:
            raise RunNotFound(
                f"{error}, and nothing of a feature of this name was deployed",
                next_step=f"`{program()} status` and `{program()} runs` list what there is",
            ) from error

    def events(self, run_id: str) -> list[dict[str, Any]]:
        """The run's events; a line that a kill cut off is left out."""
        file = self.workspace.run_dir(run_id) / EVENTS
        events = []
        for line in file.read_text("utf-8", "replace").splitlines() if file.is_file() else ():
            with suppress(ValueError):
                events.append(json.loads(line))
        return events

    def all_deployed(self) -> list[Run]:
        """Each feature's latest run that deployed something, by the feature's name."""
        runs = self.ledger.runs.list(limit=_LISTED)
        latest = {run.feature: run for run in reversed(runs) if _deployment(run)}
        return [latest[feature] for feature in sorted(latest)]

    def provisioner(self, run: Run) -> tuple[Provisioner, Deployment]:
        """What a run deployed and what finds it; raises NotDeployed where it deployed nothing."""
        deployment = Deployment.of_plain(_deployment(run))
        target = Target(
            feature=run.feature,
            folder=self.workspace.root / "behaviors" / run.feature,
            state=self.workspace.state_dir,
            log=self.workspace.run_dir(run.run_id) / "service.log",
        )
        return Provisioner.create(deployment.mode, target), deployment

    def learned(self) -> Learned:
        """What the fixes of the runs teach."""
        from assistant.diagnosis.learned import learn  # no other record needs the patterns

        return learn(self.ledger.fixes.list())

    def lock(self, run: Run) -> FeatureLock:
        """Take a run's feature; raises RunLocked while a living process has it."""
        state_dir = self.workspace.state_dir
        url = database_url(self.environ, state_dir)
        return lock_feature(run.feature, run.run_id, state=state_dir, url=url)

    async def stop(self, run: Run) -> tuple[list[Deployment], Deployment | None]:
        """Stop what a run left running; gives what that was, and what a rollback would start."""
        if not _deployment(run):
            return [], None
        provisioner, deployment = self.provisioner(run)
        shown = await provisioner.serving(deployment) or deployment
        if not await provisioner.stop(deployment):
            return [], None
        return [shown], await provisioner.earlier(deployment)

    async def stop_feature(self, run: Run) -> tuple[list[Deployment], Deployment | None]:
        """Stop all that serves of a feature, by its last deployment; gives the same as `stop`.

        Where a deployment ends with its run, several runs may have been asked to keep theirs.
        """
        stopped, earlier = await self.stop(run)
        provisioner, deployment = self.provisioner(run)
        while not provisioner.lasting and (kept := await provisioner.serving(deployment)):
            if not await provisioner.stop(kept):
                break
            stopped.append(kept)
        return stopped, earlier


def _deployment(run: Run) -> Mapping[str, Any]:
    """What a run deployed, {} for nothing."""
    return (run.result or {}).get("deployment") or {}


@contextmanager
def open_records(root: Path, *, or_empty: bool = False) -> Iterator[Records]:
    """Open the records of the workspace at `root`.

    Where nothing was ever run there they are empty, if that is asked for; else RunNotFound.
    """
    workspace = open_workspace(root.absolute(), read_only=True)
    environ = load_environment(workspace.root)
    never = not environ.get("DATABASE_URL") and not (workspace.state_dir / "ledger.sqlite").exists()
    if never and not or_empty:
        raise RunNotFound(
            f"no run was ever made in {workspace.root}",
            next_step="name another repository with --workspace",
        )
    url = database_url(environ, workspace.state_dir)
    with open_empty_ledger() if never else open_ledger(url) as ledger:
        yield Records(workspace, environ, ledger)
