"""Recovery from what no code is at fault for: Azure, a remote that denies or is away for a moment,
a hook whose words nobody knows."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from graph.events import Event, StepFinished
from graph.request import Question, agree
from provisioner.image.engine import Engine
from tests.integration.containers import remove_all
from tests.servers.azure.cloud import Cloud, azure_cloud
from tests.servers.remotes import http_remote
from tests.workflow.scripted import Runner, steps
from tests.workflow.test_code_runs import script
from tests.workflow.test_delivery import hook
from tests.workflow.test_recovery_delivery import FLAGS, address
from tests.workflow.test_recovery_killed import kill_after_action
from tests.workflow.test_recovery_service import actions
from tests.workflow.test_service_runs import script as service_script


@pytest.fixture
def cloud(runner: Runner, engine: Engine, tmp_path: Path) -> Iterator[Cloud]:
    """A cloud that had nothing to object to when the test has ended."""
    with azure_cloud(engine, tmp_path / "cloud") as cloud:
        yield cloud
    remove_all(engine, runner.root, "adder")
    assert cloud.violations == []


@pytest.fixture
def azure(cloud: Cloud, registry: str) -> dict[str, Any]:
    """The flags of a run in AZURE mode, and the variables of its cloud."""
    section = {f"azure.{name}": value for name, value in cloud.settings(registry).items()}
    flags = {**FLAGS, **section, "deployment.provision_mode": "AZURE"}
    return {"flags": flags, "environ": cloud.environ()}


@pytest.fixture
def lacking(
    azure: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> dict[str, Any]:
    """The same for the az command, which no folder of PATH has."""
    folders = [without_az(Path(one), tmp_path) for one in os.environ["PATH"].split(":")]
    monkeypatch.setenv("PATH", ":".join(map(str, folders)))
    return {**azure, "flags": {**azure["flags"], "azure.client": "az"}}


async def test_a_missing_azure_client_is_a_person_s_and_then_gone_on_with(
    runner: Runner, azure: dict[str, Any], lacking: dict[str, Any]
) -> None:
    paused = await runner.run(service_script(), **lacking)
    assert (paused.status, paused.exit_code) == ("paused", 3)
    assert paused.error is not None
    assert "az command: https://aka.ms/install-azure-cli" in paused.error.summary
    silent = service_script(service=(), generate_main_code=(), generate_test_code=())
    failed = await runner.run(silent, **lacking, requirements=None, approve=agree)
    assert failed.error is not None
    assert (failed.exit_code, failed.error.type) == (1, "azure_cli_missing")
    assert "install" in failed.error.next
    assert actions(failed.record["tried"]) == ["azure cli missing INSTALL_TOOL"]

    done = await runner.run(silent, **azure, requirements=None, recovery=True)
    assert done.exit_code == 0, done.error
    assert done.record["commit"] == failed.record["commit"]
    assert silent.asked == []


def without_az(folder: Path, beside: Path) -> Path:
    """A folder of programs, without az where it has that."""
    if not (folder / "az").exists():
        return folder
    links = beside / f"links-{len(list(beside.iterdir()))}"
    links.mkdir()
    for program in folder.iterdir():
        if program.name != "az":
            (links / program.name).symlink_to(program)
    return links


async def test_a_login_that_azure_refuses_is_asked_for_once_and_then_gone_on_with(
    runner: Runner, cloud: Cloud, azure: dict[str, Any]
) -> None:
    cloud.refuses_logins = True
    paused = await runner.run(service_script(), **azure)
    assert (paused.status, paused.exit_code) == ("paused", 3)
    assert paused.error is not None
    assert "az login" in paused.error.summary
    silent = service_script(service=(), generate_main_code=(), generate_test_code=())
    failed = await runner.run(silent, **azure, requirements=None, approve=agree)
    assert failed.error is not None
    assert (failed.exit_code, failed.error.type) == (1, "azure_auth_failed")
    assert "AADSTS7000215" in "\n".join(failed.error.evidence)
    assert actions(failed.record["tried"]) == ["azure auth failed REAUTHENTICATE"]

    again = await runner.run(silent, **azure, requirements=None, recovery=True)
    assert (again.status, again.exit_code) == ("paused", 3)
    assert again.error is not None
    assert "az login" in again.error.summary

    cloud.refuses_logins = False
    done = await runner.run(silent, **azure, requirements=None, recovery=True, approve=agree)
    assert done.exit_code == 0, done.error
    assert silent.asked == []


async def test_who_logs_in_when_asked_has_the_run_go_on(
    runner: Runner, cloud: Cloud, azure: dict[str, Any]
) -> None:
    cloud.refuses_logins = True

    async def log_in(question: Question) -> None:
        assert "az login" in question.asks
        cloud.refuses_logins = False

    done = await runner.run(service_script(), **azure, approve=log_in)
    assert done.exit_code == 0, done.error
    assert actions(done.record["tried"]) == ["azure auth failed REAUTHENTICATE"]
    assert list(cloud.history[-1].values()) == [100]


async def test_an_installation_that_is_killed_before_it_is_recorded_deploys_once(
    runner: Runner, cloud: Cloud, azure: dict[str, Any], lacking: dict[str, Any]
) -> None:
    await kill_after_action(runner, "INSTALL_TOOL", json.dumps(lacking))
    assert cloud.writes == []
    silent = service_script(service=(), generate_main_code=(), generate_test_code=())
    done = await runner.run(silent, **azure, approve=agree)
    assert done.exit_code == 0, done.error
    assert actions(done.record["tried"]) == ["azure cli missing INSTALL_TOOL"]
    assert cloud.writes.count("PUT adder") == 1
    assert silent.asked == []


async def test_a_login_that_is_killed_before_it_is_recorded_deploys_once(
    runner: Runner, cloud: Cloud, azure: dict[str, Any]
) -> None:
    cloud.refuses_logins = True
    await kill_after_action(runner, "REAUTHENTICATE", json.dumps(azure))
    assert cloud.writes == []
    cloud.refuses_logins = False
    silent = service_script(service=(), generate_main_code=(), generate_test_code=())
    done = await runner.run(silent, **azure, approve=agree)
    assert done.exit_code == 0, done.error
    assert actions(done.record["tried"]) == ["azure auth failed REAUTHENTICATE"]
    assert cloud.writes.count("PUT adder") == 1
    assert silent.asked == []


async def test_a_remote_that_denies_is_a_person_s_and_then_gone_on_with(
    runner: Runner, remote: Path, tmp_path: Path
) -> None:
    with http_remote(tmp_path) as url:
        wrong = address(url).replace("ada:", "eve:")
        runner.git("remote", "set-url", "origin", wrong)
        failed = await runner.run(script(), flags=FLAGS)
        assert failed.error is not None
        assert (failed.exit_code, failed.error.type) == (1, "permission_denied")
        assert failed.error.next
        assert failed.record["tried"][-1].startswith("given up: ")
        runner.git("remote", "set-url", "origin", address(url))
        silent = script(main=(), tests=())
        done = await runner.run(silent, flags=FLAGS, requirements=None, recovery=True)
    assert done.exit_code == 0, done.error
    assert (done.record["pushed"], silent.asked) == (True, [])
    assert runner.git("-C", str(remote), "rev-parse", "HEAD") == failed.record["commit"]


class Returning(list[Event]):
    """The events of a run, after whose first recovery the remote is there again."""

    def __init__(self, runner: Runner, root: Path, stack: ExitStack) -> None:
        super().__init__()
        self.runner, self.root, self.stack, self.there = runner, root, stack, False

    def append(self, event: Event) -> None:
        super().append(event)
        if isinstance(event, StepFinished) and event.step == "recover" and not self.there:
            url = self.stack.enter_context(http_remote(self.root))
            self.runner.git("remote", "set-url", "origin", address(url))
            self.there = True


async def test_a_remote_that_comes_back_is_pushed_to_without_another_order(
    runner: Runner, remote: Path, tmp_path: Path
) -> None:
    with http_remote(tmp_path) as url:
        runner.git("remote", "set-url", "origin", address(url))
    with ExitStack() as stack:
        runner.events = Returning(runner, tmp_path, stack)
        result = await runner.run(script(), flags=FLAGS)
    assert result.exit_code == 0, result.error
    assert actions(result.record["tried"]) == ["network error WAIT_AND_RETRY"]
    assert steps(result)["push"] == ("done", 2)
    assert runner.git("-C", str(remote), "rev-parse", "HEAD") == result.record["commit"]


INVENTED = {
    "error_type": "missing_dependency",
    "summary": "A package is missing.",
    "root_cause": "moonlight is not installed",
    "confidence": 0.99,
    "action": {"type": "INSTALL_DEPENDENCY", "target": "moonlight", "parameters": []},
    "reasoning": "I am sure.",
}


async def test_what_nothing_names_is_asked_once_and_an_answer_without_proof_is_refused(
    runner: Runner,
) -> None:
    hook(runner, "echo 'E-1742 tide table stale' >&2; exit 1")
    assistant = script(analyze_deployment_error=[INVENTED])
    failed = await runner.run(assistant, flags=FLAGS)
    assert failed.error is not None
    assert (failed.exit_code, failed.error.type) == (1, "unknown")
    assert "E-1742 tide table stale" in "\n".join(failed.error.evidence)
    assert assistant.count("analyze_deployment_error") == 1
    assert failed.record["tried"][-1].startswith("given up: ")
    assert actions(failed.record["tried"]) == []
    assert "moonlight" not in (runner.root / "behaviors/adder/requirements.txt").read_text()

    hook(runner, "exit 0")
    silent = script(main=(), tests=())
    done = await runner.run(silent, flags=FLAGS, requirements=None, recovery=True)
    assert done.exit_code == 0, done.error
    assert silent.count("generate_main_code") == 0


@pytest.mark.parametrize("name", ["pre-push", "signature", "pre-commit"])
async def test_what_a_person_mended_of_git_is_asked_again(
    runner: Runner, remote: Path, name: str
) -> None:
    if name == "signature":
        runner.git("config", "commit.gpgsign", "true")
        runner.git("config", "gpg.program", "false")
    else:
        does = "exit 1" if name == "pre-push" else "echo '# again' >> behaviors/adder/main.py"
        hook(runner, does, name)
    flags = {**FLAGS, "deployment.ai_analyze_errors": False}
    failed = await runner.run(script(), flags=flags)
    assert failed.exit_code == 1
    runner.git("config", "commit.gpgsign", "false")
    if name != "signature":
        hook(runner, "exit 0", name)
    done = await runner.run(script(), flags=flags, requirements=None, recovery=True)
    assert done.exit_code == 0, done.error
