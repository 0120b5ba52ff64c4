"""Classification of what no server has to be asked for; the rest is in the contract test."""

from __future__ import annotations

import socket
import ssl

import httpx
import pytest
from pydantic import SecretStr

from assistant.calls.classify import Finding, classify
from assistant.calls.dialects import FAILURES
from assistant.errors import ProviderRejected
from assistant.providers.openai_compatible import OpenAICompatible
from ledger.text.masking import masked

CANARY = "sk-canary-0123456789abcdef"


@pytest.mark.parametrize(
    "text",
    [
        f"Incorrect API key provided: {CANARY}",
        "header Authorization: Bearer abcdef0123456789abcdef",
        "https://host/v1beta/models?key=AIzaSyA0123456789abcdef0123456789abcdef",
        "x-api-key: 0123456789abcdef",
    ],
)
def test_what_looks_like_a_key_is_masked(text: str) -> None:
    assert "0123456789abcdef" not in masked(text)


def test_an_unknown_exception_of_a_client_is_garbage_and_keeps_its_words() -> None:
    finding = classify(IndexError("list index out of range"))
    assert (finding.kind, finding.detail) == ("garbage", "list index out of range")


def test_a_cause_that_leads_back_to_itself_ends() -> None:
    first, second = ValueError("first"), ValueError("second")
    first.__cause__, second.__cause__ = second, first
    assert classify(first).kind == "garbage"


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://no-such-host.invalid", "unreachable"),
        ("http://127.0.0.1:1", "connection"),
    ],
)
def test_an_address_that_waiting_does_not_mend_is_told_from_a_server_that_is_down(
    url: str, kind: str
) -> None:
    refused = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    inner: OSError = refused if kind == "unreachable" else ConnectionRefusedError(111, "refused")
    error = httpx.ConnectError(f"{url}: {inner}")
    error.__cause__ = inner
    assert classify(error).kind == kind
    assert issubclass(FAILURES["unreachable"].error, ProviderRejected)


def test_a_certificate_that_is_refused_is_not_waited_for() -> None:
    error = httpx.ConnectError("CERTIFICATE_VERIFY_FAILED")
    error.__cause__ = ssl.SSLCertVerificationError("self-signed certificate")
    assert classify(error).kind == "unreachable"


@pytest.mark.parametrize(
    ("kind", "remedy"),
    [
        ("bad_key", "give MY_KEY a key that is valid at http://h/v1"),
        ("model_missing", "name a model that http://h/v1 has in assistant.providers.p.model"),
        ("unreachable", "mend the address http://h/v1"),
        ("connection", "see that a server answers at http://h/v1"),
        ("server_error", ""),
    ],
)
def test_what_a_person_can_do_is_said(kind: str, remedy: str) -> None:
    provider = OpenAICompatible("p", SecretStr("key"), "http://h/v1", key_variable="MY_KEY")
    assert provider.error(Finding(kind, ""), "m").remedy == remedy


def test_a_server_that_is_away_is_named_with_the_variable_that_names_it() -> None:
    provider = OpenAICompatible("p", SecretStr("key"), "http://h/v1", named_by="OPENAI_BASE_URL")
    remedy = "see that a server answers at http://h/v1, which OPENAI_BASE_URL names"
    assert provider.error(Finding("connection", ""), "m").remedy == remedy
