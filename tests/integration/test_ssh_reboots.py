"""A feature on a host that restarts: a real systemd, process 1 of a container, starts it again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from provisioner.image.engine import Engine
from tests.integration.containers import write_feature
from tests.integration.test_ssh_containers import deploy, provisioner, revision_at
from tests.servers.container_host import ContainerHost, container_host

#: Where the units of root and of anybody else are.
UNITS = {"root": "/etc/systemd/system", "deploy": "/home/deploy/.config/systemd/user"}
_BOOT_SECONDS = 120.0


@pytest.fixture
def host(engine: Engine, tmp_path: Path) -> Iterator[ContainerHost]:
    write_feature(tmp_path / "behaviors" / "notes", "notes")
    with container_host(engine, tmp_path / "host", systemd=True) as found:
        found.run("systemctl", "is-system-running", "--wait")
        yield found


def wait_for_revision(url: str, revision: str) -> None:
    """Wait until a service answers as a revision; the host has only just started."""
    deadline = time.monotonic() + _BOOT_SECONDS
    while True:
        try:
            assert revision_at(url) == revision
            return
        except (httpx.HTTPError, ValueError, KeyError):
            assert time.monotonic() < deadline
            time.sleep(0.2)


@pytest.mark.parametrize("user", ["deploy", "root"])
def test_what_is_live_starts_again_with_its_data_until_it_is_stopped(
    tmp_path: Path, host: ContainerHost, user: str
) -> None:
    host.run("loginctl", "enable-linger", "deploy")
    host.run("cp", "-r", "/home/deploy/.ssh", "/root/")
    host.run("chown", "-R", "root:", "/root/.ssh")
    host = replace(host, user=user)
    first = deploy(tmp_path, host, "one")
    mode = provisioner(tmp_path, host)
    assert mode.remarks(first) == ()
    second = deploy(tmp_path, host, "two")
    httpx.post(f"{second.url}/notes", content="kept", trust_env=False)
    host.reboot()
    wait_for_revision(second.url, "two")
    assert asyncio.run(mode.serving(second)) == second
    back = asyncio.run(mode.rollback(second))
    host.reboot()
    wait_for_revision(back.url, "one")
    assert "kept" in httpx.post(f"{back.url}/notes", content="more", trust_env=False).text
    assert "ai-assisted-deploy-notes" in host.run("ls", UNITS[user])
    assert asyncio.run(mode.stop(back))
    assert "ai-assisted-deploy" not in host.run("ls", "-R", UNITS[user])


def test_where_systemd_ends_what_a_user_runs_it_is_said_with_the_command_that_helps(
    tmp_path: Path, host: ContainerHost
) -> None:
    [remark] = provisioner(tmp_path, host).remarks(deploy(tmp_path, host, "one"))
    assert remark.endswith("`sudo loginctl enable-linger deploy`")
