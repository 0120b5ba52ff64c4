"""CLOUDRUN mode, with Google's own credentials library, against a stub with real containers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from provisioner.errors import ModeUnconfigured, NotDeployed, RemoteDenied, ServiceUnhealthy
from provisioner.image.engine import Engine
from provisioner.modes.base import Deployment, Provisioner
from provisioner.modes.cloudrun.settings import CloudRunSettings
from tests.integration.containers import target, write_feature
from tests.servers.cloud_run import CloudRun, cloud_run

FEATURE = "notes"


@pytest.fixture
def cloud(tmp_path: Path, engine: Engine) -> Iterator[CloudRun]:
    """A project that had nothing to object to when the test has ended."""
    with cloud_run(engine, tmp_path / "cloud") as cloud:
        yield cloud
    assert cloud.violations == []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_feature(tmp_path / "behaviors" / FEATURE, FEATURE)


def deploy(root: Path, cloud: CloudRun, registry: str, revision: str) -> Deployment:
    section = CloudRunSettings.model_validate(cloud.settings(registry))
    mode = Provisioner.create("CLOUDRUN", target(root, FEATURE, settings=section))
    return asyncio.run(mode.provision(revision=revision))


def deployed_mode(root: Path) -> Provisioner:
    """As commands on what is deployed have it: without settings."""
    return Provisioner.create("CLOUDRUN", target(root, FEATURE))


def revision_at(url: str) -> str:
    return str(httpx.get(f"{url}/health", timeout=10).json()["revision"])


def test_a_changed_line_gets_the_traffic_once_it_has_answered_at_its_own_address(
    tmp_path: Path, folder: Path, cloud: CloudRun, registry: str
) -> None:
    one = deploy(tmp_path, cloud, registry, "one")
    assert revision_at(one.url) == "one"
    write_feature(folder, FEATURE, start="print('another line')")
    two = deploy(tmp_path, cloud, registry, "two")
    assert (two.url, revision_at(one.url)) == (one.url, "two")
    assert cloud.history == [{one.id: 100}, {one.id: 100}, {two.id: 100}]
    mode = deployed_mode(tmp_path)
    assert "another line" in asyncio.run(mode.logs(two))
    assert next(mode.follow(two)) == "another line\n"
    assert asyncio.run(mode.serving(one)) == two


def test_the_same_once_more_changes_nothing(
    tmp_path: Path, folder: Path, cloud: CloudRun, registry: str
) -> None:
    one = deploy(tmp_path, cloud, registry, "one")
    before = list(cloud.writes)
    assert deploy(tmp_path, cloud, registry, "one") == one
    assert cloud.writes == before


def test_a_rollback_leads_back_and_a_stop_ends_it(
    tmp_path: Path, folder: Path, cloud: CloudRun, registry: str
) -> None:
    one = deploy(tmp_path, cloud, registry, "one")
    mode = deployed_mode(tmp_path)
    with pytest.raises(NotDeployed, match="served before"):
        asyncio.run(mode.rollback(one))
    write_feature(folder, FEATURE, start="print('another line')")
    two = deploy(tmp_path, cloud, registry, "two")
    assert asyncio.run(mode.earlier(two)) == one
    assert asyncio.run(mode.rollback(two)) == one
    assert asyncio.run(mode.earlier(one)) == two
    assert revision_at(two.url) == "one"
    assert asyncio.run(mode.stop(one))
    assert not asyncio.run(mode.stop(one))
    assert asyncio.run(mode.status(one)) == "stopped"


@pytest.mark.parametrize(
    ("start", "said"),
    [
        ("raise SystemExit(3)", "not ready and cannot serve traffic"),
        ("os.environ['REVISION'] = 'old'", "revision old answered, two is wanted"),
    ],
)
def test_a_revision_that_is_unwell_gets_no_traffic(
    tmp_path: Path, folder: Path, cloud: CloudRun, registry: str, start: str, said: str
) -> None:
    one = deploy(tmp_path, cloud, registry, "one")
    write_feature(folder, FEATURE, start=f"print('it begins', flush=True); {start}")
    with pytest.raises(ServiceUnhealthy, match=said) as caught:
        deploy(tmp_path, cloud, registry, "two")
    assert "it begins" in caught.value.evidence
    assert revision_at(one.url) == "one"
    assert all(traffic == {one.id: 100} for traffic in cloud.history)


def test_a_first_revision_that_is_unwell_is_followed_by_one_that_serves(
    tmp_path: Path, folder: Path, cloud: CloudRun, registry: str
) -> None:
    write_feature(folder, FEATURE, start="raise SystemExit(3)")
    for _ in range(2):
        with pytest.raises(ServiceUnhealthy, match="not ready and cannot serve traffic"):
            deploy(tmp_path, cloud, registry, "one")
    mode = deployed_mode(tmp_path)
    write_feature(folder, FEATURE)
    two = deploy(tmp_path, cloud, registry, "two")
    assert (revision_at(two.url), asyncio.run(mode.serving(two))) == ("two", two)
    assert asyncio.run(mode.earlier(two)) is None


def test_a_refused_login_names_the_command_that_helps(
    tmp_path: Path, folder: Path, cloud: CloudRun, registry: str
) -> None:
    cloud.refuses_logins = True
    with pytest.raises(RemoteDenied) as caught:
        deploy(tmp_path, cloud, registry, "one")
    assert "gcloud auth application-default login" in caught.value.next_step


def test_a_missing_setting_is_named_before_anything_is_built(tmp_path: Path, folder: Path) -> None:
    section = CloudRunSettings(project="shop-project")
    mode = Provisioner.create("CLOUDRUN", target(tmp_path, FEATURE, settings=section))
    with pytest.raises(ModeUnconfigured, match=r"cloudrun.region, cloudrun.registry"):
        asyncio.run(mode.provision(revision="one"))
