"""What every mode promises: one set of tests for all, on real places of this machine."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from provisioner.errors import NotDeployed, ServiceUnhealthy, WaitTimedOut
from provisioner.image.engine import Engine
from provisioner.modes.azure.settings import AzureSettings
from provisioner.modes.cloudrun.settings import CloudRunSettings
from provisioner.modes.service.leftovers import end_leftovers
from tests.integration.command import Command
from tests.integration.containers import remove_all, write_feature
from tests.integration.deploying import FEATURE, Place
from tests.integration.hosts import ssh_settings
from tests.servers.azure.cloud import azure_cloud
from tests.servers.cloud_run import cloud_run
from tests.servers.sshd import Sshd

#: What a mode does otherwise by design, and why.
BY_DESIGN = {
    ("SERVICE", "another address"): "each process has a port of its own, nothing stands before it",
    ("SERVICE", "no rollback"): "a local process has no earlier release beside it",
    ("SERVICE", "ended by its run"): "the next run ends, by its label, what a killed one left",
}


@pytest.fixture
def service(tmp_path: Path) -> Place:
    return Place("SERVICE", tmp_path)


@pytest.fixture
def container(tmp_path: Path, engine: Engine) -> Iterator[Place]:
    yield Place("CONTAINER", tmp_path)
    remove_all(engine, tmp_path, FEATURE)


@pytest.fixture
def ssh(tmp_path: Path, sshd: Sshd) -> Place:
    return Place("SSH", tmp_path, ssh_settings(sshd, tmp_path))


@pytest.fixture
def azure(tmp_path: Path, engine: Engine, registry: str) -> Iterator[Place]:
    with azure_cloud(engine, tmp_path / "cloud") as cloud:
        settings = AzureSettings.model_validate(cloud.settings(registry))
        yield Place("AZURE", tmp_path, settings, cloud.environ())
    assert cloud.violations == []


@pytest.fixture
def cloudrun(tmp_path: Path, engine: Engine, registry: str) -> Iterator[Place]:
    with cloud_run(engine, tmp_path / "cloud") as cloud:
        settings = CloudRunSettings.model_validate(cloud.settings(registry))
        yield Place("CLOUDRUN", tmp_path, settings)
    assert cloud.violations == []


@pytest.fixture(params=["service", "container", "ssh", "azure", "cloudrun"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """A place of each mode, with a small feature; what serves there is stopped at the end."""
    write_feature(tmp_path / "behaviors" / FEATURE, FEATURE, start="print('it starts', flush=True)")
    found: Place = request.getfixturevalue(request.param)
    yield found
    asyncio.run(found.clean())


def revision_at(url: str) -> str:
    return str(httpx.get(f"{url}/health", timeout=10).json()["revision"])


def test_what_is_deployed_is_healthy_and_its_logs_can_be_read(place: Place) -> None:
    async def look() -> None:
        one = await place.deploy("one")
        assert (one.mode, one.revision, revision_at(one.url)) == (place.mode, "one", "one")
        mode = await place.provisioner()
        assert (await mode.status(one), await mode.serving(one)) == ("running", one)
        assert any("it starts" in line for line in await mode.logs(one))

    asyncio.run(look())


def test_another_revision_takes_over_and_a_rollback_brings_the_first_back(place: Place) -> None:
    async def change() -> None:
        one, two = await place.deploy("one"), await place.deploy("two")
        assert revision_at(two.url) == "two"
        assert (one.url == two.url) == ((place.mode, "another address") not in BY_DESIGN)
        mode = await place.provisioner()
        if (place.mode, "no rollback") in BY_DESIGN:
            with pytest.raises(NotDeployed, match="no earlier release"):
                await mode.rollback(two)
            return
        assert await mode.earlier(two) == one
        back = await mode.rollback(two)
        assert (back.revision, revision_at(two.url)) == ("one", "one")
        assert await mode.serving(two) == back

    asyncio.run(change())


def test_what_is_stopped_answers_no_more(place: Place) -> None:
    async def stop() -> None:
        one = await place.deploy("one")
        mode = await place.provisioner()
        assert await mode.stop(one)
        assert (await mode.status(one), await mode.serving(one)) == ("stopped", None)
        assert not await mode.stop(one)
        with pytest.raises((httpx.HTTPError, ValueError, KeyError)):
            revision_at(one.url)

    asyncio.run(stop())


def test_an_unhealthy_revision_leaves_the_one_before_it_serving(place: Place) -> None:
    async def fail() -> None:
        one = await place.deploy("one")
        write_feature(place.root / "behaviors" / FEATURE, FEATURE, start="raise SystemExit(3)")
        with pytest.raises((ServiceUnhealthy, WaitTimedOut)):
            await place.deploy("two")
        mode = await place.provisioner()
        assert (revision_at(one.url), await mode.status(one)) == ("one", "running")
        assert await mode.serving(one) == one

    asyncio.run(fail())


@pytest.mark.parametrize("moment", ["built", "deployed"])
def test_what_is_killed_leaves_one_that_answers_and_is_deployed_by_the_next(
    place: Place, moment: str
) -> None:
    one = asyncio.run(place.deploy("one"))
    place.deploy_and_kill("two", moment)
    assert revision_at(one.url) in ("one", "two")

    async def again() -> None:
        if (place.mode, "ended by its run") in BY_DESIGN:
            await end_leftovers([place.label("two")], place.root / ".ai-deploy")
        two = await place.deploy("two")
        mode = await place.provisioner()
        assert (revision_at(two.url), await mode.serving(two)) == ("two", two)

    asyncio.run(again())


def test_local_processes_that_were_kept_are_found_and_stopped_with_their_feature(
    tool: Command,
) -> None:
    def provision(said: str) -> dict[str, Any]:
        start = f"print('it is {said}', flush=True)"
        write_feature(tool.root / "behaviors" / FEATURE, FEATURE, start=start)
        ended = tool.run("provision", f"behaviors/{FEATURE}", "--mode", "SERVICE", "--json")
        assert ended.exit_code == 0, ended.said
        return ended.result

    try:
        one, two = provision("one"), provision("two")
        stopped = tool.run("stop", two["run_id"]).stdout
        assert (two["url"] in stopped, one["url"] in stopped) == (True, False)
        [shown] = json.loads(tool.run("status", FEATURE, "--json").stdout)
        assert (shown["status"], shown["url"]) == ("running", one["url"])
        assert "it is one" in tool.run("logs", FEATURE).stdout
        three = provision("three")
    finally:
        stopped = tool.run("stop", FEATURE).stdout
    assert one["url"] in stopped
    assert three["url"] in stopped
    status = tool.run("status", FEATURE).stdout
    assert "stopped" in status
    assert re.search(rf"start it with: .* provision behaviors/{FEATURE} --mode SERVICE\n", status)
    assert "nothing running" in tool.run("stop", FEATURE).stdout
