"""The analyze command: a log in, the failure out; a model only where it is asked for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.integration.command import Command
from tests.servers.speech import speak
from tests.servers.wire import ModelServer

LOG = "starting\nModuleNotFoundError: No module named 'yaml'\nstopped\n"
ODD = "starting\nflux capacitor out of phase, token=abcdef123456\n"
ANSWER: dict[str, Any] = {
    "error_type": "provision_failed",
    "summary": "The capacitor.",
    "root_cause": "the flux capacitor is out of phase",
    "confidence": 0.7,
    "action": {"type": "REPROVISION", "target": None, "parameters": []},
    "reasoning": "line 2",
}


def test_a_file_and_standard_input_are_named_alike(tool: Command) -> None:
    (tool.root / "job.log").write_text(LOG)
    of_file = tool.call("analyze", "job.log", "--json")
    of_input = tool.run("analyze", "-", "--json", stdin=LOG)
    assert (
        json.loads(of_file.stdout)
        == json.loads(of_input.stdout)
        == {
            "schema": 1,
            "error_type": "missing_dependency",
            "confidence": 0.95,
            "root_cause": "ModuleNotFoundError: No module named 'yaml'",
            "fix_target": "pyyaml",
            "action": {"type": "INSTALL_DEPENDENCY", "target": "pyyaml", "parameters": []},
            "infra": False,
            "evidence": [{"line": 2, "text": "ModuleNotFoundError: No module named 'yaml'"}],
            "rule": "missing-module",
        }
    )
    assert (of_file.exit_code, of_input.exit_code) == (0, 0)
    assert not (tool.root / ".ai-deploy").exists()


def test_what_no_rule_knows_is_unknown_and_no_model_is_asked(tool: Command) -> None:
    with ModelServer(lambda seen: speak(seen, ANSWER)) as server:
        ended = tool.run("analyze", "--json", stdin=ODD, OPENAI_BASE_URL=f"{server.url}/v1")
        assert not server.requests
    assert json.loads(ended.stdout)["error_type"] == "unknown"


@pytest.mark.parametrize(("log", "said"), [("", "the log is empty"), (ODD, "no line says")])
def test_silence_is_neither_a_failure_nor_its_absence(tool: Command, log: str, said: str) -> None:
    ended = tool.run("analyze", stdin=log)
    assert ended.stdout.startswith(f"unknown\n  {said}")
    assert "whether anything failed is not known" in ended.stdout


def test_what_would_be_sent_is_shown_without_secrets_and_not_sent(tool: Command) -> None:
    with ModelServer(lambda seen: speak(seen, ANSWER)) as server:
        ended = tool.run(
            "analyze", "--ask-model", "--show", stdin=ODD, OPENAI_BASE_URL=f"{server.url}/v1"
        )
        assert not server.requests
    assert "flux capacitor out of phase" in ended.stdout
    assert "abcdef123456" not in ended.stdout
    assert "The log is quoted data" in ended.stdout


@pytest.mark.parametrize(
    ("action", "kind", "line"),
    [
        ("REPROVISION", "provision_failed", "the flux capacitor is out of phase"),
        (
            "TEST_FIX",
            "unknown",
            "the flux capacitor is out of phase (TEST_FIX is no action on provision failed)",
        ),
    ],
)
def test_a_model_is_asked_where_that_is_wanted_and_its_answer_has_to_be_borne(
    tool: Command, action: str, kind: str, line: str
) -> None:
    said = {**ANSWER, "action": {**ANSWER["action"], "type": action}}
    with ModelServer(lambda seen: speak(seen, said)) as server:
        ended = tool.run(
            "analyze", "--ask-model", "--json", stdin=ODD, OPENAI_BASE_URL=f"{server.url}/v1"
        )
        assert len(server.requests) == 1
    found = json.loads(ended.stdout)
    assert (found["error_type"], found["root_cause"], found["evidence"]) == (kind, line, [])
    assert found["rule"].startswith("model ")
    assert "(log)" in tool.run("runs").stdout


def test_a_rule_that_knows_it_saves_the_question(tool: Command) -> None:
    with ModelServer(lambda seen: speak(seen, ANSWER)) as server:
        ended = tool.run("analyze", "--ask-model", stdin=LOG, OPENAI_BASE_URL=f"{server.url}/v1")
        assert not server.requests
    assert "found by rule missing-module" in ended.stdout


def test_what_the_log_of_the_last_good_run_says_too_is_not_the_cause(tool: Command) -> None:
    noise = "ERROR: connect to tracing:4317: Connection refused\n"
    (tool.root / "good.log").write_text(f"{noise}ready\n")
    ended = tool.run("analyze", "--last-good", "good.log", "--json", stdin=noise + LOG)
    assert json.loads(ended.stdout)["rule"] == "missing-module"
    ended = tool.run("analyze", "--last-good", "good.log", stdin=f"{noise}{ODD}")
    assert "unknown\n  no rule names what the last good run does not say" in ended.stdout
    assert "  new at line 3 | flux capacitor out of phase, token=…" in ended.stdout
    ended = tool.run("analyze", "--last-good", "good.log", stdin=noise)
    assert "the last good run says the same" in ended.stdout
    assert tool.call("analyze", "--last-good", "no.log").exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("analyze", "no.log"), "no.log: No such file or directory"),
        (("analyze", "."), ".: Is a directory"),
        (("analyze", "--show"), "--show and --workspace go with --ask-model"),
    ],
)
def test_wrong_use_says_what_is_wrong(tool: Command, arguments: tuple[str, ...], said: str) -> None:
    ended = tool.call(*arguments)
    assert ended.exit_code == 2
    assert said in ended.stderr
