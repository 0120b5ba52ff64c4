"""Recovery in CONTAINER mode: a package that the container alone lacks, a broken Dockerfile."""

from __future__ import annotations

import socket
import uuid
from collections.abc import Iterator

import pytest

from provisioner.feature.container_files import container_files
from provisioner.feature.feature_config import load_feature_config
from provisioner.image.building.builder import probe_builder
from provisioner.image.engine import Engine
from tests.conftest import missing
from tests.integration.containers import remove_all
from tests.workflow.scripted import Runner, steps
from tests.workflow.test_container_runs import FLAGS
from tests.workflow.test_recovery_service import actions
from tests.workflow.test_service_runs import SERVICE, script

QUICK = {**FLAGS, "quality.review": "off"}
#: The tool has this package, and so it is there on this machine; the feature's image has not.
OF_THE_TOOL = "import importlib\n\nimportlib.import_module('rich')\n" + SERVICE


@pytest.fixture
def contained(runner: Runner, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runner]:
    """A runner, of whose feature nothing is left in the engine."""
    monkeypatch.setenv("DOCKER_HOST", engine.endpoint.url)
    yield runner
    remove_all(engine, runner.root, "adder")


async def test_a_package_that_the_container_lacks_is_installed(contained: Runner) -> None:
    assistant = script(service=[OF_THE_TOOL])
    result = await contained.run(assistant, flags=QUICK)
    assert result.exit_code == 0, result.error
    assert actions(result.record["tried"]) == ["missing dependency INSTALL_DEPENDENCY"]
    assert assistant.count("generate_service_code") == 1
    folder = contained.root / "behaviors" / "adder"
    assert "rich" in (folder / "requirements.txt").read_text("utf-8").split()
    assert "\nrich==" in (folder / "requirements.lock").read_text("utf-8")
    assert contained.git("status", "--porcelain") == ""


async def test_a_port_that_is_taken_stays_its_owner_s_and_another_is_served(
    contained: Runner,
) -> None:
    folder = contained.root / "behaviors" / "adder"
    folder.mkdir(parents=True)
    with socket.create_server(("127.0.0.1", 0)) as owner:
        port = owner.getsockname()[1]
        text = f"feature: adder\nservice: {{port: {port}}}\n"
        (folder / "feature-config.yaml").write_text(text)
        result = await contained.run(script(), flags=QUICK)
        with socket.create_connection(("127.0.0.1", port)):
            owner.accept()[0].close()
    assert result.exit_code == 0, result.error
    assert not result.record["url"].endswith(f":{port}")
    assert any(f"port {port}" in one for one in result.record["remarks"])


def fails_once(name: str) -> str:
    """An instruction that fails in its first build, and leaves a mark in BuildKit's cache."""
    mount = f"--mount=type=cache,id={name},target=/mark"
    return f"RUN {mount} ! mkdir /mark/made\n"


async def test_an_image_that_builds_at_the_second_time_is_built_again(
    contained: Runner, engine: Engine
) -> None:
    if (await probe_builder(engine)).kind == "legacy":
        missing("no docker command here has BuildKit, whose cache the test needs: install buildx")
    folder = contained.root / "behaviors" / "adder"
    folder.mkdir(parents=True)
    (folder / "feature-config.yaml").write_text("feature: adder\n")
    text = container_files(load_feature_config(folder))["Dockerfile"].decode()
    own = text.partition("\n")[2].replace("USER ", f"{fails_once(uuid.uuid4().hex)}USER ")
    (folder / "Dockerfile").write_text(own)
    assistant = script()
    result = await contained.run(assistant, flags=QUICK)
    assert result.exit_code == 0, result.error
    assert actions(result.record["tried"]) == ["docker build error REPROVISION"]
    assert "an instruction failed" in result.record["tried"][0]
    assert assistant.count("generate_service_code") == 1, "no code is at fault"
    assert assistant.count("analyze_deployment_error") == 0
    assert contained.committed("behaviors/adder/Dockerfile") == own.strip()


async def test_a_broken_dockerfile_is_a_person_s_and_then_gone_on_with(contained: Runner) -> None:
    folder = contained.root / "behaviors" / "adder"
    folder.mkdir(parents=True)
    (folder / "Dockerfile").write_text("FROM python:3.11-slim\nRUN exit 3\n")
    failed = await contained.run(script(), flags=QUICK)
    assert failed.error is not None
    assert (failed.exit_code, failed.error.type) == (1, "docker_build_error")
    assert "RUN exit 3" in "\n".join([failed.error.summary, *failed.error.evidence])
    assert failed.error.next
    assert set(actions(failed.record["tried"])) == {"docker build error REPROVISION"}
    assert failed.record["commit"] is None

    files = container_files(load_feature_config(folder))
    (folder / "Dockerfile").write_bytes(files["Dockerfile"])
    silent = script(main=(), tests=(), service=())
    done = await contained.run(silent, flags=QUICK, requirements=None, recovery=True)
    assert done.exit_code == 0, done.error
    assert [name for name, _, _ in silent.asked if name.startswith("generate_")] == []
    assert steps(done)["container_tests"][0] == "done"
    assert "exit 3" not in contained.committed("behaviors/adder/Dockerfile")
