"""Containers of one feature in one engine: hardened, and found again by their names and labels.

Nothing about them is recorded on this side. All calls block.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from provisioner.errors import ContainerFailed
from provisioner.image.engine import Engine, engine_error
from provisioner.image.labels import FEATURE, KIND, RUN

if TYPE_CHECKING:
    from docker.models.containers import Container

Role = Literal["service", "trial", "warm", "proxy"]

USER = 65534
DATA = "/data"
FILES = "files"
"""The folder of a volume that its container may write to."""
#: The network by which proxies are reached, and out of which services that may get out.
OUTER = "ai-deploy"
OWNER, ROLE = f"{KIND}.owner", f"{KIND}.role"
REVISION, SPEC = f"{KIND}.revision", f"{KIND}.spec"
_STOP = f"{KIND}.stop_seconds"
#: By itself and with the engine, until it is stopped.
STARTS_AGAIN: Any = {"Name": "unless-stopped"}
_PROCESSES = 512
_LOGS = {"max-size": "10m", "max-file": "2"}
_TAIL_LINES = 20
_NAME_CHARS = 24


@dataclass(frozen=True, slots=True)
class Owner:
    """A feature of one workspace on this machine; all that it has in an engine carries its name."""

    feature: str
    state: Path  # the workspace's folder of the tool's own

    @property
    def name(self) -> str:
        """A host's name of at most 47 characters, and the prefix of all other names."""
        place = f"{self.state.resolve()}\0{self.feature}"
        digest = hashlib.sha256(place.encode("utf-8", "surrogateescape")).hexdigest()[:12]
        return f"ai-deploy-{self.feature[:_NAME_CHARS].rstrip('-')}-{digest}"


@dataclass(frozen=True, slots=True)
class ContainerSpec:
    """What a container is made of; `digest` names the same one twice.

    Attributes:
        command: None is that of the image.
        volumes: the names of volumes by the folder they are mounted at; they are all it can write
            to, beside a temporary folder in memory.
        files: further files by folder and name, put there before the start.
        ports: of this machine's loopback by the container's own; 0 takes any.
        outgoing: whether it may open connections to the outside.
        stop_seconds: time between SIGTERM and SIGKILL.
    """

    image: str
    environment: Mapping[str, str]
    memory_bytes: int
    cpus: float
    command: Sequence[str] | None = None
    volumes: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)
    ports: Mapping[int, int] = field(default_factory=dict)
    outgoing: bool = False
    stop_seconds: int = 1

    @property
    def digest(self) -> str:
        parts = [self.image, dict(self.environment), self.memory_bytes, self.cpus, self.outgoing]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


class FeatureContainers:
    """The containers, volumes and networks of one owner; the engine is closed with it."""

    def __init__(self, engine: Engine, owner: Owner) -> None:
        self.engine, self.owner, self.client = engine, owner, engine.client
        weakref.finalize(self, engine.close)

    def name(self, part: str) -> str:
        return f"{self.owner.name}-{part}"

    def find(self, name: str) -> Container | None:
        """A container of this owner by its name, None where there is none."""
        with self.errors(f"{name} cannot be looked for"):
            found = self.client.api.containers(all=True, filters=self._filters(name=f"^/?{name}$"))
            return self.client.containers.get(found[0]["Id"]) if found else None

    def list(self, role: Role) -> list[Container]:
        filters = self._filters(more=[f"{ROLE}={role}"])
        with self.errors("the containers cannot be listed"):
            return self.client.containers.list(all=True, filters=filters, ignore_removed=True)

    def _filters(self, *, name: str = "", more: Sequence[str] = ()) -> dict[str, Any]:
        found = {"label": [f"{OWNER}={self.owner.name}", *more]}
        return {**found, "name": name} if name else found

    def create(
        self, name: str, role: Role, spec: ContainerSpec, *, run: str = "", revision: str = ""
    ) -> Container:
        """Make a container, which is not started yet.

        It has no capability and no way to a new one, no user's rights, and writes nowhere but to
        its volumes and memory. Without `outgoing` its one network has no way out, no name server
        and no other feature in it.
        """
        from docker.types import LogConfig

        with self.errors(f"the container {name} cannot be made"):
            container = self.client.containers.create(
                spec.image,
                None if spec.command is None else list(spec.command),
                name=name,
                labels={
                    **self._labels("container"),
                    **{ROLE: role, RUN: run, REVISION: revision, SPEC: spec.digest},
                    _STOP: str(spec.stop_seconds),
                },
                environment=dict(spec.environment),
                user=f"{USER}:{USER}",
                read_only=True,
                tmpfs={"/tmp": "rw,noexec,nosuid,nodev,mode=1777,size=256m"},
                cap_drop=["ALL"],
                security_opt=["no-new-privileges:true"],
                mem_limit=spec.memory_bytes,
                memswap_limit=spec.memory_bytes,
                nano_cpus=int(spec.cpus * 1e9),
                pids_limit=_PROCESSES,
                volumes={self._volume(of): {"bind": at} for at, of in spec.volumes.items()},
                ports={f"{inner}/tcp": ("127.0.0.1", outer) for inner, outer in spec.ports.items()},
                network=self._network(OUTER) if spec.ports or spec.outgoing else self._inner(),
                # A name server of the network's own only: none is asked for names outside.
                dns=None if spec.outgoing else ["127.0.0.1"],
                log_config=LogConfig(type="json-file", config=_LOGS),
                healthcheck=None if role == "service" else {"test": ["NONE"]},
            )
            if spec.ports or spec.outgoing:
                self.client.networks.get(self._inner()).connect(container)
            for folder in spec.volumes:
                container.put_archive(folder, archive(spec.files.get(folder, {})))
        return container

    def in_network(self, container: Container) -> bool:
        """Whether a container is in the owner's network."""
        return self.owner.name in container.attrs["NetworkSettings"]["Networks"]

    def start(self, container: Container) -> None:
        with self.errors(f"the container {container.name} cannot be started"):
            container.start()

    def remove(self, container: Container) -> None:
        """Remove a container, whatever its state."""
        from docker.errors import NotFound

        with self.errors(f"the container {container.name} cannot be removed"), suppress(NotFound):
            container.remove(force=True)

    def remove_volumes(self, *parts: str) -> None:
        """Remove volumes that no container has any more."""
        with self.errors("a volume cannot be removed"):
            for volume in map(self._existing_volume, parts):
                if volume is not None:
                    volume.remove()

    def remove_network(self) -> None:
        """Remove the owner's network, in which no container is left."""
        with self.errors(f"the network {self.owner.name} cannot be removed"):
            for network in self.client.networks.list(filters=self._filters()):
                network.remove()

    @contextmanager
    def errors(self, what: str) -> Iterator[None]:
        """Convert the SDK's errors: DockerUnavailable where the engine is gone."""
        from docker.errors import APIError, DockerException
        from requests import RequestException

        try:
            yield
        except APIError as error:
            raise ContainerFailed(what, evidence=[str(error.explanation or error)]) from error
        except (DockerException, RequestException) as error:
            raise engine_error(str(error), self.engine.endpoint) from error

    def _labels(self, kind: str) -> dict[str, str]:
        return {KIND: kind, FEATURE: self.owner.feature, OWNER: self.owner.name}

    def _inner(self) -> str:
        return self._network(self.owner.name)

    def _network(self, name: str) -> str:
        """The name of a network, which is made where it is missing."""
        from docker.errors import APIError, NotFound

        try:
            self.client.networks.get(name)
        except NotFound:
            inner = name == self.owner.name
            try:
                self.client.networks.create(
                    name,
                    driver="bridge",
                    internal=inner,
                    check_duplicate=True,
                    # The bridge of an inner network has no address: this machine is out of reach.
                    options={"com.docker.network.bridge.inhibit_ipv4": "true"} if inner else None,
                    labels=self._labels("network") if inner else {KIND: "network"},
                )
            except APIError as error:
                if error.status_code != 409:  # another run was first
                    raise
        return name

    def _volume(self, part: str) -> str:
        name = self.name(part)
        if self._existing_volume(part) is None:
            self.client.volumes.create(name, labels=self._labels("volume"))
        return name

    def _existing_volume(self, part: str) -> Any:
        from docker.errors import NotFound

        try:
            return self.client.volumes.get(self.name(part))
        except NotFound:
            return None


def grace_seconds(container: Container) -> int:
    """Time between SIGTERM and SIGKILL, as it was made with."""
    return int(container.labels[_STOP])


def is_running(container: Container) -> bool:
    """Ask the engine whether it runs; False for one that is gone."""
    from docker.errors import NotFound

    try:
        container.reload()
    except NotFound:
        return False
    return bool(container.attrs["State"]["Running"])


def log_lines(container: Container, most: int = _TAIL_LINES) -> tuple[str, ...]:
    """The last lines of what it printed."""
    return tuple(container.logs(tail=most).decode("utf-8", "replace").splitlines())


def how_it_ended(container: Container) -> str:
    """Its end in words: exit code, or want of memory."""
    state = container.attrs["State"]
    if state.get("OOMKilled"):
        return "its memory was used up"
    return f"exit code {state['ExitCode']}"


def archive(files: Mapping[str, bytes]) -> bytes:
    """Files as a tar archive, and the folder FILES, which is the user's that containers run as.

    A volume's own folder is root's, whatever the archive says of it.
    """
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        folder = tarfile.TarInfo(FILES)
        folder.type, folder.mode, folder.uid, folder.gid = tarfile.DIRTYPE, 0o755, USER, USER
        tar.addfile(folder)
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o644
            tar.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()
