"""A repository's files on a host, and commands that are run among them."""

from __future__ import annotations

from collections.abc import Callable

from provisioner.errors import CommandFailed, HostFailed
from provisioner.hosts.connection import HostConnection
from provisioner.hosts.facts import RemoteHostFacts

# Never asks: no terminal, no input, and these for programs that would look for another way.
_ENVIRONMENT = ("DEBIAN_FRONTEND=noninteractive", "GIT_TERMINAL_PROMPT=0", "PIP_NO_INPUT=1")
_BRING = """\
test -d "$1" && exit 0
rm -rf "$1.draft" && mkdir -p "$1.draft" && tar -xzf - -C "$1.draft" && mv "$1.draft" "$1"
"""
_RUN = 'cd "$1" && exec sh -c "$2"'


async def bring_source(
    connection: HostConnection, facts: RemoteHostFacts, place: str, archive: bytes
) -> str:
    """Unpack files into a new folder, where it is not there yet; gives its absolute path.

    Raises:
        HostFailed: it cannot be written, for one thing because the disk is full.
    """
    folder = place.replace("~", facts.first("home"), 1) if place.startswith("~") else place

    async def bring() -> None:
        ended = await connection.run(["sh", "-c", _BRING, "sh", folder], stdin=archive)
        if ended.exit_code != 0:
            raise HostFailed(
                f"{connection.address}: the files cannot be unpacked into {folder}",
                evidence=ended.tail.splitlines()[-5:],
                next_step="look at the last line; there have to be tar, gzip and some space",
            )

    await connection.step(bring)
    return folder


async def run_in(
    connection: HostConnection, folder: str, command: str, shown: Callable[[str], None]
) -> tuple[int, str]:
    """Run a command line in a folder, again where the connection is lost in its middle.

    Args:
        shown: is given each line of its output as it comes.

    Gives its exit code, 124 for one that took too long, and its output.
    """
    argv = ["env", *_ENVIRONMENT, "sh", "-c", _RUN, "sh", folder, command]

    async def attempt() -> tuple[int, str]:
        output = ""
        try:
            async for line in connection.lines(argv, seconds=connection.waits.command):
                output += line
                shown(f"  | {line.rstrip()}")
        except CommandFailed as error:
            return error.exit_code, output
        return 0, output

    return await connection.step(attempt)
