"""Python source as text: literals, wrapped calls, joined blocks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from decimal import Decimal

WIDTH = 92


def literal(value: object) -> str:
    """Source of a JSON-like value; long runs of one character as a product."""
    if isinstance(value, str):
        if len(value) > 30 and len(set(value)) == 1:
            return f"{literal(value[0])} * {len(value)}"
        return quoted(value)
    if isinstance(value, Decimal):
        return f'Decimal("{value}")'
    if isinstance(value, list):
        if len(value) > 8 and len({repr(item) for item in value}) == 1:
            return f"[{literal(value[0])}] * {len(value)}"
        return "[" + ", ".join(literal(item) for item in value) + "]"
    if isinstance(value, tuple):
        inner = ", ".join(literal(item) for item in value)
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{literal(k)}: {literal(v)}" for k, v in value.items()) + "}"
    if isinstance(value, float) and not math.isfinite(value):
        return f'float("{value}")'
    return repr(value)


def quoted(text: str) -> str:
    """A string literal, with double quotes where that needs no more escapes."""
    source = repr(text)
    if source.startswith("'") and '"' not in source:
        return f'"{source[1:-1]}"'
    return source


def bracketed(opening: str, items: Iterable[str], closing: str, indent: int = 0) -> list[str]:
    """``opening item, item closing`` on one line if it fits, else an item a line."""
    parts = list(items)
    line = " " * indent + opening + ", ".join(parts) + closing
    if len(line) <= WIDTH:
        return [line]
    inner = " " * (indent + 4)
    return [
        " " * indent + opening,
        *(f"{inner}{part}," for part in parts),
        " " * indent + closing,
    ]


def mapping(opening: str, items: Mapping[str, str], indent: int = 0) -> list[str]:
    """A dictionary with text keys and values given as source."""
    pairs = (f"{quoted(key)}: {value}" for key, value in items.items())
    return bracketed(opening + "{", pairs, "}", indent)


def indented(lines: Iterable[str], by: int = 4) -> list[str]:
    return [" " * by + line if line else line for line in lines]


def module(blocks: Iterable[str | Iterable[str]]) -> str:
    """Top-level blocks with two empty lines between them and one newline at the end."""
    texts = (block if isinstance(block, str) else "\n".join(block) for block in blocks)
    return "\n\n\n".join(text.strip("\n") for text in texts if text.strip()) + "\n"


def methods(blocks: Iterable[Iterable[str]]) -> list[str]:
    """Members of a class: indented, one empty line between them."""
    lines: list[str] = []
    seen: set[str] = set()
    for block in blocks:
        if lines:
            lines.append("")
        lines.extend(indented(_unlike(list(block), seen)))
    return lines


def _unlike(block: list[str], seen: set[str]) -> list[str]:
    """The method under a name that no other has: a second one would replace the first."""
    head, opened, rest = block[0].partition("(")
    name, number = head, 2
    while name in seen and name.startswith("def "):
        name, number = f"{head}_{number}", number + 1
    seen.add(name)
    return [name + opened + rest, *block[1:]]


def listed(words: Iterable[str], last: str = "and") -> str:
    """``a, b and c``."""
    parts = list(words)
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def article(noun: str) -> str:
    """The noun with its indefinite article."""
    silent = noun.lower().startswith(("hour", "honest", "heir"))
    spoken = noun.lower().startswith(("uni", "use", "usa", "eur", "one", "uu"))
    vowel = noun[:1].lower() in "aeiou"
    return f"{'an' if silent or (vowel and not spoken) else 'a'} {noun}"
