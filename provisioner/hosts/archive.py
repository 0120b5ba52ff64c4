"""What is sent to a host: a feature's release, and the packages of its lock, as tar archives."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import platform as system_platform
import sysconfig
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import distribution
from importlib.resources import files
from pathlib import Path

from provisioner.errors import RequirementsInvalid
from provisioner.feature.packages.lock import LOCK, Lock
from provisioner.feature.packages.uv import Uv
from provisioner.feature.secret_values import secret_digest
from provisioner.files.reading import read_file
from provisioner.files.temporary import private_folder
from provisioner.image.content.keys import SourceFile
from provisioner.image.content.sources import read_sources

_TOOLS = ("supervise.py", "http_proxy.py")
_KEY_CHARS, _REVISION_CHARS, _DIGEST_CHARS = 32, 12, 8
_LEVEL = 1  # of gzip: packages are mostly compiled code, and a host is mostly near


@dataclass(frozen=True, slots=True)
class Release:
    """A feature as it is at a revision, with what it gets as variables.

    Attributes:
        name: of this very content and these variables.
        archive: its files below app/, and the tools that run it below tool/.
        variables: that it is started with; secrets are further ones, which nothing shows.
    """

    name: str
    revision: str
    archive: bytes = field(repr=False)
    variables: Mapping[str, str]
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.archive).hexdigest()


def pack_release(
    folder: Path,
    lock: Lock,
    *,
    revision: str,
    variables: Mapping[str, str],
    secrets: Mapping[str, str],
) -> Release:
    """The release of a feature's folder; raises WorkspaceInvalid where it cannot be read.

    A changed secret is another release, by a digest of it in the name.
    """
    inside = files("provisioner.modes.inside")
    content = {f"app/{name}": file for name, file in read_sources(folder).items()}
    for name in _TOOLS:
        content[f"tool/{name}"] = SourceFile(inside.joinpath(name).read_bytes())
    archive = pack_files(content)
    given = dict(variables)
    for name, value in secrets.items():
        given[name] = secret_digest(value, salt=f"{name} of {folder.name}")
    parts = [archive, lock.lines.encode(), json.dumps(given, sort_keys=True).encode()]
    digest = hashlib.sha256(b"\0".join(parts)).hexdigest()[:_DIGEST_CHARS]
    return Release(f"{revision[:_REVISION_CHARS]}-{digest}", revision, archive, variables, secrets)


def read_lock(folder: Path) -> Lock:
    """The lock of a feature's folder; raises RequirementsInvalid where it has none."""
    content = read_file(folder / LOCK)
    if content is None:
        raise RequirementsInvalid(
            f"{folder} has no {LOCK}: which packages go to the host is not known",
            next_step=f"`uv pip compile requirements.txt -o {LOCK}`, or a run that writes it",
        )
    return Lock.parse(content)


def environment_key(lock: Lock, python: str, platform: str) -> str:
    """What an environment on a host is called, by its pins, Python and platform."""
    parts = "\0".join([lock.lines, python, platform])
    return hashlib.sha256(parts.encode()).hexdigest()[:_KEY_CHARS]


async def pack_packages(uv: Uv, lock: Lock, *, python: str, platform: str) -> bytes:
    """The packages of a lock for another machine, without code of theirs run; raises as `Uv`.

    Those that are installed with the tool are taken from there where they run on that machine.
    """
    if lock.installed_here and runs_there(python, platform) and (own := _own_packages(lock)):
        return pack_files(own)
    with private_folder("packages") as private:
        folder = Path(private, "packages")  # uv makes it
        await uv.install_for(folder, lock.lines, python=python, platform=platform)
        return pack_files(dict(_found(folder)))


def runs_there(python: str, target: str) -> bool:
    """Whether what is installed here runs with another machine's Python, on its platform."""
    libc, version = system_platform.libc_ver()
    machine, _, wanted = target.partition("-manylinux_2_")
    return (
        python == sysconfig.get_python_version()
        and machine == system_platform.machine()
        and libc == "glibc"
        and wanted.isdigit()
        and int(version.partition(".")[2] or 0) <= int(wanted)
    )


def _own_packages(lock: Lock) -> dict[str, SourceFile] | None:
    """The files of installed packages, None where it is not known which these are."""
    found: dict[str, SourceFile] = {}
    for name in lock.pins:
        listed = distribution(name).files
        if listed is None or any(path.name == "direct_url.json" for path in listed):
            return None
        for path in listed:
            if ".." not in path.parts and "__pycache__" not in path.parts:
                file = Path(str(path.locate()))
                runs = bool(file.stat().st_mode & 0o100)
                found[path.as_posix()] = SourceFile(file.read_bytes(), executable=runs)
    return found


def _found(folder: Path) -> Iterator[tuple[str, SourceFile]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            runs = bool(path.stat().st_mode & 0o100)
            name = path.relative_to(folder).as_posix()
            yield name, SourceFile(path.read_bytes(), executable=runs)


def pack_files(content: Mapping[str, SourceFile]) -> bytes:
    """A tar archive that is the same for the same content."""
    buffer = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=buffer, mode="wb", compresslevel=_LEVEL, mtime=0) as compressed,
        tarfile.open(fileobj=compressed, mode="w") as tar,
    ):
        for name, file in sorted(content.items()):
            entry = tarfile.TarInfo(name)
            entry.mode = 0o755 if file.executable else 0o644
            if file.link:
                entry.type, entry.linkname = tarfile.SYMTYPE, file.content.decode()
                tar.addfile(entry)
            else:
                entry.size = len(file.content)
                tar.addfile(entry, io.BytesIO(file.content))
    return buffer.getvalue()
