"""AZURE mode by the real az command, logged in to a cloud of this machine.

The command has 733 MB, which CI leaves out: there these tests are skipped.
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from provisioner.errors import AzureDenied, ServiceUnhealthy
from provisioner.image.engine import Engine
from tests.integration.azure import FEATURE, deploy, deployed_mode, revision_at
from tests.integration.containers import write_feature
from tests.servers.azure.cloud import Cloud, azure_cloud
from tests.servers.azure.messages import CLIENT, SECRET, TENANT, Reply, Request
from tests.servers.azure.tasks import Tasks

AZ = shutil.which("az")
pytestmark = pytest.mark.skipif(AZ is None, reason="az is not on PATH: pip install azure-cli")


def az(*arguments: str) -> None:
    assert AZ is not None
    subprocess.run([AZ, *arguments, "--only-show-errors"], check=True, capture_output=True)


@pytest.fixture
def cloud(tmp_path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """A cloud that az is logged in to, and that had nothing to object to at the end."""
    monkeypatch.setenv("AZURE_CONFIG_DIR", str(tmp_path / "az"))
    monkeypatch.setenv("AZURE_CORE_COLLECT_TELEMETRY", "false")
    with azure_cloud(engine, tmp_path / "cloud") as cloud:
        az("config", "set", "core.instance_discovery=false")
        az("cloud", "register", "--name", "here", "--endpoint-resource-manager", cloud.endpoint)
        az("cloud", "set", "--name", "here")
        az("login", "--service-principal", "-u", CLIENT, "-p", SECRET, "--tenant", TENANT)
        yield cloud
    assert cloud.violations == []


@pytest.fixture
def settings(cloud: Cloud, registry: str) -> dict[str, Any]:
    return cloud.settings(registry, client="az", traffic=[10, 100])


def test_releases_by_az_throttled_and_broken_ones(
    tmp_path: Path, cloud: Cloud, settings: dict[str, Any]
) -> None:
    folder, numbers = write_feature(tmp_path / "behaviors" / FEATURE, FEATURE), count(1)

    def throttle(request: Request) -> Reply | None:
        slow = Reply.error(429, "TooManyRequests", "slow down")
        return None if next(numbers) % 5 else slow

    one = deploy(tmp_path, settings, "one")
    before = list(cloud.writes)
    assert deploy(tmp_path, settings, "one") == one
    assert cloud.writes == before
    cloud.fault = throttle
    two = deploy(tmp_path, settings, "two")
    cloud.fault = lambda request: None
    write_feature(folder, FEATURE, start="sys.exit('no configuration')")
    with pytest.raises(ServiceUnhealthy, match="ends by itself"):
        deploy(tmp_path, settings, "three")
    assert cloud.history == [
        {one.id: 100},
        {one.id: 100},
        {one.id: 90, two.id: 10},
        {two.id: 100},
        {two.id: 100},
    ]
    assert revision_at(one.url) == "two"
    mode = deployed_mode(tmp_path)
    assert asyncio.run(mode.serving(one)) == two
    assert asyncio.run(mode.rollback(two)) == one
    assert asyncio.run(mode.stop(one))


def test_the_sdk_takes_the_login_of_az(
    tmp_path: Path, cloud: Cloud, settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_feature(tmp_path / "behaviors" / FEATURE, FEATURE)
    monkeypatch.delenv("AZURE_CLIENT_SECRET")
    one = deploy(tmp_path, {**settings, "client": "sdk"}, "one")
    assert revision_at(one.url) == "one"


def test_without_a_login_az_says_what_to_do(
    tmp_path: Path, cloud: Cloud, settings: dict[str, Any]
) -> None:
    write_feature(tmp_path / "behaviors" / FEATURE, FEATURE)
    az("logout")
    with pytest.raises(AzureDenied) as caught:
        deploy(tmp_path, settings, "one")
    assert "az login" in caught.value.next_step
    assert not [one for one in cloud.requests if "Microsoft.App" in one.path]


def test_a_task_of_the_registry_builds_by_az(
    tmp_path: Path, engine: Engine, registry: str, cloud: Cloud, settings: dict[str, Any]
) -> None:
    tasks = cloud.tasks = Tasks(engine, registry)
    tasks.endpoint = cloud.endpoint
    write_feature(tmp_path / "behaviors" / FEATURE, FEATURE)
    deployed = deploy(tmp_path, {**settings, "build": "acr"}, "one")
    assert (revision_at(deployed.url), len(tasks.scheduled)) == ("one", 1)
    assert tasks.violations == []
