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
from provisioner.process import run_command
from provisioner.process.environment import clean_environment
from provisioner.sandbox.base import FAMILIES, SUPERVISOR, Command, Confinement, Level, Sandbox
from provisioner.sandbox.limited import ETC, SYSTEM, limited, readable_paths

IMAGE = "ai-assisted-deploy-sandbox:1"
#: Everything this tool leaves in an engine is found by it.
LABEL = "ai-assisted-deploy=sandbox"
_ENGINE = ("DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "DOCKER_CERT_PATH", "XDG_RUNTIME_DIR")
_MAKE_SECONDS = 60
_next = itertools.count()


@dataclass(frozen=True, slots=True)
class Docker(Sandbox):
    """Confines with `docker run`, hardened; the judge keeps its container warm."""

    level: ClassVar[Level] = "docker"

    def confine(self, argv: Sequence[str], confinement: Confinement, *, private: Path) -> Command:
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
        run += ["--user", _user(confinement)]
        if confinement.supervisor:
            run += [part for right in SUPERVISOR for part in ("--cap-add", right)]
        for place in map(Path, (*SYSTEM, *ETC)):
            if place.exists():
                run += _mount(place.resolve(), place)  # an empty image has no links
        for path in readable_paths(confinement):
            run += _mount(path, path)
        if confinement.folder is not None:
            run += ["--mount", f"type=bind,src={confinement.folder},dst={confinement.folder}"]
        for key, value in confinement.variables().items():
            run += ["--env", f"{key}={value}"]
        run += ["--workdir", str(confinement.start_folder(Path("/tmp"))), IMAGE]
        return Command(
            (*run, *limited(argv, confinement, prlimit="")),
            clean_environment(inherit=_ENGINE),
            owns_processes=True,
            may_become=confinement.supervisor,
            families=FAMILIES,
            temporary=("/tmp", "/dev/shm"),
            end=("docker", "rm", "--force", name),
        )


def _user(confinement: Confinement) -> str:
    """Root for a supervisor; else nobody, or whoever the folder to be written to belongs to."""
    if confinement.supervisor:
        return "0:0"
    if confinement.folder is None:
        return "65534:65534"
    owner = confinement.folder.stat()
    return f"{owner.st_uid}:{owner.st_gid}"


def _mount(source: Path, place: Path) -> list[str]:
    return ["--mount", f"type=bind,src={source},dst={place},readonly"]


async def make_image() -> str:
    """Make the image in the engine where it is missing; returns the error, "" for none.

    It holds one folder: what is mounted on /tmp takes over its mode.
    """
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        folder = tarfile.TarInfo("tmp")
        folder.type, folder.mode = tarfile.DIRTYPE, 0o1777
        tar.addfile(folder)
    for argv in (
        ["docker", "image", "inspect", IMAGE],
        ["docker", "import", "--change", f"LABEL {LABEL}", "-", IMAGE],
    ):
        done = await run_command(
            argv,
            cwd=Path("/"),
            env=clean_environment(inherit=_ENGINE),
            timeout=_MAKE_SECONDS,
            stdin=archive.getvalue(),
            check=False,
        )
        if done.exit_code == 0:
            return ""
    return done.stderr.decode(errors="replace").strip() or "docker import fails"
