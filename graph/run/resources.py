"""The resources of a run: the only place where real objects are built."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from assistant.auditor import AuditorClient
from assistant.builder import BuilderClient
from assistant.calls.client import ModelClient
from assistant.providers.factory import ProviderFactory
from assistant.request import AIAssistant
from graph.config.models import LimitSettings
from graph.deps import Deps
from graph.events import Emit
from graph.plan import deploys, planned_steps
from graph.run.checkpoints import Checkpoints, open_checkpoints
from graph.run.earlier import EarlierFeature, find_earlier
from graph.run.instrumented import Instrumented
from graph.run.log_events import AssistantLog, assistant_log
from graph.run.preflight import check_request
from graph.run.request import RunRequest
from graph.workflow import topology
from ledger.address import database_url, is_shared, workspace_place
from ledger.clock import Clock, utc_now
from ledger.database import Ledger, open_ledger
from ledger.lock import lock_feature
from ledger.runs import new_run_id
from provisioner.feature.folder import FeatureFolder
from provisioner.feature.scaffold import BEHAVIORS
from provisioner.files.workspace import RunFolder, Workspace, open_workspace
from provisioner.git import Repository, open_repository
from provisioner.judge.judge import Judge
from provisioner.modes.base import Provisioner, Target
from provisioner.modes.trial import ServiceTrial
from provisioner.sandbox.base import Limits, Sandbox
from provisioner.sandbox.choose import choose_sandbox
from provisioner.sandbox.labelled import Labelled, process_label

_RUNS_LOOKED_AT = 50  # of a feature, for the requirements that it was last delivered by


@dataclass(frozen=True, slots=True)
class RunResources:
    """What a request works with, whichever run it turns out to be.

    Attributes:
        plan: the steps that this run makes.
        new_id: the run's id, should it be a new one.
        place: identifies this workspace in a shared ledger, "" in one of its own.
        log: what the assistant logs.
        answers: which model answers, in one line for a person; "" for an assistant that was given.
    """

    request: RunRequest
    plan: list[str]
    workspace: Workspace
    repository: Repository | None
    ledger: Ledger
    assistant: AIAssistant
    judge: Judge
    sandbox: Sandbox
    checkpoints: Checkpoints
    new_id: str
    place: str
    clock: Clock
    answers: str
    log: AssistantLog
    check_understood: Callable[[str, str], Awaitable[None]] | None

    def _providers(self, run_id: str) -> tuple[str, ...]:
        """Results of each model provider since the run began, a line each."""
        run = self.ledger.runs.get(run_id)
        histories = self.ledger.usage.histories(since=run.created_at if run else "")
        return tuple(map(str, histories))

    def folder(self, run_id: str = "") -> FeatureFolder:
        """The feature's folder, for a run that writes to it."""
        return FeatureFolder(self.workspace.root, self.request.feature, self.ledger, run_id)

    async def earlier(self) -> EarlierFeature:
        """The feature before a new run."""
        runs = self.ledger.runs.list(limit=_RUNS_LOOKED_AT, feature=self.request.feature)
        here = [run for run in runs if run.place == self.place]
        return await find_earlier(self.folder(), self.repository, self.workspace, here)

    def label(self, run_id: str) -> str:
        """The label of a run's processes."""
        return process_label(run_id, self.workspace.root)

    def deps(
        self,
        run_id: str,
        artefacts: RunFolder,
        requirements: str,
        emit: Emit,
        earlier: EarlierFeature,
    ) -> Deps:
        """The dependencies of one run's nodes."""
        folder, label = self.folder(run_id), self.label(run_id)
        sandbox = Labelled(self.sandbox, label)
        target = Target(
            feature=self.request.feature,
            folder=folder.path,
            state=self.workspace.state_dir,
            log=artefacts.path / "service.log",
            label=label,
            sandbox=sandbox,
        )
        mode = self.request.settings.deployment.provision_mode
        assistant = Instrumented(self.assistant, emit)
        return Deps(
            settings=self.request.settings,
            requirements=requirements,
            earlier=earlier,
            assistant=assistant,
            builder=BuilderClient(assistant),
            auditor=AuditorClient(assistant),
            judge=self.judge,
            sandbox=sandbox,
            artefacts=artefacts,
            folder=folder,
            repository=self.repository,
            effects=self.ledger.effects,
            trial=ServiceTrial(target),
            provisioner=Provisioner.create(mode, target) if deploys(mode) else None,
            providers=lambda: self._providers(run_id),
            emit=emit,
            approve=self.request.approve,
            sleep=asyncio.sleep,
        )


@asynccontextmanager
async def open_resources(
    request: RunRequest,
    assistant: AIAssistant | None = None,
    run_id: str = "",
    clock: Clock = utc_now,
) -> AsyncIterator[RunResources]:
    """Open the resources of a request and hold the feature's lock.

    Args:
        request: what was asked for.
        assistant: answers instead of the configured models, e.g. from a script.
        run_id: of a new run; a fresh one where it is empty.
        clock: gives the times that are recorded, and decides nothing.

    Raises:
        GraphError, ProvisionerError, LedgerError, AssistantError: the request cannot be
            carried out here; no run was begun.
    """
    check_request(request)
    plan = planned_steps(request.settings, commit=request.commit, push=request.push)
    repository = None
    if "commit" in plan:
        repository = await open_repository(request.workspace, now=lambda: clock().timestamp())
        await repository.check_committable(f"{BEHAVIORS}/{request.feature}")
        if "push" in plan:
            await repository.check_pushable()
    workspace = open_workspace(request.workspace)
    url = database_url(request.environ, workspace.state_dir)
    new_id = run_id or new_run_id(clock, random.SystemRandom())
    async with AsyncExitStack() as stack:
        log = stack.enter_context(assistant_log())
        ledger = stack.enter_context(open_ledger(url, clock=clock))
        # Clones of one repository that share a ledger would push the same feature.
        shared = await repository.address() if repository and is_shared(url) else ""
        lock = lock_feature(
            request.feature, new_id, state=workspace.state_dir, url=url, workspace=shared
        )
        ledger.use_lock(stack.enter_context(lock))
        ledger.check_writable()
        sandbox = await choose_sandbox(unsafe=request.settings.limits.unsafe_no_sandbox)
        judge = await stack.enter_async_context(Judge(sandbox, _limits(request.settings.limits)))
        saver = await stack.enter_async_context(open_checkpoints(workspace.state_dir, url))
        answers, check_understood = "", None
        if assistant is None:
            models = await stack.enter_async_context(_open_models(request, ledger, workspace))
            assistant, answers = models, models.answers
            check_understood = models.check_understood
        yield RunResources(
            request=request,
            plan=plan,
            workspace=workspace,
            repository=repository,
            ledger=ledger,
            assistant=assistant,
            judge=judge,
            sandbox=sandbox,
            checkpoints=Checkpoints(topology().compile(checkpointer=saver), saver),
            new_id=new_id,
            place=workspace_place(url, workspace.state_dir),
            clock=clock,
            answers=answers,
            log=log,
            check_understood=check_understood,
        )


@asynccontextmanager
async def _open_models(
    request: RunRequest, ledger: Ledger, workspace: Workspace
) -> AsyncIterator[ModelClient]:
    """Open the configured models; their availability is checked during the first steps."""
    settings = request.settings.assistant
    client = ProviderFactory(settings, request.environ).client(
        ledger, state_dir=workspace.state_dir
    )
    starting = asyncio.create_task(client.start())
    try:
        yield client
    finally:
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        await client.aclose()


def _limits(settings: LimitSettings) -> Limits:
    return Limits(
        wall_seconds=settings.test_seconds,
        cpu_seconds=int(settings.test_seconds) + 1,
        memory_bytes=settings.memory_mb << 20,
        processes=settings.processes,
        output_bytes=settings.output_kb << 10,
    )
