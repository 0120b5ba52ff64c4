"""What can go wrong at a vendor, in its own words: error bodies as the vendors document them.

A condition is a function from a request to an answer; ``CONDITIONS[condition][vendor]``. The
vendors are those whose bodies differ: ``responses`` is OpenAI's second format, and ``glm`` speaks
Chat Completions with error numbers of its own.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping
from typing import Any

from tests.servers.speech import event, speak
from tests.servers.wire import Answer, Respond, Seen, answer

VENDORS = ("openai", "responses", "glm", "anthropic", "gemini")


def openai(message: str, code: str | None, name: str = "invalid_request_error") -> dict[str, Any]:
    return {"error": {"message": message, "type": name, "param": None, "code": code}}


def glm(message: str, code: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message}}


def anthropic(message: str, name: str) -> dict[str, Any]:
    return {"type": "error", "error": {"type": name, "message": message}, "request_id": "req_1"}


def gemini(message: str, code: int, status: str, *details: Mapping[str, Any]) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, "status": status, "details": list(details)}}


def _reason(reason: str) -> dict[str, Any]:
    return {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": reason,
        "domain": "googleapis.com",
    }


def _quota(quota: str) -> dict[str, Any]:
    return {
        "@type": "type.googleapis.com/google.rpc.QuotaFailure",
        "violations": [{"quotaId": quota, "quotaMetric": "generate_content_requests"}],
    }


def _retry(delay: str) -> dict[str, Any]:
    return {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay}


def _always(given: Answer) -> Respond:
    return lambda seen: given


def _for_openai(given: Answer) -> dict[str, Respond]:
    return {"openai": _always(given), "responses": _always(given)}


_ARGUMENTS = {"code": "print('hello')\n", "reasoning": "short"}


def _bad_parameter() -> Answer:
    body = openai(
        "Unsupported parameter: 'temperature' is not supported with this model.",
        "unsupported_parameter",
    )
    body["error"]["param"] = "temperature"
    return answer(body, 400)


CONDITIONS: dict[str, dict[str, Respond]] = {
    "bad key": {
        **_for_openai(
            answer(openai("Incorrect API key provided: sk-can*****3456.", "invalid_api_key"), 401)
        ),
        "glm": _always(answer(glm("令牌已过期或验证不正确", "1000"), 401)),
        "anthropic": _always(answer(anthropic("invalid x-api-key", "authentication_error"), 401)),
        "gemini": _always(
            answer(
                gemini(
                    "API key not valid. Please pass a valid API key.",
                    400,
                    "INVALID_ARGUMENT",
                    _reason("API_KEY_INVALID"),
                ),
                400,
            )
        ),
    },
    "no permission": {
        **_for_openai(
            answer(openai("You have insufficient permissions for this operation.", None), 403)
        ),
        "glm": _always(answer(glm("您无权访问该接口", "1220"), 403)),
        "anthropic": _always(
            answer(anthropic("Your API key does not have permission", "permission_error"), 403)
        ),
        "gemini": _always(
            answer(gemini("The caller does not have permission", 403, "PERMISSION_DENIED"), 403)
        ),
    },
    "wrong region": {
        **_for_openai(
            answer(
                openai(
                    "Country, region, or territory not supported",
                    "unsupported_country_region_territory",
                    "request_forbidden",
                ),
                403,
            )
        ),
        "anthropic": _always(answer(anthropic("Request not allowed", "forbidden"), 403)),
        "gemini": _always(
            answer(
                gemini(
                    "User location is not supported for the API use.", 400, "FAILED_PRECONDITION"
                ),
                400,
            )
        ),
    },
    "rate": {
        **_for_openai(
            answer(
                openai("Rate limit reached for requests", "rate_limit_exceeded", "requests"),
                429,
                retry_after="7",
            )
        ),
        "glm": _always(answer(glm("您的账户已达到速率限制", "1302"), 429, retry_after="7")),
        "anthropic": _always(
            answer(
                anthropic(
                    "This request would exceed your rate limit of 50 requests per minute",
                    "rate_limit_error",
                ),
                429,
                retry_after="7",
            )
        ),
        "gemini": _always(
            answer(
                gemini(
                    "You exceeded your current quota, please check your plan and billing details.",
                    429,
                    "RESOURCE_EXHAUSTED",
                    _quota("GenerateRequestsPerMinutePerProjectPerModel-FreeTier"),
                    _retry("7s"),
                ),
                429,
            )
        ),
    },
    "quota spent": {
        **_for_openai(
            answer(
                openai(
                    "You exceeded your current quota, please check your plan and billing details.",
                    "insufficient_quota",
                    "insufficient_quota",
                ),
                429,
            )
        ),
        "glm": _always(answer(glm("已达到每日调用上限", "1308"), 429)),
        "anthropic": _always(
            answer(
                anthropic(
                    "Your credit balance is too low to access the Anthropic API. Please go to "
                    "Plans & Billing to upgrade or purchase credits.",
                    "invalid_request_error",
                ),
                400,
            )
        ),
        "gemini": _always(
            answer(
                gemini(
                    "You exceeded your current quota, please check your plan and billing details.",
                    429,
                    "RESOURCE_EXHAUSTED",
                    _quota("GenerateRequestsPerDayPerProjectPerModel-FreeTier"),
                ),
                429,
            )
        ),
    },
    "unpaid": {
        **_for_openai(answer(openai("Payment required", None, "billing_error"), 402)),
        "glm": _always(answer(glm("余额不足或无可用资源包,请充值。", "1113"), 429)),
        "anthropic": _always(answer(anthropic("Payment required", "billing_error"), 402)),
    },
    "server error": {
        **_for_openai(answer(openai("The server had an error", None, "server_error"), 500)),
        "glm": _always(answer(glm("内部错误", "500"), 500)),
        "anthropic": _always(answer(anthropic("Internal server error", "api_error"), 500)),
        "gemini": _always(answer(gemini("An internal error has occurred.", 500, "INTERNAL"), 500)),
    },
    "overloaded": {
        **_for_openai(
            answer(openai("The engine is currently overloaded", None, "server_error"), 503)
        ),
        "glm": _always(answer(glm("当前API流量过大", "1305"), 429)),
        "anthropic": _always(answer(anthropic("Overloaded", "overloaded_error"), 529)),
        "gemini": _always(answer(gemini("The model is overloaded.", 503, "UNAVAILABLE"), 503)),
    },
    "too long": {
        **_for_openai(
            answer(
                openai(
                    "This model's maximum context length is 128000 tokens. However, your messages "
                    "resulted in 140000 tokens.",
                    "context_length_exceeded",
                ),
                400,
            )
        ),
        "glm": _always(answer(glm("Prompt 超长", "1261"), 400)),
        "anthropic": _always(
            answer(
                anthropic(
                    "prompt is too long: 210000 tokens > 200000 maximum", "invalid_request_error"
                ),
                400,
            )
        ),
        "gemini": _always(
            answer(
                gemini(
                    "The input token count (1200000) exceeds the maximum number of tokens allowed "
                    "(1048576).",
                    400,
                    "INVALID_ARGUMENT",
                ),
                400,
            )
        ),
    },
    "filter, refused": {
        **_for_openai(
            answer(
                openai(
                    "Your request was rejected as a result of our safety system.",
                    "content_policy_violation",
                ),
                400,
            )
        ),
        "glm": _always(answer(glm("系统检测到输入或生成内容可能包含不安全内容", "1301"), 400)),
        "anthropic": _always(
            answer(
                anthropic("Output blocked by content filtering policy", "invalid_request_error"),
                400,
            )
        ),
    },
    "bad parameter": {
        **_for_openai(_bad_parameter()),
        "glm": _always(answer(glm("API 调用参数有误", "1210"), 400)),
        "anthropic": _always(
            answer(
                anthropic("temperature: Extra inputs are not permitted", "invalid_request_error"),
                400,
            )
        ),
        "gemini": _always(
            answer(
                gemini("Invalid JSON payload received. Unknown name", 400, "INVALID_ARGUMENT"), 400
            )
        ),
    },
    "model missing": {
        **_for_openai(answer(openai("The model `m` does not exist", "model_not_found"), 404)),
        "glm": _always(answer(glm("模型不存在", "1211"), 400)),
        "anthropic": _always(answer(anthropic("model: m", "not_found_error"), 404)),
        "gemini": _always(
            answer(
                gemini("models/m is not found for API version v1beta", 404, "NOT_FOUND"),
                404,
            )
        ),
    },
}

_ANY: dict[str, Respond] = {
    "HTML": _always(
        Answer(
            chunks=(b"<html><body>Welcome to the portal</body></html>",), content_type="text/html"
        )
    ),
    "HTML error": _always(
        Answer(502, (b"<html><body>502 Bad Gateway</body></html>",), content_type="text/html")
    ),
    "empty body": _always(Answer(chunks=())),
    "no JSON": _always(Answer(chunks=(b'{"choices": [{"mess',))),
    "other JSON": _always(answer({"hello": "world"})),
    "list": _always(answer([1, 2, 3])),
    "redirect": _always(Answer(307, (), {"location": "http://127.0.0.1:9/elsewhere"})),
    "cut body": _always(Answer(chunks=(b'{"id": "1",',), cut=True)),
    "cut stream": lambda seen: speak(seen, _ARGUMENTS, finish=""),
    "too large": lambda seen: speak(seen, {**_ARGUMENTS, "code": "x" * 300_000}),
    "too large, packed": lambda seen: _packed(speak(seen, {**_ARGUMENTS, "code": "x" * 300_000})),
    "truncated": lambda seen: speak(
        seen, '{"code": "print(1)", "reasoning": "and th', finish="length"
    ),
    "filter, finish": lambda seen: speak(seen, _ARGUMENTS, finish="filter"),
    "fine": lambda seen: speak(seen, _ARGUMENTS),
    "fine, packed": lambda seen: _packed(speak(seen, _ARGUMENTS)),
}
for _name, _respond in _ANY.items():
    CONDITIONS[_name] = dict.fromkeys(VENDORS, _respond)


def _packed(plain: Answer) -> Answer:
    body = gzip.compress(b"".join(plain.chunks))
    return Answer(200, (body,), {"content-encoding": "gzip"}, plain.content_type)


def _error_event(seen: Seen) -> Answer:
    """An error in the middle of a stream, or in a reply with status 200."""
    message = "The server had an error while processing your request"
    bodies: Mapping[str, Callable[[], bytes]] = {
        "chat": lambda: event(openai(message, "server_error", "server_error")),
        "responses": lambda: event(
            {"type": "error", "code": "server_error", "message": message, "param": None},
            "error",
        ),
        "messages": lambda: event(anthropic("Overloaded", "overloaded_error"), "error"),
        "generate": lambda: event(gemini("An internal error has occurred.", 500, "INTERNAL")),
    }
    if seen.streamed:
        return Answer(chunks=(bodies[seen.format](),), content_type="text/event-stream")
    plain = json.loads(bodies[seen.format]().decode().split("data: ", 1)[1])
    return answer(plain)


CONDITIONS["error in a 200"] = dict.fromkeys(VENDORS, _error_event)
