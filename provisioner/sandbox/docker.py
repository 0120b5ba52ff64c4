"""Docker: a container without network, rights or files of its own, seeing this machine's Python.

The image is as good as empty; the system's folders and the interpreter's are shown to it
read-only. So it needs no registry, and runs the interpreter and packages that all levels run.
"""

from __future__ import annotations

import io
import itertools
import os
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from provisioner.errors import SandboxUnavailable
from provisioner.process.environment import clean_environment
from provisioner.sandbox.base import FAMILIES, SUPERVISOR, Command, Confinement, Level, Sandbox
from provisioner.sandbox.interpreter import ETC, SYSTEM, interpreter_folders
from provisioner.sandbox.limited import KERNEL, limited
from provisioner.sandbox.process import run_plainly

IMAGE = "ai-assisted-deploy-sandbox:1"
#: Everything this tool leaves in an engine is found by it.
LABEL = "ai-assisted-deploy=sandbox"
_ENGINE = ("DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "DOCKER_CERT_PATH", "XDG_RUNTIME_DIR")
_NOBODY = 65534
_next = itertools.count()


@dataclass(frozen=True, slots=True)
class Docker(Sandbox):
    """Confines with `docker run`, hardened; the judge keeps its container warm."""

    level: ClassVar[Level] = "docker"

    def confine(self, argv: Sequence[str], confinement: Confinement, *, private: Path) -> Command:
        """See Sandbox.confine."""
        if confinement.port is not None or confinement.background:
            raise SandboxUnavailable(
                "a container of the sandbox has no network, so it can neither serve nor connect",
                next_step="install bubblewrap to run services in isolation",
            )
        name = f"ai-deploy-sandbox-{os.getpid()}-{next(_next)}"
        memory = str(confinement.limits.memory_bytes)
        run = ["docker", "run", "--rm", "--interactive", "--name", name, "--label", LABEL]
        run += ["--network", "none", "--hostname", "sandbox", "--read-only", "--pull", "never"]
        run += ["--cap-drop", "ALL", "--security-opt", "no-new-privileges"]
        run += ["--memory", memory, "--memory-swap", memory]
        run += ["--pids-limit", str(confinement.limits.processes + 8)]
        run += ["--tmpfs", f"/tmp:rw,exec,nosuid,nodev,mode=1777,size={memory}"]
        readable = [*interpreter_folders(), *confinement.readable]
        if confinement.supervisor:
            run += [part for right in SUPERVISOR for part in ("--cap-add", right)]
            run += ["--user", "0:0"]
        else:
            run += ["--user", _user(confinement.folder)]
            argv = limited(argv, confinement.limits)
            readable.append(KERNEL)
        for source, place in _system():
            run += _mount(source, place)
        for path in readable:
            if not any(str(path).startswith(f"{one}/") for one in SYSTEM):
                run += _mount(path, path)
        if confinement.folder is not None:
            run += ["--mount", f"type=bind,src={confinement.folder},dst={confinement.folder}"]
        for key, value in confinement.variables().items():
            run += ["--env", f"{key}={value}"]
        run += ["--workdir", str(confinement.start_folder(Path("/tmp"))), IMAGE, *argv]
        return Command(
            tuple(run),
            clean_environment(inherit=_ENGINE),
            owns_processes=True,
            may_become=confinement.supervisor,
            families=FAMILIES,
            temporary=("/tmp", "/dev/shm"),
            end=("docker", "rm", "--force", name),
        )


def _user(folder: Path | None) -> str:
    """Nobody; where a folder is to be written to, whoever it belongs to."""
    if folder is None:
        return f"{_NOBODY}:{_NOBODY}"
    owner = folder.stat()
    return f"{owner.st_uid}:{owner.st_gid}"


def _system() -> list[tuple[Path, Path]]:
    """Sources and places of the system's mounts; links are resolved, an empty image has none."""
    places = [Path(one) for one in (*SYSTEM, *ETC)]
    return [(place.resolve(), place) for place in places if place.exists()]


def _mount(source: Path, place: Path) -> list[str]:
    return ["--mount", f"type=bind,src={source},dst={place},readonly"]


def _almost_empty() -> bytes:
    """An archive of one folder: what is mounted on /tmp takes over its mode."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        folder = tarfile.TarInfo("tmp")
        folder.type, folder.mode = tarfile.DIRTYPE, 0o1777
        tar.addfile(folder)
    return archive.getvalue()


async def make_image() -> str:
    """Make the image in the engine where it is missing; returns the error, "" for none."""
    environment = clean_environment(inherit=_ENGINE)
    found = await run_plainly(["docker", "image", "inspect", IMAGE], environment)
    if found.exit_code == 0:
        return ""
    argv = ["docker", "import", "--change", f"LABEL {LABEL}", "-", IMAGE]
    made = await run_plainly(argv, environment, stdin=_almost_empty())
    return "" if made.exit_code == 0 else made.stderr.strip() or "docker import fails"
