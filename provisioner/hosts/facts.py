"""RemoteHostFacts: what a host is and has, gathered in one round trip."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files

from provisioner.errors import HostUnsuitable
from provisioner.hosts.connection import HostConnection

_SECONDS = 30.0
_END = "facts"
_OLDEST_GLIBC, _NEWEST_GLIBC = 17, 40  # that uv knows platforms of
_MACHINES = ("x86_64", "aarch64")


@dataclass(frozen=True)
class RemoteHostFacts:
    """What a host is and has.

    Attributes:
        host: as a person wrote it.
        values: what the script says by name, each time that it says it.
    """

    host: str
    values: dict[str, list[str]]

    def first(self, name: str) -> str:
        return self.values.get(name, [""])[0]

    @cached_property
    def pythons(self) -> dict[str, str]:
        """Path of the first interpreter of each version, such as 3.11."""
        found: dict[str, str] = {}
        for path in self.values.get("python", []):
            found.setdefault(path.rpartition("python")[2], path)
        return found

    @property
    def ports(self) -> frozenset[int]:
        """On which something listens."""
        return frozenset(int(one, 16) for one in self.values.get("listening", []))

    @property
    def disk_free_mb(self) -> int:
        """Where the user's home is, in MiB."""
        return int(self.first("disk_free_kb") or 0) >> 10

    @property
    def platform(self) -> str:
        """The platform whose wheels run there, as uv names it; raises HostUnsuitable."""
        machine, libc = self.first("machine"), self.first("libc")
        glibc = re.fullmatch(r"glibc 2\.(\d+).*", libc)
        if machine in _MACHINES and libc == "musl":
            return f"{machine}-unknown-linux-musl"
        if machine in _MACHINES and glibc and int(glibc[1]) >= _OLDEST_GLIBC:
            minor = int(glibc[1])
            known = minor if minor in (28, *range(31, _NEWEST_GLIBC + 1)) else 28
            return f"{machine}-manylinux_2_{known if minor >= 28 else _OLDEST_GLIBC}"
        raise HostUnsuitable(
            f"{self.host} is {self.first('system')} on {machine} with {libc or 'no known libc'}; "
            f"wheels are had for Linux on {' and '.join(_MACHINES)} alone",
            next_step="use another host",
        )

    def require_python(self, version: str) -> str:
        """The path of a Python; raises HostUnsuitable, which says how it gets there."""
        if version in self.pythons:
            return self.pythons[version]
        there = ", ".join(sorted(self.pythons)) or "none"
        manager = self.first("package_manager")
        install = f"`{manager} install python{version}`, or " if manager else ""
        raise HostUnsuitable(
            f"{self.host} has no Python {version}, which the feature was tested with "
            f"(it has: {there})",
            next_step=f"install it there: {install}`uv python install {version}`",
        )

    def shown(self) -> dict[str, str]:
        """For a person, or a model: one line each."""
        many = ("python", "listening", "tool")
        one = {name: " ".join(value) for name, value in self.values.items() if name not in many}
        one.pop("end", None)
        return {
            **one,
            "pythons": " ".join(sorted(self.pythons)),
            "tools": " ".join(self.values.get("tool", [])),
            "ports_in_use": " ".join(map(str, sorted(self.ports))),
        }


async def gather_facts(connection: HostConnection) -> RemoteHostFacts:
    """Ask a host what it is; raises HostUnsuitable where it is none that we can use."""
    script = files("provisioner.modes.inside").joinpath("host_facts.sh").read_bytes()
    ended = await connection.run(["sh", "-s"], stdin=script, seconds=_SECONDS)
    facts = parse_facts(str(connection.address), ended.stdout.decode("utf-8", "replace"))
    if facts.first("end") != _END:
        raise HostUnsuitable(
            f"{connection.address} does not run a script of its shell to the end",
            evidence=ended.tail.splitlines()[-5:],
            next_step="it needs a POSIX shell, coreutils (timeout) and awk",
        )
    return facts


def parse_facts(host: str, text: str) -> RemoteHostFacts:
    """Read what the script printed; lines of anything else, as a greeting, are left out."""
    values: dict[str, list[str]] = {}
    for line in text.splitlines():
        name, equals, value = line.partition("=")
        if equals and re.fullmatch(r"[a-z_]+", name):
            values.setdefault(name, []).append(value)
    return RemoteHostFacts(host, values)
