"""kill -9 of a deployment to a host, wherever it is: the next one goes on, and nothing is twice."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.integration.command import Command
from tests.integration.containers import write_feature
from tests.integration.hosts import end_all, running_on, ssh_settings, write_settings
from tests.servers.sshd import Sshd
from tests.servers.tcp import CutProxy

PROVISION = ("provision", "behaviors/notes", "--mode", "SSH", "--json")


@pytest.fixture
def hosted(tool: Command, tmp_path: Path) -> Iterator[Command]:
    write_feature(tool.root / "behaviors" / "notes", "notes")
    yield tool
    end_all(tmp_path)


# Bytes that were sent before the kill: at the facts, the packages, the release, its start, the
# switch.
@pytest.mark.parametrize("sent", [4_000, 60_000, 200_000, 260_000])
def test_a_killed_deployment_is_taken_up_where_it_was(
    hosted: Command, sshd: Sshd, tmp_path: Path, sent: int
) -> None:
    with CutProxy(sshd.port, [sent]) as proxy:
        known = tmp_path / "known"
        known.write_text(sshd.known_hosts.read_text().replace(f":{sshd.port}", f":{proxy.port}"))
        host = f"{sshd.host.partition(':')[0]}:{proxy.port}"
        write_settings(hosted.root, ssh_settings(sshd, tmp_path, hosts=[host], known_hosts=known))
        running = hosted.start(*PROVISION)
        while not proxy.done and running.poll() is None:
            threading.Event().wait(0.002)
        running.send_signal(signal.SIGKILL)
        running.communicate()
        again = hosted.run(*PROVISION)
        assert again.exit_code == 0, again.said
        deployed = again.result["deployment"]
        assert httpx.get(f"{deployed['url']}/health").json()["revision"] == deployed["revision"]
        assert len(running_on(tmp_path)) == 2, "one release, and the proxy"
        shown = json.loads(hosted.run("status", "notes", "--json").stdout)[0]
        assert shown["status"] == "running"
