"""The only place where real objects are built and put together."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

from assistant.factory import build_assistant
from assistant.request import Assistant
from graph.checkpoints import open_checkpoints
from graph.deps import Deps
from graph.drive import Compiled, Ending, drive
from graph.entry import Entry, choose_entry, requirements_sha
from graph.events import Event, Noted, RunFinished, RunStarted
from graph.house import database_url
from graph.intake import check_order, files_to_keep
from graph.observed import Observed
from graph.order import Order
from graph.plan import planned_steps
from graph.recheck import recheck
from graph.result import RunResult
from graph.state import VERSION, DeploymentState, initial_state
from graph.workflow import topology
from ledger.clock import stamp, utc_now
from ledger.database import Ledger, open_ledger
from ledger.lock import lock_feature
from ledger.process import this_process
from ledger.runs import Run, new_run_id
from provisioner.files import atomic_write
from provisioner.folder import FeatureFolder
from provisioner.git import Repository, open_repository
from provisioner.judge.judge import Judge
from provisioner.sandbox.base import Limits
from provisioner.sandbox.choose import choose_sandbox
from provisioner.services import Services
from provisioner.workspace import RunFolder, Workspace, open_workspace

Listen = Callable[[Event, str, str], None]
"""Gets every event with its run id and its time (UTC, ISO 8601)."""

EVENTS = "events.ndjson"
_REQUIREMENTS = "requirements.md"
_RECURSION_FENCE = 500  # far above what the limits in the state allow


async def deliver(
    order: Order,
    listen: Listen,
    notes: tuple[str, ...] = (),
    assistant: Assistant | None = None,
) -> RunResult:
    """Carry out an order, as a new run or by going on with an unfinished one.

    Args:
        order: what was asked for.
        listen: gets every event.
        notes: said once at the start.
        assistant: answers instead of the configured models, e.g. from a script.

    Raises:
        GraphError, ProvisionerError, LedgerError, AssistantError: the order cannot be carried
            out here; nothing was changed.
    """
    check_order(order)
    plan = planned_steps(order.settings, commit=order.commit, push=order.push)
    repository = None
    if "commit" in plan:
        repository = await open_repository(order.workspace)
        await repository.check_committable()
    workspace = open_workspace(order.workspace)
    url = database_url(order.environ, workspace.state_dir)
    run_id = new_run_id(utc_now, random.SystemRandom())
    with (
        open_ledger(url) as ledger,
        lock_feature(order.feature, run_id, state=workspace.state_dir, url=url),
    ):
        ledger.check_writable()
        entry = choose_entry(order, ledger.runs.latest(order.feature))
        house = _House(order, plan, workspace, repository, ledger, entry, run_id, assistant)
        return await house.carry_out(listen, notes)


@dataclass(slots=True)
class _House:
    """The parts of one run while they are being put together."""

    order: Order
    plan: list[str]
    workspace: Workspace
    repository: Repository | None
    ledger: Ledger
    entry: Entry
    new_id: str
    assistant: Assistant | None

    async def carry_out(self, listen: Listen, notes: tuple[str, ...]) -> RunResult:
        entering = None if self.entry.run else await self._first_state()
        run = self._record(entering)
        files = self.workspace.run_folder(run.run_id)

        def emit(event: Event) -> None:
            at = stamp(utc_now())
            with (files.path / EVENTS).open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(event.record(run.run_id, at)) + "\n")
            listen(event, run.run_id, at)

        for note in notes:
            emit(Noted(note))
        async with self._deps(run, files, emit) as deps, self._compiled() as compiled:
            config: Any = {
                "configurable": {"thread_id": run.run_id},
                "recursion_limit": _RECURSION_FENCE,
            }
            if self.entry.run:
                entering = await self._reenter(compiled, config, run, deps)
            emit(self._started(run, deps))
            ending = await drive(compiled, entering, config, deps)
            snapshot = await compiled.aget_state(config)
            state = cast(DeploymentState, snapshot.values or entering)
            result = await self._result(ending, state, deps)
        self.ledger.runs.update(run.run_id, status=ending.status, result=result.to_json())
        emit(RunFinished(ending.status, ending.exit_code))
        return result

    async def _first_state(self) -> DeploymentState:
        order = self.order
        folder = FeatureFolder(self.workspace.root, order.feature, self.ledger)
        keep = await files_to_keep(order, folder, self.repository, self.plan)
        return initial_state(
            run_id=self.new_id,
            feature=order.feature,
            mode=order.settings.deployment.provision_mode,
            plan=self.plan,
            keep=keep,
        )

    def _record(self, entering: DeploymentState | None) -> Run:
        """The run's row: a new one with its requirements on disk, or the one that goes on."""
        if self.entry.run:
            return self.ledger.runs.update(
                self.entry.run.run_id, status="running", process=this_process()
            )
        text = self.order.requirements or ""
        atomic_write(self.workspace.run_folder(self.new_id).path / _REQUIREMENTS, text.encode())
        return self.ledger.runs.create(
            self.new_id,
            feature=self.order.feature,
            mode=self.order.settings.deployment.provision_mode,
            requirements_sha=requirements_sha(text),
            options=self.order.flags,
            graph_version=VERSION,
            process=this_process(),
        )

    @asynccontextmanager
    async def _deps(
        self, run: Run, files: RunFolder, emit: Callable[[Event], None]
    ) -> AsyncIterator[Deps]:
        settings = self.order.settings
        folder = FeatureFolder(self.workspace.root, run.feature, self.ledger, run.run_id)
        limits = Limits(
            wall_seconds=settings.limits.test_seconds,
            cpu_seconds=int(settings.limits.test_seconds) + 1,
            memory_bytes=settings.limits.memory_mb << 20,
            processes=settings.limits.processes,
            output_bytes=settings.limits.output_kb << 10,
        )
        assistant = self.assistant or build_assistant(
            settings.assistant,
            self.order.environ,
            self.ledger,
            state_dir=self.workspace.state_dir,
        )
        sandbox = await choose_sandbox(unsafe=settings.limits.unsafe_no_sandbox)
        async with Judge(sandbox, limits) as judge:
            yield Deps(
                settings=settings,
                requirements=(files.path / _REQUIREMENTS).read_text("utf-8"),
                assistant=Observed(assistant, emit),
                judge=judge,
                sandbox=sandbox.level,
                artefacts=files,
                folder=folder,
                repository=self.repository,
                effects=self.ledger.effects,
                services=Services(folder.path, run.run_id, files.path / "service.log"),
                emit=emit,
                sleep=asyncio.sleep,
            )

    @asynccontextmanager
    async def _compiled(self) -> AsyncIterator[Compiled]:
        url = database_url(self.order.environ, self.workspace.state_dir)
        async with open_checkpoints(self.workspace.state_dir, url) as saver:
            yield topology().compile(checkpointer=saver)

    async def _reenter(
        self, compiled: Compiled, config: Any, run: Run, deps: Deps
    ) -> DeploymentState | None:
        """Where an unfinished or failed run goes on: None is its last checkpoint."""
        state = cast(DeploymentState, (await compiled.aget_state(config)).values)
        if not state:
            return {**await self._first_state(), "run_id": run.run_id}
        recovering = self.entry.way == "recover"
        found = recheck(state, deps.folder, failed=recovering)
        update: dict[str, Any] = {}
        if recovering:
            update = {"offset": state["rounds"], "recoveries": 0, "seen": []}
        if found.edited:
            deps.emit(Noted(found.note))
            update["keep"] = [*state["keep"], *found.edited]
        if found.after:
            update["failure"] = None
        if update:
            failed_at = state["failure"]["step"] if recovering and state["failure"] else None
            await compiled.aupdate_state(config, update, as_node=found.after or failed_at)
        return None

    def _started(self, run: Run, deps: Deps) -> RunStarted:
        return RunStarted(
            feature=run.feature,
            mode=run.mode,
            resumed=self.entry.run is not None,
            plan=tuple(self.plan),
            sandbox=deps.sandbox,
            folder=deps.folder.relative,
        )

    async def _result(self, ending: Ending, state: DeploymentState, deps: Deps) -> RunResult:
        """The result; a service that is not to be kept ends here."""
        serving = bool(state["service"])
        running = serving and self.order.keep_running and ending.status == "done"
        if serving and not running:
            await deps.services.stop(state["service"])
        usage = self.ledger.usage.run(state["run_id"]).as_json()
        return RunResult(ending.status, ending.exit_code, state, usage, ending.error, running)
