"""kill -9 in container_tests and in the switch, an engine that goes away, and whole runs."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import threading
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from provisioner.image.engine import Engine
from provisioner.modes.container.engine import OWNER, ROLE, Owner
from tests.conftest import ci_alone
from tests.demo import REQUIREMENTS
from tests.integration.command import Command
from tests.integration.containers import left_of, remove_all, write_feature

RUN = ("--feature", "orders", "--requirements", REQUIREMENTS, "--mode", "CONTAINER", "--json")
PROVISION = ("provision", "behaviors/notes", "--mode", "CONTAINER", "--json")
FAST = "quality: {mutation: 'off', review: 'off'}\ndeployment: {retry_delay_seconds: 0}\n"


@pytest.fixture
def docker(tool: Command, engine: Engine) -> Iterator[Command]:
    """The command in a repository, of whose features nothing is left in the engine."""
    (tool.root / "deployment.yaml").write_text(FAST)
    yield replace(tool, environ={**tool.environ, "DOCKER_HOST": engine.endpoint.url})
    remove_all(engine, tool.root, "orders", "notes")


def test_from_requirements_to_a_container_and_back(docker: Command, engine: Engine) -> None:
    first = docker.run(*RUN)
    assert first.exit_code == 0, first.said
    deployed, steps = first.result["deployment"], names_done(first.result)
    assert {"container_tests", "deploy", "health_check"} <= steps
    assert (deployed["mode"], first.result["running"]) == ("CONTAINER", True)
    order = {"customer": "Ada", "quantity": 2, "status": "open"}
    made = httpx.post(f"{deployed['url']}/orders", json=order).json()

    shown = json.loads(docker.run("status", "orders", "--json").stdout)
    assert shown == [{"feature": "orders", "status": "running", **deployed, "rollback": None}]
    assert "Uvicorn running" in docker.run("logs", "orders").stdout

    main = docker.root / "behaviors" / "orders" / "service.py"
    main.write_text(f"{main.read_text()}\n# {uuid.uuid4()}\n")  # that no image holds yet
    again = docker.run("--feature", "orders", "--no-regenerate", "--mode", "CONTAINER", "--json")
    assert again.exit_code == 0, again.said
    newer = again.result["deployment"]
    assert (newer["url"], newer["id"] != deployed["id"]) == (deployed["url"], True)
    notes = [one["note"] for one in events_of(docker, again.result["run_id"], "container_tests")]
    assert "the source layer is built: service.py changed" in notes[0]

    main.write_text("raise SystemExit('no service today')\n")
    broken = docker.run("--feature", "orders", "--no-regenerate", "--mode", "CONTAINER", "--json")
    assert broken.exit_code == 1, broken.said
    assert httpx.get(f"{newer['url']}/health").json()["revision"] == newer["revision"]
    docker.git("checkout", "--", "behaviors/orders/service.py")

    back = docker.run("rollback", "orders", "--json")
    assert json.loads(back.stdout) == deployed, back.said
    assert httpx.get(f"{deployed['url']}/health").json()["revision"] == deployed["revision"]
    assert httpx.get(f"{deployed['url']}/orders/{made['id']}").json() == made
    forth = f"rollback orders` would bring back revision {newer['revision'][:10]}"
    assert forth in docker.run("status").stdout
    stopped = docker.run("stop", "orders").stdout
    assert f"({deployed['id']}), revision {deployed['revision'][:10]}" in stopped
    assert forth in stopped
    assert json.loads(docker.run("status", "--json").stdout)[0]["status"] == "stopped"


def names_done(result: dict[str, object]) -> set[str]:
    steps = result["steps"]
    assert isinstance(steps, list)
    return {one["name"] for one in steps if one["status"] == "done"}


def events_of(tool: Command, run_id: str, step: str) -> list[dict[str, str]]:
    shown = json.loads(tool.run("show", run_id, "--json").stdout)
    found: list[dict[str, str]] = shown["events"]
    return [one for one in found if one["event"] == "step_finished" and one["step"] == step]


def test_the_image_holds_no_key(docker: Command, engine: Engine) -> None:
    secret = "sk-test-2b8e41f7a9"
    write_feature(docker.root / "behaviors" / "notes", "notes")
    ended = docker.run(*PROVISION, OPENAI_API_KEY=secret)
    assert ended.exit_code == 0, ended.said
    container = engine.client.containers.get(ended.result["deployment"]["id"])
    archive = b"".join(engine.client.images.get(container.attrs["Image"]).save())
    history = json.dumps([engine.client.api.history(container.attrs["Image"]), container.attrs])
    assert secret.encode() not in archive + history.encode()


#: Role and beginning of the engine's event at which the tool is killed.
IN_THE_SWITCH = [
    ("proxy", "create"),
    ("service", "create"),
    ("service", "start"),
    ("service", "update"),
    ("proxy", "exec_create: python3 -I -B /state/http_proxy.py set live"),
    ("service", "kill"),
]


@pytest.mark.parametrize(("role", "moment"), IN_THE_SWITCH)
def test_killed_in_the_switch(docker: Command, engine: Engine, role: str, moment: str) -> None:
    folder = write_feature(docker.root / "behaviors" / "notes", "notes")
    first = role == "proxy" and moment == "create"
    if not first:
        assert docker.run(*PROVISION).exit_code == 0
    write_feature(folder, "notes", start="print('another version')")
    kill_at(docker, engine, "notes", role, moment, *PROVISION)
    ended = docker.run(*PROVISION)
    assert ended.exit_code == 0, ended.said
    deployed = ended.result["deployment"]
    assert httpx.get(f"{deployed['url']}/health").json()["revision"] == deployed["revision"]
    check_owned(engine, docker.root, "notes", deployed["id"])


def test_a_proxy_that_no_network_has_is_made_anew(docker: Command, engine: Engine) -> None:
    """As a run leaves it that was killed before it had connected the new proxy."""
    write_feature(docker.root / "behaviors" / "notes", "notes")
    assert docker.run(*PROVISION).exit_code == 0
    assert docker.run("stop", "notes").exit_code == 0
    owner = Owner("notes", docker.root / ".ai-deploy").name
    engine.client.networks.get(owner).disconnect(f"{owner}-proxy")
    ended = docker.run(*PROVISION)
    assert ended.exit_code == 0, ended.said
    deployed = ended.result["deployment"]
    assert httpx.get(f"{deployed['url']}/health").json()["revision"] == deployed["revision"]


@pytest.mark.parametrize(
    "moment",
    ["create", pytest.param("start", marks=ci_alone("two whole runs with containers more"))],
)
def test_killed_in_container_tests(docker: Command, engine: Engine, moment: str) -> None:
    kill_at(docker, engine, "orders", "trial", moment, *RUN)
    ended = docker.run(*RUN)
    assert ended.exit_code == 0, ended.said
    assert docker.commits() == docker.commits()[:1]
    check_owned(engine, docker.root, "orders", ended.result["deployment"]["id"])


def kill_at(
    tool: Command, engine: Engine, feature: str, role: str, moment: str, *arguments: str
) -> None:
    """Run the tool and kill it with all its processes at an event of the engine."""
    with until_event(tool, engine, feature, role, moment, *arguments) as process:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


@contextmanager
def until_event(
    tool: Command,
    engine: Engine,
    feature: str,
    role: str,
    moment: str,
    *arguments: str,
    **environ: str,
) -> Iterator[subprocess.Popen[str]]:
    """The tool as it runs, at the moment of an event of the engine."""
    owner = Owner(feature, tool.root / ".ai-deploy").name
    filters = {"label": [f"{OWNER}={owner}", f"{ROLE}={role}"], "type": "container"}
    with closing(engine.client.events(filters=filters, decode=True)) as events:
        process = tool.start(*arguments, **environ)
        threading.Thread(target=lambda: (process.wait(), events.close()), daemon=True).start()
        come = any(event["Action"].startswith(moment) for event in events)
        assert come, process.communicate()
        yield process
        process.wait()


def check_owned(engine: Engine, root: Path, feature: str, live: str) -> None:
    """Nothing is there but the live release, at most one before it, and the proxy."""
    states = left_of(engine, root, feature)
    assert states.pop(live) == "running"
    assert states.pop(f"{Owner(feature, root / '.ai-deploy').name}-proxy") == "running"
    assert list(states.values()) in ([], ["exited"])


class Relay:
    """A way to the engine's socket, which can be cut."""

    def __init__(self, place: Path, engine: Engine) -> None:
        self._to = urlsplit(engine.endpoint.url).path
        self._cut = threading.Event()
        self._pairs: list[socket.socket] = []
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(place))
        self._listener.listen()

    def serve(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.socket(socket.AF_UNIX)
            far.connect(self._to)
            self._pairs += [near, far]
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._pass, args=(source, sink), daemon=True).start()

    @staticmethod
    def _pass(source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                sink.sendall(data)
        except OSError:
            pass
        _shut(source, sink)

    def cut(self) -> None:
        _shut(self._listener, *self._pairs)


def _shut(*sockets: socket.socket) -> None:
    """End connections, those too that a thread is just waiting for."""
    for one in sockets:
        with suppress(OSError):  # it has ended already
            one.shutdown(socket.SHUT_RDWR)
        one.close()


@contextmanager
def relayed(place: Path, engine: Engine) -> Iterator[Relay]:
    relay = Relay(place, engine)
    thread = threading.Thread(target=relay.serve, daemon=True)
    thread.start()
    try:
        yield relay
    finally:
        relay.cut()


@pytest.mark.parametrize("moment", ["create", "start"])
def test_an_engine_that_goes_away_is_named_and_the_next_run_mends_all(
    docker: Command, engine: Engine, tmp_path: Path, moment: str
) -> None:
    write_feature(docker.root / "behaviors" / "notes", "notes")
    place = tmp_path / "engine.sock"
    moving = (docker, engine, "notes", "service", moment, *PROVISION)
    with (
        relayed(place, engine) as relay,
        until_event(*moving, DOCKER_HOST=f"unix://{place}") as process,
    ):
        relay.cut()
        _, said = process.communicate(timeout=60)
    assert process.returncode != 0
    assert "engine" in said
    ended = docker.run(*PROVISION)
    assert ended.exit_code == 0, ended.said
    check_owned(engine, docker.root, "notes", ended.result["deployment"]["id"])


def test_without_an_engine_nothing_is_begun(docker: Command) -> None:
    ended = docker.run(*RUN, DOCKER_HOST="unix:///nowhere.sock")
    assert ended.exit_code == 2
    assert "the container engine" in ended.said
    assert not (docker.root / "behaviors").exists()


def test_two_processes_do_not_deploy_one_feature(docker: Command, engine: Engine) -> None:
    write_feature(docker.root / "behaviors" / "notes", "notes")
    with until_event(docker, engine, "notes", "service", "create", *PROVISION) as first:
        assert docker.run(*PROVISION).exit_code == 6
        out, err = first.communicate()
    assert first.returncode == 0, out + err
