"""One order from its entry to its result: a new run, or one that goes on."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from assistant.request import Assistant
from graph.deps import Deps
from graph.drive import Ending, drive
from graph.entry import Entry, choose_entry, requirements_sha
from graph.events import Emit, Event, Noted, RunFinished, RunStarted
from graph.intake import files_to_keep
from graph.order import Order
from graph.recheck import recheck
from graph.result import RunResult
from graph.state import VERSION, DeploymentState, initial_state
from graph.wiring import House, open_house
from ledger.clock import stamp, utc_now
from ledger.process import this_process
from ledger.runs import Run
from provisioner.files import atomic_write
from provisioner.leftovers import end_leftovers
from provisioner.workspace import RunFolder

Listen = Callable[[Event, str, str], None]
"""Gets every event with its run id and its time (UTC, ISO 8601)."""

EVENTS = "events.ndjson"
_REQUIREMENTS = "requirements.md"
_TIDIED = 20  # latest runs of a feature that are looked at for leftovers
_RECURSION_FENCE = 500  # far above what the limits in the state allow


async def deliver(
    order: Order,
    listen: Listen,
    notes: tuple[str, ...] = (),
    assistant: Assistant | None = None,
    run_id: str = "",
) -> RunResult:
    """Carry out an order.

    Args:
        order: what was asked for.
        listen: gets every event.
        notes: said once at the start.
        assistant: answers instead of the configured models, e.g. from a script.
        run_id: of a new run; a fresh one where it is empty.

    Raises:
        GraphError, ProvisionerError, LedgerError, AssistantError: the order cannot be carried
            out here; nothing was changed.
    """
    async with open_house(order, assistant, run_id) as house:
        await _tidy_up(house)
        entry = choose_entry(order, house.ledger.runs.latest(order.feature))
        entering = None if entry.run else await _first_state(house, house.new_id)
        run = _record(house, entry)
        files = house.workspace.run_folder(run.run_id)
        emit = _emitter(run.run_id, files, listen)
        for note in notes:
            emit(Noted(note))
        requirements = (files.path / _REQUIREMENTS).read_text("utf-8")
        journey = _Journey(house, run, house.deps(run.run_id, files, requirements, emit))
        if entry.run:
            entering = await journey.reenter(recovering=entry.way == "recover")
        return await journey.travel(entering, resumed=entry.run is not None)


async def _tidy_up(house: House) -> None:
    """End what runs of this feature left behind that were killed; its lock is ours."""
    runs = house.ledger.runs.list(limit=_TIDIED, feature=house.order.feature)
    await end_leftovers([run.run_id for run in runs if run.status != "done"])


async def _first_state(house: House, run_id: str) -> DeploymentState:
    order = house.order
    return initial_state(
        run_id=run_id,
        feature=order.feature,
        mode=order.settings.deployment.provision_mode,
        plan=house.plan,
        keep=await files_to_keep(order, house.folder(), house.repository, house.plan),
    )


def _record(house: House, entry: Entry) -> Run:
    """The run's row: a new one with its requirements on disk, or the one that goes on."""
    runs, order = house.ledger.runs, house.order
    if entry.run:
        return runs.update(entry.run.run_id, status="running", process=this_process())
    text = order.requirements or ""
    atomic_write(house.workspace.run_folder(house.new_id).path / _REQUIREMENTS, text.encode())
    return runs.create(
        house.new_id,
        feature=order.feature,
        mode=order.settings.deployment.provision_mode,
        requirements_sha=requirements_sha(text),
        options=order.flags,
        graph_version=VERSION,
        process=this_process(),
    )


def _emitter(run_id: str, files: RunFolder, listen: Listen) -> Emit:
    """Events go to the run's own file and to whoever listens."""

    def emit(event: Event) -> None:
        at = stamp(utc_now())
        with (files.path / EVENTS).open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(event.record(run_id, at)) + "\n")
        listen(event, run_id, at)

    return emit


@dataclass(frozen=True, slots=True)
class _Journey:
    """One run's way through the workflow."""

    house: House
    run: Run
    deps: Deps

    @property
    def _thread(self) -> Any:
        return {
            "configurable": {"thread_id": self.run.run_id},
            "recursion_limit": _RECURSION_FENCE,
        }

    async def reenter(self, *, recovering: bool) -> DeploymentState | None:
        """Where an unfinished or failed run goes on: None is its last checkpoint."""
        workflow = self.house.workflow
        values = (await workflow.aget_state(self._thread)).values
        if not values:
            return await _first_state(self.house, self.run.run_id)
        state = cast(DeploymentState, values)
        found = recheck(state, self.deps.folder, failed=recovering)
        update: dict[str, Any] = {}
        if recovering:
            update = {"offset": state["rounds"], "recoveries": 0, "seen": []}
        if found.edited:
            self.deps.emit(Noted(found.note))
            update["keep"] = [*state["keep"], *found.edited]
        if found.after:
            update["failure"] = None
        if update:
            failed_at = state["failure"]["step"] if recovering and state["failure"] else None
            await workflow.aupdate_state(self._thread, update, as_node=found.after or failed_at)
        return None

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
        snapshot = await self.house.workflow.aget_state(self._thread)
        result = await self._result(ending, cast(DeploymentState, snapshot.values or entering))
        self.house.ledger.runs.update(
            self.run.run_id, status=ending.status, result=result.to_json()
        )
        if ending.status == "done":
            await self.house.forget(self.run.run_id)
        self.deps.emit(RunFinished(ending.status, ending.exit_code))
        return result

    async def _result(self, ending: Ending, state: DeploymentState) -> RunResult:
        """The result; a service that is not to be kept ends here."""
        serving = bool(state["service"])
        running = serving and self.house.order.keep_running and ending.status == "done"
        if serving and not running:
            await self.deps.services.stop(state["service"])
        usage = self.house.ledger.usage.run(self.run.run_id).as_json()
        return RunResult(ending.status, ending.exit_code, state, usage, ending.error, running)
