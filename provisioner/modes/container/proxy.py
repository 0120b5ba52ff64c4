"""A feature's proxy: its stable address, and the address at which what comes next is tested.

It is a container of the feature's own image that runs `inside/http_proxy.py`, and the only one of
the feature with ports. Which container answers at which port is kept in its volume.
"""

from __future__ import annotations

import io
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast
from urllib.parse import urlsplit

from provisioner.errors import ContainerFailed
from provisioner.feature.feature_config import FeatureConfig
from provisioner.modes.container.engine import (
    STARTS_AGAIN,
    ContainerSpec,
    FeatureContainers,
    archive,
    is_running,
)
from provisioner.modes.inside import http_proxy

if TYPE_CHECKING:
    from docker.models.containers import Container

Port = Literal["live", "candidate"]

PROGRAM = Path(http_proxy.__file__)
_STATE = str(http_proxy.STATE.parent)
_COMMAND = ("python3", "-I", "-B", f"{_STATE}/{PROGRAM.name}")
_MEMORY_BYTES = 256 << 20
_CPUS = 1.0
_TAKEN = re.compile(r"already (allocated|in use)|not available|port is in use", re.IGNORECASE)
_FIRST_PORT, _PORTS, _TRIED = 20_000, 10_000, 20


@dataclass(frozen=True, slots=True)
class Backends:
    """Where the ports lead; "" for nowhere.

    Attributes:
        live: the name of the container that is live; previous is that before it.
        candidate: name and port of the one that is tested.
    """

    live: str = ""
    previous: str = ""
    candidate: str = ""


@dataclass(frozen=True, slots=True)
class Proxy:
    """The proxy of a feature's containers; all calls block."""

    containers: FeatureContainers

    def ensure(self, image: str, config: FeatureConfig) -> Container:
        """Start it where it does not run; gives its container.

        Its live port is the one that feature-config.yaml names, else another that is free: the
        engine takes it, so nobody comes in between.
        """
        found = self._container()
        if found is not None and is_running(found):
            return found
        with self.containers.errors("the proxy cannot be started"):
            if found is not None:
                # Whoever made it may have been killed before it was in the feature's network.
                if self.containers.in_network(found) and self._starts(found):
                    return found
                self.containers.remove(found)
            for port in self._wanted_ports(config):
                container = self._create(image, port)
                if self._starts(container):
                    return container
                self.containers.remove(container)
        raise ContainerFailed("no port of this machine is free for the proxy")

    def set_backend(self, port: Port, to: Container, number: int, *, seconds: float) -> int:
        """Pass a port's requests to a port of a container from now on.

        Waits until the requests that are under way elsewhere are answered, at most `seconds`;
        returns how many are not.
        """
        proxy = self._container()
        assert proxy is not None, "ensure comes before"
        with self.containers.errors("the proxy does not answer"):
            order = [*_COMMAND, "set", port, f"{to.name}:{number}", str(seconds)]
            code, output = proxy.exec_run(order)
        said = cast(bytes, output).decode("utf-8", "replace")
        if code != 0:
            raise ContainerFailed("the proxy does not switch", evidence=said.splitlines()[-5:])
        return int(said)

    def backends(self) -> Backends:
        """Which containers its ports lead to, whether it runs or not."""
        from docker.errors import NotFound

        proxy = self._container()
        if proxy is None:
            return Backends()
        with self.containers.errors("the proxy cannot be read"):
            try:
                chunks, _ = proxy.get_archive(str(http_proxy.STATE))
            except NotFound:  # whoever made it was killed before it had its files
                return Backends()
            with tarfile.open(fileobj=io.BytesIO(b"".join(chunks))) as tar:
                found = dict(_contents(tar))
        live, previous = (found.get(role, "").partition(":")[0] for role in ("live", "previous"))
        return Backends(live, previous, found.get("candidate", ""))

    def url(self, port: Port) -> str:
        """The address of a port on this machine, "" while it does not run."""
        proxy = self._container()
        if proxy is None:
            return ""
        published = proxy.ports.get(f"{http_proxy.PORTS[port]}/tcp") or []
        return next((f"http://127.0.0.1:{one['HostPort']}" for one in published), "")

    def stop(self) -> bool:
        """Stop it; its port and its state are kept. False where it does not run."""
        proxy = self._container()
        if proxy is None or not is_running(proxy):
            return False
        with self.containers.errors("the proxy cannot be stopped"):
            proxy.stop(timeout=1)
        return True

    def remove(self) -> None:
        if (proxy := self._container()) is not None:
            self.containers.remove(proxy)
            self.containers.remove_volumes("proxy")

    def _container(self) -> Container | None:
        return self.containers.find(self.containers.name("proxy"))

    def _create(self, image: str, port: int) -> Container:
        spec = ContainerSpec(
            image=image,
            environment={},
            memory_bytes=_MEMORY_BYTES,
            cpus=_CPUS,
            command=(*_COMMAND, "serve"),
            volumes={_STATE: "proxy"},
            ports={http_proxy.PORTS["live"]: port, http_proxy.PORTS["candidate"]: 0},
        )
        return self.containers.create(self.containers.name("proxy"), "proxy", spec)

    def _starts(self, container: Container) -> bool:
        """Start it, with its program as it is now; False where its port is taken."""
        container.update(restart_policy=STARTS_AGAIN)
        container.put_archive(_STATE, archive({PROGRAM.name: PROGRAM.read_bytes()}))
        try:
            self.containers.start(container)
        except ContainerFailed as error:
            if _TAKEN.search(" ".join(error.evidence)):
                return False
            raise
        container.reload()
        return True

    def _wanted_ports(self, config: FeatureConfig) -> Iterator[int]:
        yield named_port(config)
        yield config.service.port
        own = int(self.containers.owner.name[-12:], 16)
        yield from (_FIRST_PORT + (own + step) % _PORTS for step in range(_TRIED))
        yield 0


def named_port(config: FeatureConfig) -> int:
    """The port of this machine that a configuration asks for."""
    named = urlsplit(config.urls.container)
    local = named.hostname in ("127.0.0.1", "localhost")
    return (named.port if local else None) or config.service.port


def _contents(tar: tarfile.TarFile) -> Iterator[tuple[str, str]]:
    for member in tar:
        if member.isfile() and (file := tar.extractfile(member)) is not None:
            yield Path(member.name).name, file.read().decode("utf-8", "replace")
