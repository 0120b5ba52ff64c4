"""A real sshd on this machine's loopback interface, of the tests' own user, with its own keys."""

from __future__ import annotations

import getpass
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROGRAM = Path("/usr/sbin/sshd")
_CONFIG = """\
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/authorized_keys
ListenAddress 127.0.0.1
Port {port}
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
MaxStartups 100
Subsystem sftp internal-sftp
"""
_START_SECONDS = 10.0


@dataclass(frozen=True)
class Sshd:
    """A running sshd.

    Attributes:
        key: private key of the user; known_hosts holds the host's own.
    """

    folder: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def key(self) -> Path:
        return self.folder / "key"

    @property
    def known_hosts(self) -> Path:
        return self.folder / "known_hosts"

    @property
    def host(self) -> str:
        """As `--host` takes it."""
        return f"{getpass.getuser()}@127.0.0.1:{self.port}"


@contextmanager
def running_sshd(folder: Path, *, home: Path | None = None, disk: int = 0) -> Iterator[Sshd]:
    """An sshd whose files are in a new folder, for the length of the block.

    Args:
        home: of whoever logs in, for a host beside others on this machine.
        disk: bytes of a file system of its own for that home; 0 is the one that is there.
    """
    folder.mkdir()
    for name in ("host_key", "key"):
        make = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
        subprocess.run(make, check=True)
    (folder / "authorized_keys").write_text((folder / "key.pub").read_text())
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = int(listener.getsockname()[1])
    host_key = (folder / "host_key.pub").read_text()
    (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {host_key}")
    config = _CONFIG.format(folder=folder, port=port)
    if home is not None:
        home.mkdir()
        config += f"SetEnv HOME={home}\n"
    (folder / "config").write_text(config)
    argv = [str(PROGRAM), "-D", "-e", "-f", str(folder / "config")]
    if disk:
        mount = f'mount -t tmpfs -o size={disk} tmpfs "$0" && exec "$@"'
        argv = ["unshare", "--mount", "sh", "-c", mount, str(home), *argv]
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(argv, stderr=log)
    try:
        _wait(port, process, folder / "log")
        yield Sshd(folder, port, process)
    finally:
        process.terminate()
        process.wait()


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not answers("127.0.0.1", port):
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.01)


def answers(address: str, port: int) -> bool:
    """Whether something listens there."""
    try:
        socket.create_connection((address, port), 1).close()
    except OSError:
        return False
    return True
