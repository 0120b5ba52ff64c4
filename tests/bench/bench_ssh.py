"""What mode SSH costs: facts of a host, a step there, and a deployment beyond the bare commands."""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from provisioner.hosts.address import host_addresses
from provisioner.hosts.connection import HostConnection, Waits
from provisioner.hosts.facts import gather_facts
from provisioner.modes.base import Provisioner
from provisioner.modes.ssh.settings import SSHSettings
from tests.integration.containers import target, write_feature
from tests.integration.hosts import end_all, ssh_settings
from tests.servers.sshd import PROGRAM, Sshd, running_sshd

ROUNDS = 7


def main() -> None:
    if not PROGRAM.exists():
        print("  left out: sshd is not installed")
        return
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        with running_sshd(root / "sshd") as sshd:
            try:
                asyncio.run(_measure(root, sshd))
            finally:
                end_all(root)


async def _measure(root: Path, sshd: Sshd) -> None:
    settings = ssh_settings(sshd, root)
    connection = HostConnection(host_addresses(settings)[0], Waits())
    bare = statistics.median([_ssh(sshd, "true") for _ in range(ROUNDS)])
    await connection.connected()
    facts = await _median(lambda: gather_facts(connection))
    step = await _median(lambda: connection.run(["true"]))
    await connection.close()
    print(f"  `ssh host true`                       {bare * 1000:7.0f} ms")
    print(f"  a step on a host that is connected    {step * 1000:7.0f} ms, {step / bare:.2f} times")
    print(f"  facts of a host, in one round trip    {facts * 1000:7.0f} ms")
    await _deployment(root, settings)


async def _deployment(root: Path, settings: SSHSettings) -> None:
    """A release whose packages are there, whole, and how long its service takes to start alone."""
    write_feature(root / "behaviors" / "notes", "notes")
    provisioner = Provisioner.create("SSH", target(root, "notes", settings=settings))
    began = time.monotonic()
    await provisioner.provision(revision="first")
    first = time.monotonic() - began
    times = []
    for number in range(ROUNDS):
        began = time.monotonic()
        await provisioner.provision(revision=f"r{number}")
        times.append(time.monotonic() - began)
    again = statistics.median(times)
    start = statistics.median([_started(root) for _ in range(ROUNDS)])
    print(f"  the first deployment                  {first * 1000:7.0f} ms")
    print(f"  a further release                     {again * 1000:7.0f} ms")
    print(f"  its service, until it listens         {start * 1000:7.0f} ms, the platform's part")


def _started(root: Path) -> float:
    """Seconds until the service of the current release is imported."""
    app = root / "host" / "notes" / "current" / "app"
    [python] = (root / "host" / "environments").glob("*/bin/python")
    code = f"import sys; sys.path.insert(0, {str(app)!r}); import uvicorn, service"
    began = time.monotonic()
    subprocess.run([python, "-I", "-c", code], check=True, env={"DATA_DIR": str(root)})
    return time.monotonic() - began


async def _median(action: Callable[[], Awaitable[object]]) -> float:
    times = []
    for _ in range(ROUNDS):
        began = time.monotonic()
        await action()
        times.append(time.monotonic() - began)
    return statistics.median(times)


def _ssh(sshd: Sshd, command: str) -> float:
    """Seconds of the ssh command itself."""
    options = ["-o", f"UserKnownHostsFile={sshd.known_hosts}", "-o", "BatchMode=yes"]
    user, _, place = sshd.host.partition("@")
    argv = ["ssh", "-F", "none", "-i", str(sshd.key), *options, "-p", str(sshd.port)]
    began = time.monotonic()
    subprocess.run([*argv, f"{user}@{place.partition(':')[0]}", command], check=True)
    return time.monotonic() - began


if __name__ == "__main__":
    main()
