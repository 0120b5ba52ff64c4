"""macOS: sandbox-exec with a profile that denies all but the system and one folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from provisioner.sandbox.base import Command, Confinement, Level, Sandbox
from provisioner.sandbox.limited import limited, readable_paths

_SYSTEM = ("/usr", "/bin", "/sbin", "/System", "/Library/Frameworks", "/private/var/db/dyld")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")


@dataclass(frozen=True, slots=True)
class Seatbelt(Sandbox):
    """Confines with sandbox-exec, which every macOS has."""

    level: ClassVar[Level] = "seatbelt"

    def confine(self, argv: Sequence[str], confinement: Confinement, *, private: Path) -> Command:
        private = private.resolve()  # the kernel compares real paths, and /tmp is a link
        text = profile(confinement, private)
        return Command(
            ("/usr/bin/sandbox-exec", "-p", text, *limited(argv, confinement, prlimit="")),
            confinement.variables(private),
            temporary=(str(private),),
        )


def profile(confinement: Confinement, private: Path) -> str:
    """Write the rules in the language of sandbox-exec; the last that matches decides."""
    folder = confinement.folder
    writable = [private, *([folder.resolve()] if folder is not None else [])]
    readable = readable_paths(confinement)
    network = ["(deny network*)"]
    if confinement.background:
        network.append('(allow network-inbound (local ip "localhost:*"))')
    if confinement.port is not None:
        network.append(f'(allow network-outbound (remote ip "localhost:{confinement.port}"))')
    read = _subpaths([*map(Path, _SYSTEM), *readable, *writable])
    write = _subpaths(writable)
    devices = " ".join(f"(literal {_quoted(device)})" for device in _DEVICES)
    return "\n".join(
        (
            "(version 1)",
            "(deny default)",
            "(allow process-fork)",
            f"(allow process-exec file-map-executable {read})",
            "(allow signal (target same-sandbox))",
            "(allow process-info* (target same-sandbox))",
            "(allow sysctl-read)",
            "(allow file-read-metadata)",
            f'(allow file-read* (literal "/") {read} {devices})',
            f"(allow file-write* {write} {devices})",
            *network,
        )
    )


def _subpaths(paths: Sequence[Path]) -> str:
    return " ".join(f"(subpath {_quoted(str(path))})" for path in paths)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
