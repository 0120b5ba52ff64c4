"""runs, show, usage and config show: what was recorded, for a person and for a program."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from console.cli import main
from graph.config.layers import leaf_paths
from ledger.connection import database_url, utc_now
from ledger.database import open_ledger
from ledger.process import this_process
from ledger.runs import new_run_id
from tests.integration.contract import ERROR, RESULT, record

ROOT = Path(__file__).resolve().parents[3]
GITHUB = "https://github.com/acme/shop.git"
COMMAND = [sys.executable, "-m", "console.cli", "--help"]
Look = Callable[..., tuple[int, str, str]]


@pytest.fixture
def look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Look:
    """Calls the command in an empty repository; gives exit code, output and errors."""
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)

    def called(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        out, err = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, out, err

    return called


def recorded(
    workspace: Path, feature: str = "orders", requirements_sha: str = "0" * 64, **changes: Any
) -> str:
    state = workspace / ".ai-deploy"
    state.mkdir(exist_ok=True)
    with open_ledger(database_url({}, state)) as ledger:
        run_id = new_run_id(utc_now, random.SystemRandom())
        ledger.runs.create(
            run_id,
            feature=feature,
            mode="CODE",
            requirements_sha=requirements_sha,
            graph_version=1,
            process=this_process(),
        )
        if changes:
            ledger.runs.update(run_id, **changes)
    return run_id


def test_a_run_of_a_repository_without_runs_is_not_there(look: Look) -> None:
    code, out, err = look("show", "x")
    assert (code, out) == (2, "")
    assert "no run was ever made" in err
    assert "--workspace" in err


def test_a_feature_stands_for_its_last_run(look: Look, tmp_path: Path) -> None:
    recorded(tmp_path, status="done")
    last = recorded(tmp_path, status="failed")
    recorded(tmp_path, feature="parrots", status="done")
    assert look("show", "orders")[1].startswith(f"{last}  orders")
    assert look("show", "order")[0] == 2


def test_a_folder_that_was_provisioned_is_shown_and_has_nothing_to_replay(
    look: Look, tmp_path: Path
) -> None:
    done = {"name": "deploy", "status": "done", "attempts": 1, "seconds": 0.0}
    deployment = {"mode": "SERVICE", "id": "orders-1", "url": "http://127.0.0.1:1", "revision": "r"}
    result = {"error": None, "commit": None, "steps": [done], "deployment": deployment}
    run_id = recorded(tmp_path, requirements_sha="", status="done", result=result)
    code, out, _ = look("show", run_id)
    assert code == 0
    assert "  deploy: done" in out.splitlines()
    assert "deployed: http://127.0.0.1:1 (orders-1)" in out
    code, out, err = look("replay", run_id)
    assert (code, out) == (2, "")
    assert "made by `provision`, which asks no model" in err


def test_status_shows_what_failed_and_how_to_go_on(look: Look, tmp_path: Path) -> None:
    error = {"type": "test_failed", "summary": "main.py is red", "evidence": ["1 != 2"], "next": ""}
    result = {"error": error, "tried": ["a", "b", "b"]}
    run_id = recorded(tmp_path, status="failed", result=result)
    for arguments in ((), ("orders",)):
        code, out, _ = look("status", *arguments)
        first, *others = out.splitlines()
        assert (code, first) == (0, "nothing was deployed yet")
        assert others[0].split() == ["orders", "CODE", "failed:", "main.py", "is", "red"]
        assert others[1].endswith(f"show {run_id}")
        assert others[2].endswith("--feature orders --recovery-mode")
    assert look("status", "orders", "--json")[1] == "[]\n"
    assert look("status", "nobody")[0] == 2
    shown = look("show", run_id)[1]
    assert "  tried: a\n  tried: b (2 times)\n" in shown


@pytest.mark.parametrize(
    ("status", "command"),
    [("failed", "--feature orders --recovery-mode"), ("paused", "resume {run_id}")],
)
def test_show_names_the_command_that_goes_on_for_where_one_stands(
    look: Look, tmp_path: Path, status: str, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = recorded(tmp_path, status=status)
    assert f"{command.format(run_id=run_id)}\n" in look("show", run_id)[1]
    monkeypatch.chdir(tmp_path.parent)
    where = ("--workspace", str(tmp_path))
    assert f"{command.format(run_id=run_id)} {' '.join(where)}\n" in look("show", run_id, *where)[1]


def test_runs_are_listed_the_newest_first(look: Look, tmp_path: Path) -> None:
    first = recorded(tmp_path, status="failed", process=None)
    second = recorded(tmp_path, "bills", status="done", process=None)
    code, out, _ = look("runs")
    assert code == 0
    assert [line.split()[:2] for line in out.splitlines()] == [[second, "done"], [first, "failed"]]
    _, out, _ = look("runs", "--json", "--feature", "orders")
    (row,) = json.loads(out)
    assert (row["run_id"], row["feature"], row["status"]) == (first, "orders", "failed")


def test_a_run_is_explained_with_what_happened_and_why_it_failed(
    look: Look, tmp_path: Path
) -> None:
    result = {
        "error": {
            "type": "test_failed",
            "summary": "red \x1b[2J",
            "evidence": ["1 != 2"],
            "next": "mend it",
        },
        "commit": None,
    }
    run_id = recorded(tmp_path, status="failed", process=None, result=result)
    folder = tmp_path / ".ai-deploy" / "runs" / run_id
    folder.mkdir(parents=True)
    step = {"at": "2026-11-21T01:02:03Z", "event": "step_finished", "step": "generate_main"}
    events = [json.dumps({**step, "round": 2, "status": "failed", "note": "red"}), '{"cut off']
    (folder / "events.ndjson").write_text("\n".join(events))
    code, out, _ = look("show", run_id)
    assert code == 0
    assert "01:02:03  generate_main round 2: failed. red" in out
    assert "failed: test_failed: red" in out
    assert "    | 1 != 2" in out
    assert "next: mend it" in out
    assert "\x1b" not in out
    code, out, _ = look("show", run_id[-4:], "--json")
    shown = json.loads(out)
    assert (shown["run_id"], shown["result"]) == (run_id, result)
    assert [event["event"] for event in shown["events"]] == ["step_finished"]


@pytest.mark.parametrize("command", ["show", "resume", "replay", "stop"])
def test_a_run_that_is_not_there_is_named(look: Look, tmp_path: Path, command: str) -> None:
    recorded(tmp_path)
    code, out, err = look(command, "nowhere")
    assert (code, out) == (2, "")
    assert "there is no run 'nowhere'" in err
    assert "runs" in err


def test_a_part_that_two_runs_share_names_none(look: Look, tmp_path: Path) -> None:
    shared = recorded(tmp_path)[:4]
    recorded(tmp_path)
    code, _, err = look("show", shared)
    assert code == 2
    assert "names 2 runs" in err


@pytest.mark.parametrize("command", ["show", "resume", "stop"])
def test_an_empty_name_names_no_run(look: Look, tmp_path: Path, command: str) -> None:
    recorded(tmp_path)
    code, _, err = look(command, "")
    assert (code, "there is no run ''" in err) == (2, True)


def test_what_cannot_go_on_says_what_can(look: Look, tmp_path: Path) -> None:
    failed = recorded(tmp_path, status="failed", process=None)
    code, out, err = look("resume", failed)
    assert (code, out) == (2, "")
    assert "ai-assisted-deploy --feature orders --recovery-mode" in err
    recorded(tmp_path, "bills", status="paused", process=None)
    done = recorded(tmp_path, "bills", status="done", process=None)
    code, out, _ = look("resume", done, "--json")
    shown = json.loads(out)
    assert (code, shown["status"], shown["error"]["type"]) == (2, "failed", "RunNotFound")


def test_usage_of_nothing_is_an_empty_list(look: Look, tmp_path: Path) -> None:
    recorded(tmp_path)
    assert json.loads(look("usage", "--json", "--by", "provider")[1]) == []
    code, out, _ = look("usage")
    assert (code, len(out.splitlines())) == (0, 1)


def test_every_setting_is_shown_with_its_source(
    look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "deployment.yaml").write_text(
        "deployment: {max_retries: 5, retry_delay_seconds: 7}\n"
    )
    (tmp_path / "other.yaml").write_text("deployment: {retry_delay_seconds: 8}\n")
    monkeypatch.setenv("AI_DEPLOY_DEPLOYMENT_MAX_RETRIES", "6")
    shown = json.loads(look("config", "show", "--json")[1])
    assert set(shown) == set(leaf_paths())
    assert shown["deployment.max_retries"] == {
        "value": 6,
        "source": "$AI_DEPLOY_DEPLOYMENT_MAX_RETRIES",
    }
    assert shown["deployment.retry_delay_seconds"] == {
        "value": 7.0,
        "source": str(tmp_path / "deployment.yaml"),
    }
    assert shown["deployment.exponential_backoff"] == {"value": True, "source": "default"}
    _, out, _ = look("config", "show", "--config", "other.yaml")
    assert f"deployment.retry_delay_seconds = 8.0  ({tmp_path / 'other.yaml'})" in out


@pytest.mark.parametrize(
    ("arguments", "kind", "said"),
    [
        (["--max-retries", "x"], "BadParameter", "--max-retries"),
        (["--mode", "CLOUD"], "BadParameter", "CLOUD"),
        (["--nope"], "NoSuchOption", "--nope"),
        (["chek"], "UsageError", "did you mean check?"),
        (["and", "subtract", "them."], "UsageError", "a text with spaces goes in quotes"),
        (["--budget-usd", "-1"], "ConfigError", "--budget-usd"),
        (["--budget-usd", "inf"], "ConfigError", "finite"),
        (["--max-retries", "51"], "ConfigError", "--max-retries"),
        (["--yes", "--no-input"], "ConfigError", "--no-input"),
        (["--events", "."], "ConfigError", "--events"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_use_is_one_object_too_where_a_result_is_wanted(
    look: Look, tmp_path: Path, arguments: list[str], kind: str, said: str
) -> None:
    request = ["--feature", "orders", "--requirements", "Add two numbers.", "--json"]
    code, out, err = look(*request, *arguments)
    shown = json.loads(out)
    assert (code, shown["status"]) == (2, "failed")
    assert shown["feature"] == ("orders" if kind != "NoSuchOption" else None), "where it is read"
    assert shown["error"]["type"] == kind
    assert said in shown["error"]["summary"]
    assert shown["error"]["summary"] in err
    assert not (tmp_path / "behaviors").exists()


@pytest.mark.parametrize("command", ["stop", "logs", "rollback"])
def test_a_feature_that_was_never_deployed_is_known_by_its_runs(
    command: str, look: Look, tmp_path: Path
) -> None:
    recorded(tmp_path)
    code, _, err = look(command, "orders")
    assert (code, "no run of feature orders has deployed anything" in err) == (2, True)


def test_watch_without_a_token_names_what_to_set(
    look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GITHUB_TOKEN", "GH_TOKEN", "GITHUB_API_URL"):
        monkeypatch.delenv(name, raising=False)
    made = ("-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "--allow-empty")
    for arguments in ((*made, "--quiet", "-m", "x"), ("remote", "add", "origin", GITHUB)):
        subprocess.run(["git", "-C", str(tmp_path), *arguments], check=True)
    code, out, err = look("watch", "--json")
    assert code == 2
    assert "GITHUB_TOKEN" in json.loads(out)["error"]["next"]
    assert "next: set GITHUB_TOKEN" in err


def test_init_outside_of_a_repository_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(["init"])
    assert ended.value.code == 2
    assert "next: run `git init` there\n" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "kind", "code"),
    [
        (["runs", "--nope"], "NoSuchOption", 2),
        (["runs", "--feature", "orders"], "RunNotFound", 2),
        (["check"], "MissingParameter", 2),
        (["check", "nowhere"], "WorkspaceInvalid", 2),
        (["show", "x"], "RunNotFound", 2),
        (["replay", "x"], "RunNotFound", 2),
        (["status", "orders"], "RunNotFound", 2),
        (["rollback", "orders"], "RunNotFound", 2),
        (["usage", "--run", "x"], "RunNotFound", 2),
        (["usage", "--by", "x"], "BadParameter", 2),
        (["watch"], "WorkspaceInvalid", 2),
        (["config", "show", "--workspace", "nowhere"], "ConfigError", 2),
        (["doctor", "--workspace", "nowhere"], "ConfigError", 2),
        (["analyze", "nowhere"], "ConfigError", 2),
        (["read"], "UsageError", 2),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_an_error_of_another_command_is_one_json_object(
    look: Look, arguments: list[str], kind: str, code: int
) -> None:
    ended, out, err = look(*arguments, "--json")
    [line] = out.splitlines()
    shown = json.loads(line)
    jsonschema.validate(shown, record(schema={"const": 1}, error=ERROR))
    assert (ended, shown["error"]["type"]) == (code, kind)
    assert shown["error"]["summary"] in err


def test_a_folder_that_cannot_be_provisioned_is_a_result(look: Look) -> None:
    code, out, _ = look("provision", "nowhere", "--mode", "SERVICE", "--json")
    jsonschema.validate(json.loads(out), RESULT)
    assert (code, json.loads(out)["error"]["type"]) == (2, "FeatureConfigInvalid")


@pytest.mark.parametrize(
    ("command", "value", "line"),
    [
        ("runs", [], "no runs yet"),
        ("status", [], "nothing was deployed yet"),
        ("usage", [], "no calls yet"),
        ("usage --health", [], "no calls yet"),
        ("rules", {"schema": 1, "rules": [], "skipped": []}, "no rules yet"),
    ],
)
def test_where_no_run_was_made_there_is_nothing_to_show_and_no_error(
    look: Look, tmp_path: Path, command: str, value: object, line: str
) -> None:
    assert look(*command.split()) == (0, f"{line}\n", "")
    code, out, _ = look(*command.split(), "--json")
    assert (code, json.loads(out)) == (0, value)
    assert not (tmp_path / ".ai-deploy").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is full")
def test_standard_output_that_is_full_is_told_without_a_traceback() -> None:
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            COMMAND, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (ended.returncode, ended.stderr) == (
        1,
        "error: standard output: No space left on device\n",
    )


@pytest.mark.parametrize("arguments", [["--help"], ["config", "show"], ["show", "x", "--json"]])
def test_a_reader_that_left_ends_the_command_as_the_signal_would(
    tmp_path: Path, arguments: list[str]
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    ended = subprocess.run(
        [*COMMAND[:-1], *arguments],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writer)
    assert ended.returncode == 128 + signal.SIGPIPE
    assert "Traceback" not in ended.stderr
    assert "Broken" not in ended.stderr
