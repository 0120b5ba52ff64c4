"""Addresses and keys of providers, from settings and the environment.

A key is looked for in this order: the variable that ``assistant.providers.<name>.api_key_env``
names, AUTO_DEPLOYER_<NAME>_API_KEY, AUTO_DEPLOYER_<VENDOR>_API_KEY, for the primary provider
AUTO_DEPLOYER_LLM_API_KEY, the vendor's own variable. No key is ever shown: messages name the
variable.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assistant.config import AssistantSettings, ProviderKind, ProviderSettings, checked_url
from assistant.errors import AssistantConfigError
from assistant.providers.anthropic import Anthropic
from assistant.providers.chat import ChatProvider
from assistant.providers.gemini import Gemini
from assistant.providers.openai_compatible import OpenAICompatible
from ledger.text.masking import quoted


@dataclass(frozen=True, slots=True)
class Vendor:
    """A vendor: the variables of its key and address, its own address, its client."""

    kind: ProviderKind
    key: str
    base_url_variable: str
    base_url: str
    provider: type[ChatProvider]


_OPENAI = "https://api.openai.com/v1"
_GLM = "https://open.bigmodel.cn/api/paas/v4"
_GOOGLE = "https://generativelanguage.googleapis.com"
_ANTHROPIC = "https://api.anthropic.com"
VENDORS: Mapping[str, Vendor] = {
    vendor.kind: vendor
    for vendor in (
        Vendor("openai", "OPENAI_API_KEY", "OPENAI_BASE_URL", _OPENAI, OpenAICompatible),
        Vendor("glm", "GLM_API_KEY", "GLM_BASE_URL", _GLM, OpenAICompatible),
        Vendor("gemini", "GOOGLE_API_KEY", "GOOGLE_GEMINI_BASE_URL", _GOOGLE, Gemini),
        Vendor("anthropic", "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", _ANTHROPIC, Anthropic),
    )
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
    variables = [entry.api_key_env, f"AUTO_DEPLOYER_{name.upper().replace('-', '_')}_API_KEY"]
    if vendor:
        variables.append(f"AUTO_DEPLOYER_{vendor.kind.upper()}_API_KEY")
        variables.append(f"AUTO_DEPLOYER_{vendor.key}")
    if name == (settings.primary or next(iter(settings.providers), "openai")):
        variables.append("AUTO_DEPLOYER_LLM_API_KEY")
    if vendor:
        variables.append(vendor.key)
    for variable in filter(None, variables):
        if key := environ.get(variable):
            if not key.isascii() or not key.isprintable() or " " in key:
                raise AssistantConfigError(
                    f"{variable}: the key has a line break, a blank or another character that no "
                    "key has; set it again without"
                )
            return variable, key
    return "", ""


def find_base_url(
    name: str, entry: ProviderSettings, vendor: Vendor | None, environ: Mapping[str, str]
) -> tuple[str, str]:
    """Where the provider answers, without a slash at the end, and what says so.

    The latter is a setting or a variable, "" for the vendor's own address.

    Raises:
        AssistantConfigError: there is no address, or the variable's is none; says which.
    """
    if entry.base_url:
        return entry.base_url, f"assistant.providers.{name}.base_url"
    if vendor is None:
        raise AssistantConfigError(f"assistant.providers.{name}: needs a base_url")
    value = environ.get(vendor.base_url_variable)
    if not value:
        return vendor.base_url, ""
    try:
        return checked_url(value), vendor.base_url_variable
    except ValueError as error:
        raise AssistantConfigError(
            f"{vendor.base_url_variable}: {error} (found {quoted(value)})"
        ) from error
