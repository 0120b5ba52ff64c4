"""Recovery after a commit was made: a dead remote, a workflow that failed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.servers.github.server import ANY, REPOSITORY, GitHubServer, Job, Run
from tests.servers.remotes import PASSWORD, USER, http_remote
from tests.workflow.scripted import Runner, steps
from tests.workflow.test_code_runs import RIGHT, script
from tests.workflow.test_delivery import hook
from tests.workflow.test_recovery_service import FULL, actions, once
from tests.workflow.test_service_runs import script as service_script

FLAGS = {
    "deployment.retry_delay_seconds": 0,
    "quality.mutation": "off",
    "quality.review": "off",
    "github.poll_interval_seconds": 1.0,
    "github.repository": REPOSITORY,
}
OTHER = f"{RIGHT}    # another way\n"


def failing(log: str) -> Run:
    """A workflow run whose second job fails with a log."""
    lines = "".join(f"2026-11-30T10:00:0{n}.0Z {line}\n" for n, line in enumerate(log.splitlines()))
    failed = Job("deploy", "failure", [("Deploy", "failure")], lines.encode())
    return Run(ANY, [("completed", "failure")], jobs=[Job("lint"), failed])


@dataclass(frozen=True)
class Case:
    """A workflow's log, and what names its failure."""

    kind: str
    line: str
    log: str


RUN = "##[group]Run az containerapp up --name adder"
END = "##[error]Process completed with exit code 1."
BY_A_PERSON = {
    "az not installed": Case(
        "azure_cli_missing",
        "az: command not found",
        f"{RUN}\n/home/runner/work/_temp/d1.sh: line 3: az: command not found\n{END}",
    ),
    "Azure authentication": Case(
        "azure_auth_failed",
        "AADSTS7000215",
        f"{RUN}\nERROR: AADSTS7000215: Invalid client secret provided. Ensure the secret being sent"
        f" in the request is the client secret value.\n{END}",
    ),
    "the workflow itself": Case(
        "github_action_failed",
        "Unable to resolve action",
        "##[group]Run actions/checkout@v4\nError: Unable to resolve action "
        f"`acme/nothing@v1`, repository not found\n{END}",
    ),
    "disk of the runner": Case(
        "disk_full",
        "No space left on device",
        f"{RUN}\nOSError: [Errno 28] No space left on device: '/home/runner/x'\n{END}",
    ),
}


@pytest.mark.parametrize("case", BY_A_PERSON.values(), ids=BY_A_PERSON)
async def test_what_a_person_has_to_mend_of_a_workflow_is_said_and_then_gone_on_with(
    runner: Runner, remote: Path, github: GitHubServer, case: Case
) -> None:
    github.runs.append(failing(case.log))
    assistant = script()
    failed = await runner.run(assistant, flags=FLAGS, environ=github.environ)
    error = failed.error
    assert error is not None
    assert (failed.exit_code, error.type) == (1, case.kind)
    assert case.line in error.evidence[0]
    assert "actions/runs/" in error.next
    assert failed.record["tried"][-1].startswith("given up: ")
    assert assistant.count("analyze_deployment_error") == 0
    assert assistant.count("generate_main_code") == 1, "no code is at fault"

    github.runs[0].states = [("completed", "success")]
    silent = script(main=(), tests=())
    done = await runner.run(
        silent, flags=FLAGS, environ=github.environ, requirements=None, recovery=True
    )
    assert done.exit_code == 0, done.error
    assert silent.asked == []
    assert done.record["commit"] == failed.record["commit"]


TEST_LOG = f"""##[group]Run ai-assisted-deploy check behaviors/adder
FAILED behaviors/adder/test.py::AddTest::test_adds - AssertionError: 4 != 5
{END}"""


async def test_a_workflow_that_fails_for_the_feature_s_code_has_it_mended(
    runner: Runner, remote: Path, github: GitHubServer
) -> None:
    github.runs.append(failing(TEST_LOG))
    github.runs.append(Run(ANY, [("completed", "success")], jobs=[Job("deploy")], appears=1))
    assistant = script(main=(RIGHT, OTHER))
    result = await runner.run(assistant, flags=FLAGS, environ=github.environ)
    assert result.exit_code == 0, result.error
    assert actions(result.record["tried"]) == ["test failed CODE_FIX"]
    assert "AssertionError: 4 != 5" in assistant.prompts("generate_main_code")[1]
    assert runner.git("-C", str(remote), "rev-list", "--count", "HEAD") == "3"
    assert steps(result)["await_ci"] == ("done", 2)


async def test_a_workflow_that_keeps_failing_is_given_up(
    runner: Runner, remote: Path, github: GitHubServer
) -> None:
    github.runs.append(failing(TEST_LOG))
    flags = {**FLAGS, "deployment.max_retries": 1, "github.grace_seconds": 0}
    result = await runner.run(script(main=(RIGHT,)), flags=flags, environ=github.environ)
    assert result.error is not None
    assert (result.exit_code, result.error.type) == (1, "test_failed")
    assert "4 != 5" in "\n".join(result.error.evidence)
    assert actions(result.record["tried"]) == ["test failed CODE_FIX"]
    assert result.record["tried"][-1].startswith("given up: ")


def address(url: str) -> str:
    return f"{url.replace('://', f'://{USER}:{PASSWORD}@')}/remote.git"


async def test_a_remote_that_is_dead_is_waited_for_and_then_given_up(
    runner: Runner, remote: Path, tmp_path: Path
) -> None:
    with http_remote(tmp_path) as url:
        runner.git("remote", "set-url", "origin", address(url))
    result = await runner.run(script(), flags=FLAGS)
    assert result.error is not None
    assert (result.exit_code, result.error.type) == (1, "network_error")
    assert result.error.next
    assert actions(result.record["tried"]) == ["network error WAIT_AND_RETRY"] * 3
    assert result.record["tried"][-1] == (
        "given up: 3 recoveries from network error, max_retries allows no more"
    )
    assert result.record["commit"]

    with http_remote(tmp_path) as url:
        runner.git("remote", "set-url", "origin", address(url))
        silent = script(main=(), tests=())
        done = await runner.run(silent, flags=FLAGS, requirements=None, recovery=True)
    assert done.exit_code == 0, done.error
    assert (done.record["pushed"], silent.asked) == (True, [])


async def test_fresh_logs_name_what_the_workflow_fails_for_by_now(
    runner: Runner, remote: Path, github: GitHubServer
) -> None:
    az = BY_A_PERSON["az not installed"]
    github.runs.append(failing(az.log))
    failed = await runner.run(script(), flags=FLAGS, environ=github.environ)
    assert failed.error is not None
    assert failed.error.type == az.kind
    # az was installed, and the workflow run again: now the feature's test fails in it.
    again = failing(TEST_LOG)
    again.sha = github.runs[0].sha
    github.runs[:] = [again, Run(ANY, [("completed", "success")], appears=github.looks + 2)]
    assistant = script(main=(OTHER,))
    runner.events.clear()
    done = await runner.run(
        assistant,
        flags=FLAGS,
        environ=github.environ,
        requirements=None,
        recovery=True,
        analyze_logs=True,
    )
    assert done.exit_code == 0, done.error
    assert "the workflow now: feature-deploy failed" in notes(runner)
    assert actions(done.record["tried"]) == ["test failed CODE_FIX"]
    assert "4 != 5" in assistant.prompts("generate_main_code")[0]


async def test_fresh_logs_of_a_service_name_its_failure(runner: Runner) -> None:
    flags = {**FLAGS, "deployment.provision_mode": "SERVICE", "deployment.max_retries": 0}
    failed = await runner.run(service_script(service=[once(FULL)]), flags=flags)
    assert failed.exit_code == 1
    runner.events.clear()
    done = await runner.run(
        service_script(),
        flags={**flags, "deployment.max_retries": 1},
        requirements=None,
        recovery=True,
        analyze_logs=True,
    )
    assert done.exit_code == 0, done.error
    assert actions(done.record["tried"]) == ["disk full WAIT_AND_RETRY"]
    assert "service.log, " in notes(runner)
    assert "No space left on device" in notes(runner)
    assert "no fresh log of the workflow: nothing was pushed" in notes(runner)


def notes(runner: Runner) -> str:
    return "\n".join(getattr(event, "text", "") for event in runner.events)


#: Applies to OTHER, and to no version that lacks its last line.
PATCH = """\
--- a/behaviors/adder/main.py
+++ b/behaviors/adder/main.py
@@ -1,3 +1,3 @@
 def add(a: int, b: int) -> int:
     return a + b
-    # another way
+    # the only way
"""


@pytest.fixture
def patched(runner: Runner) -> Runner:
    """A repository that keeps a patch of main.py, which its hook has to find applicable."""
    (runner.root / "adder.patch").write_text(PATCH)
    runner.git("add", "adder.patch")
    runner.git("commit", "-qm", "chore: keep a patch")
    hook(runner, "git apply --check adder.patch")
    return runner


async def test_a_patch_that_does_not_apply_has_the_code_mended(patched: Runner) -> None:
    assistant = script(main=(RIGHT, OTHER))
    result = await patched.run(assistant, flags=FLAGS)
    assert result.exit_code == 0, result.error
    assert actions(result.record["tried"]) == ["patch apply error CODE_FIX"]
    assert "main.py: patch does not apply" in assistant.prompts("generate_main_code")[1]
    assert assistant.count("analyze_deployment_error") == 0, "a rule names it"


async def test_a_patch_that_never_applies_is_given_up(patched: Runner) -> None:
    result = await patched.run(script(), flags={**FLAGS, "deployment.max_retries": 1})
    assert result.error is not None
    assert (result.exit_code, result.error.type) == (1, "patch_apply_error")
    assert "patch failed: behaviors/adder/main.py:1" in "\n".join(result.error.evidence)
    assert result.error.next
    assert actions(result.record["tried"]) == ["patch apply error CODE_FIX"]
    assert result.record["tried"][-1].startswith("given up: ")
    assert result.record["commit"] is None
    assert patched.git("rev-list", "--count", "HEAD") == "1"
