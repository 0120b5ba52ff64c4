"""Keys are sent and never shown: canaries, looked for wherever a run leaves something."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.integration.command import Command, Ended
from tests.integration.oracle import Oracle, tasks
from tests.servers.wire import Answer, ModelServer, Respond, Seen, answer

TASK = tasks()["humaneval-2"]
ORDER = ("--feature", TASK.id, "--requirements", TASK.requirements, "--mode", "CODE")
CANARIES = {
    "OPENAI_API_KEY": "c4naryOpenAi.7f3e9b",  # without a prefix that would give it away
    "ANTHROPIC_API_KEY": "sk-ant-c4naryAnthropic-5d1",
    "GOOGLE_API_KEY": "AIzac4naryGoogle-88ab",
    "GLM_API_KEY": "c4naryGlm.9c0d1e2f",
}
URLS = {
    "OPENAI_BASE_URL": "/v1",
    "ANTHROPIC_BASE_URL": "",
    "GOOGLE_GEMINI_BASE_URL": "",
    "GLM_BASE_URL": "/v1",
}
QUICK = """\
quality: {mutation: 'off', review: 'off'}
deployment: {max_retries: 0}
assistant: {patience_seconds: 0}
"""


def echo(status: int, code: str) -> Respond:
    """An error that repeats every header that it was sent."""

    def respond(seen: Seen) -> Answer:
        sent = " ".join(f"{name}: {value}" for name, value in seen.headers.items())
        body = {"error": {"message": f"no: {sent}", "type": code, "code": code}}
        return answer(body, status)

    return respond


def page(seen: Seen) -> Answer:
    text = f"<html>{' '.join(seen.headers.values())}</html>".encode()
    return Answer(chunks=(text,), content_type="text/html")


def assert_unseen(tool: Command, ended: Ended, *places: Path) -> None:
    """No part of any key is printed or in any file but the one that it was read from."""
    for variable, canary in CANARIES.items():
        assert canary not in ended.said, variable
        for place in (tool.root, *places):
            for file in place.rglob("*"):
                if file.is_file() and file.name != ".env":
                    assert canary.encode() not in file.read_bytes(), (variable, file)


@pytest.fixture
def home(tool: Command) -> Path:
    """Where everything goes that a run writes outside its repository."""
    return Path(tool.environ["HOME"])


@pytest.mark.parametrize("source", ["environment", ".env"])
def test_a_run_that_succeeds(tool: Command, home: Path, source: str) -> None:
    (tool.root / "deployment.yaml").write_text(QUICK)
    refusing = echo(401, "invalid_api_key")
    with ModelServer(refusing) as bad, ModelServer(Oracle()) as good:
        urls = {name: f"{bad.url}{path}" for name, path in URLS.items()}
        urls["GLM_BASE_URL"] = f"{good.url}/v1"
        environ = {**tool.environ, **urls, "TMPDIR": str(home)}
        if source == ".env":
            lines = [f"{name}={key}" for name, key in CANARIES.items()]
            (tool.root / ".env").write_text("\n".join(lines))
        else:
            # Vendors' packages log what they send where these variables tell them to.
            environ |= {**CANARIES, "OPENAI_LOG": "debug", "ANTHROPIC_LOG": "debug"}
        events = home / "events.ndjson"
        shown = replace(tool, environ=environ).run(*ORDER, "--json", "--events", str(events))
    assert shown.exit_code == 0, shown.said
    providers = shown.result["usage"]["by_provider"]
    assert providers.pop("glm")["failed"] == 0
    assert all(sums["failed"] == sums["calls"] for sums in providers.values())
    (model,) = [line for line in shown.stderr.splitlines() if " model: " in line]
    assert all(name in model for name in ("openai", "glm", "gemini", "anthropic"))
    assert_unseen(tool, shown, home)


FAILURES: dict[str, Respond] = {
    "401": echo(401, "invalid_api_key"),
    "403": echo(403, "permission_denied"),
    "429": echo(429, "rate_limit_exceeded"),
    "500": echo(500, "server_error"),
    "400": echo(400, "context_length_exceeded"),
    "page": page,
}


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("checks", ["true", "false"], ids=["at the start", "at the first call"])
def test_a_run_that_fails(tool: Command, home: Path, failure: str, checks: str) -> None:
    with ModelServer(FAILURES[failure]) as server:
        urls = {name: f"{server.url}{path}" for name, path in URLS.items()}
        environ = {**tool.environ, **urls, **CANARIES, "TMPDIR": str(home)}
        settings = QUICK.replace(
            "assistant: {", f"assistant: {{start_checks: {{enabled: {checks}}}, "
        )
        (tool.root / "deployment.yaml").write_text(settings)
        ended = replace(tool, environ=environ).call(*ORDER, "--json", "--no-input")
        assert server.requests
    assert ended.exit_code == 4, ended.said
    assert ended.result["error"]["summary"]
    assert "Traceback" not in ended.stderr
    assert_unseen(tool, ended, home)


CANARY = CANARIES["OPENAI_API_KEY"]
MALFORMED: dict[str, dict[str, str]] = {
    "a newline": {"OPENAI_API_KEY": f"{CANARY}\n"},
    "two lines": {"OPENAI_API_KEY": f"{CANARY}\n{CANARY}"},
    "a blank": {"OPENAI_API_KEY": f"Bearer {CANARY}"},
    "user in the URL": {"OPENAI_BASE_URL": f"https://{CANARY}@models.example.org/v1"},
    "password in the URL": {"OPENAI_BASE_URL": f"https://me:{CANARY}@models.example.org:port/v1"},
    "query of the URL": {"OPENAI_BASE_URL": f"https://models.example.org/v1?key={CANARY}"},
    "fragment of the URL": {"OPENAI_BASE_URL": f"https://models.example.org/v1#{CANARY}"},
    "instead of the URL": {"OPENAI_BASE_URL": CANARY},
    "instead of the providers": {"AI_DEPLOY_ASSISTANT_PROVIDERS": CANARY},
}


@pytest.mark.parametrize("malformed", MALFORMED)
def test_a_key_that_is_malformed_or_misplaced(tool: Command, home: Path, malformed: str) -> None:
    (tool.root / "deployment.yaml").write_text(QUICK)
    environ = {**tool.environ, "TMPDIR": str(home), **MALFORMED[malformed]}
    ended = replace(tool, environ=environ).call(*ORDER, "--json", "--no-input")
    assert ended.exit_code == 2, ended.said
    assert next(iter(MALFORMED[malformed])) in ended.result["error"]["summary"]
    assert "Traceback" not in ended.stderr
    assert_unseen(tool, ended, home)


MISPLACED = {
    "api_key": f"openai: {{api_key: {CANARY}}}",
    "api_key_env": f"openai: {{api_key_env: {CANARY}}}",
    "the entry": f"openai: {CANARY}",
    "base_url": f"local: {{model: m, base_url: 'https://{CANARY}@models.example.org/v1'}}",
    "a list": f"openai: [{CANARY}]",
    "no YAML": f"openai: {{base_url: '{CANARY}",
}


@pytest.mark.parametrize("command", ["run", "config show"])
@pytest.mark.parametrize("place", MISPLACED)
def test_a_key_in_the_configuration(tool: Command, home: Path, place: str, command: str) -> None:
    file = tool.root / "deployment.yaml"
    file.write_text(f"assistant:\n  providers:\n    {MISPLACED[place]}\n")
    environ = {**tool.environ, "TMPDIR": str(home)}
    arguments = (*ORDER, "--json") if command == "run" else ("config", "show")
    ended = replace(tool, environ=environ).call(*arguments)
    assert ended.exit_code == 2, ended.said
    assert str(file) in ended.stderr
    file.unlink()
    assert_unseen(tool, ended, home)
