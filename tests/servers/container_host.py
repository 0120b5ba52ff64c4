"""A container as a host: Debian with sshd, an ordinary user who may use sudo for nothing.

With systemd it is process 1, which starts sshd.
"""

from __future__ import annotations

import io
import secrets
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from docker.models.containers import Container

from provisioner.image.engine import Engine
from tests.servers.sshd import answers

_IMAGE = "ai-assisted-deploy-test/host"
_SYSTEMD_IMAGE = f"{_IMAGE}-with-systemd"
_USER, _BOOT_SECONDS = "deploy", 120.0
_RECIPE = f"""\
FROM {{base}}
RUN apt-get update -qq && \\
    apt-get install -y -qq --no-install-recommends openssh-server python3-venv sudo && \\
    mkdir -p /run/sshd && useradd --create-home --shell /bin/sh --password '*' {_USER} && \\
    printf 'PasswordAuthentication no\\nUsePAM no\\n' > /etc/ssh/sshd_config.d/test.conf
CMD ["/usr/sbin/sshd", "-D", "-e"]
"""
_SYSTEMD_RECIPE = f"""\
FROM {_IMAGE}
RUN apt-get install -y -qq --no-install-recommends systemd-sysv dbus-user-session libpam-systemd
STOPSIGNAL SIGRTMIN+3
CMD ["/sbin/init"]
"""
#: systemd makes control groups and mounts; more than that, as --privileged gives, it needs not.
_SYSTEMD_RIGHTS = {
    "cap_add": ["SYS_ADMIN"],
    "security_opt": ["seccomp=unconfined", "apparmor=unconfined"],
    "cgroupns": "private",
    "tmpfs": {"/run": "", "/run/lock": ""},
}


@dataclass(frozen=True)
class ContainerHost:
    """A running host; `key` opens it for its user, `known_hosts` has its key."""

    container: Container
    address: str
    folder: Path
    user: str = _USER

    @property
    def host(self) -> str:
        """As `--host` takes it."""
        return f"{self.user}@{self.address}"

    @property
    def key(self) -> Path:
        return self.folder / "key"

    @property
    def known_hosts(self) -> Path:
        return self.folder / "known_hosts"

    def run(self, *argv: str, user: str = "root") -> str:
        """Run a command there; gives what it prints."""
        code, said = self.container.exec_run(list(argv), user=user)
        assert code == 0, said.decode()
        text: str = said.decode()
        return text

    def reboot(self) -> None:
        """Start it anew: every process ends, every file stays."""
        self.container.restart(timeout=1)
        self.container.reload()
        wait(self.address)


@contextmanager
def container_host(
    engine: Engine, folder: Path, *, systemd: bool = False
) -> Iterator[ContainerHost]:
    """A host for the length of the block; its files here are in a new folder."""
    folder.mkdir()
    _build(engine, _IMAGE, _RECIPE.format(base="python:3.11-slim"))
    if systemd:
        _build(engine, _SYSTEMD_IMAGE, _SYSTEMD_RECIPE)
    image, rights = (_SYSTEMD_IMAGE, _SYSTEMD_RIGHTS) if systemd else (_IMAGE, {})
    name = f"host-{secrets.token_hex(4)}"
    network = engine.client.networks.create(name)
    container = engine.client.containers.run(image, detach=True, network=name, name=name, **rights)
    try:
        container.reload()
        address = container.attrs["NetworkSettings"]["Networks"][name]["IPAddress"]
        host = ContainerHost(container, address, folder)
        make = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(host.key)]
        subprocess.run(make, check=True)
        public = host.key.with_suffix(".pub").read_text().strip()
        allow = f"mkdir -p ~/.ssh && echo '{public}' > ~/.ssh/authorized_keys"
        host.run("su", _USER, "-c", allow)
        own = host.run("cat", "/etc/ssh/ssh_host_ed25519_key.pub")
        host.known_hosts.write_text(f"{address} {own}")
        wait(address)
        yield host
    finally:
        container.remove(force=True)
        network.remove()


def _build(engine: Engine, image: str, recipe: str) -> None:
    file = io.BytesIO(recipe.encode())
    engine.client.images.build(fileobj=file, tag=image, network_mode="host", rm=True)


def wait(address: str) -> None:
    """Wait until sshd answers."""
    deadline = time.monotonic() + _BOOT_SECONDS
    while not answers(address, 22):
        assert time.monotonic() < deadline, f"no sshd at {address}"
        time.sleep(0.02)
