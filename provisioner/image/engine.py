"""The container engine: found, connected to, and its errors in words that say what to do."""

from __future__ import annotations

import re
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from provisioner.errors import DockerUnavailable
from provisioner.image.endpoint import VARIABLES, Endpoint, find_endpoints, socket_places
from provisioner.process.environment import clean_environment, index_environment

if TYPE_CHECKING:
    from docker import DockerClient
    from docker.tls import TLSConfig

_CONNECT_SECONDS = 5
_OLDEST_API = "1.24"  # of the docker SDK
_REQUEST_SECONDS = 60
_INSTALL = "install Docker, https://docs.docker.com/engine/install/, or Podman"
_START_LINUX = (
    "start it: `systemctl start docker`, `systemctl --user start docker` for a rootless one"
)
_START_PODMAN = "start Podman's API: `systemctl --user start podman.socket`"
_START_WINDOWS = "start Docker Desktop from the Start menu and wait until it says that it runs"
_START_MACOS = "start Docker Desktop: `open -a Docker`, and wait until its icon stands still"

#: What clients say of an engine that does not answer: pattern, what is wrong, what to do.
#: The first that matches counts; Windows and macOS name themselves in their texts.
_SIGNS = (
    (
        r"//\./pipe/|The system cannot find the file specified|pywin32|pypiwin32",
        "Docker Desktop does not run",
        _START_WINDOWS,
    ),
    (
        r"check if the server supports the requested API version"
        r"|500 Server Error.*/(_ping|version)",
        "Docker Desktop runs, but its engine does not answer",
        _START_MACOS,
    ),
    (r"podman\.sock", "Podman's API does not answer", _START_PODMAN),
    (
        r"permission denied",
        "this user may not use the engine",
        "`sudo usermod -aG docker $USER` and log in again, or run a rootless engine",
    ),
    (
        r"client version .* too (new|old)|minimum supported API version",
        "the engine and its client are too far apart in age",
        "update the older one of them",
    ),
    (
        r"certificate|x509|\bTLS\b|SSLError",
        "the engine's certificate is not accepted",
        "set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH to the folder of its certificates",
    ),
    (
        r"timed out|deadline exceeded",
        "the engine does not answer in time",
        "look at it with `docker info`; restart it where that hangs too",
    ),
    (
        r"Name or service not known|nodename nor servname|No such host|getaddrinfo",
        "the engine's host is not known",
        "see to the name server of this machine",
    ),
)
_DOWN = re.compile(
    r"Cannot connect to the Docker daemon|error during connect|Is the docker daemon running"
    r"|check if the server supports the requested API version|unexpected EOF"
    r"|rpc error: code = Unavailable|connection reset by peer|broken pipe|transport is closing"
    r"|failed to dial gRPC|no active session",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Engine:
    """A container engine that answered.

    Attributes:
        client: the docker SDK's; its calls block.
        environ: what the docker command needs to talk to this very engine.
        platform: what it runs without emulation, like linux/amd64.
        version: like 28.2.2.
        podman: whether Podman's API answers in Docker's place.
    """

    endpoint: Endpoint
    client: DockerClient
    environ: Mapping[str, str]
    platform: str
    version: str
    podman: bool

    def __str__(self) -> str:
        name = "Podman" if self.podman else "Docker"
        return f"{name} {self.version} on {self.platform}, {self.endpoint.source}"

    def has_bridge(self) -> bool:
        """Whether containers get a network of their own; an engine may be started without one."""
        names = {one["Name"] for one in self.client.api.networks(filters={"driver": "bridge"})}
        return bool(names & {"bridge", "podman"})

    def has_image(self, name: str) -> bool:
        return bool(self.client.api.images(name=name))

    def answers(self) -> bool:
        """Whether it still answers."""
        try:
            with engine_errors(self.endpoint):
                _check_socket(self.endpoint)
                return bool(self.client.ping())
        except DockerUnavailable:
            return False

    def close(self) -> None:
        self.client.close()


def connect(environ: Mapping[str, str] | None = None) -> Engine:
    """Connect to the engine that the docker command would use, or to the first that answers.

    Args:
        environ: HOME, PATH, and what names the engine, the index and proxies; None takes ours.

    Raises:
        DockerUnavailable: none answers; it says which were tried and what to do.
    """
    if environ is None:
        environ = {**index_environment(), **clean_environment(inherit=VARIABLES)}
    endpoints = find_endpoints(environ)
    errors = []
    for endpoint in endpoints:
        try:
            return _connect(endpoint, environ)
        except DockerUnavailable as error:
            errors.append(error)
    if errors:
        raise errors[0]
    tried = tuple(f"not there: {path}" for path, _ in socket_places(environ))
    raise DockerUnavailable(
        "no container engine runs on this machine",
        evidence=tried,
        next_step=f"{_INSTALL}; {_START_LINUX}",
    )


def engine_error(text: str, endpoint: Endpoint) -> DockerUnavailable:
    """Convert what a client says of an engine that does not answer."""
    said = f"{text} {endpoint.url}"
    what, step = next(
        ((what, step) for sign, what, step in _SIGNS if re.search(sign, said, re.IGNORECASE)),
        ("the container engine does not run", _START_MACOS if sys.platform == "darwin" else ""),
    )
    step = step or _START_LINUX
    return DockerUnavailable(
        f"{what} ({endpoint.url}, {endpoint.source})",
        evidence=[" ".join(text.split())[:500]],
        next_step=f"{named}; if that is right, {step}" if (named := endpoint.remedy) else step,
    )


@contextmanager
def engine_errors(endpoint: Endpoint) -> Iterator[None]:
    """Convert what the docker SDK raises to DockerUnavailable."""
    from docker.errors import DockerException
    from requests import RequestException

    try:
        yield
    except (DockerException, RequestException, OSError) as error:
        raise engine_error(str(error), endpoint) from error


def says_engine_is_gone(text: str) -> bool:
    """Whether the docker command's output says that its engine is gone, or never was there."""
    return bool(_DOWN.search(text))


def _connect(endpoint: Endpoint, environ: Mapping[str, str]) -> Engine:
    with engine_errors(endpoint):
        _check_socket(endpoint)
        # Asking for the version in its constructor leaves a connection open where that fails.
        with closing(_client(endpoint, _OLDEST_API, _CONNECT_SECONDS)) as first:
            about = first.version(api_version=False)
        client = _client(endpoint, str(about["ApiVersion"]), _REQUEST_SECONDS)
    parts = [str(one.get("Name", "")) for one in about.get("Components") or ()]
    return Engine(
        endpoint=endpoint,
        client=client,
        environ=_command_environ(endpoint, environ),
        platform=f"{about.get('Os', 'linux')}/{about.get('Arch', 'amd64')}",
        version=str(about.get("Version", "")),
        podman=any(name.startswith("Podman") for name in parts),
    )


def _client(endpoint: Endpoint, version: str, seconds: int) -> DockerClient:
    from docker import DockerClient

    return DockerClient(
        base_url=endpoint.url,
        version=version,
        timeout=seconds,
        tls=_tls(endpoint),
        use_ssh_client=True,
    )


def _check_socket(endpoint: Endpoint) -> None:
    """Connect to a socket once; the SDK's client does not close one that nobody answers."""
    if endpoint.url.startswith("unix://"):
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(_CONNECT_SECONDS)
            client.connect(endpoint.url.removeprefix("unix://"))


def _tls(endpoint: Endpoint) -> TLSConfig | bool:
    from docker.tls import TLSConfig

    if endpoint.certificates is None:
        return False
    folder = endpoint.certificates
    pair = folder / "cert.pem", folder / "key.pem"
    authority = folder / "ca.pem"
    return TLSConfig(
        client_cert=(str(pair[0]), str(pair[1])) if pair[0].exists() else None,
        ca_cert=str(authority) if authority.exists() else None,
        verify=endpoint.verify,
    )


def _command_environ(endpoint: Endpoint, environ: Mapping[str, str]) -> dict[str, str]:
    """Name the endpoint to the docker command, in place of what it would find by itself."""
    result = {name: value for name, value in environ.items() if name != "DOCKER_CONTEXT"}
    if endpoint.source.startswith("context "):
        # A context's own certificates are found by its name alone.
        result["DOCKER_CONTEXT"] = endpoint.source.removeprefix("context ")
    else:
        result["DOCKER_HOST"] = endpoint.url
    return result
