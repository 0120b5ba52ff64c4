"""Requirements as sentences: prose, bullet lists with what introduces them, wrapped lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.errors import NotUnderstood

LONGEST_TEXT = 20_000
MOST_SENTENCES = 200

_PLAIN = str.maketrans(
    {
        "\u2018": "'",
        "\u2019": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u2013": "-",
        "\u2014": " - ",
        "\u2026": "...",
        "\u00a0": " ",
        "\u2264": "<=",
        "\u2265": ">=",
        "\t": " ",
    }
)
_BULLET = re.compile(r"^(?:[-*•+]|\d{1,3}[.)]|\([a-z0-9]\)|\[[ x]\])\s+")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|approx|max|min|incl|excl|resp|nr|no)|\.\.)\.$", re.IGNORECASE
)
_SHORT_FORMS = (
    (re.compile(r"\bcan not\b", re.IGNORECASE), "cannot"),
    (re.compile(r"\bcan't\b", re.IGNORECASE), "cannot"),
    (re.compile(r"\b(is|are|does|do|must|should|may|was)n't\b", re.IGNORECASE), r"\1 not"),
    (re.compile(r"\bwon't\b", re.IGNORECASE), "will not"),
    (re.compile(r"\bit's\b", re.IGNORECASE), "it is"),
    (re.compile(r"\b(they|we|you)'re\b", re.IGNORECASE), r"\1 are"),
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence.

    Attributes:
        text: without its final period, with plain quotes and dashes.
        verbatim: as it was written, for messages.
        lead: what introduces the list that it is an item of, without the colon; "" for prose.
    """

    text: str
    verbatim: str
    lead: str = ""

    def shortened(self) -> str:
        """What a message shows of it."""
        text = " ".join(self.verbatim.split())
        return text if len(text) <= 200 else text[:197] + "..."


def sentences(requirements: str) -> tuple[Sentence, ...]:
    """All sentences in order.

    Raises:
        NotUnderstood: the text is too long to be requirements of one feature.
    """
    if len(requirements) > LONGEST_TEXT:
        raise NotUnderstood(requirements[:80] + "...", f"longer than {LONGEST_TEXT:,} characters")
    found = tuple(
        Sentence(_normal(text), text.strip(), _normal(lead))
        for lead, block in _blocks(requirements)
        for text in _split(block, ".!?" if lead else ".!?;")
        if re.search(r"\w", text)
    )
    if len(found) > MOST_SENTENCES:
        raise NotUnderstood(found[MOST_SENTENCES].shortened(), "too many sentences")
    return found


def _blocks(requirements: str) -> Iterator[tuple[str, str]]:
    """Paragraphs and list items, each with its lead; wrapped lines are joined."""
    lead = ""  # what introduces the items that follow, "" where there is nothing
    plain_items = False  # whether lines without a bullet are items of the lead, too
    is_item = False
    parts: list[str] = []

    def flush() -> Iterator[tuple[str, str]]:
        if parts:
            yield (lead if is_item else "", " ".join(parts))
            parts.clear()

    for raw in requirements.splitlines():
        line = raw.strip()
        bullet = _BULLET.match(line)
        text = line[bullet.end() :] if bullet else line
        if not text or set(text) <= set("-=*_"):
            yield from flush()
            plain_items = False
        elif text.startswith("#"):
            yield from flush()
            lead, plain_items, is_item = text.strip("# :"), False, False
            yield ("", f"# {lead}")
        elif text.endswith(":"):
            yield from flush()
            *before, lead = _split(text[:-1]) or [text[:-1]]
            yield from (("", sentence) for sentence in before)
            yield ("", f"{lead}:")
            plain_items = True
        elif not bullet and _continues(parts, text, raw[:1] in (" ", "\t") and is_item):
            parts.append(text)
        else:
            if bullet and parts and not is_item and not parts[-1].endswith((".", "!", "?")):
                lead = " ".join(parts)  # "An order has" without a colon, followed by a list
                parts[:] = [f"{lead}:"]
            yield from flush()
            is_item = bool(bullet) or plain_items
            lead = lead if is_item else ""
            parts.append(text)
    yield from flush()


def _continues(parts: list[str], line: str, indented: bool) -> bool:
    """Whether the line goes on with the sentence of the lines before it."""
    if not parts or re.match(r"^[\w`\"' -]{1,40}\s*:\s*\S", line):
        return False  # "quantity: whole number" is an entry of its own
    last = parts[-1]
    if indented or last.endswith((",", "(")):
        return True
    return not last.endswith((".", "!", "?")) and (line[:1].islower() or len(last) > 60)


def _split(block: str, ends: str = ".!?;") -> list[str]:
    """Sentences end at one of the signs, outside of parentheses and quotes.

    A semicolon is no end in an item of a list: "status: open or paid; default open".
    """
    parts: list[str] = []
    start = depth = 0
    quoted = ""
    for place, sign in enumerate(block):
        if quoted:
            quoted = "" if sign == quoted else quoted
        elif sign in '"`':
            quoted = sign if block.find(sign, place + 1) > 0 else ""
        elif sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth = max(0, depth - 1)
        elif sign in ends and depth == 0 and block[place + 1 : place + 2] in ("", " "):
            end = place + 1
            if sign == "." and _ABBREVIATION.search(block[start:end]):
                continue
            parts.append(block[start:end])
            start = end
    parts.append(block[start:])
    return [part for part in parts if part.strip()]


def _normal(text: str) -> str:
    text = text.translate(_PLAIN).replace("**", "").replace("`", '"')
    for pattern, plain in _SHORT_FORMS:
        text = pattern.sub(plain, text)
    text = " ".join(text.split())
    return text.rstrip(".!?; ") if not text.endswith("...") else text
