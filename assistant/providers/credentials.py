"""Addresses and keys of providers, from settings and the environment.

A key is looked for in this order: the variable that ``assistant.providers.<name>.api_key_env``
names, AUTO_DEPLOYER_<NAME>_API_KEY, AUTO_DEPLOYER_<VENDOR>_API_KEY, for the primary provider
AUTO_DEPLOYER_LLM_API_KEY, the vendor's own variable. No key is ever shown: messages name the
variable.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from assistant.config import AssistantSettings, ProviderKind, ProviderSettings
from assistant.errors import AssistantConfigError
from assistant.providers.address import checked_url
from ledger.text.masking import quoted


@dataclass(frozen=True, slots=True)
class Vendor:
    """A vendor as its environment variables and package describe it."""

    kind: ProviderKind
    key: str
    base_url_variable: str
    base_url: str
    package: str
    install: str
    model_variable: str = ""


VENDORS: Mapping[str, Vendor] = {
    "openai": Vendor(
        "openai",
        "OPENAI_API_KEY",
        "OPENAI_BASE_URL",
        "https://api.openai.com/v1",
        "langchain_openai",
        "pip install langchain-openai",
        "OPENAI_MODEL",
    ),
    "glm": Vendor(
        "glm",
        "GLM_API_KEY",
        "GLM_BASE_URL",
        "https://open.bigmodel.cn/api/paas/v4",
        "langchain_openai",
        "pip install langchain-openai",
        "GLM_MODEL",
    ),
    "gemini": Vendor(
        "gemini",
        "GOOGLE_API_KEY",
        "GOOGLE_GEMINI_BASE_URL",
        "https://generativelanguage.googleapis.com",
        "langchain_google_genai",
        "pip install langchain-google-genai",
        "GEMINI_MODEL",
    ),
    "anthropic": Vendor(
        "anthropic",
        "ANTHROPIC_API_KEY",
        "ANTHROPIC_BASE_URL",
        "https://api.anthropic.com",
        "langchain_anthropic",
        "pip install 'ai-assisted-deploy[anthropic]'",
        "ANTHROPIC_MODEL",
    ),
}
"""By name, in the order in which they are asked where nothing else is configured."""


def find_key(
    name: str,
    entry: ProviderSettings,
    vendor: Vendor | None,
    settings: AssistantSettings,
    environ: Mapping[str, str],
) -> tuple[str, str]:
    """The variable that holds the provider's key, and the key; empty where none does.

    Raises:
        AssistantConfigError: a variable holds what no key can be; says which one.
    """
    for variable in _variables(name, entry, vendor, settings):
        if key := environ.get(variable):
            if not key.isascii() or not key.isprintable() or " " in key:
                raise AssistantConfigError(
                    f"{variable}: the key has a line break, a blank or another character that no "
                    "key has; set it again without"
                )
            return variable, key
    return "", ""


def _variables(
    name: str, entry: ProviderSettings, vendor: Vendor | None, settings: AssistantSettings
) -> Iterator[str]:
    if entry.api_key_env:
        yield entry.api_key_env
    yield f"AUTO_DEPLOYER_{name.upper().replace('-', '_')}_API_KEY"
    if vendor:
        yield f"AUTO_DEPLOYER_{vendor.kind.upper()}_API_KEY"
        yield f"AUTO_DEPLOYER_{vendor.key}"
    if name == (settings.primary or next(iter(settings.providers), "openai")):
        yield "AUTO_DEPLOYER_LLM_API_KEY"
    if vendor:
        yield vendor.key


def find_base_url(
    name: str, entry: ProviderSettings, vendor: Vendor | None, environ: Mapping[str, str]
) -> str:
    """Where the provider answers, without a slash at the end.

    Raises:
        AssistantConfigError: there is no address, or the variable's is none; says which.
    """
    if entry.base_url:
        return entry.base_url
    if vendor is None:
        raise AssistantConfigError(f"assistant.providers.{name}: needs a base_url")
    if value := environ.get(vendor.base_url_variable):
        return _checked(value, vendor.base_url_variable)
    return vendor.base_url


def _checked(value: str, where: str) -> str:
    try:
        return checked_url(value)
    except ValueError as error:
        raise AssistantConfigError(f"{where}: {error} (found {quoted(value)})") from error
