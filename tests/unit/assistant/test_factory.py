"""From settings and an environment to providers and the desk."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from assistant.calls.client import ModelClient
from assistant.config import AssistantSettings
from assistant.errors import AssistantConfigError, NoProviderAvailable
from assistant.providers.anthropic import Anthropic
from assistant.providers.chat import ChatProvider
from assistant.providers.factory import ProviderFactory, Providers
from assistant.providers.gemini import Gemini
from assistant.providers.openai_compatible import OpenAICompatible
from ledger.database import open_ledger

KEY = "sk-canary-0123456789abcdef"
ALL = {
    "OPENAI_API_KEY": "k1",
    "GLM_API_KEY": "k2",
    "GOOGLE_API_KEY": "k3",
    "ANTHROPIC_API_KEY": "k4",
}


def providers(environ: dict[str, str], **settings: Any) -> Providers:
    return ProviderFactory(AssistantSettings.model_validate(settings), environ).providers()


def names(found: Providers) -> list[str]:
    return [one.name for one in found.configured]


def endpoint(found: Providers, name: str) -> tuple[str, str]:
    """Key and address of a provider."""
    for one in found.configured:
        if one.name == name:
            assert isinstance(one.provider, ChatProvider)
            return one.provider.key.get_secret_value(), one.provider.base_url
    raise AssertionError(name)


def test_without_a_key_there_is_the_offline_model() -> None:
    found = providers({})
    assert names(found) == ["offline"]
    assert found.configured[0].models["best"] == "offline"


def test_without_a_key_and_without_the_offline_model_the_variables_are_named() -> None:
    with pytest.raises(NoProviderAvailable) as caught:
        providers({}, allow_offline="never")
    for variable in (*ALL, "OPENAI_BASE_URL"):
        assert variable in str(caught.value)


@pytest.mark.parametrize(
    ("entry", "offline"),
    [
        ({"kind": "openai", "api_key_env": "NOT_SET"}, False),
        ({"kind": "openai", "enabled": False}, True),
    ],
)
def test_who_wanted_a_real_model_gets_no_offline_one_silently(
    entry: dict[str, Any], offline: bool
) -> None:
    if offline:
        assert names(providers({}, providers={"mine": entry})) == ["offline"]
    else:
        with pytest.raises(NoProviderAvailable, match="mine: NOT_SET is not set"):
            providers({}, providers={"mine": entry})


def test_one_key_gives_one_provider_and_no_offline_model() -> None:
    assert names(providers({"GLM_API_KEY": "k"})) == ["glm"]


def test_the_offline_model_stands_last_where_it_is_always_allowed() -> None:
    assert names(providers({"OPENAI_API_KEY": "k"}, allow_offline="always")) == [
        "openai",
        "offline",
    ]


def test_all_vendors_are_found_by_their_keys() -> None:
    found = providers(ALL)
    assert names(found) == ["openai", "glm", "gemini", "anthropic"]
    kinds = [type(one.provider) for one in found.configured]
    assert kinds == [OpenAICompatible, OpenAICompatible, Gemini, Anthropic]
    assert found.left_out == ()


def test_the_primary_comes_first_then_the_configured_then_the_found() -> None:
    found = providers(
        ALL,
        primary="anthropic",
        providers={
            "local": {"base_url": "http://127.0.0.1:8000/v1", "model": "llama"},
            "gemini": {"model": "gemini-9"},
        },
    )
    assert names(found) == ["anthropic", "local", "gemini", "openai", "glm"]


def test_an_unknown_primary_is_refused() -> None:
    with pytest.raises(AssistantConfigError, match="no provider 'openia'"):
        providers(ALL, primary="openia")


def test_a_primary_without_a_key_leaves_the_others() -> None:
    assert names(providers({"GLM_API_KEY": "k"}, primary="openai")) == ["glm"]


@pytest.mark.parametrize(
    ("environ", "key"),
    [
        ({"MINE": "1", "AUTO_DEPLOYER_OPENAI_API_KEY": "2", "OPENAI_API_KEY": "4"}, "1"),
        (
            {
                "AUTO_DEPLOYER_OPENAI_API_KEY": "2",
                "AUTO_DEPLOYER_LLM_API_KEY": "3",
                "OPENAI_API_KEY": "4",
            },
            "2",
        ),
        ({"AUTO_DEPLOYER_LLM_API_KEY": "3", "OPENAI_API_KEY": "4"}, "3"),
        ({"OPENAI_API_KEY": "4"}, "4"),
        ({"MINE": "", "OPENAI_API_KEY": "4"}, "4"),
    ],
)
def test_keys_are_looked_for_in_order(environ: dict[str, str], key: str) -> None:
    found = providers(environ, providers={"openai": {"api_key_env": "MINE"}})
    assert endpoint(found, "openai")[0] == key


@pytest.mark.parametrize(
    "variable", ["AUTO_DEPLOYER_GEMINI_API_KEY", "AUTO_DEPLOYER_GOOGLE_API_KEY"]
)
def test_a_vendors_key_may_go_by_both_of_its_names(variable: str) -> None:
    assert endpoint(providers({variable: "k"}), "gemini")[0] == "k"


def test_the_general_key_is_the_primarys() -> None:
    found = providers({"AUTO_DEPLOYER_LLM_API_KEY": "g", "GLM_API_KEY": "k"}, primary="anthropic")
    assert names(found) == ["anthropic", "glm"]
    assert (endpoint(found, "anthropic")[0], endpoint(found, "glm")[0]) == ("g", "k")


def test_a_local_server_works_by_its_address_alone() -> None:
    found = providers({"OPENAI_BASE_URL": "http://127.0.0.1:11434/v1/"})
    key, address = endpoint(found, "openai")
    assert key
    assert address == "http://127.0.0.1:11434/v1"


@pytest.mark.parametrize(
    ("environ", "discovers"),
    [
        ({"OPENAI_BASE_URL": "http://127.0.0.1:1/v1"}, True),
        ({"OPENAI_BASE_URL": "http://127.0.0.1:1/v1", "OPENAI_MODEL": "llama"}, False),
        ({"OPENAI_API_KEY": "k"}, False),
    ],
)
def test_only_a_server_of_ones_own_without_a_model_is_asked_for_its_models(
    environ: dict[str, str], discovers: bool
) -> None:
    provider = providers(environ).configured[0].provider
    assert isinstance(provider, OpenAICompatible)
    assert provider.discovers is discovers


def test_a_named_endpoint_is_asked_for_its_model_in_every_tier() -> None:
    found = providers({}, providers={"local": {"base_url": "http://h:1/v1", "model": "llama"}})
    assert set(found.configured[0].models.values()) == {"llama"}
    assert str(found) == "local llama at http://h:1/v1"


@pytest.mark.parametrize(
    ("environ", "settings", "said"),
    [
        ({}, {}, "offline model (no key found)"),
        (
            {},
            {"providers": {"openai": {"enabled": False}}},
            "offline model (openai: switched off)",
        ),
        ({"OPENAI_API_KEY": "k"}, {}, "openai gpt-6.1-terra"),
        (
            {"OPENAI_API_KEY": "k", "ANTHROPIC_API_KEY": "k"},
            {"primary": "anthropic"},
            "anthropic claude-sonnet-5, where that fails openai gpt-6.1-terra",
        ),
        (
            {"OPENAI_API_KEY": "k"},
            {"allow_offline": "always"},
            "openai gpt-6.1-terra, where that fails offline model",
        ),
        ({"OPENAI_BASE_URL": "http://h:1/v1"}, {}, "openai at http://h:1/v1"),
        (
            {"OPENAI_BASE_URL": "http://h:1/v1", "OPENAI_MODEL": "qwen"},
            {},
            "openai qwen at http://h:1/v1",
        ),
    ],
)
def test_which_model_answers_is_said_in_one_line(
    environ: dict[str, str], settings: dict[str, Any], said: str
) -> None:
    assert str(providers(environ, **settings)) == said


def test_a_vendors_own_address_has_the_vendors_price_and_another_has_none() -> None:
    settings = AssistantSettings()
    for environ, priced in (
        ({"OPENAI_API_KEY": "k"}, True),
        ({"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "http://localhost:11434/v1"}, False),
    ):
        rates = providers(environ).prices(settings).rates("openai", "gpt-5-mini")
        assert (rates is not None) is priced


def test_a_model_of_the_environment_is_used_for_every_tier() -> None:
    found = providers({"OPENAI_API_KEY": "k", "OPENAI_MODEL": "brand-new"})
    assert set(found.configured[0].models.values()) == {"brand-new"}


def test_models_by_tier_replace_the_defaults() -> None:
    found = providers(
        {"OPENAI_API_KEY": "k"}, providers={"openai": {"models": {"best": "brand-new"}}}
    )
    assert found.configured[0].models["best"] == "brand-new"
    assert found.configured[0].models["small"] != "brand-new"


def test_two_endpoints_of_one_vendor_are_two_providers() -> None:
    found = providers(
        {"ONE": "1", "TWO": "2"},
        providers={
            "first": {"kind": "openai", "api_key_env": "ONE"},
            "second": {"kind": "openai", "api_key_env": "TWO"},
        },
    )
    assert names(found) == ["first", "second"]
    assert (endpoint(found, "first")[0], endpoint(found, "second")[0]) == ("1", "2")


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"kind": "openai", "api_key_env": "NOT_SET"}, "NOT_SET is not set"),
        ({"kind": "openai", "enabled": False}, "switched off"),
    ],
)
def test_who_is_left_out_is_named_with_the_reason(entry: dict[str, Any], said: str) -> None:
    found = providers({"GLM_API_KEY": "k"}, providers={"mine": entry})
    assert names(found) == ["glm"]
    assert found.left_out == (f"mine: {said}",)


def test_a_missing_package_is_named_with_the_install_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # What Python itself does for a module that must not be imported.
    monkeypatch.setitem(sys.modules, "langchain_anthropic", None)
    found = providers({"ANTHROPIC_API_KEY": "k", "GLM_API_KEY": "k"})
    assert names(found) == ["glm"]
    assert found.left_out == (
        "anthropic: needs a package: pip install 'ai-assisted-deploy[anthropic]'",
    )


@pytest.mark.parametrize(
    "value", [f"{KEY}\n", f" {KEY}", f"{KEY} x", f"{KEY}\r", f"{KEY}\x00", f"{KEY}é", f"a\n{KEY}"]
)
def test_a_malformed_key_is_refused_by_its_variable_and_never_shown(value: str) -> None:
    with pytest.raises(AssistantConfigError, match="OPENAI_API_KEY") as caught:
        providers({"OPENAI_API_KEY": value})
    assert KEY not in str(caught.value)


@pytest.mark.parametrize(
    "value",
    [
        "localhost:8000",
        "ftp://host/v1",
        "http://",
        "http://host:notaport/v1",
        "http://ho st/v1",
        "http://host/v1\n",
        f"http://user:{KEY}@host/v1",
        f"http://host/v1?key={KEY}",
        "http://[::1",
    ],
)
def test_what_is_no_address_is_refused_by_its_variable(value: str) -> None:
    with pytest.raises(AssistantConfigError, match="OPENAI_BASE_URL") as caught:
        providers({"OPENAI_BASE_URL": value, "OPENAI_API_KEY": "k"})
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("value", ["nowhere", f"http://{KEY}@host/v1", f"http://host/v1?{KEY}"])
def test_a_wrong_address_in_the_file_is_refused_by_its_path(value: str) -> None:
    with pytest.raises(ValidationError, match=r"providers\.local\.base_url"):
        providers({}, providers={"local": {"base_url": value, "model": "m"}})


@pytest.mark.parametrize("value", ["sk-a-key-itself", "lower_case", "A B", ""])
def test_a_key_where_its_variable_is_to_be_named_is_refused(value: str) -> None:
    with pytest.raises(ValidationError, match=r"providers\.openai\.api_key_env"):
        providers({}, providers={"openai": {"api_key_env": value}})


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({}, "needs a kind"),
        ({"kind": "openai_compatible", "model": "m"}, "needs a base_url"),
        ({"base_url": "http://h/v1"}, "give its model"),
    ],
)
def test_an_incomplete_endpoint_says_what_is_missing(entry: dict[str, Any], said: str) -> None:
    with pytest.raises(AssistantConfigError, match=said):
        providers({}, providers={"local": entry})


def test_no_key_is_shown_by_any_representation(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        found = providers(dict.fromkeys(ALL, KEY))
    assert KEY not in repr(found)
    assert KEY not in "".join(repr(one.provider) for one in found.configured)
    assert KEY not in caplog.text


def test_the_desk_is_built_on_the_ledger(tmp_path: Path) -> None:
    with open_ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        client = ProviderFactory(AssistantSettings(), ALL).client(ledger)
    assert isinstance(client, ModelClient)
    assert client.router.available_providers() == ("openai", "glm", "gemini", "anthropic")


def test_building_imports_no_vendor() -> None:
    code = (
        "import sys\n"
        "from assistant.config import AssistantSettings\n"
        "from assistant.providers.factory import ProviderFactory\n"
        f"ProviderFactory(AssistantSettings(), {ALL!r}).providers()\n"
        "heavy = ('langchain', 'openai', 'anthropic', 'google', 'httpx', 'genai_prices')\n"
        "print([name for name in sys.modules if name.split('.')[0].startswith(heavy)])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
