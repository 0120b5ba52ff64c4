"""The contract: every condition of every vendor, plain and streamed, through the real clients.

Run again at every upgrade of a vendor's package; the table of what was found is printed.
"""

from __future__ import annotations

import itertools
import socket
import threading
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import pytest_asyncio
from pydantic import SecretStr

from assistant.calls.dialects import FAILURES
from assistant.errors import ProviderError
from assistant.providers.anthropic import Anthropic
from assistant.providers.chat import ChatProvider
from assistant.providers.gemini import Gemini
from assistant.providers.openai_compatible import OpenAICompatible
from assistant.request import Message, Request
from assistant.schemas import GenerateTestCode
from tests.servers.failures import CONDITIONS, VENDORS
from tests.servers.wire import Answer, ModelServer, Respond, answer

pytestmark = pytest.mark.asyncio(loop_scope="module")

Record = Callable[[str, object], None]

CANARY = "sk-canary-0123456789abcdef"

KINDS = {
    "bad key": "bad_key",
    "no permission": "permission",
    "wrong region": "permission",
    "rate": "rate_limited",
    "quota spent": "quota",
    "unpaid": "quota",
    "server error": "server_error",
    "overloaded": "overloaded",
    "too long": "too_long",
    "filter, refused": "filtered",
    "bad parameter": "bad_parameter",
    "model missing": "model_missing",
    "HTML": "garbage",
    "HTML error": "server_error",
    "empty body": "garbage",
    "no JSON": "garbage",
    "other JSON": "garbage",
    "list": "garbage",
    "redirect": "garbage",
    "cut body": "connection",
    "cut stream": "unknown",
    "too large": "too_large",
    "too large, packed": "too_large",
    "truncated": "length",
    "filter, finish": "filter",
    "fine": "stop",
    "fine, packed": "stop",
    "error in a 200": "server_error",
}
EXCEPTIONS = {
    # Anthropic calls a filtered answer a refusal.
    ("filter, finish", "anthropic", False): "refusal",
    ("filter, finish", "anthropic", True): "refusal",
    # Google's client makes an empty reply of these; only the missing finish reason tells.
    ("empty body", "gemini", False): "unknown",
    ("other JSON", "gemini", False): "unknown",
    ("other JSON", "gemini", True): "unknown",
    ("list", "gemini", False): "unknown",
    ("list", "gemini", True): "unknown",
    ("error in a 200", "gemini", False): "unknown",
    # These clients trip over the error instead of reading it.
    ("error in a 200", "responses", False): "garbage",
    ("error in a 200", "anthropic", False): "garbage",
    ("error in a 200", "anthropic", True): "overloaded",
}

REQUEST = Request(GenerateTestCode, (Message("system", "be brief"), Message("user", "write")))


def provider(vendor: str, url: str, *, stream: bool) -> ChatProvider:
    base = url if vendor in ("anthropic", "gemini") else f"{url}/v1"
    kinds: dict[str, type[ChatProvider]] = {"anthropic": Anthropic, "gemini": Gemini}
    return kinds.get(vendor, OpenAICompatible)(
        vendor,
        SecretStr(CANARY),
        base,
        reply_bytes=100_000,
        stream=stream,
        use_responses_api=vendor == "responses",
    )


async def outcome(client: ChatProvider, timeout: float = 5.0) -> str:
    """The kind of the error, or the finish of the reply."""
    try:
        reply = await client.complete(REQUEST, model="m", max_tokens=500, timeout=timeout)
        return reply.finish
    except ProviderError as error:
        failure = error
    assert CANARY not in f"{failure!r} {failure}"
    assert failure.__cause__ is None
    assert type(failure) is FAILURES[failure.kind].error
    return failure.kind


def manner(stream: bool) -> str:
    return "streamed" if stream else "plain"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Stage:
    """One server whose answer each test sets, and the clients of all vendors on it."""

    def __init__(self) -> None:
        self.respond: Respond = CONDITIONS["fine"]["openai"]
        self.server = ModelServer(lambda seen: self.respond(seen))
        self.clients: dict[tuple[str, bool], ChatProvider] = {}

    def client(self, vendor: str, stream: bool) -> ChatProvider:
        key = (vendor, stream)
        if key not in self.clients:
            self.clients[key] = provider(vendor, self.server.url, stream=stream)
        return self.clients[key]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage() -> AsyncIterator[Stage]:
    stage = Stage()
    with stage.server:
        yield stage
        for client in stage.clients.values():
            await client.aclose()


CASES = [
    pytest.param(condition, vendor, stream, id=f"{condition}-{vendor}-{manner(stream)}")
    for condition, vendors in CONDITIONS.items()
    for vendor in vendors
    for stream in (False, True)
]


@pytest.mark.parametrize(("condition", "vendor", "stream"), CASES)
async def test_a_condition_is_recognised_after_one_request(
    stage: Stage, condition: str, vendor: str, stream: bool, record_property: Record
) -> None:
    stage.respond = CONDITIONS[condition][vendor]
    before = len(stage.server.requests)
    found = await outcome(stage.client(vendor, stream))
    record_property("contract", [condition, vendor, manner(stream), found])
    assert len(stage.server.requests) - before == 1
    assert found == EXCEPTIONS.get((condition, vendor, stream), KINDS[condition])


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])
@pytest.mark.parametrize("vendor", VENDORS)
class TestTrouble:
    """What no body shows: silence, dripping, nobody there."""

    async def test_silence_ends_at_the_deadline(
        self, stage: Stage, vendor: str, stream: bool, record_property: Record
    ) -> None:
        release = threading.Event()
        stage.respond = lambda seen: Answer(wait=release)
        try:
            found = await outcome(stage.client(vendor, stream), timeout=0.1)
        finally:
            release.set()
        record_property("contract", ["silence", vendor, manner(stream), found])
        assert found == "timeout"

    async def test_a_dripping_reply_ends_at_the_deadline(
        self, stage: Stage, vendor: str, stream: bool, record_property: Record
    ) -> None:
        # Each read succeeds within any read time-out; only a clock on the wall ends this.
        stage.respond = lambda seen: Answer(
            chunks=itertools.repeat(b" "), pause=0.02, content_type="application/json"
        )
        found = await outcome(stage.client(vendor, stream), timeout=0.15)
        record_property("contract", ["dripping", vendor, manner(stream), found])
        assert found == "timeout"

    async def test_nobody_listening_is_a_connection(
        self, vendor: str, stream: bool, record_property: Record
    ) -> None:
        client = provider(vendor, f"http://127.0.0.1:{free_port()}", stream=stream)
        found = await outcome(client)
        await client.aclose()
        record_property("contract", ["refused", vendor, manner(stream), found])
        assert found == "connection"


async def test_a_server_without_tls_is_a_connection(stage: Stage) -> None:
    for vendor in VENDORS:
        client = provider(vendor, stage.server.url.replace("http:", "https:"), stream=False)
        assert await outcome(client) == "connection"
        await client.aclose()


async def test_the_wait_that_a_vendor_asks_for_is_kept(stage: Stage) -> None:
    for vendor in VENDORS:
        stage.respond = CONDITIONS["rate"][vendor]
        with pytest.raises(ProviderError) as caught:
            await stage.client(vendor, False).complete(
                REQUEST, model="m", max_tokens=500, timeout=5
            )
        assert caught.value.retry_after == 7


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("2.5", 2.5), ("0", 0.0), ("soon", None), ("-3", None), ("inf", None), ("nan", None)],
)
async def test_only_sensible_waits_are_believed(
    stage: Stage, header: str, seconds: float | None
) -> None:
    stage.respond = lambda seen: answer({"error": {"message": "slow"}}, 429, retry_after=header)
    with pytest.raises(ProviderError) as caught:
        await stage.client("openai", False).complete(REQUEST, model="m", max_tokens=9, timeout=5)
    assert caught.value.kind == "rate_limited"
    assert caught.value.retry_after == seconds


async def test_a_wait_until_a_date_is_understood(stage: Stage) -> None:
    moment = datetime.now(UTC) + timedelta(seconds=90)
    stage.respond = lambda seen: answer(
        {"error": {"message": "slow"}}, 429, retry_after=format_datetime(moment, usegmt=True)
    )
    with pytest.raises(ProviderError) as caught:
        await stage.client("anthropic", False).complete(REQUEST, model="m", max_tokens=9, timeout=5)
    assert caught.value.retry_after is not None
    assert 80 < caught.value.retry_after <= 90


async def test_a_refused_parameter_is_named(stage: Stage) -> None:
    stage.respond = CONDITIONS["bad parameter"]["openai"]
    with pytest.raises(ProviderError, match="'temperature' is not supported"):
        await stage.client("openai", False).complete(REQUEST, model="m", max_tokens=9, timeout=5)
