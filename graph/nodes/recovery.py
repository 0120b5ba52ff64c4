"""error_analysis, recover and give_up: what is done about a failure, and where a run goes on."""

from __future__ import annotations

from langgraph.runtime import Runtime

from assistant.diagnosis.actions import BY_A_PERSON, action_for
from assistant.diagnosis.asking import excerpt, refusal
from assistant.diagnosis.diagnose import diagnose
from assistant.errors import AssistantError, ReplyInvalid, RequestRejected
from assistant.kinds import ActionType, Kind
from assistant.schemas import AnalyzeDeploymentError, AnalyzeFailure
from graph.config.models import DeploymentSettings
from graph.deps import Deps
from graph.learning import begin_trial, learned_fix
from graph.packages import prepare
from graph.state import STUCK_OVER, DeploymentState, Diagnosis, Failure, StateUpdate, spent_rounds
from provisioner.feature.requirements import distributions_of, requirement_name

_VAGUE = ("unknown", "provision_failed", "service_timeout")
_PROVISIONING = ("push", "await_ci", "deploy", "health_check")
# A service that is started again takes another port where its own is taken.
_REPEATING = ("REPROVISION", "EXTEND_TIMEOUT", "FREE_PORT", "WAIT_AND_RETRY", "SWITCH_PROVIDER")
_SERVICE_TESTS = ("service_tests", "container_tests")
_OF_SERVICE = ("generate_service", *_SERVICE_TESTS, "deploy", "health_check")
_FIX = {
    **dict.fromkeys(("generate_main", "commit", "await_ci"), "generate_main"),
    **dict.fromkeys(_OF_SERVICE, "generate_service"),
}
_AGAIN = {
    **{step: step for step in _SERVICE_TESTS},
    "push": "push",
    "await_ci": "await_ci",
    "deploy": "deploy",
    "health_check": "deploy",
}
TARGETS = sorted({"generate_tests", "give_up", *_FIX.values(), *_AGAIN.values()})
"""The steps that a recovery may go on with."""


async def error_analysis(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    """Diagnose the failure: by a rule, else by what was learned, else by a model."""
    deps, failure = runtime.context, _failure(state)
    # Where main.py keeps failing in the same way the tests may be wrong: only a model can judge.
    stuck = failure["step"] == "generate_main" and state["stuck"] >= STUCK_OVER
    action = failure.get("action") or (None if stuck else action_for(failure["kind"]))
    # A line of the log may prove more than the failure's own kind says.
    vague = "action" not in failure and failure["kind"] in _VAGUE
    found = diagnose(failure["detail"], deps.last_good()) if vague else None
    if found:
        diagnosis = _by_rule(
            found.kind, found.line, found.action, found.module or found.target, found.rule
        )
    elif learned := learned_fix(state, deps):
        diagnosis = learned
    elif action is None and deps.settings.deployment.ai_analyze_errors:
        diagnosis = await _asked(state, deps, failure)
    else:
        history = deps.providers() if failure["kind"] == "llm_provider_infra" else ()
        cause = "; ".join([failure["summary"], *history])
        diagnosis = _by_rule(
            failure["kind"], cause, action or action_for(failure["kind"]) or "FAIL"
        )
    return {
        "diagnosis": diagnosis,
        "note": f"{diagnosis['kind']}: {diagnosis['root_cause']} → {diagnosis['action']}",
    }


def _failure(state: DeploymentState) -> Failure:
    assert state["failure"] is not None, "routing leads here only with a failure"
    return state["failure"]


def _by_rule(
    kind: Kind, cause: str, action: ActionType, target: str | None = None, rule: str = ""
) -> Diagnosis:
    by = f"rule {rule}".strip()
    return Diagnosis(kind=kind, root_cause=cause, action=action, by=by, target=target or "")


async def _asked(state: DeploymentState, deps: Deps, failure: Failure) -> Diagnosis:
    log, step = excerpt(failure["detail"], deps.last_good()), failure["step"]
    try:
        answer = await deps.ask(AnalyzeDeploymentError, state, "error_analysis", log=log, step=step)
    except (ReplyInvalid, RequestRejected) as error:
        return _by_rule("unknown", str(error), "FAIL")
    analysis = answer.value
    if refused := refusal(analysis, log):
        cause = f"{answer.model}: {analysis.root_cause} ({refused})"
        return Diagnosis(
            kind="unknown", root_cause=cause, action="FAIL", by=answer.model, target=""
        )
    return Diagnosis(
        kind=analysis.error_type,
        root_cause=analysis.root_cause,
        action=analysis.action.type,
        by=answer.model,
        target=analysis.action.target or "",
    )


async def recover(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    """Take the diagnosed action within the limits, and choose the step to go on with."""
    deps, failure, diagnosis = runtime.context, _failure(state), state["diagnosis"]
    assert diagnosis is not None, "error_analysis has named it"
    settings = deps.settings.deployment
    target = resume_at(diagnosis["action"], failure["step"])
    refused = _refusal(state, settings, diagnosis["action"], target)
    installed = StateUpdate()
    if diagnosis["action"] == "INSTALL_DEPENDENCY" and not refused:
        refused, installed = await _install(state, deps, diagnosis.get("target", ""))
    if refused:
        update: StateUpdate = {"resume_at": "give_up", "note": refused}
        # Where a rule knows what a person can do, no model is asked for it.
        ruled = diagnosis["by"].startswith("rule") and diagnosis["kind"] != "unknown"
        by_a_person = target == "give_up" and diagnosis["action"] not in ("CODE_FIX", "TEST_FIX")
        if ruled and by_a_person and not failure["next"]:
            update["failure"] = {**failure, "next": refused}
        return update
    if failure["step"] in _PROVISIONING:
        factor = 2.0 ** state["recoveries"] if settings.exponential_backoff else 1.0
        await deps.sleep(settings.retry_delay_seconds * factor)
    return {
        **(_new_tests(state, deps, diagnosis) if target == "generate_tests" else installed),
        "resume_at": target,
        "failure": None,
        "trial": begin_trial(state, diagnosis),
        "recoveries": state["recoveries"] + 1,
        "seen": [*state["seen"], failure["signature"]],
        "note": f"{diagnosis['action']}: on at {target}",
    }


def _refusal(
    state: DeploymentState, settings: DeploymentSettings, action: ActionType, target: str
) -> str:
    """Why nothing more is tried, "" where something is."""
    failure, most = _failure(state), settings.max_retries
    step = failure["step"]
    if target == "give_up":
        return reason_to_give_up(action, step)
    spent = target.startswith("generate_") and spent_rounds(state, target) > most
    tests = target == "generate_tests"
    reasons = {
        f"{target} is not part of this run": target not in state["plan"],
        f"{most} recoveries are spent": state["recoveries"] >= most,
        f"the rounds of {target} are spent": spent,
        "the tests were replaced once already": tests and state["test_fixes"],
        "test.py is kept as it is": tests and "test.py" in state["keep"],
        "the same failure for the third time": state["seen"].count(failure["signature"]) >= 2,
        "retry_on_provision_fail is off": step in _PROVISIONING
        and not settings.retry_on_provision_fail,
        "retry_on_test_fail is off": failure["kind"] == "test_failed"
        and not settings.retry_on_test_fail,
    }
    return next((reason for reason, applies in reasons.items() if applies), "")


def _new_tests(state: DeploymentState, deps: Deps, diagnosis: Diagnosis) -> StateUpdate:
    """Give generate_tests the diagnosis and the tests that are to be replaced."""
    reason = f"Diagnosis: {diagnosis['root_cause']}"
    return {
        "feedback": deps.with_feedback(state, generate_tests=reason, generate_main=""),
        "refused_tests": state["frozen"],
        "offset": {**state["offset"], "generate_main": state["rounds"].get("generate_main", 0)},
        "replacing": state["frozen"],
        "best": {},
        "stuck": 0,
        "signature": "",
    }


async def _install(state: DeploymentState, deps: Deps, wanted: str) -> tuple[str, StateUpdate]:
    """Add what a log asks for to the feature's requirements; why it is not, "" where it is."""
    package = distributions_of(wanted)[0] if wanted else ""
    if not requirement_name(package):
        return "the log does not say which package is missing", {}
    code = [deps.text(state, name).encode() for name in ("main.py", "service.py")]
    tests = deps.text(state, "test.py").encode()
    prepared = await prepare(deps, state, tests=tests, code=code, added=(package,))
    if prepared.missing:
        return prepared.missing, {}
    files = state["files"]
    for name, content in prepared.files.items():
        files = deps.accept(files, name, content)
    if files == state["files"]:
        return f"{package} is among the requirements already, and that does not help", {}
    return "", {"files": files, "installed": list(prepared.installed)}


async def give_up(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    """End a failed run; a model may suggest the next step where none is known."""
    deps, failure = runtime.context, _failure(state)
    summary = failure["summary"]
    # Of code that fails its tests the next step is only where to look; a model may know more.
    known = failure["next"] and failure["kind"] != "test_failed"
    if known or not deps.settings.deployment.ai_suggest_fixes:
        return {"note": summary}
    log, step = failure["detail"], failure["step"]
    try:
        advice = (await deps.ask(AnalyzeFailure, state, "give_up", log=log, step=step)).value
    except AssistantError as error:
        return {"note": f"{summary} (no suggestion: {error})"}
    command = f" `{advice.suggested_step.command}`" if advice.suggested_step.command else ""
    suggestion = f"{advice.summary} {advice.suggested_step.title}{command}".strip()
    return {"suggestion": suggestion, "note": summary}


def action_on_request(failure: Failure) -> ActionType | None:
    """The action where a person asks to go on, and has mended what only a person can; else None."""
    known = failure.get("action") or action_for(failure["kind"])
    if known is None or failure["step"] not in _AGAIN:
        return None
    return "WAIT_AND_RETRY" if resume_at(known, failure["step"]) == "give_up" else None


def resume_at(action: ActionType, step: str) -> str:
    """The step to go on with after an action on a failure of a step."""
    if action == "CODE_FIX":
        return _FIX.get(step, "give_up")
    if action == "TEST_FIX":
        return "service_tests" if step in _SERVICE_TESTS else "generate_tests"
    if action in _REPEATING:
        return _AGAIN.get(step, "give_up")
    if action == "INSTALL_DEPENDENCY":  # what is listed has to be committed
        return "service_tests" if step == "service_tests" else _FIX.get(step, "give_up")
    return "give_up"


def reason_to_give_up(action: ActionType, step: str) -> str:
    """Why a run does not go on after an action, and what a person can do."""
    return f"{action} after {step} is not done by a run: {BY_A_PERSON[action]}"
