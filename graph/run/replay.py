"""Replay: run again from the journal in a scratch workspace, without a model or a remote."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from assistant.providers.factory import replay_client
from graph.errors import RunNotFound
from graph.events import EVENTS, Event, StepFinished
from graph.plan import GENERATED
from graph.request import RunRequest
from graph.run.execute import run_feature
from ledger.database import Ledger
from ledger.runs import Run
from ledger.text.program import program
from provisioner.files.atomic import atomic_write
from provisioner.files.temporary import private_folder
from provisioner.files.workspace import BEHAVIORS, RunFolder
from provisioner.git.records import make_change
from provisioner.git.repository import init_repository, open_repository


async def replay(
    request: RunRequest,
    run: Run,
    ledger: Ledger,
    files: RunFolder,
    events: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """Run an ended run again and compare each step with what happened then.

    The ledger answers what was asked then; `files` and `events` are the run's. Gives the JSON
    object that is printed: a step then and now is its name, round and status, None where it was
    not run; files are those whose accepted content differs.
    """
    if run.result is None:
        raise RunNotFound(
            f"run {run.run_id} has not ended", next_step=f"{program()} resume {run.run_id}"
        )
    if not events:
        raise RunNotFound(
            f"the events of run {run.run_id} are gone: {files.path / EVENTS}",
            next_step="restore the file; without it there is nothing to compare with",
        )
    replayed: list[Mapping[str, Any]] = []

    def listen(event: Event, run_id: str, at: str) -> None:
        replayed.append(event.record(run_id, at))

    async with _scratch(request, run, files) as scratch:
        assistant = replay_client(request.settings.assistant, ledger)
        result = await run_feature(scratch, listen, assistant=assistant, run_id=run.run_id)
    accepted, again = run.result["files"], result.record["files"]
    differing = [name for name in sorted(accepted) if again.get(name) != accepted[name]]
    then, now = _steps(events), _steps(replayed)
    # A push and what it starts are left out of a replay, and never make a difference.
    steps = [
        {
            "then": then.get(key),
            "now": now.get(key),
            "equal": key[0] in ("push", "await_ci") or then.get(key) == now.get(key),
        }
        for key in {**then, **now}
    ]
    return {
        "schema": 1,
        "run_id": result.run_id,
        "equal": not differing and all(step["equal"] for step in steps),
        "calls": result.record["usage"]["calls"],
        "steps": steps,
        "files": differing,
    }


def _steps(events: Sequence[Mapping[str, Any]]) -> dict[tuple[str, int], tuple[str, int, str]]:
    """The last end of each step and round; after a kill a round may have run twice."""
    return {
        (event["step"], event["round"]): (event["step"], event["round"], event["status"])
        for event in events
        if event["event"] == StepFinished.type
    }


@asynccontextmanager
async def _scratch(request: RunRequest, run: Run, files: RunFolder) -> AsyncIterator[RunRequest]:
    """The request in an empty repository with the files that the run began with."""
    with private_folder("replay") as folder:
        workspace = Path(folder) / "workspace"
        workspace.mkdir()
        await init_repository(workspace)
        result: Mapping[str, Any] = run.result or {}
        begun = {
            name: files.get(digest)
            for name, digest in result["files"].items()
            if name not in GENERATED or name in result["kept"]
        }
        for name, content in begun.items():
            atomic_write(workspace / BEHAVIORS / run.feature / name, content)
        if len(begun) == len(result["files"]):  # nothing was written: it was committed already
            change = make_change(
                folder=f"{BEHAVIORS}/{run.feature}",
                files=begun,
                message="begun",
                effect_key="begun",
            )
            await (await open_repository(workspace)).commit_folder(change)
        yield replace(request, workspace=workspace, keep_running=False, environ={})
