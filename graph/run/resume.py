"""Resume: which run a request goes on with, and from which state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast

from graph.errors import ConfigError, RunNotFound
from graph.events import Emit, Noted
from graph.plan import GENERATED, STEPS
from graph.recovery.remedies import action_on_request, needs_person
from graph.request import UNFINISHED, RunRequest, requirements_sha
from graph.state import VERSION, DeploymentState
from ledger.errors import LedgerVersion
from ledger.runs import Run
from ledger.text.program import program
from provisioner.errors import WorkspaceInvalid
from provisioner.feature.feature_config import FILE_NAME, read_feature_config
from provisioner.feature.folder import FeatureFolder
from provisioner.feature.packages.lock import LOCK, TEST_LOCK
from provisioner.feature.packages.requirements import REQUIREMENTS

if TYPE_CHECKING:  # a preview does without LangGraph
    from graph.deps import Deps
    from graph.run.resources import RunResources

_NO_CHECKPOINT = (
    "no whole checkpoint is left: the run begins again, and what was answered is not asked again"
)
# The step before the one that proves a file: where a run whose file was edited goes on.
_BEFORE = {
    "test.py": "scaffold",
    "main.py": "generate_tests",
    "service.py": "generate_main",
    "service-test.py": "generate_service",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """Which run a request is: run is None for a new one."""

    way: Literal["new", "resume", "recover", "report_again"]
    run: Run | None


def choose_entry(request: RunRequest, latest: Run | None) -> Entry:
    """Choose the run of a request, given the feature's latest one.

    The same request after a kill, an interruption or a pause goes on with that run; after a kill
    between a run's end and its report, the result is reported again. Other requirements begin a
    new run.
    """
    unfinished = latest is not None and latest.status in UNFINISHED
    if request.recovery:
        if latest is None or not (unfinished or latest.status == "failed"):
            raise RunNotFound(
                f"feature {request.feature} has no failed or unfinished run",
                next_step=_where_done(request.feature, latest),
            )
        _check_recovered(request, latest)
        return Entry("resume" if unfinished else "recover", _readable(latest))
    if latest is not None and _is_same(request, latest):
        if unfinished:
            return Entry("resume", _readable(latest))
        if latest.unreported:
            return Entry("report_again", latest)
    check_requirements_given(request)
    return Entry("new", None)


def _where_done(feature: str, latest: Run | None) -> str:
    """What to do for a feature whose last run needs no recovery."""
    again = "run it without --recovery-mode"
    if latest is None or not (latest.result or {}).get("deployment"):
        return again
    start = f"`{program()} provision behaviors/{feature} --mode {latest.mode}`"
    return f"{again}; where what it deployed is down, {start} starts it as it is"


def _check_recovered(request: RunRequest, run: Run) -> None:
    """Raise ConfigError for options that a recovered run would ignore."""
    text, mode = request.requirements, request.options.mode
    if text is not None and requirements_sha(text) != run.requirements_sha:
        raise ConfigError(
            "--requirements",
            f"are others than those of run {run.run_id}, which --recovery-mode goes on with",
            next_step="leave them out, or leave --recovery-mode out to begin a new run",
        )
    if mode is not None and mode.upper() != run.mode:
        raise ConfigError(
            "--mode",
            f"run {run.run_id} was begun in mode {run.mode}, and goes on in it",
            next_step="leave --mode out, or leave --recovery-mode out to begin a new run",
        )


def check_requirements_given(request: RunRequest) -> None:
    """Raise ConfigError where a new run would have no requirements."""
    if request.requirements is None and not request.keep_files:
        raise ConfigError(
            "--requirements",
            f"is missing, and feature {request.feature} has no unfinished run to go on with",
            next_step="say what the feature must do, or use --no-regenerate for what is there",
        )


def _is_same(request: RunRequest, run: Run) -> bool:
    if request.keep_files != run.options.no_regenerate:
        return False
    if request.regenerate and sorted(request.regenerate) != sorted(run.options.regenerate):
        return False
    if request.requirements is None:
        return True
    mode = request.settings.deployment.provision_mode
    return run.requirements_sha == requirements_sha(request.requirements) and run.mode == mode


def _readable(run: Run) -> Run:
    if run.graph_version != VERSION:
        raise LedgerVersion(
            f"run {run.run_id} was begun by another version of this tool "
            f"(state {run.graph_version}, known here {VERSION})",
            next_step="finish it with that version, or say the requirements in other words to "
            "begin a new one",
        )
    return run


async def restore(
    resources: RunResources, run: Run, deps: Deps, *, recovering: bool
) -> DeploymentState | None:
    """The state that an unfinished or failed run goes on with: None is its last checkpoint."""
    _check_record(resources, run.run_id, deps.emit)
    values = await resources.checkpoints.state(run.run_id)
    if not values or not _is_whole(values, deps):
        if resources.ledger.usage.run(run.run_id).total.calls:
            deps.emit(Noted(_NO_CHECKPOINT))
        await resources.checkpoints.forget(run.run_id)
        return resources.first_state(run)
    state = cast(DeploymentState, values)
    failure = state["failure"]
    if recovering and failure and failure["step"] == STEPS[0]:  # nothing was written or paid yet
        await resources.checkpoints.forget(run.run_id)
        return resources.first_state(run)
    update: dict[str, Any] = {}
    after = None
    if recovering:
        update = {
            "offset": state["rounds"],
            "tried_before": len(state["tried"]),
            "given_up": "",
        }
        if failure:
            after = failure["step"]
            if resources.request.analyze_logs:
                from graph.run.logs import fresh_failure

                failure = await fresh_failure(state, deps, failure)
                update["failure"] = failure
            if action := action_on_request(failure):
                update["failure"] = {**failure, "action": action}
            elif failure["step"] in ("commit", "push") and needs_person(failure):
                # A hook, a signature, a lock: whoever asks to go on has mended it.
                after, update["failure"] = STEPS[STEPS.index(failure["step"]) - 1], None
    edited = _edited(state, deps.folder, kept=recovering)
    if settings := _edited_settings(state, deps.folder, ended=recovering):
        deps.emit(Noted(f"edited meanwhile, read anew: {', '.join(settings)}"))
        made = {name: content for name, content in settings.items() if content is not None}
        read = {name: deps.artefacts.put(content) for name, content in made.items()}
        there = {name: old for name, old in state["files"].items() if name not in settings}
        update["files"] = {**there, **read}
        edited = [name for name in GENERATED if name in edited or name in state["files"]]
    if edited:
        new = [name for name in edited if name not in state["keep"]]
        meanwhile = "edited meanwhile, " if new else ""
        deps.emit(Noted(f"{meanwhile}kept and proven again: {', '.join(edited)}"))
        update["keep"] = [*state["keep"], *new]
    # What the run has proven already, or a failed run's owner mended, is proven anew.
    if again := [name for name in edited if recovering or name in state["files"]]:
        after = _BEFORE[again[0]]
        if failure and failure["step"] in STEPS:  # a step that failed before that is not done
            after = STEPS[min(STEPS.index(after), STEPS.index(failure["step"]) - 1)]
        update["failure"] = None
    if update:
        checkpoints = resources.checkpoints
        thread = checkpoints.thread(run.run_id)
        await checkpoints.workflow.aupdate_state(thread, update, as_node=after)
    return None


def _is_whole(values: Mapping[str, Any], deps: Deps) -> bool:
    """Whether the state has all its keys and the artefacts that it names exist."""
    if not values.keys() >= DeploymentState.__annotations__.keys():
        return False
    names = ("frozen", "replacing", "refused_tests", "main_review")
    named = [*values["files"].values(), *values["feedback"].values(), *map(values.get, names)]
    try:
        for digest in [*named, values["best"].get("digest", "")]:
            deps.artefact(str(digest))
    except WorkspaceInvalid:
        return False
    return True


def _edited(state: DeploymentState, folder: FeatureFolder, *, kept: bool) -> list[str]:
    """Generated files that are neither what the run accepted nor what it ever wrote, in order.

    A file that is gone is nobody's edit: the commit is made from what was accepted. Those that the
    run keeps, and so never wrote, are looked at where `kept` says so: after a failure their owner
    may have mended them, or brought back what an earlier run wrote.
    """
    return [
        name
        for name in GENERATED
        if (kept or name not in state["keep"])
        and folder.read(name) is not None
        and folder.digest(name) != state["files"].get(name)
        and (name in state["keep"] or not folder.is_ours(name))
    ]


def _edited_settings(
    state: DeploymentState, folder: FeatureFolder, *, ended: bool
) -> dict[str, bytes | None]:
    """What a person has made meanwhile of the files that say what a feature needs, by name: None
    of a lock that was deleted, to be made anew.

    What a run has written that has `ended` is in its state; after a kill it may not be yet.
    """
    if FILE_NAME not in state["files"]:
        return {}
    config = folder.read(FILE_NAME)
    names = {FILE_NAME, REQUIREMENTS, "Dockerfile", ".dockerignore"}
    if config is not None:
        names.add(read_feature_config(config).python.requirements)
    locks = {LOCK, TEST_LOCK} if ended else set()
    names = (names | locks) & state["files"].keys()
    found = {name: folder.read(name) for name in sorted(names)}
    return {
        name: content
        for name, content in found.items()
        if (content is not None or name in locks)
        and folder.digest(name) != state["files"][name]
        and (ended or not folder.is_ours(name))
    }


def _check_record(resources: RunResources, run_id: str, emit: Emit) -> None:
    """Refuse a damaged record, which a recovery rebuilds; charge what was in flight at a kill."""
    if resources.request.recovery:
        for problem in resources.ledger.rebuild(run_id):
            emit(Noted(f"written anew from the journal: {problem}"))
    else:
        resources.ledger.require_whole(run_id)
    for call in resources.ledger.journal.charge_unanswered(run_id):
        asked = f"a call to {call.provider} {call.model} for {call.step}"
        emit(Noted(f"{asked} was in flight when the run died: charged as it was reserved"))
