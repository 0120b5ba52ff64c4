"""Kinds of failed calls: what each means, and by which words of the vendors it is recognised.

One table for all vendors, since their words do not contradict each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assistant.errors import ProviderError, ProviderRejected, ProviderUnavailable, RequestRejected


@dataclass(frozen=True, slots=True)
class Failure:
    """A kind of failed call.

    Attributes:
        error: the class that is raised.
        meaning: in words, after the provider's name.
        remedy: what a person can do, "" where waiting is all.
        codes: of the bodies of OpenAI, GLM (numbers), Anthropic and Google, in lower case.
        statuses: of HTTP.
        text: a pattern of the vendors' words.
        exceptions: names of classes, so that no vendor's package has to be imported.
    """

    error: type[ProviderError]
    meaning: str
    remedy: str = ""
    codes: str = ""
    statuses: tuple[int, ...] = ()
    text: str = ""
    exceptions: str = ""


# Texts and exceptions are looked for in this order.
FAILURES: Mapping[str, Failure] = {
    "quota": Failure(
        ProviderRejected,
        "quota or credit is spent",
        "top up the account of {key}, or wait until its quota begins anew",
        codes="insufficient_quota billing_hard_limit_reached billing_not_active billing_error "
        "1113 1304 1308 1309 1310",
        statuses=(402,),
        text=r"credit balance is too low|insufficient[ _](balance|quota|credit)|payment required"
        r"|PerDay|billing (account|is) (not|disabled)",
    ),
    "bad_key": Failure(
        ProviderRejected,
        "the key is refused",
        "give {key} a key that is valid at {address}",
        codes="invalid_api_key authentication_error unauthenticated api_key_invalid "
        "1000 1001 1002 1003 1004",
        statuses=(401,),
        text=r"api[ _]?key[^.]{0,40}(not valid|invalid|incorrect)|incorrect api key"
        r"|invalid x-api-key|could not resolve authentication",
    ),
    "permission": Failure(
        ProviderRejected,
        "the key may not use this, or not from this region",
        "let {key} use the model from here, or name another one in {entry}.model",
        codes="permission_error permission_denied unsupported_country_region_territory "
        "model_not_allowed 1110 1111 1112 1220",
        statuses=(403,),
        text=r"location is not supported|country, region, or territory",
    ),
    "unreachable": Failure(
        ProviderRejected,
        "cannot be reached at its address",
        "mend the address {server}",
        exceptions="SSLCertVerificationError InvalidURL UnsupportedProtocol",
    ),
    "too_large": Failure(
        ProviderUnavailable, "sent more than a reply may be", exceptions="ReplyTooLarge"
    ),
    "timeout": Failure(
        ProviderUnavailable,
        "did not answer in time",
        codes="timeout_error deadline_exceeded",
        statuses=(408, 504),
        exceptions="TimeoutError APITimeoutError TimeoutException StreamChunkTimeoutError",
    ),
    "too_long": Failure(
        RequestRejected,
        "the request is longer than the model takes",
        codes="context_length_exceeded request_too_large string_above_max_length 1261",
        statuses=(413,),
        text=r"prompt is too long|context[ _](length|window)|maximum context|input token count"
        r"|exceeds the (maximum|limit).{0,40}tokens",
        exceptions="ContextOverflowError",
    ),
    "filtered": Failure(
        RequestRejected,
        "a content filter stopped the request",
        codes="content_filter content_policy_violation 1301",
        text=r"content (filter|management|policy)|safety system|blocked by",
    ),
    "model_missing": Failure(
        RequestRejected,
        "does not have the model",
        "name a model that {address} has in {entry}.model",
        codes="model_not_found not_found_error 1211",
        statuses=(404,),
        text=r"model\W.{0,80}(not found|does not exist|is not supported for)",
    ),
    "connection": Failure(
        ProviderUnavailable,
        "cannot be reached",
        "see that a server answers at {server}",
        exceptions="APIConnectionError ModelConnectionError TransportError ClientConnectionError "
        "ConnectionError gaierror SSLError OSError",
    ),
    "server_error": Failure(
        ProviderUnavailable,
        "failed on its side",
        statuses=(409,),
        text=r"\b(server_error|api_error|internal error)\b",
    ),
    "rate_limited": Failure(
        ProviderUnavailable,
        "too many requests",
        codes="rate_limit_exceeded rate_limit_error resource_exhausted 1302 1303",
        statuses=(429,),
    ),
    "overloaded": Failure(
        ProviderUnavailable,
        "overloaded",
        codes="overloaded_error engine_overloaded unavailable 1305 1312",
        statuses=(503, 529),
    ),
    "bad_parameter": Failure(
        RequestRejected,
        "refuses a parameter of the request",
        codes="unsupported_parameter unsupported_value unknown_parameter "
        "invalid_function_parameters 1210 1212",
        statuses=(400, 405, 415, 422),
    ),
    "package": Failure(
        ProviderRejected,
        "its package cannot be imported",
        "{install}",
        exceptions="ImportError",
    ),
    "garbage": Failure(ProviderUnavailable, "answered something that is no reply"),
}
