"""The resources of a run: the only place where real objects are built."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

from assistant.calls.client import ModelClient
from assistant.providers.factory import ProviderFactory
from assistant.request import AIAssistant
from graph.cleaning import make_room
from graph.deps import NOTHING_EARLIER, Deps
from graph.events import BuildLine, Emit
from graph.plan import deploys
from graph.records import Records
from graph.request import RunRequest
from graph.result import answered_by
from graph.run.checkpoints import Checkpoints, open_checkpoints
from graph.run.logs import SERVICE_LOG, last_good_log
from graph.run.preflight import checked_plan
from graph.run.reporting import Instrumented, assistant_log
from graph.state import DeploymentState, initial_state
from graph.workflow import topology
from ledger.connection import Clock, database_url, workspace_place
from ledger.database import Ledger, open_ledger
from ledger.lock import lock_feature
from ledger.runs import Run, new_run_id
from provisioner.ci.connect import connect, connect_pulls
from provisioner.feature.folder import FeatureFolder
from provisioner.feature.packages.environment import Environments
from provisioner.feature.packages.uv import Uv
from provisioner.files.workspace import open_workspace
from provisioner.image.decision import Wishes
from provisioner.judge.judge import Judge
from provisioner.modes.base import Provisioner, Target
from provisioner.modes.container.trial import ContainerTrial
from provisioner.modes.service.trial import ServiceTrial
from provisioner.sandbox.base import Labelled, Limits, process_label
from provisioner.sandbox.choose import choose_sandbox


class RunResources:
    """What a request works with, whichever run it turns out to be; see `open_resources`.

    Attributes:
        began: when the request came.
        repository: None where git is left alone.
        new_id: the run's id, should it be a new one.
        place: identifies this workspace in a shared ledger, "" in one of its own.
        answers: which model answers, in one line for a person; "" for an assistant that was given.
    """

    def __init__(self, request: RunRequest, clock: Clock) -> None:
        self.request, self.clock, self.began = request, clock, clock()

    async def _open(
        self, stack: AsyncExitStack, assistant: AIAssistant | None, run_id: str
    ) -> None:
        """Open them, to be closed with the stack, and hold the feature's lock."""
        request, clock, limits = self.request, self.clock, self.request.settings.limits
        self.plan, self.repository = await checked_plan(request, now=lambda: clock().timestamp())
        self.workspace = open_workspace(request.workspace)
        state_dir = self.workspace.state_dir
        url = database_url(request.environ, state_dir)
        self.place = workspace_place(url, state_dir)
        self.new_id = run_id or new_run_id(clock, random.SystemRandom())
        self.log = stack.enter_context(assistant_log())
        self.ledger = stack.enter_context(open_ledger(url, clock=clock))
        # Clones of one repository that share a ledger would push the same feature.
        shared = await self.repository.address() if self.repository and self.place else ""
        lock = lock_feature(
            request.feature, self.new_id, state=state_dir, url=url, workspace=shared
        )
        self.ledger.use_lock(stack.enter_context(lock))
        self.ledger.check_writable()
        self.sandbox = await choose_sandbox(unsafe=limits.unsafe_no_sandbox)
        judged = Limits(
            wall_seconds=limits.test_seconds,
            cpu_seconds=int(limits.test_seconds) + 1,
            memory_bytes=limits.memory_mb << 20,
            processes=limits.processes,
            output_bytes=limits.output_kb << 10,
        )
        packages = request.settings.packages
        uv = Uv(packages.exclude_newer, packages.install_seconds)
        anew = request.settings.deployment.rebuild_base_env
        self.environments = Environments(state_dir, uv, anew)
        judge = Judge(self.sandbox, judged, isolation=request.settings.quality.isolation)
        self.judge = await stack.enter_async_context(judge)
        saver = await stack.enter_async_context(open_checkpoints(state_dir, url))
        self.checkpoints = Checkpoints(topology().compile(checkpointer=saver), saver)
        self.answers = ""
        if assistant is None:
            models = await stack.enter_async_context(_open_models(request, self.ledger, state_dir))
            assistant, self.answers = models, models.answers
        self.assistant = assistant

    def folder(self, run_id: str = "") -> FeatureFolder:
        """The feature's folder, for a run that writes to it."""
        return FeatureFolder(self.workspace.root, self.request.feature, self.ledger, run_id)

    def first_state(self, run: Run) -> DeploymentState:
        """The state before the first step of a run."""
        keep = list(run.options.keep)
        return initial_state(
            run_id=run.run_id, feature=run.feature, mode=run.mode, plan=self.plan, keep=keep
        )

    def label(self, run_id: str) -> str:
        """The label of a run's processes."""
        return process_label(run_id, self.workspace.root)

    def target(self, run_id: str, emit: Emit = lambda event: None) -> Target:
        """What a run deploys; lines of a build are emitted."""
        settings, label = self.request.settings, self.label(run_id)
        deployment = settings.deployment
        return Target(
            feature=self.request.feature,
            folder=self.folder(run_id).path,
            state=self.workspace.state_dir,
            log=self.workspace.run_dir(run_id) / SERVICE_LOG,
            label=label,
            sandbox=Labelled(self.sandbox, label),
            wishes=Wishes(
                skip_base=self.request.options.skip_base_rebuild,
                rebuild_base_env=deployment.rebuild_base_env,
                rebuild_container=deployment.rebuild_container,
            ),
            settings=settings.of_mode(deployment.provision_mode),
            environ=self.request.environ,
            on_line=lambda line: emit(BuildLine(line)),
        )

    def deps(self, run: Run, requirements: str, emit: Emit) -> Deps:
        """The dependencies of one run's nodes."""
        settings, mode = self.request.settings, self.request.settings.deployment.provision_mode
        environ, github = self.request.environ, settings.github
        files = self.workspace.run_folder(run.run_id)
        target = self.target(run.run_id, emit)
        usage = self.ledger.usage
        records = Records(self.workspace, self.request.environ, self.ledger)
        return Deps(
            settings=settings,
            requirements=requirements,
            earlier=run.options.earlier or NOTHING_EARLIER,
            assistant=Instrumented(self.assistant, emit),
            judge=self.judge,
            sandbox=target.require_sandbox(),
            environments=self.environments,
            artefacts=files,
            folder=self.folder(run.run_id),
            repository=self.repository,
            effects=self.ledger.effects,
            fixes=self.ledger.fixes,
            trial=ServiceTrial(target),
            container_trial=ContainerTrial(target),
            provisioner=Provisioner.create(mode, target) if deploys(mode) else None,
            providers=lambda: tuple(map(str, usage.histories(since=run.created_at))),
            last_good=partial(last_good_log, self.workspace, self.ledger.runs, run.feature),
            models=lambda: answered_by(usage.run(run.run_id).models, self.answers),
            ci=partial(
                connect, environ=environ, repository=github.repository, workflow=github.workflow
            ),
            pulls=partial(connect_pulls, environ=environ, repository=github.repository),
            emit=emit,
            approve=self.request.approve,
            make_room=partial(make_room, records, run.run_id),
            today=lambda: self.clock().date(),
            sleep=asyncio.sleep,
            chance=random.SystemRandom().random,
        )


@asynccontextmanager
async def open_resources(
    request: RunRequest, assistant: AIAssistant | None, run_id: str, clock: Clock
) -> AsyncIterator[RunResources]:
    """The resources of a request for the length of the block; see `run_feature`."""
    resources = RunResources(request, clock)
    async with AsyncExitStack() as stack:
        await resources._open(stack, assistant, run_id)
        yield resources


@asynccontextmanager
async def _open_models(
    request: RunRequest, ledger: Ledger, state_dir: Path
) -> AsyncIterator[ModelClient]:
    """Open the configured models; their availability is checked during the first steps."""
    factory = ProviderFactory(request.settings.assistant, request.environ)
    client = factory.client(ledger, state_dir=state_dir)
    starting = asyncio.create_task(client.start())
    try:
        yield client
    finally:
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        await client.aclose()
