"""The Python that a feature runs with: the tool's own, or another that this machine has."""

from __future__ import annotations

import json
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from platform import python_version

from provisioner.errors import FeatureConfigInvalid
from provisioner.feature.feature_config import FILE_NAME
from provisioner.feature.packages.uv import Uv
from provisioner.process import run_command

_SECONDS = 30.0
_ASK = """\
import json, os, platform, sys, sysconfig
real = os.path.realpath
bases = {real(sys.base_prefix), real(sys.base_exec_prefix)}
print(json.dumps({
    "path": real(sys.executable),
    "release": platform.python_version(),
    "build": [sys.version, sysconfig.get_platform(), sys.base_prefix],
    "folders": sorted({os.path.join(base, "lib") for base in bases}),
}))
"""


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A CPython on this machine.

    Attributes:
        path: of the program.
        release: such as 3.12.1.
        build: what tells it from others, where a package of its own would not fit.
        folders: what a sandbox has to show of it; () for the tool's own, which all of them show.
    """

    path: str
    release: str
    build: tuple[str, ...]
    folders: tuple[Path, ...] = ()

    @property
    def version(self) -> str:
        """As feature-config.yaml has it, such as 3.12."""
        return self.release.rpartition(".")[0]

    @property
    def markers(self) -> dict[str, str]:
        """What a requirement's marker says of it (PEP 508), where that is not the tool's own."""
        return {"python_version": self.version, "python_full_version": self.release}


#: That of the tool itself.
OWN = Interpreter(
    sys.executable,
    python_version(),
    (sys.version, sysconfig.get_platform(), sys.base_prefix),
)


async def find_interpreter(version: str, uv: Uv) -> Interpreter:
    """The interpreter of a version such as 3.12, the tool's own where that is of it.

    Raises:
        FeatureConfigInvalid: this machine has none.
    """
    if version == OWN.version:
        return OWN
    path = await uv.find_python(version)
    if path is None:
        raise FeatureConfigInvalid(
            f"{FILE_NAME} asks for Python {version}, which is not on this machine",
            evidence=[f"it is not on PATH, and none of pyenv's or uv's; this is {OWN.version}"],
            next_step=f"install Python {version} (such as `uv python install {version}` or `pyenv "
            f'install {version}`), or write version: "{OWN.version}"',
        )
    asked = await run_command([str(path), "-I", "-S", "-c", _ASK], cwd=Path("/"), timeout=_SECONDS)
    said = json.loads(asked.stdout)
    return Interpreter(
        path=said["path"],
        release=said["release"],
        build=tuple(said["build"]),
        folders=(Path(said["path"]), *map(Path, said["folders"])),
    )
