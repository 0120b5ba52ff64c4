"""Models that answer badly: exit code 4, one clear message, nothing half written, no traceback."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from tests.integration.command import Command, Ended
from tests.integration.contract import RESULT
from tests.integration.oracle import Oracle, tasks
from tests.servers.speech import speak
from tests.servers.wire import Answer, ModelServer, Respond, Seen, answer

TASK = tasks()["humaneval-3"]
ORDER = ("--feature", TASK.id, "--requirements", TASK.requirements, "--mode", "CODE")
QUICK = """\
assistant:
  pricing_file: pricing.yaml
  call_timeout_seconds: 1
  deadline_seconds: 4
  patience_seconds: 0
  first_pause_seconds: 0.1
deployment:
  max_retries: 1
  ai_suggest_fixes: false
"""


def configure(tool: Command) -> None:
    (tool.root / "deployment.yaml").write_text(QUICK)
    (tool.root / "pricing.yaml").write_text("openai: {'*': {input: 1, output: 10}}\n")


def ordered(tool: Command, server: ModelServer, *options: str, **environ: str) -> Ended:
    configure(tool)
    environ = {**tool.environ, "OPENAI_BASE_URL": f"{server.url}/v1", **environ}
    return replace(tool, environ=environ).call(*ORDER, "--json", "--no-input", *options)


@pytest.fixture
def served(tool: Command) -> Iterator[Callable[..., Ended]]:
    """Runs with a server that answers as the test says."""

    def run(respond: Respond, **environ: str) -> Ended:
        with ModelServer(respond) as server:
            return ordered(tool, server, **environ)

    return run


def test_a_base_url_alone_is_enough(served: Callable[..., Ended]) -> None:
    """A local server wants no key, and gets a placeholder where the client insists on one."""
    keys: list[str] = []
    oracle = Oracle()

    def respond(seen: Seen) -> Answer:
        keys.append(seen.headers.get("authorization", ""))
        return oracle(seen)

    ended = served(respond)
    assert ended.exit_code == 0, ended.said
    assert set(keys) <= {"", "Bearer none"}
    where = re.compile(r"openai at http://127\.0\.0\.1:\d+/v1$", re.MULTILINE)
    assert where.search(ended.stderr)


def test_a_key_is_sent_and_never_shown(served: Callable[..., Ended], tool: Command) -> None:
    canary = "sk-canary-0f3b9a7c"
    oracle = Oracle()

    def respond(seen: Seen) -> Answer:
        assert seen.headers["authorization"] == f"Bearer {canary}"
        assert canary not in seen.text
        return oracle(seen)

    ended = served(respond, OPENAI_API_KEY=canary)
    assert ended.exit_code == 0, ended.said
    assert canary not in ended.said
    written = [path for path in tool.root.rglob("*") if path.is_file()]
    assert not [path for path in written if canary.encode() in path.read_bytes()]


@pytest.mark.parametrize("wrapped", [False, True], ids=["bare", "in a fence, with talk"])
def test_one_json_object_instead_of_the_call_is_taken(
    served: Callable[..., Ended], tool: Command, wrapped: bool
) -> None:
    oracle = Oracle()

    def respond(seen: Seen) -> Answer:
        if seen.format == "models":
            return oracle(seen)
        text = json.dumps(oracle.arguments(seen))
        if wrapped:
            text = f"Sure! Here it is:\n```json\n{text}\n```\nHave fun."
        return speak(seen, text, text=True)

    ended = served(respond)
    assert ended.exit_code == 0, ended.said
    assert tool.committed(f"behaviors/{TASK.id}/main.py") == TASK.main.encode()


def huge(seen: Seen) -> Answer:
    """50 MB, in pieces, as a server would that never stops."""
    return Answer(chunks=(b'{"choices": [' + b" " * 1_000_000,) + (b" " * 1_000_000,) * 50)


def huge_code(seen: Seen) -> Answer:
    return speak(seen, {"code": "#" * 50_000_000, "reasoning": ""})


def hanging(seen: Seen) -> Answer:
    return Answer(chunks=(b" ",) * 10_000, pause=0.2)


def error(status: int, code: str) -> Respond:
    return lambda seen: answer({"error": {"message": code, "type": code, "code": code}}, status)


BAD: dict[str, Respond] = {
    "nothing": lambda seen: Answer(chunks=()),
    "an empty object": lambda seen: answer({}),
    "garbage": lambda seen: Answer(chunks=(b"\x00\xff<<<not json",)),
    "a page": lambda seen: Answer(chunks=(b"<html>login</html>",), content_type="text/html"),
    "prose": lambda seen: speak(seen, "I would rather not.", text=True),
    "an empty text": lambda seen: speak(seen, "", text=True),
    "the wrong function": lambda seen: speak(seen, {"code": "x"}, function="delete_everything"),
    "the wrong arguments": lambda seen: speak(seen, {"kode": 1}),
    "cut off arguments": lambda seen: speak(seen, '{"code": "import uni', finish="length"),
    "a refusal": lambda seen: speak(seen, "", finish="filter", text=True),
    "50 MB": huge,
    "50 MB of code": huge_code,
    "401": error(401, "invalid_api_key"),
    "403": error(403, "permission_denied"),
    "404": error(404, "model_not_found"),
    "429": error(429, "rate_limit_exceeded"),
    "quota": error(429, "insufficient_quota"),
    "500": error(500, "internal_error"),
    "drips": hanging,
    "a cut connection": lambda seen: Answer(chunks=(b'{"choices": [',), cut=True),
}


@pytest.mark.parametrize("bad", BAD)
def test_a_model_that_answers_badly(tool: Command, bad: str) -> None:
    with ModelServer(BAD[bad]) as server:
        ended = ordered(tool, server)
    assert_paused(tool, ended)


def test_a_model_that_hangs(tool: Command) -> None:
    hang: list[Answer] = []
    with ModelServer(lambda seen: hang[0]) as server:
        hang.append(server.hang())
        ended = ordered(tool, server)
    assert_paused(tool, ended)


def test_the_installed_command_says_so_without_a_traceback(tool: Command) -> None:
    """The other tests here call it in this process."""
    with ModelServer(BAD["500"]) as server:
        configure(tool)
        ended = tool.run(*ORDER, "--json", OPENAI_BASE_URL=f"{server.url}/v1")
    assert_paused(tool, ended)


def test_a_server_that_is_not_there(tool: Command) -> None:
    with ModelServer(Oracle()) as server:
        pass
    assert_paused(tool, ordered(tool, server))


def assert_paused(tool: Command, ended: Ended) -> None:
    assert ended.exit_code == 4, ended.said
    assert "Traceback" not in ended.stderr
    result = ended.result
    jsonschema.validate(result, RESULT)
    assert result["status"] == "paused"
    assert result["commit"] is None
    shown = result["error"]
    assert shown["summary"].strip()
    assert len(shown["summary"]) < 2_000
    assert shown["next"], "it says what a person can do"
    assert not (tool.root / "behaviors" / TASK.id / "test.py").exists()
    assert not (tool.root / "behaviors" / TASK.id / "main.py").exists()
    assert tool.commits() == []
    assert _temporary_files(tool.root) == []


def _temporary_files(root: Path) -> list[Path]:
    return [path for path in root.rglob("*.tmp") if ".git" not in path.parts]


def test_a_run_that_had_no_model_goes_on_when_there_is_one(tool: Command) -> None:
    """At the second question the server fails; what was answered before is not asked again."""
    oracle, broken = Oracle(), error(500, "internal_error")
    with ModelServer(
        lambda seen: broken(seen) if seen.function == "generate_main_code" else oracle(seen)
    ) as server:
        paused = ordered(tool, server)
    assert paused.exit_code == 4
    assert "resume" in paused.result["error"]["next"]
    with ModelServer(Oracle()) as server:
        ended = ordered(tool, server)
        functions = [seen.function for seen in server.calls]
    assert ended.exit_code == 0, ended.said
    assert ended.result["run_id"] == paused.result["run_id"]
    assert functions.count("generate_main_code") == 1
    assert "generate_test_code" not in functions


def test_a_cap_is_not_passed(tool: Command) -> None:
    with ModelServer(Oracle()) as server:
        ended = ordered(tool, server, "--budget-usd", "0.000001")
        assert server.calls == []
    assert ended.exit_code == 5, ended.said
    jsonschema.validate(ended.result, RESULT)
    assert ended.result["status"] == "paused"
    assert "--budget-usd" in ended.result["error"]["next"]


def test_a_cap_in_dollars_and_a_model_without_a_price_name_the_remedy(tool: Command) -> None:
    with ModelServer(Oracle()) as server:
        environ = {**tool.environ, "OPENAI_BASE_URL": f"{server.url}/v1"}
        own = replace(tool, environ={**environ, "OPENAI_MODEL": "nobody-knows-me"})
        ended = own.call(*ORDER, "--json", "--no-input", "--budget-usd", "1")
        assert server.calls == []
    assert ended.exit_code == 4, ended.said
    assert "its price is unknown" in ended.result["error"]["summary"]
    assert ended.result["error"]["next"].startswith("add openai's prices to a pricing.yaml")


def test_a_refused_key_is_asked_once_and_said_once_with_the_remedy(
    served: Callable[..., Ended],
) -> None:
    asked: list[Seen] = []

    def respond(seen: Seen) -> Answer:
        asked.append(seen)
        return error(401, "invalid_api_key")(seen)

    ended = served(respond, OPENAI_API_KEY="sk-wrong")
    assert ended.exit_code == 4, ended.said
    assert len(asked) == 1
    said = json.dumps(ended.result["error"])
    assert said.count("the key is refused") == 1
    assert ended.result["error"]["next"].startswith("give OPENAI_API_KEY a key that is valid at")
    assert "the key is refused" not in ended.stderr
