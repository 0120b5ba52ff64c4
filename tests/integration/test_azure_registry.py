"""AZURE mode with builds by a task of the registry, which this machine's engine carries out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from provisioner.errors import BuildFailed, ModeUnconfigured
from provisioner.image.engine import Engine
from tests.integration.azure import FEATURE, deploy, revision_at
from tests.integration.containers import LOCK, pins, write_feature
from tests.servers.azure.cloud import Cloud, azure_cloud
from tests.servers.azure.tasks import Tasks


@pytest.fixture
def cloud(tmp_path: Path, engine: Engine, registry: str) -> Iterator[Cloud]:
    """A cloud whose registry builds; it had nothing to object to when the test has ended."""
    with azure_cloud(engine, tmp_path / "cloud") as cloud:
        tasks = cloud.tasks = Tasks(engine, registry)
        tasks.endpoint = cloud.endpoint
        yield cloud
    assert [*cloud.violations, *tasks.violations] == []


@pytest.fixture
def settings(cloud: Cloud, registry: str) -> dict[str, Any]:
    return cloud.settings(registry, build="acr")


def test_the_registry_builds_what_is_deployed_by_its_digest_and_once(
    tmp_path: Path, cloud: Cloud, settings: dict[str, Any]
) -> None:
    write_feature(tmp_path / "behaviors" / FEATURE, FEATURE)
    one = deploy(tmp_path, settings, "one")
    assert revision_at(one.url) == "one"
    assert cloud.tasks is not None
    [scheduled] = cloud.tasks.scheduled
    assert scheduled["imageNames"][0].startswith(f"{FEATURE}:")
    writes = list(cloud.writes)
    assert deploy(tmp_path, settings, "one") == one
    assert [one for one in cloud.writes if one not in writes] == []
    assert len(cloud.tasks.scheduled) == 1


def test_a_build_that_fails_shows_the_end_of_its_log_and_nothing_is_deployed(
    tmp_path: Path, cloud: Cloud, settings: dict[str, Any]
) -> None:
    folder = write_feature(tmp_path / "behaviors" / FEATURE, FEATURE)
    lock = LOCK.format(**pins()) + "no-such-package-of-ours==1.0\n"
    (folder / "requirements.lock").write_text(lock)
    with pytest.raises(BuildFailed, match="task ca1 ended as Failed") as caught:
        deploy(tmp_path, settings, "one")
    assert any("no-such-package-of-ours" in line for line in caught.value.evidence)
    assert "az acr task logs" in caught.value.next_step
    assert cloud.apps == {}


def test_a_registry_that_is_not_there_is_named(
    tmp_path: Path, cloud: Cloud, settings: dict[str, Any]
) -> None:
    write_feature(tmp_path / "behaviors" / FEATURE, FEATURE)
    with pytest.raises(ModeUnconfigured, match=r"no registry other in the group shop"):
        deploy(tmp_path, {**settings, "registry": "other.example.org"}, "one")
