"""A deployment on Azure that is killed at each of its changes in turn, and given again.

Requests that only look change nothing: a kill there is one before the next change.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest

from provisioner.image.engine import Engine
from tests.conftest import ci_alone
from tests.integration.azure import FEATURE, deploy, revision_at
from tests.integration.containers import write_feature
from tests.servers.azure.cloud import Cloud, azure_cloud
from tests.servers.azure.messages import Reply, Request

_SECONDS = 60


@pytest.fixture
def cloud(tmp_path: Path, engine: Engine) -> Iterator[Cloud]:
    """A cloud that had nothing to object to when the test has ended."""
    with azure_cloud(engine, tmp_path / "cloud") as cloud:
        yield cloud
    assert cloud.violations == []


class Killer:
    """Kills the deploying process at one of its writes, before or after Azure has made it."""

    def __init__(self, cloud: Cloud, at: int, *, made: bool) -> None:
        self.cloud, self.left, self.made = cloud, at, made
        self.process: BaseProcess | None = None
        self.killed = ""

    def __call__(self, request: Request) -> Reply | None:
        if not request.writes or self.killed:
            return None
        self.left -= 1
        if self.left:
            return None
        self.killed = f"{request.method} {request.path.rpartition('/')[2]}"
        if self.made:
            self.cloud.answer(request)
        assert self.process is not None
        assert self.process.pid is not None
        os.kill(self.process.pid, signal.SIGKILL)
        return Reply.error(500, "Killed", "nobody reads this")


def deploy_in(environ: dict[str, str], *arguments: Any) -> None:
    os.environ.update(environ)
    deploy(*arguments)


def deploy_killed(root: Path, settings: dict[str, Any], revision: str, killer: Killer) -> str:
    """Deploy in a process of its own; gives the request that it was killed at, "" for none."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.integration.azure", "azure.mgmt.appcontainers"])
    environ = killer.cloud.environ()  # that of the server of forks may be of another cloud
    killer.process = context.Process(target=deploy_in, args=(environ, root, settings, revision))
    killer.cloud.fault = killer
    killer.process.start()
    killer.process.join(_SECONDS)
    assert killer.process.exitcode in (0, -signal.SIGKILL)
    killer.cloud.fault = lambda request: None
    return killer.killed


WRITES = {
    "first": ["PUT notes", "PATCH notes", "PATCH notes", ""],
    "further": [*["PATCH notes"] * 4, "POST deactivate", ""],
}


@pytest.mark.parametrize("made", [False, True], ids=["before it is made", "after it is made"])
@pytest.mark.parametrize(
    "which",
    [
        "first",
        pytest.param("further", marks=ci_alone("six kills and deployments more, and slow ones")),
    ],
)
def test_a_deployment_that_is_killed_at_any_change_goes_on_and_makes_nothing_twice(
    tmp_path: Path, cloud: Cloud, registry: str, which: str, made: bool
) -> None:
    write_feature(tmp_path / "behaviors" / FEATURE, FEATURE)
    settings = cloud.settings(registry, traffic=[10, 100], step_seconds=0.0)
    if which == "further":
        deploy(tmp_path, settings, "zero")
    seen = []
    for number, _ in enumerate(WRITES[which], 1):
        if which == "first":
            cloud.remove_apps()
        revision = f"at{number}"
        seen.append(deploy_killed(tmp_path, settings, revision, Killer(cloud, number, made=made)))
        deployed = deploy(tmp_path, settings, revision)
        assert revision_at(deployed.url) == revision
        revisions = cloud.apps[FEATURE].revisions.values()
        assert [one.commit for one in revisions].count(revision) == 1
        assert [one.name for one in revisions if one.active] == [deployed.id]
        assert cloud.apps[FEATURE].traffic == {deployed.id: 100}
    assert seen == WRITES[which]
