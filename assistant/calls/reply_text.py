"""The JSON objects in a model's text: bare, in a fence, in a call written out, behind thoughts.

Servers whose parser of tool calls is off, or does not know the model, hand the call over as text.
Only the wrapping is looked through. An object that begins and does not end is never passed over
for one inside of it or behind it, since a reply that was cut off looks like that.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

_MOST_OBJECTS = 200

# What a reasoning model writes before its answer; some servers leave out where it begins.
_THOUGHTS = re.compile(
    r"\A(?:"
    r"(?:\s*<think(?:ing)?>.*?|[^{]*?)</think(?:ing)?>"
    r"|\s*\[THINK\].*?\[/THINK\]"  # Magistral
    r"|\s*<\|channel\|>analysis<\|message\|>.*?<\|end\|>"  # gpt-oss
    r")",
    re.DOTALL | re.IGNORECASE,
)

# Of a JSON text, its strings and the commas that stand before a closing bracket.
_STRING_OR_COMMA = re.compile(r'("(?:[^"\\]|\\.)*+")|,(?=\s*[}\]])', re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)

_OBJECT_START = re.compile(r'\{\s*["}]')

# Qwen3-Coder: <function=NAME><parameter=KEY>…; GLM: <tool_call>NAME<arg_key>KEY</arg_key>…
_TAGGED_CALLS = (
    (
        re.compile(r"<function=(?P<name>[\w.]+)>(?P<body>.*?)</function>", re.DOTALL),
        re.compile(r"<parameter=(\w+)>\n?(.*?)\n?</parameter>", re.DOTALL),
        "<parameter=",
    ),
    (
        re.compile(
            r"<tool_call>\s*(?P<name>[\w.]+)\s*(?P<body><arg_key>.*?)</tool_call>", re.DOTALL
        ),
        re.compile(r"<arg_key>\s*(\w+)\s*</arg_key>\s*<arg_value>(.*?)</arg_value>", re.DOTALL),
        "<arg_key>",
    ),
)


def find_objects(text: str) -> list[dict[str, Any]]:
    """The JSON objects that a text consists of or holds, outermost ones, in order.

    Calls written with tags come as ``{"name": …, "arguments": {key: text}}``.

    Raises:
        ValueError: there is none, or one that is not whole; says which and where.
        RecursionError: it is nested too deeply.
    """
    value = decoded(text)
    if isinstance(value, str):
        return _scan(value)
    found = value if isinstance(value, list) else [value]
    if not found or not all(isinstance(one, dict) for one in found):
        raise ValueError(f"it is a {type(value).__name__}")
    return found


def decoded(value: Any) -> Any:
    """The value of which a string is the JSON text, however often, or the value itself.

    Line breaks in strings, ``\\'`` and trailing commas are understood.
    """
    while isinstance(value, str):
        text = value.strip().removeprefix("\ufeff").strip()
        try:
            value = _DECODER.decode(text)
        except (ValueError, RecursionError):
            try:
                value = _DECODER.decode(_mend(text))
            except (ValueError, RecursionError):
                break
    return value


def _scan(text: str) -> list[dict[str, Any]]:
    text = _THOUGHTS.sub("", text)
    found, position = list(_tagged_calls(text)), 0
    if found:
        return found
    while (start := _OBJECT_START.search(text, position)) and len(found) < _MOST_OBJECTS:
        value, position = _object_at(text, start.start())
        found.append(value)
    if not found:
        raise ValueError("there is no object in the text")
    return found


def _object_at(text: str, start: int) -> tuple[dict[str, Any], int]:
    try:
        return _DECODER.raw_decode(text, start)
    except ValueError:
        mended = _mend(text[start:])
        value, end = _DECODER.raw_decode(mended)
        # What was mended made the text shorter; the rest is looked for from its end.
        return value, len(text) - (len(mended) - end)


def _tagged_calls(text: str) -> Iterator[dict[str, Any]]:
    for call, parameter, opening in _TAGGED_CALLS:
        for found in call.finditer(text):
            given = found["body"].count(opening)
            arguments = dict(parameter.findall(found["body"]))
            # A value that holds the tag itself cannot be told from two values.
            if len(arguments) != given:
                raise ValueError(f"the call of {found['name']} cannot be parted into its arguments")
            if given:  # otherwise its arguments are written as JSON
                yield {"name": found["name"], "arguments": arguments}


def _mend(text: str) -> str:
    """Without the commas before closing brackets, and ``\\'`` as ``'``; one meaning each."""

    def mended(found: re.Match[str]) -> str:
        if found[1] is None:
            return ""
        return _ESCAPE.sub(lambda pair: "'" if pair[1] == "'" else pair[0], found[1])

    return _STRING_OR_COMMA.sub(mended, text)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


# Not strict: a line break may stand inside a string, as local models write them.
_DECODER = json.JSONDecoder(strict=False, parse_constant=_refuse_constant)
