"""Where the engine is found, and what is said when it does not answer."""

from __future__ import annotations

import hashlib
import json
import socket
from pathlib import Path

import pytest

from provisioner.errors import DockerUnavailable
from provisioner.image.building.builder import docker_commands
from provisioner.image.endpoint import Endpoint, find_endpoints, socket_places
from provisioner.image.engine import connect, engine_error, says_engine_is_gone


def with_context(home: Path, name: str, host: str, *, current: bool = True) -> None:
    """What `docker context create NAME --docker host=HOST` and `docker context use` leave."""
    config = home / ".docker"
    meta = config / "contexts/meta" / hashlib.sha256(name.encode()).hexdigest()
    meta.mkdir(parents=True)
    endpoint = {"docker": {"Host": host, "SkipTLSVerify": False}}
    (meta / "meta.json").write_text(json.dumps({"Name": name, "Endpoints": endpoint}))
    (config / "config.json").write_text(json.dumps({"currentContext": name} if current else {}))


def test_docker_host_goes_before_all(tmp_path: Path) -> None:
    with_context(tmp_path, "colima", "unix:///c.sock")
    environ = {"HOME": str(tmp_path), "DOCKER_HOST": "tcp://h:2376", "DOCKER_CONTEXT": "colima"}
    assert find_endpoints(environ) == [Endpoint("tcp://h:2376", "DOCKER_HOST")]
    secured = {**environ, "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": "/certs"}
    assert find_endpoints(secured) == [Endpoint("tcp://h:2376", "DOCKER_HOST", Path("/certs"))]


def test_the_current_context_is_taken_and_another_by_its_variable(tmp_path: Path) -> None:
    with_context(tmp_path, "colima", "unix:///c.sock")
    environ = {"HOME": str(tmp_path)}
    assert find_endpoints(environ) == [Endpoint("unix:///c.sock", "context colima")]
    assert find_endpoints({**environ, "DOCKER_CONTEXT": "default"})[:1] != [
        Endpoint("unix:///c.sock", "context colima")
    ]


def test_a_context_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DockerUnavailable, match="no Docker context 'x', which DOCKER_CONTEXT"):
        find_endpoints({"HOME": str(tmp_path), "DOCKER_CONTEXT": "x"})


def test_a_damaged_configuration_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(DockerUnavailable, match=r"config\.json cannot be read"):
        find_endpoints({"HOME": "/", "DOCKER_CONFIG": str(tmp_path)})


def test_sockets_of_rootless_engines_and_podman_are_found(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path / "home"), "XDG_RUNTIME_DIR": str(tmp_path)}
    for name in ("docker.sock", "podman/podman.sock"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = [one.url for one in find_endpoints(environ) if str(tmp_path) in one.url]
    assert found == [f"unix://{tmp_path}/docker.sock", f"unix://{tmp_path}/podman/podman.sock"]
    assert [source for _, source in socket_places(environ)][-1] == "Podman's socket"


def test_windows_has_pipes() -> None:
    urls = [one.url for one in find_endpoints({"USERPROFILE": "C:\\x"}, system="win32")]
    assert urls == ["npipe:////./pipe/docker_engine", "npipe:////./pipe/dockerDesktopLinuxEngine"]


def test_a_socket_that_nobody_listens_on(tmp_path: Path) -> None:
    path = tmp_path / "d.sock"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
    with pytest.raises(DockerUnavailable, match="does not run") as caught:
        connect({"HOME": str(tmp_path), "DOCKER_HOST": f"unix://{path}"})
    assert "systemctl" in caught.value.next_step
    assert caught.value.evidence


@pytest.mark.parametrize(
    ("text", "url", "what", "next_step"),
    [
        (
            "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker "
            "daemon running?",
            "unix:///var/run/docker.sock",
            "does not run",
            "systemctl start docker",
        ),
        (
            "error during connect: this error may indicate that the docker daemon is not running: "
            'Get "http://%2F%2F.%2Fpipe%2FdockerDesktopLinuxEngine/v1.49/version": open '
            "//./pipe/dockerDesktopLinuxEngine: The system cannot find the file specified.",
            "npipe:////./pipe/dockerDesktopLinuxEngine",
            "Docker Desktop does not run",
            "Start menu",
        ),
        (
            "request returned Internal Server Error for API route and version "
            "http://%2FUsers%2Fme%2F.docker%2Frun%2Fdocker.sock/_ping, check if the server "
            "supports the requested API version",
            "unix:///Users/me/.docker/run/docker.sock",
            "Docker Desktop runs, but its engine does not answer",
            "open -a Docker",
        ),
        (
            "Error while fetching server API version: ('Connection aborted.', "
            "PermissionError(13, 'Permission denied'))",
            "unix:///var/run/docker.sock",
            "this user may not use the engine",
            "usermod -aG docker",
        ),
        (
            "('Connection aborted.', FileNotFoundError(2, 'No such file or directory'))",
            "unix:///run/user/1000/podman/podman.sock",
            "Podman's API does not answer",
            "podman.socket",
        ),
        ("client version 1.50 is too new. Maximum supported API version is 1.41", "", "age", "old"),
        ("x509: certificate signed by unknown authority", "tcp://h:2376", "certificate", "CERT_P"),
        ("Read timed out. (read timeout=5)", "tcp://h:2375", "in time", "docker info"),
        ("[Errno -2] Name or service not known", "tcp://h:2375", "not known", "DOCKER_HOST"),
    ],
)
def test_what_each_system_says_of_an_engine_that_is_down(
    text: str, url: str, what: str, next_step: str
) -> None:
    error = engine_error(text, Endpoint(url, "DOCKER_HOST"))
    assert what in str(error)
    assert next_step in error.next_step
    assert error.evidence


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (
            "DOCKER_HOST",
            "correct DOCKER_HOST, which names it, or unset it; if that is right, start",
        ),
        ("context far", "correct the context far (`docker context ls`), or take another one; if"),
        ("Docker's socket", "start it: `systemctl start docker`"),
    ],
)
def test_what_names_an_engine_is_the_first_place_to_mend(source: str, said: str) -> None:
    error = engine_error("Connection refused", Endpoint("tcp://h:2375", source))
    assert error.next_step.startswith(said)


def test_a_failed_build_is_no_engine_that_is_gone() -> None:
    assert says_engine_is_gone("error during connect: Post ...: EOF")
    assert not says_engine_is_gone("executor failed running [/bin/sh -c false]: exit code: 1")


def test_the_docker_commands_on_path_are_listed_once(tmp_path: Path) -> None:
    for folder in ("a", "b", "c"):
        (tmp_path / folder).mkdir()
    (tmp_path / "a/docker").touch(mode=0o755)
    (tmp_path / "b/docker").symlink_to(tmp_path / "a/docker")
    (tmp_path / "c/docker").touch(mode=0o644)
    path = ":".join(str(tmp_path / folder) for folder in ("c", "a", "b", "a", "none"))
    assert docker_commands(path) == [str(tmp_path / "a/docker")]
    assert docker_commands("") == []
