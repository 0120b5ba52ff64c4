"""Whole runs in SERVICE mode: real uvicorn processes, real requests, scripted models."""

from __future__ import annotations

import httpx
import pytest

from graph.events import StepFinished
from provisioner.modes.base import Deployment
from provisioner.modes.service.process import stop_service
from provisioner.modes.service.provisioner import running_service
from tests.workflow.scripted import Runner, ScriptedAssistant, steps
from tests.workflow.test_code_runs import RIGHT, TESTS

SERVICE = """\
import os

from fastapi import FastAPI
from pydantic import BaseModel

from main import add

app = FastAPI()


class Pair(BaseModel):
    a: int
    b: int


@app.get("/health")
def health() -> dict[str, str]:
    return {
        "status": "ok",
        "feature": os.environ.get("FEATURE", ""),
        "revision": os.environ.get("REVISION", "unknown"),
    }


@app.post("/add")
def sums(pair: Pair) -> dict[str, int]:
    return {"result": add(pair.a, pair.b)}
"""
WRONG_SERVICE = SERVICE.replace("add(pair.a, pair.b)}", "add(pair.a, pair.a)}")
DEAD_SERVICE = "raise RuntimeError('no service today')\n"
SERVICE_TESTS = """\
from service_test_base import ServiceTestCase, main


class AddTest(ServiceTestCase):
    def test_adds(self) -> None:
        response = self.service.post("/add", {"a": 2, "b": 3})
        self.assertEqual(response.status, 200)
        self.assertEqual(response.body, {"result": 5})


if __name__ == "__main__":
    main()
"""
MODE = {"deployment.provision_mode": "SERVICE", "deployment.retry_delay_seconds": 0}


def script(service=(SERVICE,), **more):
    return ScriptedAssistant(
        {
            "generate_test_code": [TESTS],
            "generate_main_code": [RIGHT],
            "generate_service_code": service,
            "generate_service_test_code": [SERVICE_TESTS],
            **more,
        }
    )


async def test_a_service_is_tested_committed_deployed_and_healthy(runner: Runner) -> None:
    result = await runner.run(script(), flags=MODE)
    shown = result.record
    assert (shown["status"], result.exit_code) == ("done", 0)
    assert {name: status for name, (status, _) in steps(result).items()} == {
        "scaffold": "done",
        "generate_tests": "done",
        "generate_main": "done",
        "prove_tests": "done",
        "generate_service": "done",
        "service_tests": "done",
        "container_tests": "skipped",
        "review": "done",
        "commit": "done",
        "push": "skipped",
        "await_ci": "skipped",
        "deploy": "done",
        "health_check": "done",
    }
    assert shown["url"].startswith("http://127.0.0.1:")
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{shown['url']}/health")
    files = set(runner.git("ls-tree", "-r", "--name-only", "HEAD").splitlines())
    assert {f"behaviors/adder/{name}" for name in ("main.py", "service.py", "Dockerfile")} <= files
    assert runner.git("status", "--porcelain") == ""


async def test_a_kept_service_answers_with_the_committed_revision(runner: Runner) -> None:
    result = await runner.run(script(), flags=MODE, keep_running=True)
    shown = result.record
    deployment = Deployment.of_plain(shown["deployment"])
    service = running_service(runner.root / ".ai-deploy", deployment)
    assert service is not None
    try:
        assert httpx.get(f"{shown['url']}/health").json()["revision"] == shown["commit"]
        assert httpx.post(f"{shown['url']}/add", json={"a": 1, "b": 2}).json() == {"result": 3}
    finally:
        await stop_service(service)
    assert not service.process.alive()


async def test_a_service_that_does_not_start_is_mended(runner: Runner) -> None:
    assistant = script(service=(DEAD_SERVICE, SERVICE))
    result = await runner.run(assistant, flags=MODE)
    assert result.exit_code == 0
    assert "no service today" in assistant.prompts("generate_service_code")[1]
    assert steps(result)["generate_service"] == ("done", 2)


async def test_a_service_that_fails_its_tests_goes_back_to_generation(runner: Runner) -> None:
    assistant = script(service=(WRONG_SERVICE, SERVICE))
    result = await runner.run(assistant, flags=MODE)
    assert result.exit_code == 0
    assert "AddTest" in assistant.prompts("generate_service_code")[1]
    assert steps(result)["service_tests"] == ("done", 2)
    assert steps(result)["recover"] == ("done", 1)


FOREIGN_TESTS = "import service\nassert service.app\n"


async def test_service_tests_that_run_nothing_are_written_anew(runner: Runner) -> None:
    assistant = script(generate_service_test_code=[FOREIGN_TESTS, SERVICE_TESTS])
    result = await runner.run(assistant, flags=MODE)
    assert result.exit_code == 0, result.error
    assert "ran no test" in assistant.prompts("generate_service_test_code")[1]
    assert assistant.count("generate_service_code") == 1, "the service is not at fault"
    assert result.record["tried"] == []
    assert "AddTest" in runner.git("show", "HEAD:behaviors/adder/service-test.py")


async def test_service_tests_that_never_run_anything_are_written_by_code(runner: Runner) -> None:
    assistant = script(generate_service_test_code=[FOREIGN_TESTS])
    result = await runner.run(assistant, flags=MODE)
    assert result.exit_code == 0, result.error
    assert assistant.count("generate_service_test_code") == 2
    text = runner.git("show", "HEAD:behaviors/adder/service-test.py")
    assert "made from its own description" in text


async def test_a_service_that_never_passes_is_never_committed(runner: Runner) -> None:
    assistant = script(service=(WRONG_SERVICE,))
    result = await runner.run(assistant, flags=MODE)
    assert (result.status, result.exit_code) == ("failed", 1)
    assert result.record["commit"] is None
    assert result.error is not None
    assert result.error.type == "test_failed"
    assert runner.git("rev-list", "--all", "--count") == "0"


async def test_provisioning_can_be_left_out(runner: Runner) -> None:
    result = await runner.run(script(), flags={**MODE, "deployment.skip_provision": True})
    assert result.exit_code == 0
    assert steps(result)["deploy"] == ("skipped", 0)
    assert result.record["url"] is None


async def test_a_delivered_feature_is_kept_tested_and_deployed_again(runner: Runner) -> None:
    first = await runner.run(script(), flags=MODE)
    silent = ScriptedAssistant({})
    again = await runner.run(silent, flags=MODE, requirements=None, keep_files=True)
    assert again.exit_code == 0
    assert [name for name, _, _ in silent.asked if name.startswith("generate_")] == []
    assert again.record["tests"]["verdict"] == "green"
    assert again.record["commit"] == first.record["commit"], "nothing new to commit"


async def test_kept_tests_that_are_not_run_again_are_skipped_and_prove_nothing(
    runner: Runner,
) -> None:
    await runner.run(script(), flags=MODE)
    flags = {**MODE, "deployment.rerun_tests": False, "deployment.skip_provision": True}
    again = await runner.run(ScriptedAssistant({}), flags=flags, requirements=None, keep_files=True)
    assert again.exit_code == 0
    assert again.record["tests"]["verdict"] is None
    assert steps(again)["generate_main"] == ("skipped", 0)
    assert steps(again)["service_tests"] == ("skipped", 0)


async def test_what_a_good_run_s_service_says_too_is_not_taken_for_the_cause(
    runner: Runner,
) -> None:
    noise = "print('ERROR: could not connect to collector:4317: Connection refused', flush=True)\n"
    good = await runner.run(script(service=(noise + SERVICE,)), flags=MODE)
    assert good.exit_code == 0, good.error
    dead = f"{noise}raise PermissionError(13, 'Permission denied', '/srv/x')\n"
    (runner.root / "behaviors" / "adder" / "service.py").write_text(dead)
    result = await runner.run(script(), flags=MODE, keep_files=True)
    assert result.exit_code == 1
    notes = [one.note for one in runner.events if isinstance(one, StepFinished)]
    assert any("permission_denied: " in note for note in notes)
    assert not any("network_error" in note for note in notes)
