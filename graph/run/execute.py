"""One order from its entry to its result: a new run, or one that goes on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from assistant.cost.pricing import OFFLINE
from assistant.errors import NoProviderAvailable
from assistant.providers.factory import OFFLINE_MODEL
from assistant.request import Assistant
from graph.deps import Deps
from graph.errors import Stopped
from graph.events import EVENTS, Emit, Event, Noted, RunFinished, RunStarted
from graph.remedies import action_on_request
from graph.run.cleanup import tidy_up
from graph.run.drive import Ending, drive
from graph.run.earlier import Earlier, earlier_of, keep_earlier
from graph.run.edits import recheck
from graph.run.entry import choose_entry
from graph.run.preflight import files_to_keep, needed
from graph.run.request import Order
from graph.run.requirements import keep_requirements, requirements_of, requirements_sha
from graph.run.resources import House, open_house
from graph.run.result import RunResult
from graph.run.signals import Stop, signals_cancel
from graph.state import VERSION, DeploymentState, initial_state
from ledger.address import database_url
from ledger.clock import Clock, stamp, utc_now
from ledger.database import open_ledger
from ledger.errors import LedgerError
from ledger.process import this_process
from ledger.runs import Run
from ledger.usage import ModelSums
from provisioner.errors import WorkspaceInvalid
from provisioner.files.workspace import RunFolder, open_workspace
from provisioner.modes.base import Deployment
from provisioner.process.leftovers import end_leftovers

Listen = Callable[[Event, str, str], None]
"""Gets every event with its run id, "" before there is a run, and its time (UTC, ISO 8601)."""

_NO_CHECKPOINT = (
    "no whole checkpoint is left: the run begins again, and what was answered is not asked again"
)
_RECURSION_FENCE = 500  # far above what the limits in the state allow


async def deliver(
    order: Order,
    listen: Listen,
    assistant: Assistant | None = None,
    run_id: str = "",
    clock: Clock = utc_now,
) -> RunResult:
    """Carry out an order.

    Args:
        order: what was asked for.
        listen: gets every event.
        assistant: answers instead of the configured models, e.g. from a script.
        run_id: of a new run; a fresh one where it is empty.
        clock: gives the times that are recorded; no decision hangs on it.

    Raises:
        GraphError, ProvisionerError, LedgerError, AssistantError: the order cannot be carried
            out here; nothing was changed.
        Stopped: SIGINT or SIGTERM came before the first step.
    """
    began = clock()
    with signals_cancel(asyncio.current_task()) as stop:
        try:
            async with open_house(order, assistant, run_id, clock) as house:
                return await _deliver(house, listen, stop, began)
        except asyncio.CancelledError:
            if not stop.number:
                raise
            raise Stopped(stop.name, stop.number) from None


def let_go(order: Order, result: RunResult) -> None:
    """Record that a run's end was told, so that the same order begins anew from now on.

    Until then the same order gives the same result again. What cannot be recorded is told twice.
    """
    workspace = open_workspace(order.workspace, read_only=True)
    with (
        suppress(LedgerError),
        open_ledger(database_url(order.environ, workspace.state_dir)) as ledger,
    ):
        ledger.runs.update(result.state["run_id"], process=None)


async def _deliver(house: House, listen: Listen, stop: Stop, began: datetime) -> RunResult:
    order = house.order
    for note in house.ledger.notes:  # before anything is refused for what was lost
        listen(Noted(note), "", stamp(house.clock()))
    entry = choose_entry(order, house.ledger.runs.latest(order.feature, house.place))
    await tidy_up(house, entry.run)
    if entry.run and entry.way == "tell" and entry.run.result:
        return RunResult.of_json(entry.run.result)
    if entry.run:
        run = house.ledger.runs.update(entry.run.run_id, status="running", process=this_process())
        entering = None
    else:
        entering = await _first_state(house)
        await _check_understood(house, entering["keep"])
        run = _record(house, entering, await house.earlier())
    files = house.workspace.run_folder(run.run_id)
    emit = _emitter(run.run_id, files, listen, house.clock)
    if house.answers:
        emit(Noted(f"model: {house.answers}"))
    house.log.pass_to(emit)
    requirements = requirements_of(files, run, order.requirements)
    deps = house.deps(run.run_id, files, requirements, emit, earlier_of(files, run))
    journey = _Journey(house, run, deps, stop, began)
    if entry.run:
        _mend(house, run.run_id, emit)
        entering = await journey.reenter(recovering=entry.way == "recover")
    return await journey.travel(entering, resumed=entry.run is not None)


async def _check_understood(house: House, keep: Collection[str]) -> None:
    """Raises NotUnderstood for words that nobody who could be asked will ever read."""
    order = house.order
    written = set(needed(house.plan)) - set(keep)
    if house.check_understood and written and order.requirements is not None:
        await house.check_understood(order.feature, order.requirements)


def _mend(house: House, run_id: str, emit: Emit) -> None:
    """Check the record of a run that goes on, and charge what was in flight when it died.

    Raises:
        LedgerCorrupt: something that the run needs is lost.
    """
    for problem in house.ledger.mend(run_id):
        emit(Noted(f"mended: {problem}"))
    for call in house.ledger.journal.ambiguous(run_id):
        emit(
            Noted(
                f"a call to {call.provider} {call.model} for {call.key.step} was in flight when "
                "the run died: charged as it was reserved"
            )
        )


async def _first_state(house: House, run: Run | None = None) -> DeploymentState:
    """The state before the first step, of a new run or of one that begins again."""
    order, plan = house.order, house.plan
    if run:
        keep = list(run.options.get("keep", []))
    else:
        latest = house.ledger.runs.latest(order.feature, house.place)
        failed = latest is not None and latest.status == "failed"
        folder = house.folder()
        keep = await files_to_keep(order, folder, house.repository, plan, failed=failed)
    return initial_state(
        run_id=run.run_id if run else house.new_id,
        feature=order.feature,
        mode=order.settings.deployment.provision_mode,
        plan=plan,
        keep=keep,
    )


def _record(house: House, entering: DeploymentState, earlier: Earlier) -> Run:
    """The row of a new run, with its requirements and what it changes on disk."""
    order, files = house.order, house.workspace.run_folder(house.new_id)
    text = order.requirements or ""
    keep_requirements(files, text)
    return house.ledger.runs.create(
        house.new_id,
        feature=order.feature,
        mode=order.settings.deployment.provision_mode,
        requirements_sha=requirements_sha(text),
        options={
            **order.flags,
            **({"place": house.place} if house.place else {}),
            "keep": entering["keep"],
            **({"earlier": keep_earlier(files, earlier)} if earlier != Earlier() else {}),
        },
        graph_version=VERSION,
        process=this_process(),
    )


def _emitter(run_id: str, files: RunFolder, listen: Listen, clock: Clock) -> Emit:
    """Events go to the run's own file and to whoever listens."""

    path = files.path / EVENTS

    def emit(event: Event) -> None:
        at = stamp(clock())
        try:
            with path.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(event.record(run_id, at)) + "\n")
        except OSError as error:
            raise LedgerError(
                f"{path} cannot be written ({error.strerror}): free some space or let this user "
                "write it, and run the same command again"
            ) from error
        listen(event, run_id, at)

    return emit


@dataclass(frozen=True, slots=True)
class _Journey:
    """One run's way through the workflow."""

    house: House
    run: Run
    deps: Deps
    stop: Stop
    began: datetime

    @property
    def _thread(self) -> Any:
        return {
            "configurable": {"thread_id": self.run.run_id},
            "recursion_limit": _RECURSION_FENCE,
        }

    async def reenter(self, *, recovering: bool) -> DeploymentState | None:
        """Where an unfinished or failed run goes on: None is its last checkpoint."""
        workflow = self.house.workflow
        values = await self.house.recall(self.run.run_id)
        if not values or not self._is_whole(values):
            if self.house.ledger.usage.run(self.run.run_id).total.calls:
                self.deps.emit(Noted(_NO_CHECKPOINT))
            await self.house.forget(self.run.run_id)
            return await _first_state(self.house, self.run)
        state = cast(DeploymentState, values)
        found = recheck(state, self.deps.folder, failed=recovering)
        update: dict[str, Any] = {}
        if recovering:
            update = {"offset": state["rounds"], "recoveries": 0, "seen": []}
            failure = state["failure"]
            if failure and (action := action_on_request(failure)):
                update["failure"] = {**failure, "action": action}
        if found.edited:
            self.deps.emit(Noted(found.note))
            update["keep"] = [*state["keep"], *found.edited]
        if found.after:
            update["failure"] = None
        if update:
            failed_at = state["failure"]["step"] if recovering and state["failure"] else None
            await workflow.aupdate_state(self._thread, update, as_node=found.after or failed_at)
        return None

    def _is_whole(self, values: Mapping[str, Any]) -> bool:
        """Whether the state and the artefacts that it names are there, so that it can go on."""
        if values.keys() < DeploymentState.__annotations__.keys():
            return False
        named = [*values["files"].values(), *values["feedback"].values(), values["frozen"]]
        try:
            for digest in [*named, values["best"].get("digest", "")]:
                self.deps.artefact(str(digest))
        except WorkspaceInvalid:
            return False
        return True

    async def travel(self, entering: DeploymentState | None, *, resumed: bool) -> RunResult:
        """Drive the workflow to its end and record the result."""
        self.deps.emit(
            RunStarted(
                feature=self.run.feature,
                mode=self.run.mode,
                resumed=resumed,
                plan=tuple(self.house.plan),
                sandbox=self.house.sandbox.level,
                folder=self.deps.folder.relative,
            )
        )
        ending = await drive(self.house.workflow, entering, self._thread, self.deps)
        self.stop.work = None  # the end is near, and is to be recorded
        snapshot = await self.house.workflow.aget_state(self._thread)
        result = await self._result(ending, cast(DeploymentState, snapshot.values or entering))
        self.house.ledger.runs.update(
            self.run.run_id, status=ending.status, result=result.to_json()
        )
        if ending.status == "done":
            await self.house.forget(self.run.run_id)
        self.deps.emit(RunFinished(ending.status, ending.exit_code, result.seconds))
        return result

    async def _result(self, ending: Ending, state: DeploymentState) -> RunResult:
        """The result; a service that is not to be kept ends here."""
        deployed, provisioner = state["deployment"], self.deps.provisioner
        keep = self.house.order.keep_running and ending.status == "done"
        running = bool(deployed) and keep
        if deployed and provisioner and not keep:
            await provisioner.stop(Deployment.of_plain(deployed))
        if ending.status == "interrupted":
            # A service that was started in the very step that was cancelled is in no state yet.
            label = self.house.label(self.run.run_id)
            await end_leftovers([label], self.house.workspace.state_dir)
        usage = self.house.ledger.usage.run(self.run.run_id)
        answered = _answered(usage.by_model, self.house.answers)
        error = ending.error
        if error and error.type == NoProviderAvailable.__name__:
            error = replace(error, evidence=(*error.evidence, *self.deps.providers()))
        return RunResult(
            status=ending.status,
            exit_code=ending.exit_code,
            state=state,
            usage=usage.as_json(),
            error=error,
            running=running,
            answered=answered,
            seconds=round((self.house.clock() - self.began).total_seconds(), 3),
        )


def _answered(by_model: Sequence[ModelSums], answers: str) -> str:
    """Which models answered, in one line for a person: ``openai gpt-6.1-terra``."""
    return ", ".join(
        (answers if answers.startswith(OFFLINE_MODEL) else OFFLINE_MODEL)
        if one.provider == OFFLINE
        else f"{one.provider} {one.model}"
        for one in by_model
    )
