"""review: have the code reviewed. Major issues go back, minor ones into the report."""

from __future__ import annotations

from langgraph.runtime import Runtime

from assistant.auditor import AuditorResult, as_feedback
from assistant.errors import ReplyInvalid, RequestRejected
from graph.attempts.rounds import spent_rounds
from graph.deps import Deps
from graph.failures import failed_step
from graph.state import DeploymentState, StateUpdate
from ledger.text.counted import counted

STEP = "review"
_REVIEWED = ("main.py", "service.py")


async def review(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    deps = runtime.context
    files = {name: deps.text(state, name) for name in _REVIEWED if name in state["files"]}
    try:
        result = await deps.audit(files, state, STEP)
    except (ReplyInvalid, RequestRejected) as error:
        return _no_review(deps, error)
    remarks = as_feedback(result.minor).splitlines()
    if result.approved:
        return {"remarks": remarks, "note": f"approved by {result.model}{_shown(remarks)}"}
    note = f"{counted(len(result.major), 'major issue')} by {result.model}"
    if _nothing_to_send_back(state, deps, result):
        return {
            "remarks": remarks,
            "note": note,
            "failure": failed_step(
                STEP,
                "auditor_reject",
                f"the review still finds {note}",
                evidence=as_feedback(result.major).splitlines(),
                detail=as_feedback(result.major),
                next_step="read the issues, mend the files and go on with --no-regenerate",
            ),
        }
    of_main = tuple(issue for issue in result.major if issue.file != "service.py")
    of_service = tuple(issue for issue in result.major if issue.file == "service.py")
    feedback, main_review = dict(state["feedback"]), state["main_review"]
    if of_main:
        main_review = deps.artefacts.put(as_feedback(of_main).encode())
    if of_service:
        feedback["generate_service"] = deps.artefacts.put(as_feedback(of_service).encode())
    return {
        "remarks": remarks,
        "feedback": feedback,
        "main_review": main_review,
        "sent_back": "generate_main" if of_main else "generate_service",
        "note": note,
    }


def _shown(remarks: list[str]) -> str:
    """The remarks as a part of the note; "" where there are none."""
    if not remarks:
        return ""
    return f", {counted(len(remarks), 'remark')}: {'; '.join(one[2:] for one in remarks)}"


def _nothing_to_send_back(state: DeploymentState, deps: Deps, result: AuditorResult) -> bool:
    """Whether the rounds are spent, or an issue is in a file that this run keeps."""
    spent = spent_rounds(state, STEP) >= deps.settings.quality.review_rounds
    return spent or any(issue.file in state["keep"] for issue in result.major)


def _no_review(deps: Deps, error: ReplyInvalid | RequestRejected) -> StateUpdate:
    if deps.settings.quality.review == "require":
        return {
            "failure": failed_step(STEP, "llm_provider_infra", f"no usable review: {error}"),
            "note": str(error),
        }
    return {"skipped": True, "note": f"no usable review: {error}"}
