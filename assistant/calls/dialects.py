"""Vendors' codes, texts, statuses and exceptions, and the kind of failure each means.

One table for all vendors, since their words do not contradict each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Kind = Literal[
    "bad_key",
    "permission",
    "quota",
    "rate_limited",
    "overloaded",
    "server_error",
    "timeout",
    "connection",
    "unreachable",
    "garbage",
    "too_large",
    "model_missing",
    "too_long",
    "filtered",
    "bad_parameter",
]

# OpenAI, GLM (numbers: its error code table), Anthropic and Google, in the words of their bodies.
CODES: Mapping[str, Kind] = {
    "invalid_api_key": "bad_key",
    "authentication_error": "bad_key",
    "unauthenticated": "bad_key",
    "api_key_invalid": "bad_key",
    "1000": "bad_key",
    "1001": "bad_key",
    "1002": "bad_key",
    "1003": "bad_key",
    "1004": "bad_key",
    "permission_error": "permission",
    "permission_denied": "permission",
    "unsupported_country_region_territory": "permission",
    "model_not_allowed": "permission",
    "1110": "permission",
    "1111": "permission",
    "1112": "permission",
    "1220": "permission",
    "insufficient_quota": "quota",
    "billing_hard_limit_reached": "quota",
    "billing_not_active": "quota",
    "billing_error": "quota",
    "1113": "quota",
    "1304": "quota",
    "1308": "quota",
    "1309": "quota",
    "1310": "quota",
    "rate_limit_exceeded": "rate_limited",
    "rate_limit_error": "rate_limited",
    "resource_exhausted": "rate_limited",
    "1302": "rate_limited",
    "1303": "rate_limited",
    "overloaded_error": "overloaded",
    "engine_overloaded": "overloaded",
    "unavailable": "overloaded",
    "1305": "overloaded",
    "1312": "overloaded",
    "timeout_error": "timeout",
    "deadline_exceeded": "timeout",
    "context_length_exceeded": "too_long",
    "request_too_large": "too_long",
    "string_above_max_length": "too_long",
    "1261": "too_long",
    "content_filter": "filtered",
    "content_policy_violation": "filtered",
    "1301": "filtered",
    "model_not_found": "model_missing",
    "not_found_error": "model_missing",
    "1211": "model_missing",
    "1212": "bad_parameter",
    "1210": "bad_parameter",
    "unsupported_parameter": "bad_parameter",
    "unsupported_value": "bad_parameter",
    "unknown_parameter": "bad_parameter",
    "invalid_function_parameters": "bad_parameter",
}

TEXTS: tuple[tuple[Kind, str], ...] = (
    (
        "quota",
        r"credit balance is too low|insufficient[ _](balance|quota|credit)|payment required"
        r"|PerDay|billing (account|is) (not|disabled)",
    ),
    (
        "bad_key",
        r"api[ _]?key[^.]{0,40}(not valid|invalid|incorrect)|incorrect api key"
        r"|invalid x-api-key|could not resolve authentication",
    ),
    ("permission", r"location is not supported|country, region, or territory"),
    (
        "too_long",
        r"prompt is too long|context[ _](length|window)|maximum context|input token count"
        r"|exceeds the (maximum|limit).{0,40}tokens",
    ),
    ("filtered", r"content (filter|management|policy)|safety system|blocked by"),
    ("model_missing", r"model\W.{0,80}(not found|does not exist|is not supported for)"),
    ("server_error", r"\b(server_error|api_error|internal error)\b"),
)

STATUSES: Mapping[int, Kind] = {
    400: "bad_parameter",
    401: "bad_key",
    402: "quota",
    403: "permission",
    404: "model_missing",
    405: "bad_parameter",
    408: "timeout",
    409: "server_error",
    413: "too_long",
    415: "bad_parameter",
    422: "bad_parameter",
    429: "rate_limited",
    503: "overloaded",
    504: "timeout",
    529: "overloaded",
}

# By name, so that no vendor's package has to be imported to recognise its exceptions.
CLASSES: tuple[tuple[tuple[str, ...], Kind], ...] = (
    (("SSLCertVerificationError", "InvalidURL", "UnsupportedProtocol"), "unreachable"),
    (("ReplyTooLarge",), "too_large"),
    (("TimeoutError", "APITimeoutError", "TimeoutException", "StreamChunkTimeoutError"), "timeout"),
    (("ContextOverflowError",), "too_long"),
    (
        (
            "APIConnectionError",
            "ModelConnectionError",
            "TransportError",
            "ClientConnectionError",
            "ConnectionError",
            "gaierror",
            "SSLError",
            "OSError",
        ),
        "connection",
    ),
)
