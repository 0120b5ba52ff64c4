"""Mode SSH on a container as a host, where a user may do nothing but what users may."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from provisioner.errors import HostUnsuitable
from provisioner.image.engine import Engine
from provisioner.modes.base import Deployment, Provisioner
from provisioner.modes.ssh.settings import SSHSettings
from tests.integration.containers import target, write_feature
from tests.servers.container_host import ContainerHost, container_host


@pytest.fixture
def host(engine: Engine, tmp_path: Path) -> Iterator[ContainerHost]:
    write_feature(tmp_path / "behaviors" / "notes", "notes")
    with container_host(engine, tmp_path / "host") as found:
        yield found


def provisioner(root: Path, host: ContainerHost, **variables: str) -> Provisioner:
    settings = SSHSettings(hosts=[host.host], key=host.key, known_hosts=host.known_hosts)
    wanted = target(root, "notes", settings=settings)
    return Provisioner.create("SSH", replace(wanted, environ={**wanted.environ, **variables}))


def deploy(root: Path, host: ContainerHost, revision: str) -> Deployment:
    return asyncio.run(provisioner(root, host).provision(revision=revision))


def revision_at(url: str) -> str:
    return str(httpx.get(f"{url}/health", trust_env=False).json()["revision"])


def test_a_user_without_any_right_of_root_has_a_feature_there(
    tmp_path: Path, host: ContainerHost
) -> None:
    first = deploy(tmp_path, host, "one")
    assert first.url == f"http://{host.address}:8000"
    assert revision_at(first.url) == "one"
    second = deploy(tmp_path, host, "two")
    assert (second.url, revision_at(first.url)) == (first.url, "two")
    running = host.run("sh", "-c", "grep -l [u]vicorn /proc/[0-9]*/cmdline | xargs -n 1 dirname")
    for process in running.split():
        assert "Uid:\t1000" in host.run("cat", f"{process}/status")
    mode = provisioner(tmp_path, host)
    assert asyncio.run(mode.rollback(second)).revision == "one"
    assert asyncio.run(mode.stop(first))


def test_after_a_reboot_it_is_stopped_and_the_next_deployment_has_its_data(
    tmp_path: Path, host: ContainerHost
) -> None:
    first = deploy(tmp_path, host, "one")
    httpx.post(f"{first.url}/notes", content="kept", trust_env=False)
    host.reboot()
    mode = provisioner(tmp_path, host)
    assert mode.remarks(first) == (
        f"it does not start again after a reboot of {host.host}: its system manager is not systemd",
    )
    assert asyncio.run(mode.status(first)) == "stopped"
    again = deploy(tmp_path, host, "one")
    assert "kept" in httpx.post(f"{again.url}/notes", content="more", trust_env=False).text


def test_a_host_without_python_is_named(tmp_path: Path, host: ContainerHost) -> None:
    host.run("sh", "-c", "rm -f /usr/bin/python3* /usr/local/bin/python3*")
    with pytest.raises(HostUnsuitable, match="Python"):
        deploy(tmp_path, host, "one")
