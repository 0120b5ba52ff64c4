"""container_tests: service-test.py against the feature in a container."""

from __future__ import annotations

from typing import Final

from langgraph.runtime import Runtime

from graph.deps import Deps
from graph.failure import failed_step, from_error, normalize_log
from graph.state import DeploymentState, StateUpdate
from ledger.text.counted import counted
from provisioner.errors import ServiceUnhealthy, WaitTimedOut
from provisioner.modes.container.trial import ContainerTestRun

STEP: Final = "container_tests"
_FILE: Final = "service-test.py"


async def container_tests(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    """Test the service in a container; what is green at last is so in one of the final image.

    From its second round on the warm container is asked first, which answers sooner.
    """
    deps = runtime.context
    if _FILE in state["keep"] and not deps.settings.deployment.rerun_tests:
        return {"skipped": True, "note": f"{_FILE} kept, not run again"}
    trial = deps.container_trial
    if state["tried"] and state["tried"][-1]["kind"] == "docker_build_error":
        trial = trial.rebuilding()
    rounds = (trial.test_warm, trial.test) if state["rounds"].get(STEP) else (trial.test,)
    for test in rounds:
        try:
            run = await test()
        except (ServiceUnhealthy, WaitTimedOut) as error:
            detail = normalize_log("\n".join([str(error), *error.evidence]))
            feedback = deps.with_feedback(state, generate_service=detail)
            return {
                "feedback": feedback,
                "failure": from_error(STEP, error),
                "note": str(error),
            }
        if not run.tests.passed:
            return _failed(state, deps, run)
    return {
        "feedback": deps.with_feedback(state, service_tests="", generate_service=""),
        "note": f"{counted(run.tests.ran, 'service test')} green in a container; {run.built}",
    }


def _failed(state: DeploymentState, deps: Deps, run: ContainerTestRun) -> StateUpdate:
    report = normalize_log(run.report)
    return {
        "feedback": deps.with_feedback(state, generate_service=report, service_tests=""),
        "note": run.tests.summary,
        "failure": failed_step(
            STEP,
            "test_failed",
            f"the service's tests fail in a container: {run.tests.summary}",
            detail=report,
            signature=run.tests.signature,
            next_step="read the failures and the container's log, mend service.py or "
            "service-test.py, and go on with --recovery-mode",
        ),
    }
