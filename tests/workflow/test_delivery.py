"""commit, push and await_ci in whole runs: hooks, keys, approvals, a remote and GitHub's API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from graph.request import agree
from tests.servers.github.server import ANY, REPOSITORY, GitHubServer, Job, Run
from tests.workflow.scripted import Runner, steps
from tests.workflow.test_code_runs import RIGHT, script

MAIN = "behaviors/adder/main.py"
WAIT = {"github.poll_interval_seconds": 1.0, "github.repository": REPOSITORY}


def hook(runner: Runner, text: str, name: str = "pre-commit") -> None:
    file = runner.root / ".git" / "hooks" / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)


async def test_what_a_formatter_makes_is_judged_again_and_committed(runner: Runner) -> None:
    hook(runner, f"grep -q formatted {MAIN} || {{ echo '# formatted' >> {MAIN}; exit 1; }}")
    result = await runner.run(script())
    assert result.exit_code == 0
    assert steps(result)["commit"] == ("done", 2)
    assert runner.committed(MAIN) == f"{RIGHT}# formatted"
    assert (runner.root / MAIN).read_text() == f"{RIGHT}# formatted\n"
    assert runner.git("status", "--porcelain") == ""
    assert runner.git("rev-list", "--count", "HEAD") == "1"


@pytest.mark.parametrize(
    ("does", "why"),
    [
        (f"sed -i 's/a + b/a - b/' {MAIN}", "it is not green any more"),
        ("sed -i 's/, 5)/, 6)/' behaviors/adder/test.py", "the frozen tests would be others"),
        (f"echo '# more' >> {MAIN}", "does so every time"),
        ("echo evil >> behaviors/adder/requirements.txt", "it says something else"),
    ],
)
async def test_a_hook_cannot_have_committed_what_was_not_judged(
    runner: Runner, does: str, why: str
) -> None:
    hook(runner, does)
    result = await runner.run(script())
    assert result.exit_code == 1
    assert result.error is not None
    assert why in result.error.summary
    assert runner.git("rev-list", "--all", "--count") == "0"


async def test_a_hook_that_refuses_goes_to_the_diagnosis_with_its_words(runner: Runner) -> None:
    hook(runner, f"grep -q documented {MAIN} || {{ echo 'main.py: D103 undocumented'; exit 1; }}")
    documented = f"{RIGHT}    # documented\n"
    fix = {"error_type": "auditor_reject", "action": "CODE_FIX"}
    said = {
        "error_type": fix["error_type"],
        "summary": "a docstring is missing",
        "root_cause": "D103",
        "confidence": 0.9,
        "action": {"type": fix["action"], "target": None, "parameters": []},
        "reasoning": "the hook says so",
    }
    assistant = script(main=(RIGHT, documented), analyze_deployment_error=(said,))
    result = await runner.run(assistant)
    assert result.exit_code == 0, result.error
    assert "D103 undocumented" in assistant.prompts("analyze_deployment_error")[0]
    assert "D103 undocumented" in assistant.prompts("generate_main_code")[1]
    assert runner.git("rev-list", "--count", "HEAD") == "1"


async def test_hooks_can_be_left_out(runner: Runner) -> None:
    hook(runner, "exit 1")
    result = await runner.run(script(), flags={"git.run_hooks": False})
    assert result.exit_code == 0


async def test_a_key_in_the_code_goes_back_to_its_writer(runner: Runner) -> None:
    leaky = f"X = 'ghp_' + '{'a1B2' * 9}'\n{RIGHT}"
    assistant = script(main=(leaky, RIGHT))
    result = await runner.run(assistant)
    assert result.exit_code == 0, result.error
    assert "main.py:1: a key of GitHub" in assistant.prompts("generate_main_code")[1]
    assert runner.git("log", "--all", "-p", "-S", "ghp_", "--format=%H") == ""


async def test_a_commit_can_be_asked_for(runner: Runner) -> None:
    flags = {"git.commit": "ask"}
    paused = await runner.run(script(), flags=flags)
    assert (paused.status, paused.exit_code) == ("paused", 3)
    assert paused.error is not None
    assert "+ behaviors/adder/main.py" in paused.error.evidence
    assert runner.git("rev-list", "--all", "--count") == "0"
    done = await runner.run(script(), requirements=None, flags=flags, approve=agree)
    assert done.exit_code == 0, done.error
    assert runner.git("rev-list", "--all", "--count") == "1"


async def test_a_branch_of_the_feature_leaves_the_checkout_alone(
    runner: Runner, remote: Path
) -> None:
    head = runner.git("rev-parse", "HEAD")
    result = await runner.run(script(), flags={"git.branch": "feature/{feature}"})
    assert result.exit_code == 0, result.error
    assert runner.git("rev-parse", "HEAD") == head
    assert runner.git("-C", str(remote), "rev-parse", "feature/adder") == result.record["commit"]
    assert runner.git("diff", "--cached", "--name-only") == ""


async def test_a_pushed_commit_is_watched_to_its_success(
    runner: Runner, remote: Path, github: GitHubServer
) -> None:
    github.runs.append(
        Run(ANY, jobs=[Job("test")], states=[("queued", None), ("completed", "success")])
    )
    result = await watched(runner, github)
    assert result.exit_code == 0, result.error
    assert steps(result)["await_ci"] == ("done", 1)
    assert "test: success in 12 s" in notes(runner)


async def test_a_failing_job_s_log_is_the_cause(
    runner: Runner, remote: Path, github: GitHubServer
) -> None:
    log = b"2026-11-30T10:00:02.0Z ModuleNotFoundError: No module named 'cv2'\n##[error]exit 1\n"
    jobs = [Job("lint"), Job("test", "failure", [("Run tests", "failure")], log)]
    github.runs.append(Run(ANY, jobs=jobs, states=[("completed", "failure")]))
    result = await watched(runner, github)
    assert result.exit_code == 1
    assert result.error is not None
    assert result.error.type == "missing_dependency"
    assert "No module named 'cv2'" in result.error.evidence[0]
    assert result.record["pushed"]


async def test_what_the_last_good_run_says_too_is_not_taken_for_the_cause(
    runner: Runner, remote: Path, github: GitHubServer
) -> None:
    noise = b"ERROR tracing: could not connect to collector:4317: Connection refused\n"
    good = Run("f" * 40, jobs=[Job("test", log=noise + b"3 passed\n")])
    log = noise + b"mkdir: cannot create directory '/srv': Permission denied\n##[error]exit 1\n"
    jobs = [Job("test", "failure", [("Run tests", "failure")], log)]
    github.runs += [good, Run(ANY, jobs=jobs, states=[("completed", "failure")])]
    result = await watched(runner, github)
    assert result.error is not None
    assert result.error.type == "permission_denied"


@pytest.mark.parametrize(
    ("state", "status"),
    [(("waiting", None), "paused"), (("completed", "skipped"), "done")],
)
async def test_what_is_no_success_is_none(
    runner: Runner, remote: Path, github: GitHubServer, state: tuple[str, Any], status: str
) -> None:
    github.runs.append(Run(ANY, states=[state]))
    result = await watched(runner, github)
    assert result.status == status
    assert steps(result).get("await_ci", ("skipped", 0))[0] == "skipped"


async def test_without_a_token_it_is_said_why_nothing_is_watched(
    runner: Runner, remote: Path
) -> None:
    result = await runner.run(script(), flags=WAIT)
    assert result.exit_code == 0
    reasons = {one["name"]: one.get("reason") for one in result.record["steps"]}
    assert reasons["await_ci"] == f"there is no GITHUB_TOKEN to ask about {REPOSITORY} with"


async def test_a_protected_branch_becomes_a_pull_request(
    runner: Runner, remote: Path, github: GitHubServer
) -> None:
    protect = (
        '#!/bin/sh\ncase "$1" in */ai-deploy/*) ;; *) echo "protected branch" >&2; exit 1;; esac\n'
    )
    (remote / "hooks" / "update").write_text(protect)
    (remote / "hooks" / "update").chmod(0o755)
    github.runs.append(Run(ANY, states=[("completed", "success")]))
    result = await watched(runner, github)
    assert result.exit_code == 0, result.error
    [pull] = github.pulls.values()
    assert pull["title"].startswith("feat(adder): ")
    assert (
        runner.git("-C", str(remote), "rev-parse", pull["head"]["ref"]) == result.record["commit"]
    )
    [comment] = github.comments.values()
    assert comment["body"].startswith("passed: ")


async def watched(
    runner: Runner, github: GitHubServer, assistant: Any = None, **changes: Any
) -> Any:
    return await runner.run(assistant or script(), flags=WAIT, environ=github.environ, **changes)


def notes(runner: Runner) -> str:
    return "\n".join(getattr(event, "text", "") for event in runner.events)
