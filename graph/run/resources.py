"""The only place where real objects are built and put together."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver

from assistant.auditor import ModelAuditor
from assistant.builder import ModelBuilder
from assistant.calls.client import Desk
from assistant.providers.factory import build_assistant
from assistant.request import Assistant
from graph.config.models import LimitSettings
from graph.deps import Deps
from graph.events import Emit
from graph.plan import planned_steps
from graph.run.checkpoints import open_checkpoints
from graph.run.checksums import CheckpointDamaged
from graph.run.drive import Compiled
from graph.run.earlier import Earlier, look_up_earlier
from graph.run.instrumented import Observed
from graph.run.log_events import AssistantLog, assistant_log
from graph.run.preflight import check_order
from graph.run.request import Order
from graph.workflow import topology
from ledger.address import database_url, is_shared, place_of
from ledger.clock import Clock, utc_now
from ledger.database import Ledger, open_ledger
from ledger.lock import lock_feature
from ledger.runs import new_run_id
from provisioner.feature.folder import FeatureFolder
from provisioner.feature.scaffold import BEHAVIORS
from provisioner.files.workspace import RunFolder, Workspace, open_workspace
from provisioner.git import Repository, open_repository
from provisioner.judge.judge import Judge
from provisioner.modes.base import PROVISIONERS, Deployment, Provisioner, Target
from provisioner.modes.trial import ServiceTrial
from provisioner.process.leftovers import process_label
from provisioner.sandbox.base import Limits, Sandbox
from provisioner.sandbox.choose import choose_sandbox
from provisioner.sandbox.labelled import Labelled

_RUNS_LOOKED_AT = 50  # of a feature, for the requirements that it was last delivered by


@dataclass(frozen=True, slots=True)
class House:
    """All that a run works with, before it is known which run it is.

    Attributes:
        plan: the steps that this run makes.
        new_id: the run's id, should it be a new one.
        place: where its files are, "" where the ledger has no others.
        log: what the assistant logs.
        answers: which model answers, in one line for a person; "" for an assistant that was given.
    """

    order: Order
    plan: list[str]
    workspace: Workspace
    repository: Repository | None
    ledger: Ledger
    assistant: Assistant
    judge: Judge
    sandbox: Sandbox
    workflow: Compiled
    saver: BaseCheckpointSaver[Any]
    new_id: str
    place: str
    clock: Clock
    answers: str
    log: AssistantLog
    check_understood: Callable[[str, str], Awaitable[None]] | None

    async def forget(self, run_id: str) -> None:
        """Drop the checkpoints of a run that is done; what happened is in the ledger."""
        await self.saver.adelete_thread(run_id)

    def _providers(self, run_id: str) -> tuple[str, ...]:
        """How the model providers did since the run began, a line each."""
        run = self.ledger.runs.get(run_id)
        histories = self.ledger.usage.histories(since=run.created_at if run else "")
        return tuple(map(str, histories))

    async def recall(self, run_id: str) -> Mapping[str, Any]:
        """The state of a run's last checkpoint; empty where there is none. One that is damaged
        is dropped: the journal answers again what was asked before."""
        thread: Any = {"configurable": {"thread_id": run_id}}
        try:
            found = await self.workflow.aget_state(thread)
        except (CheckpointDamaged, ValueError, sqlite3.Error):
            found = None
        # LangGraph's own notes on a checkpoint are not sealed; it counts its steps there.
        if found is None or (found.values and "step" not in (found.metadata or {})):
            await self.forget(run_id)
            return {}
        values: Mapping[str, Any] = found.values
        return values

    async def deployed(self, run_id: str) -> Deployment | None:
        """What an unfinished run has deployed, by its last checkpoint."""
        record = (await self.recall(run_id)).get("deployment")
        return Deployment.of_plain(record) if record else None

    def folder(self, run_id: str = "") -> FeatureFolder:
        """The feature's folder, written to on behalf of a run."""
        return FeatureFolder(self.workspace.root, self.order.feature, self.ledger, run_id)

    async def earlier(self) -> Earlier:
        """The feature as it stands before a new run."""
        runs = self.ledger.runs.list(limit=_RUNS_LOOKED_AT, feature=self.order.feature)
        here = [run for run in runs if run.place == self.place]
        return await look_up_earlier(self.folder(), self.repository, self.workspace, here)

    def label(self, run_id: str) -> str:
        """What tells the processes of a run."""
        return process_label(run_id, self.workspace.root)

    def deps(
        self, run_id: str, artefacts: RunFolder, requirements: str, emit: Emit, earlier: Earlier
    ) -> Deps:
        """What the nodes of one run work with."""
        folder, label = self.folder(run_id), self.label(run_id)
        sandbox = Labelled(self.sandbox, label)
        target = Target(
            feature=self.order.feature,
            folder=folder.path,
            state=self.workspace.state_dir,
            log=artefacts.path / "service.log",
            label=label,
            sandbox=sandbox,
        )
        mode = self.order.settings.deployment.provision_mode
        assistant = Observed(self.assistant, emit)
        return Deps(
            settings=self.order.settings,
            requirements=requirements,
            earlier=earlier,
            assistant=assistant,
            builder=ModelBuilder(assistant),
            auditor=ModelAuditor(assistant),
            judge=self.judge,
            sandbox=sandbox,
            artefacts=artefacts,
            folder=folder,
            repository=self.repository,
            effects=self.ledger.effects,
            trial=ServiceTrial(target),
            provisioner=Provisioner.create(mode, target) if mode in PROVISIONERS else None,
            providers=lambda: self._providers(run_id),
            emit=emit,
            approve=self.order.approve,
            sleep=asyncio.sleep,
        )


@asynccontextmanager
async def open_house(
    order: Order, assistant: Assistant | None = None, run_id: str = "", clock: Clock = utc_now
) -> AsyncIterator[House]:
    """Everything for an order, with the feature's lock held.

    Args:
        order: what was asked for.
        assistant: answers instead of the configured models, e.g. from a script.
        run_id: of a new run; a fresh one where it is empty.
        clock: gives the times that are recorded, and decides nothing.

    Raises:
        GraphError, ProvisionerError, LedgerError, AssistantError: the order cannot be carried
            out here; no run was begun.
    """
    check_order(order)
    plan = planned_steps(order.settings, commit=order.commit, push=order.push)
    repository = None
    if "commit" in plan:
        repository = await open_repository(order.workspace, now=lambda: clock().timestamp())
        await repository.check_committable(f"{BEHAVIORS}/{order.feature}")
        if "push" in plan:
            await repository.check_pushable()
    workspace = open_workspace(order.workspace)
    url = database_url(order.environ, workspace.state_dir)
    new_id = run_id or new_run_id(clock, random.SystemRandom())
    async with AsyncExitStack() as stack:
        log = stack.enter_context(assistant_log())
        ledger = stack.enter_context(open_ledger(url, clock=clock))
        # Clones of one repository that share a ledger would push the same feature.
        shared = await repository.address() if repository and is_shared(url) else ""
        lock = lock_feature(
            order.feature, new_id, state=workspace.state_dir, url=url, workspace=shared
        )
        ledger.hold_to(stack.enter_context(lock))
        ledger.check_writable()
        sandbox = await choose_sandbox(unsafe=order.settings.limits.unsafe_no_sandbox)
        judge = await stack.enter_async_context(Judge(sandbox, _limits(order.settings.limits)))
        saver = await stack.enter_async_context(open_checkpoints(workspace.state_dir, url))
        answers, check_understood = "", None
        if assistant is None:
            desk = await stack.enter_async_context(_desk(order, ledger, workspace))
            assistant, answers, check_understood = desk, desk.answers, desk.check_understood
        yield House(
            order=order,
            plan=plan,
            workspace=workspace,
            repository=repository,
            ledger=ledger,
            assistant=assistant,
            judge=judge,
            sandbox=sandbox,
            workflow=topology().compile(checkpointer=saver),
            saver=saver,
            new_id=new_id,
            place=place_of(url, workspace.state_dir),
            clock=clock,
            answers=answers,
            log=log,
            check_understood=check_understood,
        )


@asynccontextmanager
async def _desk(order: Order, ledger: Ledger, workspace: Workspace) -> AsyncIterator[Desk]:
    """The configured models; whether they answer is asked beside the first steps."""
    settings = order.settings.assistant
    desk = build_assistant(settings, order.environ, ledger, state_dir=workspace.state_dir)
    starting = asyncio.create_task(desk.start())
    try:
        yield desk
    finally:
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        await desk.aclose()


def _limits(settings: LimitSettings) -> Limits:
    return Limits(
        wall_seconds=settings.test_seconds,
        cpu_seconds=int(settings.test_seconds) + 1,
        memory_bytes=settings.memory_mb << 20,
        processes=settings.processes,
        output_bytes=settings.output_kb << 10,
    )
