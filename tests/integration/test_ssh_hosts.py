"""Mode SSH on a real sshd: gates, rollbacks, several hosts, and what goes wrong on the way."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from provisioner.errors import (
    HostFailed,
    HostHeld,
    HostUnsuitable,
    HostUnverified,
    NotDeployed,
    ProvisionerError,
    RemoteDenied,
    RemoteUnreachable,
    ServiceUnhealthy,
)
from provisioner.hosts.address import host_addresses
from provisioner.hosts.connection import HostConnection, Waits
from provisioner.hosts.orders import HostOrders, order
from provisioner.modes.base import Deployment, Provisioner
from provisioner.modes.ssh.settings import SSHSettings
from tests.integration.containers import asking, target, write_feature
from tests.integration.hosts import end_all, hosts_settings, running_on, ssh_settings
from tests.servers.sshd import Sshd, running_sshd
from tests.servers.tcp import CutProxy


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    """A workspace with a feature, of which nothing is left running on a host."""
    write_feature(tmp_path / "behaviors" / "notes", "notes")
    yield tmp_path
    end_all(tmp_path)


@pytest.fixture
def settings(root: Path, sshd: Sshd) -> SSHSettings:
    return ssh_settings(sshd, root)


def provisioner(root: Path, settings: SSHSettings) -> Provisioner:
    return Provisioner.create("SSH", target(root, "notes", settings=settings))


def deploy(root: Path, settings: SSHSettings, revision: str) -> Deployment:
    return asyncio.run(provisioner(root, settings).provision(revision=revision))


def revision_at(url: str) -> str:
    return str(httpx.get(f"{url}/health").json()["revision"])


def refused(root: Path, settings: SSHSettings, error: type[ProvisionerError]) -> ProvisionerError:
    with pytest.raises(error) as caught:
        deploy(root, settings, "4f2a")
    return caught.value


def test_releases_follow_each_other_without_a_failed_request(
    root: Path, settings: SSHSettings
) -> None:
    first = deploy(root, settings, "one")
    with asking(first.url, kept=True) as kept, asking(first.url, kept=False) as anew:
        second = deploy(root, settings, "two")
        kept.wait_for(lambda: kept.revisions[-1:] == ["two"])
        anew.wait_for(lambda: anew.revisions[-1:] == ["two"])
    assert (kept.failures, anew.failures) == ([], [])
    assert second.url == first.url
    assert len(running_on(root)) == 2, "one release, and the proxy"


def test_the_same_deployment_again_changes_nothing(root: Path, settings: SSHSettings) -> None:
    first = deploy(root, settings, "one")
    before = {file: file.read_text() for file in (root / "host").rglob("process.json")}
    assert deploy(root, settings, "one") == first
    assert {file: file.read_text() for file in (root / "host").rglob("process.json")} == before


def test_one_that_ends_at_its_start_leaves_the_old_one_and_shows_its_log(
    root: Path, settings: SSHSettings
) -> None:
    first = deploy(root, settings, "one")
    write_feature(root / "behaviors" / "notes", "notes", start="sys.exit('no configuration')")
    error = refused(root, settings, ServiceUnhealthy)
    assert "exit code 1" in str(error)
    assert "no configuration" in error.evidence
    assert revision_at(first.url) == "one"
    assert len(running_on(root)) == 2


def test_a_service_that_crashes_is_started_again(root: Path, settings: SSHSettings) -> None:
    deployed = deploy(root, settings, "one")
    with pytest.raises(httpx.HTTPError):
        httpx.post(f"{deployed.url}/run", content="import os; os._exit(3)").raise_for_status()
    assert revision_at(deployed.url) == "one"


def test_rollback_goes_back_and_forth_and_old_releases_are_removed(
    root: Path, settings: SSHSettings
) -> None:
    deployed = [deploy(root, settings, name) for name in ("one", "two", "three", "four", "five")]
    assert len(list((root / "host/notes/releases").iterdir())) == settings.keep_releases
    back = asyncio.run(provisioner(root, settings).rollback(deployed[-1]))
    assert (back.revision, revision_at(back.url)) == ("four", "four")
    forth = asyncio.run(provisioner(root, settings).rollback(back))
    assert (forth.revision, revision_at(forth.url)) == ("five", "five")
    assert forth.id == deployed[-1].id


def test_there_is_nothing_to_go_back_to_after_the_first(root: Path, settings: SSHSettings) -> None:
    deployed = deploy(root, settings, "one")
    with pytest.raises(NotDeployed, match="no release that served before"):
        asyncio.run(provisioner(root, settings).rollback(deployed))
    assert revision_at(deployed.url) == "one"


def test_a_log_is_followed_until_the_service_is_stopped(root: Path, settings: SSHSettings) -> None:
    deployed = deploy(root, settings, "one")
    lines = provisioner(root, settings).follow(deployed)
    seen = [next(lines)]
    httpx.get(f"{deployed.url}/notes?asked-for")
    while "asked-for" not in seen[-1]:
        seen.append(next(lines))
    assert asyncio.run(provisioner(root, settings).stop(deployed))
    assert "the program ended" in "".join(lines)


def test_an_unknown_host_is_named_with_its_fingerprint_and_never_accepted(
    root: Path, sshd: Sshd, tmp_path: Path
) -> None:
    unknown = tmp_path / "known"
    error = refused(root, ssh_settings(sshd, root, known_hosts=unknown), HostUnverified)
    shown = subprocess.run(
        ["ssh-keygen", "-lf", str(sshd.folder / "host_key.pub")], capture_output=True, text=True
    ).stdout.split()[1]
    assert shown in error.evidence[0]
    assert f"ssh-keyscan -p {sshd.port} 127.0.0.1 >> {unknown}" in error.next_step
    assert not unknown.exists()
    assert not (root / "host").exists()


def test_a_host_whose_key_has_changed_is_named(root: Path, sshd: Sshd, tmp_path: Path) -> None:
    other = (sshd.folder / "key.pub").read_text()
    (tmp_path / "known").write_text(f"[127.0.0.1]:{sshd.port} {other}")
    error = refused(root, ssh_settings(sshd, root, known_hosts=tmp_path / "known"), HostUnverified)
    assert "is not the one that" in str(error)
    assert "ssh-keygen -R" in error.next_step


def test_a_refused_key_is_named(root: Path, sshd: Sshd, tmp_path: Path) -> None:
    make = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "other")]
    subprocess.run(make, check=True)
    error = refused(root, ssh_settings(sshd, root, key=tmp_path / "other"), RemoteDenied)
    assert "ssh-copy-id" in error.next_step


def test_a_host_that_does_not_answer_is_named_at_once(root: Path, sshd: Sshd) -> None:
    with CutProxy(sshd.port) as proxy:
        proxy.away.set()
        gone = ssh_settings(sshd, root, hosts=[f"{sshd.host.partition(':')[0]}:{proxy.port}"])
        assert "cannot be reached" in str(refused(root, gone, RemoteUnreachable))


def test_a_python_that_the_host_has_not_is_named(root: Path, settings: SSHSettings) -> None:
    write_feature(root / "behaviors/notes", "notes", config='python: {version: "3.99"}\n')
    error = refused(root, settings, HostUnsuitable)
    assert "has no Python 3.99" in str(error)
    assert "uv python install 3.99" in error.next_step


def test_a_taken_port_is_named(root: Path, sshd: Sshd) -> None:
    with CutProxy(sshd.port) as proxy:
        error = refused(root, ssh_settings(sshd, root, port=proxy.port), HostFailed)
    assert str(proxy.port) in str(error)
    assert "ssh.port" in error.next_step


def test_a_disk_that_is_full_is_named_and_the_next_attempt_goes_on(
    root: Path, tmp_path: Path
) -> None:
    with running_sshd(tmp_path / "sshd", home=tmp_path / "home", disk=400_000) as small:
        error = refused(root, hosts_settings([small], root), HostFailed)
        assert "no space left" in str(error)
        assert isinstance(error.__cause__, OSError)
    assert running_on(root) == []


@pytest.mark.parametrize("cuts", [[30_000], [60_000, 60_000, 60_000], [100_000, 20_000]])
def test_a_connection_that_is_cut_in_the_middle_is_taken_up_again(
    root: Path, sshd: Sshd, cuts: list[int]
) -> None:
    wanted = len(cuts)
    with CutProxy(sshd.port, cuts) as proxy:
        deployed = deploy(root, through(proxy, sshd, root), "one")
        assert proxy.done == wanted
    assert revision_at(deployed.url) == "one"
    assert len(running_on(root)) == 2


def test_a_host_that_is_away_for_a_while_is_waited_for(root: Path, sshd: Sshd) -> None:
    with CutProxy(sshd.port, [60_000]) as proxy:

        def leave() -> None:
            while not proxy.done:
                threading.Event().wait(0.005)
            proxy.away.set()
            threading.Event().wait(1.5)
            proxy.away.clear()

        threading.Thread(target=leave).start()
        assert revision_at(deploy(root, through(proxy, sshd, root), "one").url) == "one"


def test_a_host_that_stays_away_is_given_up_and_the_next_run_goes_on(
    root: Path, sshd: Sshd
) -> None:
    with CutProxy(sshd.port, [60_000]) as proxy:

        def leave() -> None:
            while not proxy.done:
                threading.Event().wait(0.005)
            proxy.away.set()

        threading.Thread(target=leave).start()
        error = refused(root, through(proxy, sshd, root, away_seconds=1), RemoteUnreachable)
        assert "was away for more than 1 s" in str(error)
        proxy.away.clear()
        assert revision_at(deploy(root, through(proxy, sshd, root), "one").url) == "one"


def through(proxy: CutProxy, sshd: Sshd, root: Path, **more: object) -> SSHSettings:
    """Settings for a host that is reached through a proxy."""
    known = root / "known"
    known.write_text(sshd.known_hosts.read_text().replace(f":{sshd.port}", f":{proxy.port}"))
    host = f"{sshd.host.partition(':')[0]}:{proxy.port}"
    return ssh_settings(sshd, root, hosts=[host], known_hosts=known, **more)


def test_another_workspace_is_kept_from_a_host_while_the_lease_lasts(
    root: Path, settings: SSHSettings, tmp_path: Path
) -> None:
    async def hold(seconds: float) -> None:
        connection = HostConnection(host_addresses(settings)[0], Waits())
        orders = HostOrders(
            connection, "notes", folder=settings.folder, python="python3", owner="somebody else"
        )
        if seconds:
            await orders.carry_out(order("prune", keep=3), seconds=seconds)
        else:
            await orders.carry_out(order("release_lease"))
        await connection.close()

    asyncio.run(hold(60))
    assert "somebody else deploys" in str(refused(root, settings, HostHeld))
    asyncio.run(hold(0))
    assert revision_at(deploy(root, settings, "one").url) == "one"


def test_of_three_hosts_one_fails_and_keeps_the_old_release(root: Path, tmp_path: Path) -> None:
    with ExitStack() as stack:
        hosts = [
            stack.enter_context(running_sshd(tmp_path / f"sshd{n}", home=tmp_path / f"home{n}"))
            for n in range(3)
        ]
        settings = hosts_settings(hosts, root)
        deploy(root, settings, "one")
        broken = tmp_path / "home1/.local/share/ai-assisted-deploy/notes/releases"
        shutil.move(broken, broken.with_name("elsewhere"))
        broken.write_text("a file in the place of a folder")
        error = refused(root, settings, ProvisionerError)
        assert hosts[1].host in str(error)
        [done] = [line for line in error.evidence if line.startswith("done on ")]
        assert hosts[0].host in done
        assert hosts[2].host in done
        assert hosts[1].host not in done
        assert served(tmp_path) == ["4f2a", "one", "4f2a"]


def test_where_the_first_host_fails_no_other_is_touched(root: Path, tmp_path: Path) -> None:
    with ExitStack() as stack:
        hosts = [
            stack.enter_context(running_sshd(tmp_path / f"sshd{n}", home=tmp_path / f"home{n}"))
            for n in range(2)
        ]
        settings = hosts_settings(hosts, root)
        (tmp_path / "home0/.local").write_text("a file in the place of a folder")
        refused(root, settings, ProvisionerError)
        assert not (tmp_path / "home1/.local").exists()


def served(root: Path) -> list[str]:
    """The revision that serves on each host, by the proxies' own ports."""
    found = []
    for place in sorted(root.glob("home*/.local/share/ai-assisted-deploy/notes/running/proxy")):
        port = json.loads((place / "spec.json").read_text())["port"]
        found.append(revision_at(f"http://127.0.0.1:{port}"))
    return found
