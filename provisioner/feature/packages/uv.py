"""uv: resolves requirements to pins, and makes environments of them; from wheels alone.

No code of a package runs here: nothing is built, and nothing is imported.
"""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from provisioner.errors import IndexUnreachable, Unresolvable, WaitTimedOut, WorkspaceInvalid
from provisioner.feature.packages.index import index_settings
from provisioner.files.temporary import private_folder
from provisioner.process import Completed, ToolMissing, run_command
from provisioner.process.environment import index_environment, pyenv_folders

#: uv's exit code where it has an answer and that is no; 2 where something kept it from one.
_NO = 1
_NOWHERE = "was not found in the package registry"
#: What uv says where it was not let to the index.
_OFFLINE = ("network was disabled", "not found in the cache")
_FULL = "No space left on device"
_LINES = 12
_COMPILER = Path(__file__).with_name("compile_modules.py")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the index says of a package.

    Attributes:
        exists: whether the index has it.
        why_not: why it cannot be installed here, in uv's words; "" where it can.
    """

    exists: bool
    why_not: str


@dataclass(frozen=True, slots=True)
class Uv:
    """The program, with what it may take.

    Attributes:
        exclude_newer: only releases from before this day, in ISO 8601; "" for all.
        seconds: time for one command.
    """

    exclude_newer: str = ""
    seconds: float = 600.0

    async def compile(
        self, requirements: str, *, python: Path, pins: str = "", without: Iterable[str] = ()
    ) -> str:
        """Resolve requirements to pins, a line each; `pins` of before stay where they can.

        Packages named in `without` are not looked for, whatever needs them.

        Raises:
            Unresolvable: there is no such package or release for this Python, or no wheel.
            IndexUnreachable: the index does not answer, and the cache does not hold enough.
        """
        return _pins(await self._compile(requirements, python=python, pins=pins, without=without))

    async def look_up(self, name: str, *, python: Path) -> Facts:
        """Ask the index about a package; raises IndexUnreachable."""
        ended = await self._compile(name, "--no-deps", python=python)
        if ended.exit_code == _NO:
            return Facts(_NOWHERE not in _words(ended), _sentence(ended))
        _pins(ended)
        return Facts(exists=True, why_not="")

    async def was_there(self, pin: str, *, python: Path, day: date) -> bool:
        """Whether a release, such as requests==2.32.0, was in the index when a day began."""
        newest = f"{day.isoformat()}T00:00:00Z"
        return (await self._compile(pin, "--no-deps", python=python, newest=newest)).exit_code == 0

    async def make(self, folder: Path, pins: str, *, python: Path) -> None:
        """Make a virtual environment with exactly the pinned releases, of what the cache holds
        where it holds all; raises as `compile`."""
        with private_folder("uv") as private:
            lock = _written(private, "pins.txt", pins)
            venv = ["venv", "--no-project", "--relocatable", "--python", str(python), str(folder)]
            await self._run(venv, check=True)
            sync = ["pip", "sync", "--python", str(folder / "bin" / "python"), "--no-build"]
            sync += ["--allow-empty-requirements", str(lock)]
            ended = await self._run([*sync, "--offline"])
            if ended.exit_code != 0:
                ended = await self._run(sync)
        _raise_for(ended)
        await self._finish(folder, python=python)

    async def install_for(self, folder: Path, pins: str, *, python: str, platform: str) -> None:
        """Install exactly the pinned releases into a folder, for a Python such as 3.11 on another
        platform; raises as `compile`."""
        with private_folder("uv") as private:
            lock = _written(private, "pins.txt", pins)
            install = ["pip", "install", "--no-build", "--no-deps", "--target", str(folder)]
            install += ["--python-version", python, "--python-platform", platform]
            install += ["--requirements", str(lock)]
            ended = await self._run([*install, "--offline"])
            if ended.exit_code != 0:
                ended = await self._run(install)
        _raise_for(ended)

    async def _finish(self, folder: Path, *, python: Path) -> None:
        """Write the bytecode of modules, which the sandbox cannot, and make all files read-only.

        Not by uv: it starts the environment's interpreter, which runs what packages put into .pth
        files. Without `site` none of that is run.
        """
        argv = [str(python), "-I", "-S", str(_COMPILER), str(folder)]
        shares = os.cpu_count() or 1
        await asyncio.gather(
            *(
                run_command([*argv, str(share), str(shares)], cwd=Path("/"), timeout=self.seconds)
                for share in range(shares)
            )
        )

    async def version(self) -> str:
        """What it calls itself, with its version; raises ToolMissing."""
        return (await self._run(["--version"], check=True)).stdout.decode().strip()

    async def find_python(self, version: str) -> Path | None:
        """A CPython of that version, such as 3.12; None where this machine has none."""
        find = ["python", "find", "--system", "--no-project", f"cpython@{version}"]
        ended = await self._run(find, path=pyenv_folders(version))
        return Path(ended.stdout.decode().strip()) if ended.exit_code == 0 else None

    async def _compile(
        self,
        requirements: str,
        *options: str,
        python: Path,
        pins: str = "",
        newest: str = "",
        without: Iterable[str] = (),
    ) -> Completed:
        """Run `uv pip compile`; where the index does not answer, with what the cache holds."""
        with private_folder("uv") as private:
            wanted = _written(private, "requirements.in", requirements)
            found = _written(private, "requirements.txt", pins)
            compile_ = ["pip", "compile", "--no-header", "--no-annotate", "--no-build"]
            compile_ += ["--python", str(python), *options]
            if newest := newest or self.exclude_newer:
                compile_ += ["--exclude-newer", newest]
            compile_ += ["--output-file", str(found), str(wanted)]
            if left_out := "\n".join(sorted(without)):
                compile_ += ["--excludes", str(_written(private, "excludes.txt", left_out))]
            ended = await self._run(compile_)
            if ended.exit_code not in (0, _NO):
                offline = await self._run([*compile_, "--offline"])
                ended = offline if offline.exit_code == 0 else ended
            return ended

    async def _run(
        self, arguments: Sequence[str], *, path: Iterable[Path] = (), check: bool = False
    ) -> Completed:
        """Run uv, with further folders of programs."""
        common = ("--color", "never", "--no-progress", "--no-python-downloads")
        environment = index_environment()
        environment["PATH"] = os.pathsep.join([environment["PATH"], *map(str, path)])
        return await run_command(
            [_program(), *arguments, *common],
            cwd=Path("/"),  # uv obeys an uv.toml of every folder above; all may write to /tmp
            env={**environment, **index_settings(environment)},
            timeout=self.seconds,
            check=check,
        )


#: With all releases, and ten minutes for a command.
DEFAULT = Uv()


def _written(folder: str, name: str, text: str) -> Path:
    file = Path(folder, name)
    file.write_text(text, "utf-8")
    return file


def _program() -> str:
    """The program that the package uv brings."""
    import uv

    try:
        return uv.find_uv_bin()
    except FileNotFoundError as error:
        raise ToolMissing("uv", "the package uv is installed without it") from error


def _pins(ended: Completed) -> str:
    _raise_for(ended)
    return ended.stdout.decode()


def _raise_for(ended: Completed) -> None:
    """Raise where uv has not done what was asked: its answer is no, or it got none."""
    if ended.exit_code == 0 and not ended.timed_out:
        return
    evidence = _words(ended).splitlines()[-_LINES:]
    if ended.timed_out:
        raise WaitTimedOut(
            f"the packages were not installed within {ended.seconds:.0f} s",
            evidence=evidence,
            next_step="raise packages.seconds in deployment.yaml",
        )
    if _FULL in _words(ended):
        full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        raise WorkspaceInvalid(
            "there is no space for the feature's packages",
            evidence=evidence,
            next_step="free some space and run the same command again",
        ) from full
    if ended.exit_code == _NO and not any(said in _words(ended) for said in _OFFLINE):
        raise Unresolvable(
            f"the requirements cannot be installed: {_sentence(ended)}",
            evidence=evidence,
            next_step="correct requirements.txt: wheels for this Python are needed, and versions "
            "that fit together",
        )
    raise IndexUnreachable(
        "the index of packages does not answer, and the cache does not hold what is needed: "
        f"{evidence[-1] if evidence else 'no word of it'}",
        evidence=evidence,
        next_step="connect to the network or name an index (UV_DEFAULT_INDEX, PIP_INDEX_URL, or "
        "pip's or uv's configuration), and run it again",
    )


def _words(ended: Completed) -> str:
    """What uv says, without its way of breaking lines."""
    return ended.stderr.decode(errors="replace").strip()


def _sentence(ended: Completed) -> str:
    """The cause in uv's words, on one line."""
    text = " ".join(_words(ended).replace("╰─▶", " ").replace("├─▶", " ").replace("│", " ").split())
    return text[text.find("Because") :] if "Because" in text else text
