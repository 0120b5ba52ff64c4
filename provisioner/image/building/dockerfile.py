"""A Dockerfile, parsed by its own rules: directives, escapes, continuation lines, heredocs.

https://docs.docker.com/reference/dockerfile/ and BuildKit's parser say what they are. Where
versions of it differ, the reading with more instructions is taken, so that none is overlooked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from provisioner.errors import DockerfileRefused

KNOWN = {
    *("ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL"),
    *("MAINTAINER", "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"),
}
_DIRECTIVE = re.compile(r"#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$")
_WITH_HEREDOCS = ("ADD", "COPY", "RUN", "ONBUILD")
_HEREDOC = re.compile(r"\d*<<(-?)([^<]+)")


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction.

    Attributes:
        name: in upper case.
        flags: the words that start with two dashes, before all others; quotes are taken away.
        value: what follows them, its lines joined, quotes and all.
        line: where it begins, counted from 1.
        heredoc: whether text of the lines below it belongs to it.
    """

    name: str
    flags: tuple[str, ...]
    value: str
    line: int
    heredoc: bool = False

    @property
    def text(self) -> str:
        """Name, flags and value on one line."""
        return " ".join(f"{self.name} {' '.join(self.flags)} {self.value}".split())

    def words(self, escape: str) -> list[str]:
        """The value's words without quotes and escapes, or the strings of its JSON form."""
        if self.value.startswith("["):
            try:
                listed = json.loads(self.value)
            except ValueError:
                listed = None
            if isinstance(listed, list) and all(isinstance(one, str) for one in listed):
                return listed
        return split_words(self.value, escape)


@dataclass(frozen=True, slots=True)
class Dockerfile:
    """A parsed Dockerfile; `syntax` is the image that is to read it, "" for the builder's own."""

    instructions: tuple[Instruction, ...]
    escape: str
    syntax: str
    syntax_line: int


def parse(text: str) -> Dockerfile:
    """Parse a Dockerfile; raises DockerfileRefused, with the line, where Docker would."""
    lines = text.removeprefix("\ufeff").splitlines()
    directives, start = _directives(lines)
    escape, _ = directives.get("escape", ("\\", 0))
    if escape not in ("\\", "`"):
        raise refused(directives["escape"][1], f"escape={escape} is neither \\ nor `")
    syntax, syntax_line = directives.get("syntax", ("", 0))
    instructions = tuple(_instructions(lines, start, escape))
    if not any(one.name == "FROM" for one in instructions):
        raise refused(len(lines), "there is no FROM")
    return Dockerfile(instructions, escape, syntax, syntax_line)


def refused(line: int, why: str, next_step: str = "") -> DockerfileRefused:
    """The error for a line of a Dockerfile."""
    return DockerfileRefused(
        f"Dockerfile, line {line}: {why}",
        evidence=[f"line {line}: {why}"],
        next_step=next_step or f"correct line {line}",
    )


def split_words(text: str, escape: str) -> list[str]:
    """Split as a shell does, without expanding anything; an open quote runs to the end."""
    words: list[str] = []
    word, quote, begun = "", "", False
    characters = iter(text)
    for character in characters:
        if quote == "'" or (quote and character == quote):
            quote, word = ("", word) if character == quote else (quote, word + character)
        elif character == escape:
            word, begun = word + next(characters, ""), True
        elif not quote and character in "'\"":
            quote, begun = character, True
        elif not quote and character.isspace():
            if begun or word:
                words.append(word)
            word, begun = "", False
        else:
            word += character
    return [*words, word] if begun or word else words


def _directives(lines: list[str]) -> tuple[dict[str, tuple[str, int]], int]:
    """The directives at the top with their lines, and how many lines they take."""
    found: dict[str, tuple[str, int]] = {}
    start = 1 if lines and lines[0].startswith("#!") else 0
    for number, line in enumerate(lines[start:], start + 1):
        match = _DIRECTIVE.match(line.strip())
        if match is None:
            return found, number - 1
        found.setdefault(match[1].lower(), (match[2], number))
    return found, len(lines)


def _instructions(lines: list[str], start: int, escape: str) -> Iterator[Instruction]:
    sign = re.escape(escape)
    continued = re.compile(rf"(?:(?<=[^{sign}])|^){sign}[ \t]*$")
    index = start
    while index < len(lines):
        begin = index
        line, index = lines[index].strip(), index + 1
        if not line or line.startswith("#"):
            continue
        text, more = continued.subn("", line)
        while more and index < len(lines):
            line, index = lines[index], index + 1
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            part, more = continued.subn("", line)
            text += part
        instruction = parse_instruction(text, begin + 1, escape)
        ends = _heredocs(instruction, escape)
        for tabs, end in ends:
            index = _after_heredoc(lines, index, end, tabs=tabs, begin=begin + 1)
        yield replace(instruction, heredoc=bool(ends))


def parse_instruction(text: str, line: int, escape: str) -> Instruction:
    """Parse an instruction whose lines are joined; raises DockerfileRefused for an unknown one."""
    name, *rest = text.split(maxsplit=1)
    if name.upper() not in KNOWN:
        raise refused(line, f"{name[:40]} is no instruction")
    flags, value = _flags("".join(rest).strip(), escape)
    return Instruction(name.upper(), flags, value, line)


def _flags(rest: str, escape: str) -> tuple[tuple[str, ...], str]:
    """Take off the words at the start that begin with two dashes; a word "--" ends them."""
    flags: list[str] = []
    while rest.startswith("--"):
        end = _word_end(rest, escape)
        word, rest = rest[:end], rest[end:].strip()
        if word == "--":
            break
        flags += split_words(word, escape)
    return tuple(flags), rest


def _word_end(text: str, escape: str) -> int:
    """Where the first word ends; white space in quotes or after an escape does not end it."""
    quote, escaped = "", False
    for index, character in enumerate(text):
        if escaped:
            escaped = False
        elif character == escape and quote != "'":
            escaped = True
        elif quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character.isspace():
            return index
    return len(text)


def _heredocs(instruction: Instruction, escape: str) -> list[tuple[bool, str]]:
    """The ends of an instruction's heredocs, and whether tabs before them are taken away."""
    value = instruction.value
    if instruction.name not in _WITH_HEREDOCS or "<<" not in value or value.startswith("["):
        return []
    # Quotes are kept while words are told apart, for `echo "<<EOF"` is none.
    found = []
    while value:
        end = _word_end(value, escape)
        word, value = value[:end], value[end:].strip()
        match = _HEREDOC.fullmatch(word)
        if match:
            found.append((bool(match[1]), "".join(split_words(match[2], escape))))
    return found


def _after_heredoc(lines: list[str], index: int, end: str, *, tabs: bool, begin: int) -> int:
    for at in range(index, len(lines)):
        if (lines[at].lstrip("\t") if tabs else lines[at]) == end:
            return at + 1
    raise refused(begin, f"the text that ends with {end} has no end")
