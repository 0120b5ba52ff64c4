"""Commands that need an approval of their own, judged on the parsed command line.

What cannot be read to its end, or is known only when it runs, counts as dangerous: a word that is
computed in the place of a command or of something that is removed, a text that a shell is fed.
"""

from __future__ import annotations

import itertools
import posixpath
import re
import shlex
from collections.abc import Iterator, Sequence

from provisioner.hosts.command_rules import FILES, SHELLS, UNKNOWN, Place, judge_named

_INTERPRETER = re.compile(r"(python|perl|ruby|node|php|lua|awk)[0-9.]*")
#: Run what follows them; the options of the second group have a value.
_WRAPPERS = frozenset(
    ("command", "builtin", "exec", "nohup", "setsid", "env", "sudo", "doas", "nice", "ionice")
) | frozenset(("timeout", "time", "xargs", "stdbuf", "busybox", "chroot", "unshare", "su", "ssh"))
_WITH_VALUE = frozenset(("-u", "-g", "-n", "-k", "-s", "-I", "-P", "-L", "-p", "-C", "-h", "-i"))
_INLINE = re.compile(
    r"rmtree|unlink|remove|rmdir|system|popen|subprocess|spawn|exec|eval|qx|`|fork|__import__|open"
)
_FETCH = re.compile(r"\b(curl|wget|fetch)\b")
_OPERATORS = frozenset((";", "&&", "||", "|", "|&", "&", "(", ")", "{", "}", "!", "\n"))
_WORDS_OF_SHELL = frozenset(
    [
        "if",
        "then",
        "elif",
        "else",
        "fi",
        "while",
        "until",
        "do",
        "done",
        "for",
        "in",
        "case",
        "esac",
    ]
)
_MAX_DEPTH = 8


def danger(command: str) -> str:
    """Why a command needs an approval of its own, "" where it needs none."""
    return next(_dangers(command, Place(), 0), "")


def _dangers(text: str, place: Place, depth: int) -> Iterator[str]:
    if depth > _MAX_DEPTH:
        yield "is nested too deeply to be read"
        return
    text = re.sub(r"\$\{?IFS\}?", " ", text).replace("\\\n", "")
    if re.search(r"\(\)\s*\{", text):
        yield "defines a function, and what it does is known only when it runs"
        return
    if re.search(rf"\b({'|'.join(SHELLS)}|source|python3?)\s[^;|&]*<\(", text):
        yield "feeds a shell a text that is known only when it runs"
    for inner in _substitutions(text):
        yield from _dangers(inner, place, depth + 1)
    try:
        commands = list(_simple_commands(text))
    except ValueError as error:
        yield f"cannot be read: {error}"
        return
    for number, (words, piped) in enumerate(commands):
        following = commands[number + 1] if number + 1 < len(commands) else None
        feeds = bool(following and following[1])
        yield from _simple(words, place, depth, piped=piped, feeds=feeds)


def _substitutions(text: str) -> Iterator[str]:
    """The texts in $(…), <(…) and backticks; single quotes are not looked at, which is safer."""
    for match in re.finditer(r"[$<>]\(", text):
        level, start = 1, match.end()
        for place in range(start, len(text)):
            level += {"(": 1, ")": -1}.get(text[place], 0)
            if level == 0:
                yield text[start:place]
                break
    yield from re.findall(r"`([^`]*)`", text)


def _simple_commands(text: str) -> Iterator[tuple[list[str], bool]]:
    """The words of each simple command, and whether a pipe feeds it; ValueError for open quotes."""
    lexer = shlex.shlex(text.replace("\n", " ; "), posix=True, punctuation_chars=";&|()<>")
    lexer.whitespace_split = True
    lexer.commenters = ""
    words: list[str] = []
    piped = False
    for token in lexer:
        if token in _OPERATORS or (set(token) <= set(";&|()") and token):
            if words:
                yield words, piped
            words, piped = [], token in ("|", "|&")
        elif words or token not in _WORDS_OF_SHELL:
            words.append(token)
    if words:
        yield words, piped


def _simple(
    words: list[str], place: Place, depth: int, *, piped: bool, feeds: bool
) -> Iterator[str]:
    words = [_expanded(word, place) for word in words]
    yield from _redirections(words)
    words = _without_redirections(words)
    while words and (match := re.fullmatch(r"([A-Za-z_]\w*)=(.*)", words[0], re.DOTALL)):
        place.variables[match[1]] = match[2]
        words = words[1:]
    if not words:
        return
    name, arguments = posixpath.basename(words[0]), words[1:]
    if UNKNOWN.search(words[0]):
        yield f"runs {words[0]}, which is known only when it runs"
    elif name in _WRAPPERS:
        yield from _wrapped(name, arguments, place, depth, piped=piped)
    elif name in ("eval", "source", "."):
        text = " ".join(arguments)
        if UNKNOWN.search(text) or "<(" in text or (name != "eval" and text.startswith("/dev")):
            yield f"{name} of a text that is known only when it runs"
        elif name == "eval":
            yield from _dangers(text, place, depth + 1)
    elif name in SHELLS:
        yield from _shell(name, arguments, place, depth, piped=piped)
    elif _INTERPRETER.fullmatch(name):
        yield from _interpreter(name, arguments, piped=piped)
    else:
        yield from judge_named(name, arguments, place, feeds=feeds)


def _expanded(word: str, place: Place) -> str:
    """A word with the variables of the same line in it."""

    def value(match: re.Match[str]) -> str:
        return place.variables.get(match[1] or match[2], match[0])

    return re.sub(r"\$(?:\{(\w+)\}|(\w+))", value, word)


def _redirections(words: Sequence[str]) -> Iterator[str]:
    for operator, target in itertools.pairwise(words):
        if set(operator) <= set("<>&|") and ">" in operator and FILES.search(target):
            yield f"writes to {target}"


def _without_redirections(words: Sequence[str]) -> list[str]:
    kept: list[str] = []
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word and set(word) <= set("<>&"):
            skip = True
            if word.startswith("<<"):
                kept.append("<<")
        else:
            kept.append(word)
    return kept


def _wrapped(
    name: str, arguments: list[str], place: Place, depth: int, *, piped: bool
) -> Iterator[str]:
    """What a wrapper such as sudo or env runs."""
    rest = list(arguments)
    while rest and (rest[0].startswith("-") or re.match(r"[A-Za-z_]\w*=", rest[0])):
        option = rest.pop(0)
        if name == "env" and option.startswith(("-S", "--split-string")):
            yield from _dangers(" ".join([option.partition("S")[2], *rest]), place, depth + 1)
            return
        if name == "su" and option in ("-c", "--command") and rest:
            yield from _dangers(rest[0], place, depth + 1)
            return
        if option in _WITH_VALUE and rest and not (name == "sudo" and option in ("-n", "-s", "-i")):
            rest.pop(0)
    if name in ("timeout", "chroot", "ssh") and rest:
        rest.pop(0)
    if name in ("su",):
        rest = []
    if name == "sudo" and not rest and "-v" not in arguments and "-l" not in arguments and piped:
        yield "feeds a shell"
    if name == "ssh":
        yield from _dangers(" ".join(rest), place, depth + 1)
    elif name == "xargs" and rest and posixpath.basename(rest[0]) in ("rm", *SHELLS):
        yield f"{rest[0]} of what is known only when it runs"
    elif rest:
        yield from _simple(rest, place, depth + 1, piped=piped, feeds=False)


def _shell(
    name: str, arguments: list[str], place: Place, depth: int, *, piped: bool
) -> Iterator[str]:
    """What a shell is given: a text, a script, or its input."""
    for number, one in enumerate(arguments):
        if re.fullmatch(r"-[a-z]*c[a-z]*", one):
            text = arguments[number + 1] if number + 1 < len(arguments) else ""
            if re.search(r"\$\(|`", text) and _FETCH.search(text):
                yield f"{name} runs what is fetched"
            elif text.startswith(("$", "`")):
                yield f"{name} runs a text that is known only when it runs"
            else:
                yield from _dangers(text, place, depth + 1)
            return
    script = [one for one in arguments if not one.startswith("-")]
    if not script or script[0] in ("-", "/dev/stdin", "<<"):
        if piped or "<<" in arguments or script:
            yield f"feeds {name} a text that is known only when it runs"
    elif UNKNOWN.search(script[0]) or script[0].startswith("/dev/fd"):
        yield f"{name} runs what is known only when it runs"


def _interpreter(name: str, arguments: list[str], *, piped: bool) -> Iterator[str]:
    code = [
        arguments[number + 1]
        for number, one in enumerate(arguments[:-1])
        if re.fullmatch(r"-[a-zA-Z]*[ceEr]", one)
    ]
    if "awk" in name:
        code = [one for one in arguments if "system" in one]
    if any(_INLINE.search(one) for one in code):
        yield f"{name} runs code that may remove or run anything"
    script = [one for one in arguments if one == "-" or not one.startswith("-")]
    if (piped or "<<" in arguments) and (not script or script[0] in ("-", "<<")) and not code:
        yield f"feeds {name} a text that is known only when it runs"
