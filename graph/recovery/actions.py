"""What each recovery action does, and its own check that it worked.

CODE_FIX and TEST_FIX are checked by the step that they lead to: the judge, or the service's tests.
All others are checked here, or by the step that is repeated.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace

from assistant.kinds import RecoveryAction
from graph.deps import Deps
from graph.failure import Diagnosis
from graph.packages import Prepared, prepare
from graph.recovery.limits import answers_to, tried_since
from graph.recovery.remedies import DEPLOYED
from graph.request import Question
from graph.state import DeploymentState, StateUpdate, failure_of
from ledger.effects import EffectKey
from ledger.text.counted import counted
from provisioner.feature.feature_config import FILE_NAME, read_feature_config, with_startup_seconds
from provisioner.feature.packages.requirements import distributions_of, requirement_name
from provisioner.modes.base import Deployment
from provisioner.modes.service.leftovers import end_leftovers

LONGEST_START = 600  # seconds that EXTEND_TIMEOUT gives a service at most
LONGEST_PAUSE = 900.0  # seconds
_JITTER = 0.25  # share of a pause that chance adds to it
_RETRY_AFTER = re.compile(r"(?i)retry[- _]after['\"]?\s*[:=]?\s*(\d{1,6})\b")


@dataclass(frozen=True, slots=True)
class Taken:
    """An action that was taken: what it changed in the state, and in one line.

    before is the artefact of the configuration that it changed, as it was; "" for none. refused
    says why it was not taken, or did not work; "" where it did.
    """

    update: StateUpdate = field(default_factory=StateUpdate)
    note: str = ""
    before: str = ""
    refused: str = ""


async def take(state: DeploymentState, deps: Deps, diagnosis: Diagnosis, target: str) -> Taken:
    """Take the diagnosed action, after which the run goes on at the step `target`.

    Raises ApprovalNeeded where a person has to do or to approve something.
    """
    action = diagnosis["action"]
    if action in ("CODE_FIX", "TEST_FIX"):
        return _rewrite(state, deps, diagnosis, target)
    taken = await _ACTIONS[action](state, deps, diagnosis)
    if taken.refused:
        return taken
    # The code is not at fault: it is not written anew.
    feedback = deps.with_feedback(state, generate_service="", service_tests="")
    update: StateUpdate = {"feedback": feedback, **taken.update}
    if state["deployment"] and failure_of(state)["step"] in DEPLOYED:
        update["deployment"] = None
        if deps.provisioner is not None and not deps.provisioner.lasting:
            await deps.provisioner.stop(Deployment.of_plain(state["deployment"]))
    return replace(taken, update=update)


def _rewrite(state: DeploymentState, deps: Deps, diagnosis: Diagnosis, target: str) -> Taken:
    """Send a file back to its writer, with what is to be mended; tests stay unless they are it."""
    failure, reason = failure_of(state), f"Diagnosis: {diagnosis['root_cause']}"
    if target == "generate_tests":
        return Taken(
            {
                "feedback": deps.with_feedback(state, generate_tests=reason, generate_main=""),
                "refused_tests": state["frozen"],
                "offset": {
                    **state["offset"],
                    "generate_main": state["rounds"].get("generate_main", 0),
                },
                "replacing": state["frozen"],
                "best": {},
                "stuck": 0,
                "signature": "",
            }
        )
    if target == "service_tests":
        words = f"{reason}\n\n{failure['detail']}"
        return Taken({"feedback": deps.with_feedback(state, service_tests=words)})
    words = deps.feedback(state, target) or "\n".join([failure["summary"], failure["detail"]])
    feedback = deps.with_feedback(state, **{target: words, "service_tests": ""})
    return Taken({**_shortened_again(state, deps), "feedback": feedback})


def _shortened_again(state: DeploymentState, deps: Deps) -> StateUpdate:
    """The time to start as it was before EXTEND_TIMEOUT, which did not help."""
    before = [one["before"] for one in answers_to(state, failure_of(state)) if one["before"]]
    if not before:
        return {}
    return {"files": deps.accept(state["files"], FILE_NAME, deps.artefacts.get(before[0]))}


async def _install(state: DeploymentState, deps: Deps, diagnosis: Diagnosis) -> Taken:
    """Add what a log asks for to the feature's requirements, through the guard.

    It worked where the lock has the package and the tests are as green as before with it.
    """
    wanted = diagnosis.get("target", "")
    package = distributions_of(wanted)[0] if wanted else ""
    if not requirement_name(package):
        return Taken(refused="no package is named that could be added")
    code = {name: deps.text(state, name).encode() for name in ("main.py", "service.py")}
    tests = deps.text(state, "test.py").encode()
    prepared = await prepare(deps, state, tests=tests, code=code.values(), added=(package,))
    if prepared.missing:
        return Taken(refused=prepared.missing)
    files = state["files"]
    if all(deps.artefacts.put(text) == files.get(name) for name, text in prepared.files.items()):
        same = f"{package} is among the requirements already, and that does not help"
        return Taken(refused=same)
    if refused := await _not_green(state, deps, prepared, tests, code["main.py"]):
        return Taken(refused=f"{package} cannot be installed: {refused}")
    for name, content in prepared.files.items():
        files = deps.accept(files, name, content)
    return Taken({"files": files, "installed": list(prepared.installed)}, package)


async def _not_green(
    state: DeploymentState, deps: Deps, prepared: Prepared, tests: bytes, main: bytes
) -> str:
    """Why main.py, which was green, is not so beside the package; "" where it is."""
    if state["proof"]["verdict"] != "green" or not main:
        return ""
    judgement = await prepared.judge(deps).judge(tests, {"main.py": main})
    return "" if judgement.verdict == "green" else f"with it the tests are {judgement.verdict}"


async def _extend_timeout(state: DeploymentState, deps: Deps, diagnosis: Diagnosis) -> Taken:
    """Double the time that the service has to start, in its configuration."""
    text = deps.text(state, FILE_NAME)
    before = read_feature_config(text).timeouts.startup_seconds
    after = min(2 * before, LONGEST_START)
    if after <= before:
        return Taken(refused=f"{before} s to start are enough: the service does not answer")
    files = deps.accept(state["files"], FILE_NAME, with_startup_seconds(text, after).encode())
    note = f"{after} s to start instead of {before}"
    return Taken({"files": files}, note, before=state["files"][FILE_NAME])


async def _free_port(state: DeploymentState, deps: Deps, diagnosis: Diagnosis) -> Taken:
    """End what this run itself left running; a deployment takes another port where it has to."""
    target = deps.trial.target
    ended = await end_leftovers([target.label], target.state)
    return Taken(note=f"{counted(ended, 'process', 'processes')} of this run ended; another port")


async def _make_room(state: DeploymentState, deps: Deps, diagnosis: Diagnosis) -> Taken:
    """Remove what nobody uses any more of what this tool made.

    It may have been removed, and a kill have come before that was recorded.
    """
    number = state["rounds"].get("recover", 0) + 1
    key = EffectKey(state["run_id"], "recover", diagnosis["action"], number)
    before = deps.effects.find(key)
    deps.effects.begin(key, "recover", {})
    freed = await deps.make_room()
    if not freed.removed and not before:
        return Taken(refused=f"nothing of this tool's is left to remove; {freed.disk}")
    deps.effects.finish(key, {})
    return Taken(note=f"removed {freed.removed or 'what nobody uses'}; {freed.disk}")


async def _ask_person(state: DeploymentState, deps: Deps, diagnosis: Diagnosis) -> Taken:
    """Have a person do what only a person may; they say that it is done by approving."""
    failure, action = failure_of(state), diagnosis["action"]
    how = failure["next"] or _HOW[action]
    await deps.approve(
        Question(
            f"{failure['step']} needs you: {how}",
            diagnosis["root_cause"],
            (failure["summary"], *failure["evidence"]),
            yes=f"it is done, and {failure['step']} is tried again",
            no="the run pauses here, and asks again when it is resumed",
        )
    )
    return Taken(note=how)


_HOW: Mapping[RecoveryAction, str] = {
    "INSTALL_TOOL": "install the Azure CLI (https://aka.ms/azure-cli) on this machine",
    "REAUTHENTICATE": "log in again: `az login`, or `az login --service-principal` with new "
    "credentials",
}


async def _repeat(state: DeploymentState, deps: Deps, diagnosis: Diagnosis) -> Taken:
    """Nothing but the step itself."""
    return Taken()


_ACTIONS: Mapping[
    RecoveryAction, Callable[[DeploymentState, Deps, Diagnosis], Awaitable[Taken]]
] = {
    "INSTALL_DEPENDENCY": _install,
    "REPROVISION": _repeat,
    "EXTEND_TIMEOUT": _extend_timeout,
    "FREE_PORT": _free_port,
    "INSTALL_TOOL": _ask_person,
    "REAUTHENTICATE": _ask_person,
    "SWITCH_PROVIDER": _repeat,  # the router has done it
    "MAINTENANCE": _make_room,
    "WAIT_AND_RETRY": _repeat,
}


def pause_seconds(state: DeploymentState, deps: Deps, action: RecoveryAction) -> float:
    """How long to wait before a step is repeated, at most 15 minutes: what the log asks for
    (Retry-After), else `retry_delay_seconds`, doubled each time, and up to a quarter more."""
    settings = deps.settings.deployment
    asked = [int(one) for one in _RETRY_AFTER.findall(failure_of(state)["detail"])]
    number = sum(one["action"] == action for one in tried_since(state))
    factor = 2.0**number if settings.exponential_backoff else 1.0
    own = settings.retry_delay_seconds * factor * (1 + _JITTER * deps.chance())
    return min(max([own, *asked]), LONGEST_PAUSE)
