"""The resources of a run: the only place where real objects are built."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from assistant.auditor import AuditorClient
from assistant.builder import BuilderClient
from assistant.calls.client import ModelClient
from assistant.providers.factory import ProviderFactory
from assistant.request import AIAssistant
from graph.config.models import LimitSettings
from graph.deps import NOTHING_EARLIER, Deps
from graph.events import Emit
from graph.plan import deploys
from graph.run.checkpoints import Checkpoints, open_checkpoints
from graph.run.preflight import checked_plan
from graph.run.reporting import AssistantLog, Instrumented, assistant_log
from graph.run.request import RunRequest
from graph.workflow import topology
from ledger.clock import Clock
from ledger.connection import database_url, is_shared, workspace_place
from ledger.database import Ledger, open_ledger
from ledger.lock import lock_feature
from ledger.runs import Run, new_run_id
from provisioner.feature.folder import FeatureFolder
from provisioner.files.workspace import Workspace, open_workspace
from provisioner.git.repository import Repository
from provisioner.judge.judge import Judge
from provisioner.modes.base import Provisioner, Target
from provisioner.modes.trial import ServiceTrial
from provisioner.sandbox.base import Limits, Sandbox
from provisioner.sandbox.choose import choose_sandbox
from provisioner.sandbox.labelled import Labelled, process_label


@dataclass(frozen=True, slots=True)
class RunResources:
    """What a request works with, whichever run it turns out to be.

    Attributes:
        began: when the request came.
        plan: the steps that this run makes.
        repository: None where git is left alone.
        new_id: the run's id, should it be a new one.
        place: identifies this workspace in a shared ledger, "" in one of its own.
        log: what the assistant logs.
        answers: which model answers, in one line for a person; "" for an assistant that was given.
    """

    request: RunRequest
    clock: Clock
    began: datetime
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
    answers: str
    log: AssistantLog

    def folder(self, run_id: str = "") -> FeatureFolder:
        """The feature's folder, for a run that writes to it."""
        return FeatureFolder(self.workspace.root, self.request.feature, self.ledger, run_id)

    def label(self, run_id: str) -> str:
        """The label of a run's processes."""
        return process_label(run_id, self.workspace.root)

    def deps(self, run: Run, requirements: str, emit: Emit) -> Deps:
        """The dependencies of one run's nodes."""
        settings, mode = self.request.settings, self.request.settings.deployment.provision_mode
        folder, label = self.folder(run.run_id), self.label(run.run_id)
        files = self.workspace.run_folder(run.run_id)
        sandbox = Labelled(self.sandbox, label)
        target = Target(
            feature=self.request.feature,
            folder=folder.path,
            state=self.workspace.state_dir,
            log=files.path / "service.log",
            label=label,
            sandbox=sandbox,
        )
        assistant = Instrumented(self.assistant, emit)
        usage = self.ledger.usage
        return Deps(
            settings=settings,
            requirements=requirements,
            earlier=run.options.earlier or NOTHING_EARLIER,
            assistant=assistant,
            builder=BuilderClient(assistant),
            auditor=AuditorClient(assistant),
            judge=self.judge,
            sandbox=sandbox,
            artefacts=files,
            folder=folder,
            repository=self.repository,
            effects=self.ledger.effects,
            trial=ServiceTrial(target),
            provisioner=Provisioner.create(mode, target) if deploys(mode) else None,
            providers=lambda: tuple(map(str, usage.histories(since=run.created_at))),
            emit=emit,
            approve=self.request.approve,
            sleep=asyncio.sleep,
        )


@asynccontextmanager
async def open_resources(
    request: RunRequest, assistant: AIAssistant | None, run_id: str, clock: Clock
) -> AsyncIterator[RunResources]:
    """Open the resources of a request and hold the feature's lock; see `run_feature`."""
    began = clock()
    plan, repository = await checked_plan(request, now=lambda: clock().timestamp())
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
        settings = request.settings
        judge = await stack.enter_async_context(
            Judge(sandbox, _limits(settings.limits), isolation=settings.quality.isolation)
        )
        saver = await stack.enter_async_context(open_checkpoints(workspace.state_dir, url))
        answers = ""
        if assistant is None:
            assistant = await stack.enter_async_context(_open_models(request, ledger, workspace))
            answers = assistant.answers
        yield RunResources(
            request=request,
            clock=clock,
            began=began,
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
            answers=answers,
            log=log,
        )


@asynccontextmanager
async def _open_models(
    request: RunRequest, ledger: Ledger, workspace: Workspace
) -> AsyncIterator[ModelClient]:
    """Open the configured models; their availability is checked during the first steps."""
    factory = ProviderFactory(request.settings.assistant, request.environ)
    client = factory.client(ledger, state_dir=workspace.state_dir)
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
