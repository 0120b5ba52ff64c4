"""What every Provisioner promises, one set of tests for all modes that deploy."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from provisioner.errors import NotDeployed, SandboxUnavailable, ServiceUnhealthy
from provisioner.feature.packages.interpreter import OWN
from provisioner.modes.base import Deployment, Provisioner, Target
from provisioner.modes.service.provisioner import running_service
from provisioner.sandbox.base import Sandbox

SERVICE = """\
import json, os, sys

print("{said}", flush=True)
{start}

async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        await receive()
        await send({{"type": "lifespan.startup.complete"}})
        await receive()
        await send({{"type": "lifespan.shutdown.complete"}})
        return
    body = json.dumps({{"status": "ok", "revision": os.environ["REVISION"]}}).encode()
    await send({{"type": "http.response.start", "status": 200, "headers": []}})
    await send({{"type": "http.response.body", "body": body}})
"""


@pytest.fixture(params=["SERVICE"])  # of containers, see tests/integration/test_containers.py
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def target(tmp_path: Path, sandbox: Sandbox | None, start: str = "") -> Target:
    folder = tmp_path / "behaviors" / "orders"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "feature-config.yaml").write_text(
        f'feature: orders\npython: {{version: "{OWN.version}"}}\n'
        "timeouts: {startup_seconds: 20, stop_seconds: 1}\n"
    )
    (folder / "service.py").write_text(SERVICE.format(said="it starts", start=start))
    return Target(
        feature="orders",
        folder=folder,
        state=tmp_path / "state",
        log=tmp_path / "service.log",
        label="orders-run",
        sandbox=sandbox,
    )


async def test_a_deployment_is_healthy_told_and_stopped(
    mode: str, tmp_path: Path, serving: Sandbox
) -> None:
    provisioner = Provisioner.create(mode, target(tmp_path, serving))
    deployment = await provisioner.provision(revision="4f2a")
    try:
        assert httpx.get(f"{deployment.url}/health").json()["revision"] == "4f2a"
        assert await provisioner.status(deployment) == "running"
        assert "it starts" in await provisioner.logs(deployment)
        found = Provisioner.create(mode, target(tmp_path, None))  # as a later command has it
        assert await found.status(Deployment.of_plain(deployment.to_plain())) == "running"
    finally:
        assert await provisioner.stop(deployment)
    assert await provisioner.status(deployment) == "stopped"
    assert not await provisioner.stop(deployment)
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{deployment.url}/health")


async def test_two_deployments_of_one_revision_stand_side_by_side(
    mode: str, tmp_path: Path, serving: Sandbox
) -> None:
    provisioner = Provisioner.create(mode, target(tmp_path, serving))
    one = await provisioner.provision(revision="4f2a")
    other = await provisioner.provision(revision="4f2a")
    try:
        assert one.id != other.id
        assert await provisioner.stop(one)
        assert await provisioner.status(other) == "running"
    finally:
        await provisioner.stop(other)


async def test_one_that_does_not_start_shows_the_end_of_its_log(
    mode: str, tmp_path: Path, serving: Sandbox
) -> None:
    broken = target(tmp_path, serving, start="sys.exit('no configuration')")
    provisioner = Provisioner.create(mode, broken)
    deployment = await provisioner.deploy(revision="4f2a")
    with pytest.raises(ServiceUnhealthy) as caught:
        await provisioner.wait_healthy(deployment)
    assert "no configuration" in caught.value.evidence
    assert not await provisioner.stop(deployment)


async def test_what_was_never_deployed_is_named(mode: str, tmp_path: Path) -> None:
    provisioner = Provisioner.create(mode, target(tmp_path, None))
    ghost = Deployment.of_plain({"mode": mode, "id": "ghost", "url": "http://x", "revision": "1"})
    assert await provisioner.status(ghost) == "stopped"
    with pytest.raises(NotDeployed, match="ghost"):
        await provisioner.logs(ghost)
    with pytest.raises(NotDeployed):
        await provisioner.rollback(ghost)


async def test_nothing_is_started_where_no_sandbox_was_chosen(mode: str, tmp_path: Path) -> None:
    with pytest.raises(SandboxUnavailable):
        await Provisioner.create(mode, target(tmp_path, None)).deploy(revision="1")
    assert not (tmp_path / "service.log").exists()


@pytest.mark.parametrize("mode", ["CODE", "nonsense"])
def test_a_mode_that_deploys_nothing_has_no_provisioner(mode: str, tmp_path: Path) -> None:
    with pytest.raises(NotDeployed, match=mode):
        Provisioner.create(mode, target(tmp_path, None))
    assert Provisioner.commands(mode, tmp_path) == {}


def test_the_preview_names_the_commands_of_a_mode(tmp_path: Path) -> None:
    assert Provisioner.commands("SERVICE", tmp_path) == {
        "deploy": "python -m uvicorn service:app",
        "health_check": "GET /health",
    }


@pytest.mark.parametrize("content", ["", "{}", "no json", '{"url": "http://x", "pid": "?"}'])
def test_a_damaged_record_is_no_running_process(tmp_path: Path, content: str) -> None:
    deployment = Deployment("SERVICE", "orders-1-1", "http://127.0.0.1:1", "1")
    file = tmp_path / "services" / "orders-1-1.json"
    file.parent.mkdir()
    file.write_text(content)
    assert running_service(tmp_path, deployment) is None
