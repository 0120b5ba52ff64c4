"""Bad input: one clear message, exit code 2, nothing asked of a model, nothing written."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from tests.integration.command import Command, Ended
from tests.integration.contract import RESULT
from tests.integration.oracle import Oracle, tasks
from tests.integration.snapshot import snapshot
from tests.servers.wire import ModelServer

TASK = tasks()["humaneval-3"]
NAME = ("--feature", TASK.id)
TEXT = ("--requirements", TASK.requirements)
CODE = ("--mode", "CODE")
ORDER = (*NAME, *TEXT, *CODE)


@pytest.fixture
def model() -> Iterator[ModelServer]:
    with ModelServer(Oracle()) as server:
        yield server


@pytest.fixture
def tool(tool: Command, model: ModelServer) -> Command:
    return replace(tool, environ={**tool.environ, "OPENAI_BASE_URL": f"{model.url}/v1"})


def refused(tool: Command, arguments: Sequence[str], *expected: str, stdin: str = "") -> Ended:
    """Check that one message holds all `expected` words and nothing was changed."""
    before = _without_state(snapshot(tool.root))
    ended = tool.call(*arguments, stdin=stdin)
    assert ended.exit_code == 2, ended.said
    assert ended.stdout == ""
    assert "Traceback" not in ended.stderr
    assert "Warning" not in ended.stderr
    errors = [line for line in ended.stderr.splitlines() if line.lower().startswith("error: ")]
    assert len(errors) == 1, ended.stderr
    for part in expected:
        assert part in ended.stderr
    assert _without_state(snapshot(tool.root)) == before
    return ended


def _without_state(found: dict[str, str]) -> dict[str, str]:
    """The tool may make its own folder before it refuses; nothing of git or of a feature."""
    return {path: expected for path, expected in found.items() if not path.startswith(".ai-deploy")}


def refused_as_json(tool: Command, arguments: Sequence[str], kind: str = "") -> None:
    ended = tool.call(*arguments, "--json")
    assert ended.exit_code == 2
    jsonschema.validate(ended.result, RESULT)
    assert ended.result["status"] == "failed"
    assert ended.result["error"]["type"] == kind or not kind
    assert ended.result["error"]["summary"] in ended.stderr


def test_the_installed_command_refuses_without_a_traceback(tool: Command) -> None:
    """The other tests here call it in this process."""
    ended = tool.run("--feature", "../orders", *TEXT, *CODE)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert ended.stderr.startswith("error: ")
    assert len(ended.stderr.splitlines()) <= 3


@pytest.mark.parametrize(
    "name", ["", "Orders", "1orders", "-orders", "or ders", "../orders", "a" * 64, "orders/x", "ö"]
)
def test_a_feature_s_name_that_is_none(tool: Command, model: ModelServer, name: str) -> None:
    refused(tool, [f"--feature={name}", *TEXT, *CODE], "name")
    assert model.requests == []
    refused_as_json(tool, [f"--feature={name}", *TEXT, *CODE])


@pytest.mark.parametrize("name", ["o", "orders-2", "a" * 63])
def test_a_feature_s_name_that_is_one(tool: Command, name: str) -> None:
    assert tool.call("--feature", name, *TEXT, *CODE, "--dry-run").exit_code == 0


@pytest.mark.parametrize("text", ["", "   \n\t ", "...", "?!"])
def test_empty_requirements(tool: Command, model: ModelServer, text: str) -> None:
    refused(tool, [*NAME, f"--requirements={text}", *CODE], "--requirements", "empty")
    refused_as_json(tool, [*NAME, f"--requirements={text}", *CODE], "ConfigError")
    assert model.requests == []


def test_no_requirements(tool: Command) -> None:
    refused(tool, [*NAME, *CODE], "--requirements", "missing")


def test_an_empty_standard_input(tool: Command) -> None:
    refused(tool, [*NAME, "--requirements-file", "-", *CODE], "empty")


def test_both_sorts_of_requirements(tool: Command) -> None:
    (tool.root / "text.md").write_text("An order.")
    arguments = [*ORDER, "--requirements-file", "text.md"]
    refused(tool, arguments, "--requirements", "--requirements-file")
    refused_as_json(tool, arguments)


def test_a_requirements_file_that_is_not_there(tool: Command) -> None:
    arguments = [*NAME, "--requirements-file", "nowhere.md", *CODE]
    refused(tool, arguments, "--requirements-file", "nowhere.md")


def test_a_requirements_file_that_is_a_folder(tool: Command) -> None:
    refused(tool, [*NAME, "--requirements-file", ".", *CODE], "--requirements-file")


def test_a_requirements_file_that_is_no_text(tool: Command) -> None:
    (tool.root / "text.md").write_bytes(b"\xff\xfe\x00\x80")
    refused(tool, [*NAME, "--requirements-file", "text.md", *CODE], "UTF-8")


@pytest.mark.parametrize("text", ["a\0b", "\x1b[31mred", "caf\udce9"])
def test_requirements_that_are_no_plain_text(tool: Command, model: ModelServer, text: str) -> None:
    refused(tool, [*NAME, "--requirements", text, *CODE], "is no plain text: character")
    assert model.requests == []


@pytest.mark.parametrize("option", ["--requirements-file", "--config", "--workspace", "--events"])
def test_a_path_that_is_empty(tool: Command, option: str) -> None:
    refused(tool, [*NAME, option, ""], option, "it is empty")


@pytest.mark.parametrize("command", ["runs", "usage", "config show"])
def test_a_command_in_a_folder_without_a_name(tool: Command, command: str) -> None:
    refused(tool, [*command.split(), "--workspace", ""], "it is empty")


def test_an_env_file_with_a_line_that_is_none(tool: Command) -> None:
    (tool.root / ".env").write_text("A=1\n=2\nB=3\n")
    ended = tool.run(*ORDER, "--dry-run")
    assert (ended.exit_code, "python-dotenv" in ended.stderr) == (0, False)
    assert ".env: line 2 is no NAME=value; ignored" in ended.stderr


def test_the_modes_are_shown_as_they_are_written(tool: Command) -> None:
    assert "[CODE|SERVICE|CONTAINER|AZURE|SSH" in tool.call("--help").stdout
    refused(tool, [*NAME, *TEXT, "--mode", "bla"], "'CODE', 'SERVICE'")


def test_service_tests_of_a_folder_that_is_not_there(tool: Command) -> None:
    refused(tool, ["generate-service-test", "missing"], "missing is no folder")


def test_a_requirements_file_of_two_megabytes(tool: Command) -> None:
    (tool.root / "text.md").write_text("An order has a name. " * 100_000)
    refused(tool, [*NAME, "--requirements-file", "text.md", *CODE], "larger")


BOMB = "\n".join(
    ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("deployment: {max_retrys: 3}", ["deployment.max_retrys", "unknown key", "max_retries"]),
        ("deployment: {max_retries: many}", ["deployment.max_retries", "'many'", "integer"]),
        ("deployment: {provision_mode: CLOUD}", ["provision_mode", "'CLOUD'", "'SERVICE'"]),
        ("limits: {test_seconds: -1}", ["limits.test_seconds", "-1", "greater than 0"]),
        ("deployment: [", ["deployment.yaml:2:1"]),
        (BOMB, ["more than"]),
        ("x: " + "[" * 50 + "]" * 50, ["nested deeper"]),
        ("x: " + "y" * 400_000, ["larger than"]),
        ("deployment: !!python/object/apply:os.system ['touch pwned']", ["tag"]),
    ],
    ids=["key", "type", "choice", "range", "syntax", "bomb", "deep", "large", "tag"],
)
def test_a_wrong_configuration_file(
    tool: Command, model: ModelServer, text: str, expected: list[str]
) -> None:
    (tool.root / "deployment.yaml").write_text(text)
    refused(tool, ORDER, "deployment.yaml", *expected)
    refused(tool, ["config", "show"], "deployment.yaml", *expected)
    refused_as_json(tool, ORDER)
    assert model.requests == []


def test_a_configuration_file_that_is_not_there(tool: Command) -> None:
    refused(tool, [*ORDER, "--config", "nowhere.yaml"], "--config", "nowhere.yaml")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("AI_DEPLOY_DEPLOYMENT_MAX_RETRIES", "many"),
        ("AI_DEPLOY_DEPLOYMENT_MAX_RETRIES", "2024-13-45"),
        ("OPENAI_BASE_URL", "no url"),
        ("OPENAI_API_KEY", "sk-1\nsk-2"),
    ],
)
def test_a_wrong_variable(tool: Command, variable: str, value: str) -> None:
    shown = replace(tool, environ={**tool.environ, variable: value})
    ended = refused(shown, ORDER, variable)
    if variable.endswith("KEY"):
        assert "sk-" not in ended.said


def test_an_env_file_that_is_no_text(tool: Command) -> None:
    (tool.root / ".env").write_bytes(b"OPENAI_API_KEY=\xff\xfe\x80\n")
    refused(tool, ORDER, ".env")


def test_a_folder_that_is_no_repository(tool: Command, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    elsewhere = replace(tool, root=tmp_path / "elsewhere")
    refused(elsewhere, ORDER, "git", str(elsewhere.root))
    refused_as_json(elsewhere, ORDER)
    assert snapshot(elsewhere.root) == {}, "not even a state folder"


def test_a_workspace_that_is_not_there(tool: Command) -> None:
    refused(tool, [*ORDER, "--workspace", "nowhere"], "nowhere")


def test_a_workspace_that_is_a_file(tool: Command) -> None:
    (tool.root / "file").write_text("x")
    refused(tool, [*ORDER, "--workspace", "file"], "file")


def by_hand(tool: Command, *names: str) -> None:
    folder = tool.root / "behaviors" / TASK.id
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_text("print('by hand')\n")


def committed(tool: Command) -> None:
    tool.git("add", ".")
    tool.git("commit", "-qm", "by hand")


def test_a_feature_that_exists(tool: Command, model: ModelServer) -> None:
    by_hand(tool, "main.py", "test.py")
    committed(tool)
    refused(tool, ORDER, "exists", "--no-regenerate", "--regenerate all")
    refused_as_json(tool, ORDER, "FeatureExists")
    assert model.requests == []


def test_a_dirty_feature_folder(tool: Command, model: ModelServer) -> None:
    """Even where a file may be written anew, work that no commit holds stays."""
    by_hand(tool, "main.py")
    committed(tool)
    (tool.root / "behaviors" / TASK.id / "main.py").write_text("print('changed')\n")
    (tool.root / "deployment.yaml").write_text("deployment: {regenerate_main: true}\n")
    refused(tool, ORDER, "main.py", "no commit", "--no-regenerate")
    assert model.requests == []


def test_nothing_to_keep_and_nothing_to_write_it_by(tool: Command, model: ModelServer) -> None:
    refused(tool, [*NAME, *CODE, "--no-regenerate"], "--no-regenerate", "no test.py", "no main.py")
    by_hand(tool, "test.py")
    refused(tool, [*NAME, *CODE, "--no-regenerate"], "no main.py")
    refused_as_json(tool, [*NAME, *CODE, "--no-regenerate"], "ConfigError")
    refused(tool, [*NAME, *CODE, "--no-regenerate", "--dry-run"], "no main.py")
    assert model.requests == []


def test_settings_of_one_s_own_are_not_written_over(tool: Command) -> None:
    file = tool.root / "deployment.yaml"
    file.write_text("deployment: {max_retries: 1}\n")
    refused(tool, ["config", "write"], "has settings of its own")
    assert file.read_text() == "deployment: {max_retries: 1}\n"
    assert tool.call("config", "write", "--folder", "docs/all").exit_code == 0
    assert "is current" in tool.call("config", "write", "--folder", "docs/all").stdout
    assert tool.call("config", "write", "--force").exit_code == 0
    assert tool.call("config", "write", "--check").exit_code == 0


def test_a_folder_without_a_service_gets_no_tests_of_one(tool: Command) -> None:
    (tool.root / "books").mkdir()
    refused(tool, ["generate-service-test", "books"], "books has no service.py to test")


def test_a_folder_without_a_service_is_not_deployed(tool: Command) -> None:
    folder = tool.root / "behaviors" / "books"
    folder.mkdir(parents=True)
    (folder / "feature-config.yaml").write_text("feature: books\n")
    ended = tool.call("provision", str(folder), "--mode", "SERVICE")
    assert ended.exit_code == 2
    assert "books has no service.py" in ended.stderr
    assert "--mode SERVICE --regenerate service" in ended.stderr


def test_a_link_in_the_feature_s_place(tool: Command, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tool.root / "behaviors").mkdir()
    (tool.root / "behaviors" / TASK.id).symlink_to(tmp_path / "outside")
    refused(tool, ORDER, f"behaviors/{TASK.id}")
    assert snapshot(tmp_path / "outside") == {}


def test_a_file_in_the_feature_s_place(tool: Command) -> None:
    (tool.root / "behaviors").mkdir()
    (tool.root / "behaviors" / TASK.id).write_text("x")
    refused(tool, ORDER, f"behaviors/{TASK.id}")


def test_a_file_in_the_place_of_the_state_folder(tool: Command) -> None:
    (tool.root / ".ai-deploy").write_text("x")
    refused(tool, ORDER, ".ai-deploy")


def test_a_state_folder_that_cannot_be_written(tool: Command) -> None:
    """A read-only mount refuses root as well."""
    state = tool.root / ".ai-deploy"
    state.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "ro,size=1m", "tmpfs", str(state)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting is not allowed on this machine, and root writes everywhere")
    try:
        refused(tool, ORDER, ".ai-deploy", "cannot be written")
    finally:
        subprocess.run(["umount", str(state)], check=True)


def test_a_ledger_that_is_none(tool: Command) -> None:
    state = tool.root / ".ai-deploy"
    state.mkdir()
    (state / "ledger.sqlite").write_bytes(b"this is no database, and it is long enough" * 100)
    refused(tool, ORDER, "ledger.sqlite")


def test_a_mode_that_is_none(tool: Command) -> None:
    refused(tool, [*NAME, *TEXT, "--mode", "CLOUD"], "'CLOUD'", "one of")


def test_fresh_logs_without_a_recovery(tool: Command) -> None:
    refused(tool, [*ORDER, "--analyze-logs"], "--analyze-logs", "goes with --recovery-mode")
    refused_as_json(tool, [*ORDER, "--analyze-logs"])


def test_nothing_to_recover(tool: Command) -> None:
    refused(tool, [*NAME, *CODE, "--recovery-mode"], TASK.id, "no failed or unfinished run")


def test_yes_and_never_ask(tool: Command) -> None:
    refused(tool, [*ORDER, "--yes", "--no-input"], "--yes", "--no-input")
    refused_as_json(tool, [*ORDER, "--yes", "--no-input"])


@pytest.mark.parametrize(
    ("option", "value"),
    [("--max-retries", "-1"), ("--max-retries", "x"), ("--budget-usd", "-1"), ("--budget-usd", "")],
)
def test_a_number_that_is_none(tool: Command, option: str, value: str) -> None:
    refused(tool, [*ORDER, f"{option}={value}"], value)


def test_an_option_that_nobody_knows(tool: Command) -> None:
    refused(tool, [*ORDER, "--no-regenrate"], "--no-regenrate", "--no-regenerate")


def test_a_command_that_nobody_knows(tool: Command) -> None:
    refused(tool, ["run"], "run")


def test_no_feature(tool: Command) -> None:
    refused(tool, [*TEXT], "--feature")


def test_an_events_file_that_cannot_be_written(tool: Command, model: ModelServer) -> None:
    refused(tool, [*ORDER, "--events", "nowhere/events.ndjson"], "--events", "nowhere")
    assert model.requests == []


@pytest.mark.parametrize("command", ["show", "resume", "stop"])
def test_a_run_that_is_not_there(tool: Command, command: str) -> None:
    refused(tool, [command, "20200101-000000-xxxx"])


def test_runs_of_a_folder_that_is_not_there(tool: Command) -> None:
    refused(tool, ["runs", "--workspace", "nowhere"], "nowhere")


@pytest.mark.parametrize("folder", ["nowhere", "."])
def test_a_folder_that_is_no_feature_is_not_checked(tool: Command, folder: str) -> None:
    refused(tool, ["check", folder], "test.py" if folder == "." else "nowhere")
