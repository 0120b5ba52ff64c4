"""A run that goes on does so in its own mode and with its own options, whatever is configured."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.integration.command import Command
from tests.integration.oracle import Oracle, never_right, right, tasks
from tests.servers.wire import ModelServer

TASK = tasks()["humaneval-0"]
ORDER = ("--feature", TASK.id, "--requirements", TASK.requirements)
BEGUN = ("--mode", "CODE", "--no-commit", "--max-retries", "0")
SETTINGS = "quality: {mutation: 'off', review: 'off'}\n"


@pytest.fixture
def failed(tool: Command) -> Command:
    """A repository whose configured mode is SERVICE, with a failed run in mode CODE."""
    (tool.root / "deployment.yaml").write_text(SETTINGS)
    with ModelServer(Oracle(never_right)) as server:
        url = f"{server.url}/v1"
        ended = tool.run(*ORDER, *BEGUN, "--no-input", OPENAI_BASE_URL=url)
    assert ended.exit_code == 1, ended.said
    assert f"ai-assisted-deploy --feature {TASK.id} --recovery-mode" in ended.stdout
    return tool


def test_the_advice_of_a_failed_run_works(failed: Command) -> None:
    again = ("--feature", TASK.id, "--recovery-mode")
    refused = failed.call(*again, "--mode", "SERVICE")
    assert refused.exit_code == 2
    assert "was begun in mode CODE, and goes on in it" in refused.stderr
    with ModelServer(Oracle(right)) as server:
        environ = {**failed.environ, "OPENAI_BASE_URL": f"{server.url}/v1"}
        answered = replace(failed, environ=environ)
        planned = answered.call(*again, "--dry-run", "--json").result
        ended = answered.call(*again, "--max-retries", "1", "--no-input", "--json")
    assert planned["mode"] == "CODE"
    assert {"commit", "deploy"} <= set(planned["skipped"])
    assert ended.exit_code == 0, ended.said
    assert (ended.result["status"], ended.result["mode"]) == ("done", "CODE")
    assert ended.result["commit"] is None, "the run was begun with --no-commit"
    shown = json.loads(failed.call("show", ended.result["run_id"], "--json").stdout)
    plans = [event["plan"] for event in shown["events"] if event["event"] == "run_started"]
    assert plans[0] == plans[1]
