"""Whole runs of the installed command on several providers: failing over, stopping, going on."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace

import jsonschema
import pytest

from tests.integration.command import Command, Ended
from tests.integration.contract import RESULT
from tests.integration.oracle import Oracle, tasks
from tests.servers.speech import USAGE
from tests.servers.wire import Answer, Format, ModelServer, Respond, Seen, answer

TASK = tasks()["humaneval-2"]
ORDER = ("--feature", TASK.id, "--requirements", TASK.requirements, "--mode", "CODE")
QUICK = """\
quality: {mutation: 'off'}
deployment: {max_retries: 1}
assistant:
  patience_seconds: 0
  pricing_file: pricing.yaml
"""
PRICING = "".join(
    f"{name}: {{'*': {{input: 1, output: 10}}}}\n"
    for name in ("openai", "glm", "anthropic", "gemini")
)


@dataclass(frozen=True)
class Vendor:
    """How a vendor is configured by variables alone, and how it is spoken to."""

    name: str
    key: str
    base_url: str
    path: str
    format: Format

    def environ(self, server: ModelServer) -> dict[str, str]:
        return {self.key: f"sk-{self.name}", self.base_url: f"{server.url}{self.path}"}


VENDORS = {
    vendor.name: vendor
    for vendor in (
        Vendor("openai", "OPENAI_API_KEY", "OPENAI_BASE_URL", "/v1", "chat"),
        Vendor("glm", "GLM_API_KEY", "GLM_BASE_URL", "/api/paas/v4", "chat"),
        Vendor("anthropic", "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "", "messages"),
        Vendor("gemini", "GOOGLE_API_KEY", "GOOGLE_GEMINI_BASE_URL", "", "generate"),
    )
}


def error(status: int, code: str) -> Respond:
    return lambda seen: answer({"error": {"message": code, "type": code, "code": code}}, status)


@dataclass
class Mortal:
    """An oracle that fails while it is down, and from the given call on."""

    dies_at: int = 1_000
    dead: Respond = field(default_factory=lambda: error(500, "server_error"))
    down: bool = False
    alive: Respond = field(default_factory=Oracle)
    _calls: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, seen: Seen) -> Answer:
        if seen.method == "POST":
            with self._lock:
                self._calls += 1
                self.down = self.down or self._calls == self.dies_at
        return (self.dead if self.down else self.alive)(seen)


def run(
    tool: Command,
    servers: dict[str, ModelServer],
    *arguments: str,
    settings: str = "",
    installed: bool = False,
) -> Ended:
    """The command with a provider on each server, in the order in which they are preferred.

    Where it need not be ``installed`` it runs in this process, which has the vendors' packages.
    """
    environ = dict(tool.environ)
    for name, server in servers.items():
        environ |= VENDORS[name].environ(server)
    primary = f"  primary: {next(iter(servers))}\n"
    (tool.root / "deployment.yaml").write_text(QUICK + primary + settings)
    (tool.root / "pricing.yaml").write_text(PRICING)
    tool = replace(tool, environ=environ)
    return (tool.run if installed else tool.call)(*arguments, "--json", "--no-input")


def assert_counted(ended: Ended, servers: dict[str, ModelServer]) -> None:
    """The result's calls are those that the servers saw, and their tokens those of the replies."""
    usage = ended.result["usage"]
    seen = {name: len(server.calls) for name, server in servers.items()}
    assert {name: sums["calls"] for name, sums in usage["by_provider"].items()} == seen
    assert usage["calls"] == sum(seen.values())
    for sums in usage["by_provider"].values():
        answered = sums["calls"] - sums["failed"]
        assert sums["input_tokens"] == answered * USAGE["input"]
        assert sums["output_tokens"] == answered * USAGE["output"]


def cut(seen: Seen) -> Answer:
    return Answer(chunks=(b'{"choices": [',), cut=True)


DEATHS: dict[str, Respond] = {
    "an outage": error(500, "server_error"),
    "a refused key": error(401, "invalid_api_key"),
    "a cut connection": cut,
    "a page": lambda seen: Answer(chunks=(b"<html>login</html>",), content_type="text/html"),
}


@pytest.mark.parametrize("death", DEATHS)
def test_a_provider_that_dies_in_the_middle_is_not_noticed(tool: Command, death: str) -> None:
    with ExitStack() as stack:
        dying = stack.enter_context(ModelServer(Mortal(dies_at=2, dead=DEATHS[death])))
        other = stack.enter_context(ModelServer(Oracle()))
        servers = {"openai": dying, "anthropic": other}
        ended = run(tool, servers, *ORDER, installed=death == "an outage")
    assert ended.exit_code == 0, ended.said
    jsonschema.validate(ended.result, RESULT)
    assert ended.result["status"] == "done"
    assert_counted(ended, servers)
    assert [seen.function for seen in dying.calls][:2] == [
        "generate_test_code",
        "generate_main_code",
    ]
    assert other.calls[0].function == "generate_main_code"
    assert ended.result["usage"]["by_provider"]["openai"]["failed"] == len(dying.calls) - 1
    if death == "a refused key":
        assert len(dying.calls) == 2, "who refuses the key is not asked again in this run"
    assert tool.committed(f"behaviors/{TASK.id}/main.py") == TASK.main.encode()
    decisions = tool.call("show", ended.result["run_id"]).stdout
    assert "code, low complexity → standard: openai gpt-6.1-terra, anthropic" in decisions
    assert "openai gpt-6.1-terra did not answer: " in decisions


def test_two_providers_that_are_well_share_the_writing_and_the_review(tool: Command) -> None:
    with ModelServer(Oracle()) as writer, ModelServer(Oracle()) as reviewer:
        servers = {"openai": writer, "gemini": reviewer}
        ended = run(tool, servers, *ORDER)
    assert ended.exit_code == 0, ended.said
    assert_counted(ended, servers)
    assert [seen.function for seen in reviewer.calls] == ["review_code"]
    assert "review_code" not in [seen.function for seen in writer.calls]


def test_a_provider_that_hangs_is_left_at_its_deadline(tool: Command) -> None:
    hanging: list[ModelServer] = []
    with ModelServer(Mortal(dies_at=2, dead=lambda seen: hanging[0].hang())) as dying:
        hanging.append(dying)
        with ModelServer(Oracle()) as other:
            servers = {"glm": dying, "openai": other}
            ended = run(tool, servers, *ORDER, settings="  call_timeout_seconds: 3\n")
            assert_counted(ended, servers)
    assert ended.exit_code == 0, ended.said
    # Nobody knows what a call that hung is billed, so that it costs what was reserved for it.
    assert ended.result["usage"]["by_provider"]["glm"]["usd"] > 0.001


@pytest.mark.parametrize("primary", VENDORS)
@pytest.mark.parametrize("stream", ["false", "true"], ids=["plain", "streamed"])
def test_every_vendor_carries_a_run_in_its_own_words(
    tool: Command, primary: str, stream: str
) -> None:
    vendor = VENDORS[primary]
    settings = f"  providers: {{{primary}: {{stream: {stream}}}}}\n"
    with ModelServer(Oracle()) as server:
        ended = run(tool, {primary: server}, *ORDER, settings=settings)
    assert ended.exit_code == 0, ended.said
    assert_counted(ended, {primary: server})
    assert {seen.format for seen in server.calls} == {vendor.format}
    assert {seen.streamed for seen in server.calls} == {stream == "true"}
    # Vendors' clients put it into headers of different names, with and without "Bearer".
    for seen in server.calls:
        assert any(text.endswith(f"sk-{primary}") for text in seen.headers.values())
    assert ended.result["usage"]["usd"] > 0, "its price is known"


GoOn = Callable[[str], tuple[str, ...]]
WAYS: dict[str, GoOn] = {"resume": lambda run_id: ("resume", run_id), "same": lambda run_id: ORDER}


@pytest.mark.parametrize("way", WAYS)
def test_with_all_down_the_run_waits_to_be_resumed(tool: Command, way: str) -> None:
    first, second = Mortal(dies_at=2), Mortal(dies_at=2)
    with ModelServer(first) as a, ModelServer(second) as b:
        servers = {"openai": a, "gemini": b}
        second.down = True
        paused = run(tool, servers, *ORDER, installed=True)
        assert paused.exit_code == 4, paused.said
        jsonschema.validate(paused.result, RESULT)
        assert paused.result["status"] == "paused"
        assert "resume" in paused.result["error"]["next"]
        evidence = " ".join(paused.result["error"]["evidence"])
        assert "openai: 2 calls, failed 1 x server_error" in evidence
        assert "gemini: 1 call, failed 1 x server_error" in evidence
        health = json.loads(tool.call("usage", "--health", "--json").stdout)
        assert {one["provider"]: one["outcomes"] for one in health} == {
            "openai": {"done": 1, "server_error": 1},
            "gemini": {"server_error": 1},
        }
        assert tool.commits() == []
        first.down = second.down = False
        first.dies_at = second.dies_at = 1_000
        ended = run(tool, servers, *WAYS[way](paused.result["run_id"]), installed=True)
        assert ended.exit_code == 0, ended.said
        assert ended.result["run_id"] == paused.result["run_id"]
        assert_counted(ended, servers)
        tests_asked = [seen for seen in a.calls if seen.function == "generate_test_code"]
        assert len(tests_asked) == 1, "what was answered is not asked again"
    assert ended.result["status"] == "done"
    assert len(tool.commits()) == 1
