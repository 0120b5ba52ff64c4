"""Where a host is, and how one logs in there; the inventory file."""

from __future__ import annotations

import getpass
import re
from dataclasses import dataclass
from pathlib import Path

from provisioner.errors import RemoteInvalid
from provisioner.modes.ssh.settings import HOST_PATTERN, SSHSettings

SSH_PORT = 22
_HIGHEST_PORT = 65535


@dataclass(frozen=True, slots=True)
class HostAddress:
    """A host and the user there.

    Attributes:
        name: what it is called, or its IP address; an IPv6 address without brackets.
        key: private key file, "" for the agent's and those of ~/.ssh.
        known_hosts: the file that its key has to be in.
    """

    name: str
    port: int
    user: str
    key: str
    known_hosts: str

    def __str__(self) -> str:
        return f"{self.user}@{self.host_port}"

    @property
    def host_port(self) -> str:
        """As it stands in an address: host:port, without the port where it is 22."""
        name = f"[{self.name}]" if ":" in self.name else self.name
        return name if self.port == SSH_PORT else f"{name}:{self.port}"


def host_addresses(settings: SSHSettings) -> tuple[HostAddress, ...]:
    """The hosts of `hosts` and `inventory`, in their order.

    Raises:
        RemoteInvalid: there is none, one is named twice or is no host, or the inventory cannot be
            read.
    """
    named = [*settings.hosts, *_inventory(settings.inventory)]
    if not named:
        raise RemoteInvalid(
            "mode SSH has no host", next_step="name one: --host user@host, or ssh.hosts"
        )
    found = tuple(_address(text, settings) for text in named)
    for place, one in enumerate(found):
        if one in found[:place]:
            raise RemoteInvalid(f"the host {one} is named twice", next_step="name it once")
    return found


def _address(text: str, settings: SSHSettings) -> HostAddress:
    match = re.fullmatch(HOST_PATTERN, text)
    port = int((match and match[3]) or SSH_PORT)
    if match is None or not 1 <= port <= _HIGHEST_PORT:
        raise RemoteInvalid(f"{text!r} is no user@host[:port]", next_step="correct it")
    known_hosts = settings.known_hosts or Path("~/.ssh/known_hosts").expanduser()
    return HostAddress(
        name=match[2].strip("[]"),
        port=port,
        user=match[1] or settings.user or getpass.getuser(),
        key=str(settings.key or ""),
        known_hosts=str(known_hosts),
    )


def _inventory(file: Path | None) -> list[str]:
    if file is None:
        return []
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise RemoteInvalid(
            f"the inventory {file} cannot be read: {error}", next_step="correct ssh.inventory"
        ) from error
    return [text for line in lines if (text := line.partition("#")[0].strip())]
