"""Environments of packages: made once for a lock, shared by all features that have the same."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import functools
import hashlib
import os
import re
import secrets
import shutil
import sysconfig
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import psutil

from provisioner.feature.feature_config import FILE_NAME, load_feature_config
from provisioner.feature.packages.interpreter import OWN, Interpreter, find_interpreter
from provisioner.feature.packages.lock import LOCK, Lock
from provisioner.feature.packages.modules import check_modules
from provisioner.feature.packages.uv import DEFAULT, Uv
from provisioner.files.atomic import write_errors
from provisioner.files.reading import read_file

_NAME = "environments"
_KEY_CHARS = 32
_DRAFT, _HELD, _OLD = ".draft", ".lock", ".old"
_WAIT_SECONDS = 0.05


@functools.cache
def _own_packages() -> tuple[str, ...]:
    paths = sysconfig.get_paths()
    return tuple(sorted({paths["purelib"], paths["platlib"]}))


@dataclass(frozen=True, slots=True)
class Environment:
    """An interpreter with its packages.

    Attributes:
        folder: a virtual environment; None for the tool's own.
        interpreter: the Python that it is for.
    """

    folder: Path | None = None
    interpreter: Interpreter = OWN

    @property
    def python(self) -> str:
        """The program that finds its packages by itself."""
        return self.interpreter.path if self.folder is None else str(self.folder / "bin" / "python")

    @property
    def packages(self) -> tuple[str, ...]:
        """The folders that packages are imported from."""
        if self.folder is None:
            return _own_packages()
        library = self.folder / "lib" / f"python{self.interpreter.version}"
        return (str(library / "site-packages"),)

    @property
    def readable(self) -> tuple[Path, ...]:
        """What a sandbox has to show beside the tool's own interpreter."""
        return () if self.folder is None else (self.folder, *self.interpreter.folders)


#: That of the tool itself.
TOOL = Environment()


@dataclass(frozen=True, slots=True)
class Environments:
    """The environments of a workspace, in a folder of its state folder.

    An environment is made beside its place and renamed, so that none is ever seen in parts. While
    it is made a file beside it is locked: of two runs one makes it, and a killed one holds nothing.

    Attributes:
        anew: make each environment once more, even where it is there.
        made: the places of those that were made by this object.
        interpreter: the Python that they are for.
    """

    state: Path
    uv: Uv = DEFAULT
    anew: bool = False
    made: set[Path] = field(default_factory=set)
    interpreter: Interpreter = OWN

    async def of_python(self, version: str) -> Environments:
        """Those of a Python such as 3.12; raises FeatureConfigInvalid where there is none here."""
        if version == self.interpreter.version:
            return self
        return replace(self, interpreter=await find_interpreter(version, self.uv))

    async def for_folder(self, folder: Path) -> Environments:
        """Those of the Python that a feature's folder asks for; raises as `of_python`."""
        if not (folder / FILE_NAME).is_file():
            return self
        return await self.of_python(load_feature_config(folder).python.version)

    @property
    def folder(self) -> Path:
        return self.state / _NAME

    def place(self, lock: Lock) -> Path:
        """Where the environment of a lock is, by its pins, the interpreter and the platform."""
        parts = "\0".join([lock.lines, *self.interpreter.build])
        digest = hashlib.sha256(parts.encode()).hexdigest()
        return self.folder / digest[:_KEY_CHARS]

    def find(self, lock: Lock) -> Environment | None:
        """The environment of a lock where there is one already: perhaps the tool's own."""
        place = self.place(lock)
        if place.is_dir():
            return Environment(place, self.interpreter)
        return TOOL if self.interpreter == OWN and lock.installed_here else None

    async def ensure(self, lock: Lock) -> Environment:
        """The environment of a lock, made where it is missing.

        Raises as `Uv.make`, and ModulesConflict where a package brings a module of another.
        """
        found, place = self.find(lock), self.place(lock)
        anew = self.anew and place not in self.made
        if found and (found == TOOL or not anew):
            return found
        # uv may outlive a killed run for a moment, and still write: no two have the same draft.
        draft = place.with_suffix(f".{secrets.token_hex(4)}{_DRAFT}")
        with write_errors(self.folder):
            self.folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        async with _held(place.with_suffix(_HELD)):
            if anew or not place.is_dir():
                self._remove_beside(place)
                try:
                    await self.uv.make(draft, lock.lines, python=Path(self.interpreter.path))
                    check_modules(Path(Environment(draft, self.interpreter).packages[0]))
                    with write_errors(place):
                        if place.is_dir():  # a service may still run from it
                            place.rename(draft.with_suffix(_OLD))
                        draft.rename(place)
                finally:
                    shutil.rmtree(draft, ignore_errors=True)
                self.made.add(place)
        return Environment(place, self.interpreter)

    async def of_folder(self, folder: Path, name: str = LOCK) -> Environment:
        """The environment of a feature's folder, by its Python and a lock of it, which may lack."""
        lock = Lock.parse(read_file(folder / name) or b"", name)
        return await (await self.for_folder(folder)).ensure(lock)

    def find_unused(self, used: Collection[Path]) -> list[Path]:
        """List the environments at none of these places that no process uses, and killed drafts."""
        if not self.folder.is_dir():
            return []
        kept = {*used} | self._in_processes()
        found = {self.folder / path.name.partition(".")[0] for path in self.folder.iterdir()}
        return sorted(found - kept)

    async def remove_unused(self, used: Collection[Path]) -> list[Path]:
        """Remove what `find_unused` lists; gives the places that were removed.

        To be called while no run is under way.
        """
        removed = []
        for place in self.find_unused(used):
            async with _held(place.with_suffix(_HELD)):
                with contextlib.suppress(FileNotFoundError):
                    place.rename(place.with_suffix(_OLD))  # never found in parts at its place
                    removed.append(place)
                self._remove_beside(place)
                place.with_suffix(_HELD).unlink()
        return removed

    def _remove_beside(self, place: Path) -> None:
        """Remove what killed runs left of an environment, and those that it took the place of."""
        left = [one for one in self.folder.glob(f"{place.name}.*") if one.suffix in (_DRAFT, _OLD)]
        if left and place not in self._in_processes():
            for path in left:
                shutil.rmtree(path, ignore_errors=True)

    def _in_processes(self) -> set[Path]:
        """The places that a command line on this machine names, as those of services do."""
        named = re.compile(re.escape(f"{self.folder}{os.sep}") + r"[0-9a-f]+")
        commands = (" ".join(one.info["cmdline"] or ()) for one in psutil.process_iter(["cmdline"]))
        return {Path(place) for command in commands for place in named.findall(command)}


@asynccontextmanager
async def _held(path: Path) -> AsyncIterator[None]:
    """Hold a lock file for the length of the block; the kernel frees it where the process dies."""
    while (descriptor := _locked(path)) is None:  # noqa: ASYNC110  # another process holds it
        await asyncio.sleep(_WAIT_SECONDS)
    try:
        yield
    finally:
        os.close(descriptor)


def _locked(path: Path) -> int | None:
    """Open and lock a file, None where somebody else holds it, or has just removed it."""
    with write_errors(path):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with contextlib.suppress(BlockingIOError, FileNotFoundError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(path.stat(), os.fstat(descriptor)):
            return descriptor
    os.close(descriptor)
    return None
