"""Ports without a race: the socket is bound here and inherited by the service."""

from __future__ import annotations

import errno
import socket
from pathlib import Path

from provisioner.errors import ProvisionerError

LOOPBACK = "127.0.0.1"


class PortTaken(ProvisionerError):
    """Another process listens on the port.

    Attributes:
        port: the port.
        pid: of the process that holds it, None where that cannot be seen.
    """

    def __init__(self, port: int, pid: int | None) -> None:
        holder = f"process {pid}" if pid else "another process"
        super().__init__(
            f"port {port} is held by {holder}: address already in use",
            next_step=f"end it, or choose another port than {port} (0 takes a free one)",
        )
        self.port = port
        self.pid = pid


def listen(port: int = 0, host: str = LOOPBACK) -> socket.socket:
    """Open a listening socket for a service to inherit; 0 takes a free port.

    Connections wait in its queue until the service accepts them, so that a client needs no
    retries while the service starts. Close it here once the service has it: the queue then dies
    with the service.

    Raises:
        PortTaken: somebody else listens there.
        ProvisionerError: the port may not be used (below 1024, or a foreign address).
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        # A port whose last connections are in TIME_WAIT is free; one that is listened on is not.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # uvicorn takes an inherited descriptor for a Unix socket and leaves Nagle's algorithm on:
        # 45 ms a request on a kept connection, against 1.2. Accepted connections inherit this.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(port, port_holder(port)) from error
        raise ProvisionerError(
            f"port {port} on {host} cannot be used: {error.strerror}",
            next_step="choose a port from 1024 to 65535, or 0 for a free one",
        ) from error
    return listener


def port_holder(port: int) -> int | None:
    """Find the process that listens on a TCP port, as far as /proc shows it to this user."""
    inodes = {
        fields[9]
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        for fields in _rows(Path(table))
        if fields[3] == "0A" and int(fields[1].rpartition(":")[2], 16) == port
    }
    wanted = {f"socket:[{inode}]" for inode in inodes}
    if not wanted:
        return None
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if any(str(link.readlink()) in wanted for link in (process / "fd").iterdir()):
                return int(process.name)
        except OSError:
            continue  # ended meanwhile, or another user's
    return None


def _rows(table: Path) -> list[list[str]]:
    try:
        lines = table.read_text().splitlines()[1:]
    except OSError:
        return []
    return [line.split() for line in lines]
