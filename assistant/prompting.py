"""Fills the prompts of ``prompts/*.md``: the system message, then the user message.

A prompt file is the system message, a line ``---``, and the user message in sections that start
with ``## ``. ``$name`` is a hole. A section with holes is left out when all of them are empty,
so one file serves the first round and the tenth.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from assistant.request import F, Message, Request

_HOLE = re.compile(r"\$([a-z_]+)")
_FENCED_HOLE = re.compile(r"^```(\w*)\n\$([a-z_]+)\n```$", re.MULTILINE)


def compose(function: type[F], inputs: Mapping[str, str]) -> Request[F]:
    """The request for one function, whose name is that of the prompt; a missing hole is empty."""
    system, sections = _template(function.name)
    filled = [_fill(section, inputs) for section in sections]
    user = "\n\n".join(section for section in filled if section)
    return Request(function, (Message("system", system), Message("user", user)), dict(inputs))


@cache
def _template(name: str) -> tuple[str, tuple[str, ...]]:
    text = files("assistant").joinpath("prompts", f"{name}.md").read_text("utf-8")
    system, _, user = text.partition("\n---\n")
    sections = re.split(r"\n(?=## )", user.strip())
    return system.strip(), tuple(section.strip() for section in sections)


def _fill(section: str, inputs: Mapping[str, str]) -> str:
    holes = _HOLE.findall(section)
    if holes and not any(inputs.get(hole) for hole in holes):
        return ""
    section = _FENCED_HOLE.sub(lambda match: _fence(match[1], match[2], inputs), section)
    return _HOLE.sub(lambda match: inputs.get(match[1], ""), section)


def _fence(language: str, hole: str, inputs: Mapping[str, str]) -> str:
    """A fence longer than any inside the value, so that quoted text cannot leave it."""
    longest = max(map(len, re.findall(r"`{3,}", inputs.get(hole, ""))), default=2)
    ticks = "`" * (longest + 1)
    return f"{ticks}{language}\n${hole}\n{ticks}"
