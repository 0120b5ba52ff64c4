"""deploy-host: a repository of anybody's onto a host, planned and mended by a scripted model."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from provisioner.image.engine import Engine
from provisioner.modes.ssh.settings import SSHSettings
from tests.integration.command import Command, Ended
from tests.integration.hosts import ssh_settings, write_settings
from tests.servers.container_host import container_host
from tests.servers.speech import speak
from tests.servers.sshd import Sshd
from tests.servers.wire import Answer, ModelServer, Seen

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
VENV = "python3 -m venv .venv && .venv/bin/pip install -q -r requirements.txt"
LEAVE_OUT = ("Leave it out", "", "noop")


def step(title: str, command: str, action: str | None = "remote:run") -> dict[str, Any]:
    return {"title": title, "command": command, "action": action, "details": None}


@dataclass
class Planner:
    """Plans what the test at hand wants, and suggests its steps one after the other."""

    steps: list[dict[str, Any]] = field(default_factory=list)
    suggestions: list[tuple[str, str, str | None]] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def __call__(self, seen: Seen) -> Answer:
        function = seen.function if seen.format != "models" else ""
        if function:
            self.asked.append((function, json.dumps(seen.body)))
        if function == "plan_deployment":
            return speak(seen, {"steps": self.steps})
        if function == "analyze_failure":
            said = self.suggestions.pop(0) if self.suggestions else ("", "", None)
            return speak(seen, {"summary": "It failed.", "suggested_step": step(*said)})
        return speak(seen, {})

    def count(self, function: str) -> int:
        return sum(one == function for one, _ in self.asked)


@dataclass
class Hosted:
    """The tool, a planner, and a repository that goes to a host."""

    tool: Command
    planner: Planner
    folder: Path
    sshd: Sshd

    def deploy(self, *options: str, repo: str = "fastapi-notes") -> Ended:
        return self.tool.run(
            "deploy-host", "--repo", str(self.folder / repo), "--json", "--yes", *options
        )

    def outcomes(self, ended: Ended) -> list[str]:
        return [one["outcome"] for one in ended.result["hosts"][0]["steps"]]


@pytest.fixture
def hosted(tool: Command, sshd: Sshd, tmp_path: Path) -> Iterator[Hosted]:
    for name in ("fastapi-notes", "flask-greeter"):
        shutil.copytree(EXAMPLES / name, tmp_path / name)
        for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "all"]):
            subprocess.run(
                ["git", *arguments], cwd=tmp_path / name, env=dict(tool.environ), check=True
            )
    write_settings(tool.root, ssh_settings(sshd, tmp_path))
    planner = Planner()
    with ModelServer(planner) as server:
        there = replace(tool, environ={**tool.environ, "OPENAI_BASE_URL": f"{server.url}/v1"})
        yield Hosted(there, planner, tmp_path, sshd)
    for file in (tmp_path / "host").rglob("*.pid"):
        with contextlib.suppress(ProcessLookupError, psutil.NoSuchProcess):
            server = psutil.Process(int(file.read_text()))
            os.killpg(server.pid, signal.SIGKILL)
            server.wait(20)


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def started(command: str) -> str:
    """A server that goes on after its command, and whose group a test can end."""
    return f"nohup setsid {command} > server.log 2>&1 < /dev/null & echo $! > server.pid"


def answers(url: str) -> str:
    return f"for i in $(seq 100); do curl -fsS {url} && exit 0; sleep 0.2; done; exit 1"


def test_a_fastapi_repository_by_plan_whose_first_step_fails_and_is_mended(
    hosted: Hosted, port: int
) -> None:
    url = f"http://127.0.0.1:{port}/"
    hosted.planner.steps = [
        step("Settings", "grep -q ready settings.txt"),
        step("Packages", VENV),
        step("Start", started(f".venv/bin/uvicorn app:app --port {port}")),
        step("Check", answers(url)),
    ]
    hosted.planner.suggestions = [("Write the settings", "echo ready > settings.txt", "remote:run")]
    ended = hosted.deploy()
    assert ended.exit_code == 0, ended.said
    assert hosted.outcomes(ended) == ["done"] * 4
    first = ended.result["hosts"][0]["steps"][0]
    assert (first["attempts"], first["tried"]) == (3, ["echo ready > settings.txt"])
    assert httpx.get(url).json() == []
    assert port in ended.result["hosts"][0]["ports"]

    planned = hosted.planner.asked[0][1]
    for fact in ("FastAPI", "app:app", "8010", "package_manager", "disk_free_kb", "x86_64"):
        assert fact.lower() in planned.lower(), fact
    failed = next(body for function, body in hosted.planner.asked if function == "analyze_failure")
    for context in ("grep -q ready settings.txt", "exit code", "app:app", "pythons"):
        assert context in failed, context


def test_a_flask_repository_by_plan(hosted: Hosted, port: int) -> None:
    hosted.planner.steps = [
        step("Packages", VENV),
        step("Start", started(f"env PORT={port} .venv/bin/python greeter.py")),
        step("Check", answers(f"http://127.0.0.1:{port}/Ada")),
    ]
    ended = hosted.deploy(repo="flask-greeter")
    assert ended.exit_code == 0, ended.said
    assert httpx.get(f"http://127.0.0.1:{port}/Ada").text == "Hello, Ada.\n"
    assert "flask" in hosted.planner.asked[0][1]


@pytest.mark.parametrize(
    "left_out", [LEAVE_OUT, ("Say so", "echo fine", "replace"), ("Nothing", "true", "remote:run")]
)
def test_a_failed_step_that_is_left_out_is_skipped_and_no_plan_is_done_with_it(
    hosted: Hosted, left_out: tuple[str, str, str | None]
) -> None:
    hosted.planner.steps = [step("Fails", "false"), step("Goes on", "touch there")]
    hosted.planner.suggestions = [left_out]
    ended = hosted.deploy()
    assert ended.exit_code == 1
    assert hosted.outcomes(ended) == ["skipped", "done"]
    assert ended.result["status"] == "incomplete"
    assert "exit code 1" in ended.result["hosts"][0]["steps"][0]["why"]


def test_a_note_is_skipped_and_takes_nothing_from_a_plan_that_is_done(hosted: Hosted) -> None:
    hosted.planner.steps = [step("Mind", "", "noop"), step("Goes on", "test -f app.py")]
    ended = hosted.deploy()
    assert ended.exit_code == 0, ended.said
    assert hosted.outcomes(ended) == ["skipped", "done"]


@pytest.mark.parametrize(
    ("suggest", "runs", "why"),
    [
        (lambda number: ("", "", None), 3, "same failure again and again"),
        (lambda number: ("Again", "touch here", "remote:run"), 3, "suggested again"),
        (lambda number: (f"{number}", f"touch here{number}", "remote:run"), 5, "same failure"),
    ],
)
def test_a_loop_ends(
    hosted: Hosted,
    suggest: Callable[[int], tuple[str, str, str | None]],
    runs: int,
    why: str,
) -> None:
    hosted.planner.steps = [step("Fails", "echo broken >&2; exit 7"), step("Never", "touch never")]
    hosted.planner.suggestions = list(map(suggest, range(20)))
    ended = hosted.deploy()
    assert ended.exit_code == 1
    assert hosted.outcomes(ended) == ["failed"]
    record = ended.result["hosts"][0]["steps"][0]
    assert why in record["why"]
    assert "broken" in record["output"]
    assert record["attempts"] == runs
    assert not list((hosted.folder / "host").rglob("never"))


def test_a_step_that_is_replaced_says_by_what(hosted: Hosted) -> None:
    hosted.planner.steps = [step("Build", "no-such-builder"), step("Goes on", "test -f built")]
    hosted.planner.suggestions = [("Build it so", "touch built", "replace")]
    ended = hosted.deploy()
    assert ended.exit_code == 0, ended.said
    assert hosted.outcomes(ended) == ["replaced", "done"]
    assert "touch built" in ended.result["hosts"][0]["steps"][0]["why"]


def test_a_dangerous_command_is_not_run_with_the_plan_s_approval(hosted: Hosted) -> None:
    place = hosted.folder / "precious"
    place.mkdir()
    hosted.planner.steps = [step("Clean", f'X="{place}"; rm -rf "$(echo $X)"')]
    ended = hosted.deploy()
    assert ended.exit_code == 1
    assert hosted.outcomes(ended) == ["refused"]
    assert place.is_dir()
    assert hosted.deploy("--allow-dangerous").exit_code == 0
    assert not place.exists()


def test_a_dangerous_suggestion_is_not_run(hosted: Hosted) -> None:
    hosted.planner.steps = [step("Fails", "false")]
    hosted.planner.suggestions = [("Clean up", "chmod -R 777 /", "remote:run"), LEAVE_OUT]
    ended = hosted.deploy()
    assert hosted.outcomes(ended) == ["skipped"]
    assert "refused" in ended.stderr
    assert ended.result["hosts"][0]["steps"][0]["attempts"] == 2


def test_nothing_is_done_without_an_approval_of_the_plan(hosted: Hosted) -> None:
    hosted.planner.steps = [step("Goes on", "touch there")]
    ended = hosted.tool.run("deploy-host", "--repo", str(hosted.folder / "fastapi-notes"))
    assert ended.exit_code == 3
    assert "touch there" in ended.said
    assert not (hosted.folder / "host").exists()


def test_the_plan_that_was_shown_is_the_one_that_is_carried_out_later(hosted: Hosted) -> None:
    hosted.planner.steps = [step("Goes on", "touch there")]
    assert hosted.tool.run("deploy-host", "--repo", str(hosted.folder / "fastapi-notes")).exit_code
    hosted.planner.steps = [step("Another", "touch elsewhere")]
    ended = hosted.deploy()
    assert (ended.exit_code, hosted.planner.count("plan_deployment")) == (0, 1)
    assert ended.result["hosts"][0]["steps"][0]["step"]["title"] == "Goes on"
    assert hosted.deploy().result["hosts"][0]["steps"][0]["step"]["title"] == "Another"


def test_a_killed_call_is_taken_up_at_its_step_without_another_plan(hosted: Hosted) -> None:
    count, reached, go = (hosted.folder / name for name in ("count", "reached", "go"))
    hosted.planner.steps = [
        step("Once", f"echo x >> {count}"),
        step("Waits", f"touch {reached}; while ! test -e {go}; do sleep 0.1; done"),
        step("Last", "touch last"),
    ]
    repo = str(hosted.folder / "fastapi-notes")
    running = hosted.tool.start("deploy-host", "--repo", repo, "--json", "--yes")
    while not reached.exists():
        assert running.poll() is None
        threading.Event().wait(0.02)
    running.kill()
    running.communicate()
    go.touch()
    ended = hosted.deploy("--requirements", "Elsewhere.")
    assert hosted.planner.count("plan_deployment") == 2, "another wish is another plan"
    count.write_text("x\n")
    ended = hosted.deploy()
    assert ended.exit_code == 0, ended.said
    assert hosted.outcomes(ended) == ["done"] * 3
    assert hosted.planner.count("plan_deployment") == 2
    assert count.read_text() == "x\n"


def test_an_unknown_repository_is_named_and_no_model_asked(hosted: Hosted) -> None:
    ended = hosted.deploy(repo="nowhere")
    assert ended.exit_code == 2
    assert "nowhere" in ended.said
    assert hosted.planner.asked == []


def test_a_refused_sudo_is_named_and_done_without(
    hosted: Hosted, engine: Engine, tmp_path: Path
) -> None:
    with container_host(engine, tmp_path / "container") as host:
        there = {"hosts": [host.host], "key": host.key, "known_hosts": host.known_hosts}
        write_settings(hosted.tool.root, SSHSettings.model_validate(there))
        hosted.planner.steps = [step("A folder", "sudo -n mkdir -p /opt/notes")]
        hosted.planner.suggestions = [("At home", "mkdir -p ~/notes", "remote:run")]
        ended = hosted.deploy()
        assert ended.exit_code == 1, "what the step is for has not come about"
        assert "sudo" in ended.result["hosts"][0]["steps"][0]["why"]
        asked = next(body for one, body in hosted.planner.asked if one == "analyze_failure")
        assert "a password is required" in asked
        hosted.planner.steps = [step("A folder", "mkdir -p ~/notes")]
        assert hosted.outcomes(hosted.deploy()) == ["done"]
        assert "/home/deploy/notes" in host.run("ls", "-d", "/home/deploy/notes")
