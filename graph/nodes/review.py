"""review: have the code reviewed. Major issues go back, minor ones into the report."""

from __future__ import annotations

from langgraph.runtime import Runtime

from assistant.errors import ReplyInvalid, RequestRejected
from assistant.review.static import as_feedback
from graph.deps import Deps
from graph.failures import failed_step
from graph.state import DeploymentState, StateUpdate, spent_rounds
from ledger.text.counted import counted

STEP = "review"
_REVIEWED = ("main.py", "service.py")


async def review(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    deps = runtime.context
    files = {name: deps.text(state, name) for name in _REVIEWED if name in state["files"]}
    try:
        result = await deps.audit(files, state, STEP)
    except (ReplyInvalid, RequestRejected) as error:
        note = f"no usable review: {error}"
        if deps.settings.quality.review == "require":
            return {"failure": failed_step(STEP, "llm_provider_infra", note), "note": note}
        return {"skipped": True, "note": note}
    remarks = as_feedback(result.minor).splitlines()
    if result.approved:
        note = f"approved by {result.model}"
        if remarks:
            shown = "; ".join(one.removeprefix("- ") for one in remarks)
            note = f"{note}, {counted(len(remarks), 'remark')}: {shown}"
        return {"remarks": remarks, "note": note}
    note = f"{counted(len(result.major), 'major issue')} by {result.model}"
    spent = spent_rounds(state, STEP) >= deps.settings.quality.review_rounds
    if spent or any(issue.file in state["keep"] for issue in result.major):
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
    of_main = as_feedback([issue for issue in result.major if issue.file != "service.py"])
    of_service = as_feedback([issue for issue in result.major if issue.file == "service.py"])
    update: StateUpdate = {
        "remarks": remarks,
        "sent_back": "generate_main" if of_main else "generate_service",
        "note": note,
    }
    if of_main:
        update["main_review"] = deps.store(of_main)
    if of_service:
        update["feedback"] = deps.with_feedback(state, generate_service=of_service)
    return update
