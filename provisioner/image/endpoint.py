"""Where container engines listen: DOCKER_HOST, contexts, and the sockets of Docker and Podman."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from provisioner.errors import DockerUnavailable

#: The environment variables that decide it, as the docker command reads them.
VARIABLES = (
    *("DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "DOCKER_CERT_PATH", "DOCKER_TLS_VERIFY"),
    *("XDG_RUNTIME_DIR", "USERPROFILE"),
)
_PIPES = ("npipe:////./pipe/docker_engine", "npipe:////./pipe/dockerDesktopLinuxEngine")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where an engine listens.

    Attributes:
        url: as DOCKER_HOST has it: unix://, tcp://, ssh:// or npipe://.
        source: what named it, for people.
        certificates: the folder of ca.pem, cert.pem and key.pem; None without TLS.
        verify: whether the server's certificate is checked.
    """

    url: str
    source: str
    certificates: Path | None = None
    verify: bool = True

    @property
    def remedy(self) -> str:
        """Where to mend it if it is wrong, "" where nobody named it."""
        if self.source == "DOCKER_HOST":
            return "correct DOCKER_HOST, which names it, or unset it"
        if self.source.startswith("context "):
            return f"correct the {self.source} (`docker context ls`), or take another one"
        return ""


def find_endpoints(environ: Mapping[str, str], *, system: str = sys.platform) -> list[Endpoint]:
    """List the endpoints to try, best first.

    What DOCKER_HOST, DOCKER_CONTEXT or the current context of config.json names is the only one.
    Else they are the sockets that exist.

    Raises:
        DockerUnavailable: a context is named that does not exist or cannot be read.
    """
    if host := environ.get("DOCKER_HOST"):
        folder = Path(environ.get("DOCKER_CERT_PATH") or _config_folder(environ))
        secured = bool(environ.get("DOCKER_TLS_VERIFY"))
        return [Endpoint(host, "DOCKER_HOST", folder if secured else None)]
    config = _config_folder(environ)
    name, source = environ.get("DOCKER_CONTEXT"), "DOCKER_CONTEXT"
    if not name:
        name, source = _current_context(config), f"currentContext in {config / 'config.json'}"
    if name and name != "default":
        return [_of_context(config, name, source)]
    if system == "win32":
        return [Endpoint(pipe, "Docker's pipe") for pipe in _PIPES]
    return [
        Endpoint(f"unix://{path}", source)
        for path, source in socket_places(environ)
        if path.exists()
    ]


def socket_places(environ: Mapping[str, str]) -> list[tuple[Path, str]]:
    """The sockets of engines that are asked for by nobody, best first, with what they are."""
    home = Path(environ.get("HOME", "/"))
    runtime = Path(environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}")
    return [
        (Path("/var/run/docker.sock"), "Docker's socket"),
        (runtime / "docker.sock", "rootless Docker's socket"),
        (home / ".docker/run/docker.sock", "Docker Desktop's socket"),
        (home / ".docker/desktop/docker.sock", "Docker Desktop's socket"),
        (home / ".colima/default/docker.sock", "Colima's socket"),
        (home / ".rd/docker.sock", "Rancher Desktop's socket"),
        (runtime / "podman/podman.sock", "rootless Podman's socket"),
        (Path("/run/podman/podman.sock"), "Podman's socket"),
    ]


def _config_folder(environ: Mapping[str, str]) -> Path:
    home = Path(environ.get("HOME") or environ.get("USERPROFILE") or "/")
    return Path(environ.get("DOCKER_CONFIG") or home / ".docker")


def _current_context(config: Path) -> str:
    value = _read_json(config / "config.json")
    name = value.get("currentContext", "")
    return name if isinstance(name, str) else ""


def _of_context(config: Path, name: str, source: str) -> Endpoint:
    """Read a context as `docker context create` stores it: under the SHA-256 of its name."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    docker = _read_json(config / "contexts/meta" / digest / "meta.json").get("Endpoints", {})
    endpoint = docker.get("docker", {}) if isinstance(docker, dict) else {}
    url = endpoint.get("Host") if isinstance(endpoint, dict) else None
    if not isinstance(url, str) or not url:
        raise DockerUnavailable(
            f"there is no Docker context {name!r}, which {source} names",
            next_step="`docker context ls` lists those that exist, `docker context use` takes one",
        )
    certificates = config / "contexts/tls" / digest / "docker"
    return Endpoint(
        url,
        f"context {name}",
        certificates if certificates.is_dir() else None,
        verify=not endpoint.get("SkipTLSVerify"),
    )


def _read_json(path: Path) -> dict[str, Any]:
    """The object in a file, {} where there is no file."""
    try:
        value = json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError) as error:
        raise DockerUnavailable(
            f"{path} cannot be read: {error}", next_step="mend it, or set DOCKER_HOST"
        ) from error
    return value if isinstance(value, dict) else {}
