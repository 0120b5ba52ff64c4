from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import genai_prices
import pytest
from genai_prices.data import providers
from hypothesis import given
from hypothesis import strategies as st

from assistant.config import AssistantSettings
from assistant.cost.pricing import (
    Prices,
    Rates,
    Steps,
    custom_prices,
    estimate_request,
    estimate_tokens,
    load_prices,
)
from assistant.errors import AssistantConfigError
from assistant.request import Message, Request
from assistant.schemas import GenerateMainCode
from ledger.calls import TokenUsage

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
NANO = 1_000_000_000


def test_the_bundled_file_is_valid_and_sets_no_price() -> None:
    assert load_prices() == {}


def test_every_bundled_price_is_charged_as_genai_prices_charges_it() -> None:
    """Plain, cached, cache-written and long inputs, on every model that has text prices."""
    prices = Prices(clock=lambda: NOON)
    usages = [
        TokenUsage(1000, 200),
        TokenUsage(300_000, 5000, 100_000),
        TokenUsage(50_000, 100, 20_000, 10_000),
    ]
    compared = 0
    for provider in providers:
        for model in provider.models:
            rates = prices.rates(provider.id, model.id)
            for usage in usages if rates else []:
                theirs = genai_prices.calc_price(
                    genai_prices.Usage(
                        input_tokens=usage.input_tokens,
                        output_tokens=usage.output_tokens,
                        cache_read_tokens=usage.cached_tokens,
                        cache_write_tokens=usage.cache_write_tokens,
                    ),
                    model.id,
                    provider_id=provider.id,
                    genai_request_timestamp=NOON,
                )
                assert rates
                difference = Decimal(rates.cost(usage)) / NANO - theirs.total_price
                assert abs(difference) <= Decimal("1e-9"), (provider.id, model.id, usage)
                compared += 1

    assert compared > 3_000


@pytest.mark.parametrize(
    ("provider", "model"),
    [
        ("openai", "gpt-5-mini"),
        ("anthropic", "claude-sonnet-4-5"),
        ("gemini", "gemini-2.5-pro"),
        ("glm", "glm-4.6"),
    ],
)
def test_our_vendors_are_known_by_our_names(provider: str, model: str) -> None:
    rates = Prices().rates(provider, model)

    assert rates is not None
    assert rates.cost(TokenUsage(1000, 1000)) > 0


def test_the_prices_are_those_of_the_cloud_at_the_address() -> None:
    prices = Prices(
        addresses={
            "backup": "https://generativelanguage.googleapis.com",
            "mine": "https://api.deepseek.com/v1",
        }
    )

    assert prices.rates("backup", "gemini-2.5-pro") == Prices().rates("gemini", "gemini-2.5-pro")
    assert prices.rates("mine", "deepseek-chat") == Prices().rates("deepseek", "deepseek-chat")
    assert prices.rates("mine", "gpt-5-mini") is None


@pytest.mark.parametrize(
    "address",
    [
        "http://localhost:11434/v1",
        "http://192.168.1.7:8000/v1",
        "https://models.example.com/openai/v1",
        "http://127.0.0.1:4000/https://api.openai.com",
    ],
)
def test_a_server_of_ones_own_has_no_clouds_price(address: str, tmp_path: Path) -> None:
    addresses = {"openai": address}
    prices = Prices(addresses=addresses)
    assert prices.rates("openai", "gpt-5-mini") is None
    assert prices.vendor_rates("openai", "gpt-5-mini") == Prices().rates("openai", "gpt-5-mini")
    assert prices.vendor_rates("openai", "my-own") is None
    file = tmp_path / "pricing.yaml"
    file.write_text("openai: {'*': {input: 0, output: 0}}")
    rates = Prices(load_prices(file), addresses=addresses).rates("openai", "gpt-5-mini")
    assert rates is not None
    assert rates.worst(1000, 1000) == 0


@pytest.mark.parametrize(
    ("provider", "model"),
    [
        ("openai", "a-model-of-tomorrow"),
        ("my-server", "gpt-5-mini"),
        ("openai", "text-embedding-3-small"),
    ],
)
def test_what_nobody_knows_is_unpriced_and_not_free(provider: str, model: str) -> None:
    assert Prices().rates(provider, model) is None


def test_the_offline_model_is_free() -> None:
    rates = Prices().rates("offline", "offline")

    assert rates is not None
    assert rates.cost(TokenUsage(10**6, 10**6)) == rates.worst(10**6, 10**6) == 0


def test_own_prices_go_before_the_bundled_ones(tmp_path: Path) -> None:
    file = tmp_path / "pricing.yaml"
    file.write_text(
        "openai: {gpt-5-mini: {input: 1, output: 2, cached: 0.5}}\n"
        "local: {'*': {input: 0, output: 0}, big: {input: 0.1, output: 0.2, cache_write: 0.3}}\n"
    )
    prices = Prices(load_prices(file))

    def cost(provider: str, model: str) -> int:
        rates = prices.rates(provider, model)
        assert rates is not None
        return rates.cost(TokenUsage(1_000_000, 1_000_000, 400_000, 200_000))

    assert cost("openai", "gpt-5-mini") == (600_000 + 200_000 + 2_000_000) * 1000
    assert cost("local", "anything") == 0
    assert cost("local", "big") == (40_000 + 40_000 + 60_000 + 200_000) * 1000
    assert prices.rates("openai", "gpt-5") == Prices().rates("openai", "gpt-5")


def test_a_price_for_a_provider_that_there_is_not_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "pricing.yaml"
    file.write_text("{openai: {m: {input: 1, output: 2}}, locl: {m: {input: 1, output: 2}}}")
    settings = {"pricing_file": file, "providers": {"local": {"model": "m"}}}
    with pytest.raises(AssistantConfigError, match=r"locl.*no provider.*known are.*local"):
        custom_prices(AssistantSettings.model_validate(settings))
    file.write_text("{openai: {m: {input: 1, output: 2}}, local: {m: {input: 0, output: 0}}}")
    rates = Prices(custom_prices(AssistantSettings.model_validate(settings))).rates("local", "m")
    assert rates is not None
    assert rates.worst(1000, 1000) == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("openai: {m: {input: -1, output: 2}}", r"openai\.m\.input.*greater than or equal to 0"),
        ("openai: {m: {input: 1}}", r"openai\.m\.output: is missing"),
        ("openai: {m: {input: 1, output: 2, ouput: 3}}", r"openai\.m\.ouput: is an unknown key"),
        ("openai: {m: {input: .inf, output: 2}}", r"openai\.m\.input"),
        ("openai: {m: {input: .nan, output: 2}}", r"openai\.m\.input"),
        ("openai: {m: {input: cheap, output: 2}}", r"openai\.m\.input"),
        ("openai: {m: 3}", r"openai\.m: "),
        ("- a list", ".* it should be a section"),
        ("openai: [", "did not find expected node content"),
        ("[" * 9_000, "is nested deeper than 20 levels"),
        ("x: " + "1" * 300_000, "is larger than 200 KiB"),
        (b"\xff\xfe\x00", "is not UTF-8 "),
        (None, "cannot be read"),
    ],
)
def test_a_wrong_file_is_refused_with_the_place_and_what_would_be_right(
    tmp_path: Path, text: str | bytes | None, said: str
) -> None:
    file = tmp_path / "pricing.yaml"
    if text is not None:
        file.write_bytes(text if isinstance(text, bytes) else text.encode())

    with pytest.raises(AssistantConfigError, match=f"pricing.yaml(:\\d+)*: {said}"):
        load_prices(file)


def test_costs_are_rounded_up_to_a_nano_dollar() -> None:
    rates = Rates(Steps(1), Steps(1), Steps(0), Steps(0), request=5)

    assert rates.cost(TokenUsage(1, 0)) == 6
    assert rates.cost(TokenUsage()) == 5


def test_a_long_input_pays_the_higher_price_for_all_of_it() -> None:
    steps = Steps(1_000_000, ((200, 2_000_000), (400, 3_000_000)))
    rates = Rates(steps, steps, steps, steps)

    assert rates.cost(TokenUsage(200, 10)) == 210
    assert rates.cost(TokenUsage(201, 10)) == 422
    assert rates.cost(TokenUsage(401, 10)) == 1233


@given(
    st.builds(
        Rates,
        *[st.builds(Steps, st.integers(0, 10**11)) for _ in range(4)],
        st.integers(0, 10**7),
    ),
    st.integers(0, 10**6),
    st.integers(0, 10**5),
    st.floats(0, 1),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_no_call_costs_more_than_its_worst_case(
    rates: Rates, tokens: int, limit: int, cached: float, written: float, answered: float
) -> None:
    read = int(tokens * cached)
    usage = TokenUsage(tokens, int(limit * answered), read, int((tokens - read) * written))

    assert 0 <= rates.cost(usage) <= rates.worst(tokens, limit)


def test_an_estimate_is_well_above_the_rule_of_thumb() -> None:
    english = "The quick brown fox jumps over the lazy dog. " * 20
    chinese = "注文を作成して一覧を表示する" * 20

    assert len(english) / 4 * 1.5 <= estimate_tokens(english) <= len(english) / 2
    assert len(chinese) * 1.5 <= estimate_tokens(chinese) <= len(chinese) * 3
    assert estimate_tokens("") == 0


@given(st.text(), st.text())
def test_a_longer_text_is_never_estimated_shorter(text: str, more: str) -> None:
    assert estimate_tokens(text) <= estimate_tokens(text + more)


def test_an_estimate_of_a_request_holds_its_messages_and_its_schema() -> None:
    def request(*contents: str) -> Request[GenerateMainCode]:
        return Request(GenerateMainCode, tuple(Message("user", text) for text in contents))

    empty = estimate_request(request())
    assert empty > estimate_tokens(str(GenerateMainCode.parameters()))
    assert estimate_request(request("x" * 1000)) >= empty + 400
