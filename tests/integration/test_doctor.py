"""doctor: what works here by trying it, what is unknown, what to do; nothing sent or changed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.integration.command import Command, Ended
from tests.integration.oracle import Oracle
from tests.integration.snapshot import snapshot
from tests.servers.wire import ModelServer

NO_ENGINE = {"DOCKER_HOST": "unix:///nowhere/docker.sock"}


@pytest.fixture
def tool(tool: Command) -> Command:
    """No engine is asked, whatever this machine has: a container takes its time."""
    return replace(tool, environ={**tool.environ, **NO_ENGINE})


@pytest.fixture
def model() -> Iterator[ModelServer]:
    with ModelServer(Oracle()) as server:
        yield server


def part(ended: Ended, name: str) -> dict[str, Any]:
    """The last part of a name; of several that is the one that is used."""
    found: list[dict[str, Any]] = [one for one in ended.result["parts"] if one["name"] == name]
    assert found, ended.said
    return found[-1]


def test_a_bare_repository_is_enough_for_code_and_stays_as_it_is(tool: Command) -> None:
    before = snapshot(tool.root)
    ended = tool.call("doctor", "--json")
    assert ended.exit_code == 0, ended.said
    assert ended.result["modes"]["CODE"] == {"works": "yes", "because": []}
    container = ended.result["modes"]["CONTAINER"]
    assert container == {"works": "no", "because": ["engine"]}
    assert part(ended, "model")["what"].startswith("offline model")
    assert part(ended, "identity")["what"] == "Ada <ada@example.org>"
    assert snapshot(tool.root) == before


def test_a_person_reads_a_column_for_each_mode(tool: Command) -> None:
    lines = tool.call("doctor").stdout.splitlines()
    assert lines[0].split()[:5] == ["CODE", "SERVICE", "CONTAINER", "AZURE", "SSH"]
    [verdict] = [line for line in lines if line.startswith("a run would work")]
    assert verdict.split()[4:7] == ["yes", "yes", "no"]


def test_what_is_elsewhere_is_known_by_its_settings_alone(tool: Command) -> None:
    ended = tool.call("doctor", "--json")
    assert ended.result["modes"]["SSH"] == {"works": "no", "because": ["target of SSH"]}
    assert "hosts" in part(ended, "target of SSH")["remedy"]
    (tool.root / "deployment.yaml").write_text("ssh: {hosts: [deploy@one.example.org]}\n")
    ended = tool.call("doctor", "--json")
    assert ended.result["modes"]["SSH"] == {"works": "unknown", "because": ["target of SSH"]}


@pytest.mark.parametrize(
    ("mode", "missing"), [("AZURE", "azure.environment"), ("CLOUDRUN", "cloudrun.region")]
)
def test_what_a_mode_lacks_is_named_before_anything_is_written(
    tool: Command, mode: str, missing: str
) -> None:
    target = part(tool.call("doctor", "--json"), f"target of {mode}")
    assert missing in target["what"]
    order = ("--feature", "notes", "--requirements", "A note has a title (text).", "--mode", mode)
    ended = tool.call(*order, "--dry-run")
    assert ended.exit_code == 2
    assert missing in ended.stderr


def test_what_does_not_work_says_how_to_mend_it(tool: Command, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    bare = replace(tool, root=tmp_path / "nothing")
    ended = bare.call("doctor", "--json")
    assert ended.exit_code == 1
    assert ended.result["modes"]["CODE"] == {"works": "no", "because": ["repository"]}
    assert "git init" in part(ended, "repository")["remedy"]


def test_without_git_on_the_path(tool: Command, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    ended = tool.run("doctor", "--json", PATH=str(tmp_path / "bin"))
    assert ended.exit_code == 1
    assert "git" in ended.result["modes"]["CODE"]["because"]
    assert "install git" in part(ended, "git")["remedy"]


def test_a_key_is_unknown_until_its_server_is_asked(tool: Command, model: ModelServer) -> None:
    keyed = replace(tool, environ={**tool.environ, "OPENAI_BASE_URL": f"{model.url}/v1"})
    ended = keyed.call("doctor", "--json")
    assert (ended.exit_code, part(ended, "model")["works"]) == (0, "unknown")
    assert ended.result["modes"]["CODE"]["works"] == "unknown"
    assert model.requests == []
    asked = keyed.call("doctor", "--ask", "--json")
    assert (asked.exit_code, part(asked, "model")["works"]) == (0, "yes")
    assert asked.result["modes"]["CODE"]["works"] == "yes"
    assert [seen.method for seen in model.requests] == ["GET"], "a list of models costs nothing"


def test_a_server_that_is_away_names_its_variable_and_address(tool: Command) -> None:
    away = replace(tool, environ={**tool.environ, "OPENAI_BASE_URL": "http://127.0.0.1:9/v1"})
    ended = away.call("doctor", "--ask", "--json")
    assert ended.exit_code == 1
    assert part(ended, "model")["works"] == "no"
    named = "http://127.0.0.1:9/v1, which OPENAI_BASE_URL names"
    assert named in part(ended, "model")["remedy"]
    assert ended.result["modes"]["CODE"]["because"] == ["model"]


def test_no_key_is_shown(tool: Command) -> None:
    keyed = replace(tool, environ={**tool.environ, "OPENAI_API_KEY": "sk-secret-9"})
    ended = keyed.call("doctor")
    assert "OPENAI_API_KEY is set" in ended.stdout
    assert "sk-secret-9" not in ended.said


def test_a_remote_is_unknown_until_it_is_asked(tool: Command, tmp_path: Path) -> None:
    remote = tmp_path / "remote.git"
    subprocess.run(["git", "init", "--quiet", "--bare", str(remote)], check=True)
    tool.git("remote", "add", "origin", str(remote))
    assert part(tool.call("doctor", "--json"), "remote")["works"] == "unknown"
    assert part(tool.call("doctor", "--ask", "--json"), "remote")["works"] == "yes"
    shutil.rmtree(remote)
    ended = tool.call("doctor", "--ask", "--json")
    assert (ended.exit_code, part(ended, "remote")["works"]) == (1, "no")


def test_signing_is_unknown(tool: Command) -> None:
    tool.git("config", "commit.gpgsign", "true")
    ended = tool.call("doctor", "--json")
    assert (ended.exit_code, part(ended, "signing")["works"]) == (0, "unknown")


def test_settings_that_are_wrong_stop_every_run(tool: Command) -> None:
    (tool.root / "deployment.yaml").write_text("deployment: {max_retrys: 3}\n")
    ended = tool.call("doctor", "--json")
    assert ended.exit_code == 1
    assert ended.result["modes"]["CODE"]["because"] == ["settings"]
    assert "max_retries" in part(ended, "settings")["what"]


def test_a_ledger_that_is_damaged(tool: Command) -> None:
    state = tool.root / ".ai-deploy"
    state.mkdir()
    (state / "ledger.sqlite").write_bytes(b"this is no database, and it is long enough" * 100)
    ended = tool.call("doctor", "--json")
    assert (ended.exit_code, part(ended, "ledger")["works"]) == (1, "no")
    assert "ledger.sqlite" in part(ended, "ledger")["what"]


def test_no_isolation_because_somebody_asked_for_it(tool: Command) -> None:
    ended = tool.run("doctor", "--json", AI_DEPLOY_LIMITS_UNSAFE_NO_SANDBOX="true")
    assert ended.exit_code == 0
    assert "without isolation" in part(ended, "sandbox")["what"]
