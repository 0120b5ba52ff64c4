"""The readers of targets, by the names that patterns have them by."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from assistant.diagnosis.targets import python
from assistant.diagnosis.targets.imports import Reading
from assistant.diagnosis.targets.paths import in_checkout
from assistant.diagnosis.targets.place import Place, expressions, first

_HOST = r"([A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8})"
_HOSTS = expressions(
    rf"(?i)(?:resolve(?: host(?:name)?)?:?|resolving|unknownhostexception:|enotfound|eai_again"
    rf"|unknown host:?) ['\"]?{_HOST}",
    rf"\blookup {_HOST}",
    rf"host='{_HOST}'",
    rf"(?i)(?:connect(?:ing|ion)? to|connect to host|unable to connect to|reach) \[?{_HOST}\]?",
    rf"(?:from/to|from or to) \S+ \(https?://{_HOST}",
    rf"\b{_HOST}: (?:Name or service|Temporary failure|unknown error|nodename nor)",
    rf"(?:https?|ssh|git)://(?:[^/@\s]{{1,100}}@)?{_HOST}",
    rf"@{_HOST}:",
)


_NO_HOST = re.compile(
    r"(?i)(?:error|exception|\.(?:py|java|go|js|sh|txt|whl|gz|zip|json|ya?ml))$|^[\d.]+$"
)


def _host(place: Place) -> str | None:
    """The name of the host that was asked; an address only where there is no name."""
    nearby = (place.text, *reversed(place.before(3)), *place.after(4))
    found = list(filter(None, (first(_HOSTS, line) for line in nearby)))
    named = [one for one in found if not _NO_HOST.search(one)]
    return next(iter(named or [one for one in found if one[0].isdigit()]), None)


_SSH_HOSTS = expressions(
    rf"[\w.-]+@{_HOST}", rf"(?:known hosts|known_hosts).*?{_HOST}", rf"://{_HOST}"
)
_CLONED = re.compile(rb"Cloning into '([^'\n]+)'")


def _ssh_host(place: Place) -> str | None:
    if found := first(_SSH_HOSTS[:1], place.text):
        return found
    cloned = next((one for line in place.before(6) if (one := _CLONED.search(line))), None)
    return f"git ssh key ({cloned[1].decode('utf-8', 'replace')} clone)" if cloned else None


_PORTS = expressions(
    r"(?:\.\d{1,3}|::1?|localhost|\]|\*|[a-z])['\"]?[:,] ?\(?(\d{2,5})(?:[^.\w]|$)",
    r"\s:(\d{2,5})\b",
    r"(?i)\bports? (?:number )?[#:]?(\d{2,5})\b",
    r"(?i)\bport[=: ]{1,2}(\d{2,5})\b",
)


def _port(place: Place) -> str | None:
    for line in (place.text, *place.after(8), *reversed(place.before(3))):
        if found := first(_PORTS, line):
            return found
    return None


_VERB = (
    "open|create|access|remove|stat|touch|unlink|mkdir|move|copy|rename|chmod|exec|scandir|rm|read"
)
_QUOTED = r"['\"]([^'\"\n]{1,300})['\"]"
_REFUSED = "(?i:permission denied|operation not permitted|read-only)"
_PATHS = expressions(
    rf"(?:Errno (?:13|1|30)\][^'\"]{{0,80}}|(?i:denied|file system)[^'\"]{{0,30}}){_QUOTED}",
    rf"(?:directory|file|path|write to|{_VERB}) {_QUOTED}",
    r"^npm (?:ERR!|error) path (/\S{1,300})",
    r"unix://(/[^\s:'\"]{1,200})",
    r"lock file (/\S{1,200})",
    rf"(?:^|[\s:(])(?:{_VERB}) ((?:\.{{0,2}}/)[^\s:]{{1,300}})",
    rf"(?:^|: )((?:\.{{0,2}}[/\\])[^\s:'\"()]{{1,300}}): (?:\w+: )?{_REFUSED}",
    rf"(?:^|: )([\w.-]{{1,80}}\.\w{{1,8}}): {_REFUSED}",
    r"(?i:denied|permitted): (?:'|\")?((?:\.{0,2}/)[^\s'\"]{1,300})",
)


_QUOTES = (
    "\N{LEFT SINGLE QUOTATION MARK}".encode(),
    "\N{RIGHT SINGLE QUOTATION MARK}".encode(),
    b"`",
)


def _path(place: Place) -> str | None:
    """The path in the line, or in one of the next, as npm gives it."""
    for text in (place.text, *place.after(3)):
        for quote in _QUOTES:
            text = text.replace(quote, b"'")
        if found := first(_PATHS, text):
            return in_checkout(found)
    return None


_LIMIT = re.compile(rb"^\s*memory:\s*(\d+(?:\.\d+)?[KMGTE]?i?)$")


def _memory_limit(place: Place) -> str | None:
    """The limit of a pod, where `kubectl describe` shows it below."""
    lines = place.after(20) if b"OOMKilled" in place.text else []
    limit = next((one for line in lines if (one := _LIMIT.match(line))), None)
    return f"memory limit {limit[1].decode()}" if limit else None


def _distribution(place: Place) -> str | None:
    return place.group("target", "other", "a", "b", "c", "d")


_DOCKERFILE = re.compile(rb"^(\S*Dockerfile\S*:\d+)$")


def _dockerfile(place: Place) -> str | None:
    """File and line, as BuildKit shows them with the failed instruction."""
    lines = [*place.after(), *reversed(place.before())]
    found = next((one for line in lines if (one := _DOCKERFILE.match(line))), None)
    return found[1].decode("utf-8", "replace") if found else None


_FROM = re.compile(rb"\bFROM ((?:[\w.-]+(?::\d+)?/)*[\w.-]+)(?:[:@]|\s|$)")


def _base_image(place: Place) -> str | None:
    lines = reversed(place.before())
    found = next((one for line in lines if (one := _FROM.search(line))), None)
    return found[1].decode("utf-8", "replace") if found else _host(place)


_IMAGE = re.compile(rb'(?i)(?:pull(?:ing)? (?:and unpack )?image|image:)\s*\\?"?([\w./:@-]+)')


def _image(place: Place) -> str | None:
    lines = [place.text, *reversed(place.before()), *place.after()]
    found = next((one for line in lines if (one := _IMAGE.search(line))), None)
    return found[1].decode("utf-8", "replace") if found else None


_PATCHED = expressions(
    r"error: ([^:\n]+): (?:patch|does|already)",
    r"patch(?:ing)? file ['\"]?([^\s'\"]+)",
    r"to file (\S+?)\.rej",
)


def _patch_file(place: Place) -> str | None:
    if named := place.group("target"):
        return named
    lines = [place.text, *reversed(place.before(10))]
    return next(filter(None, (first(_PATCHED, line) for line in lines)), None)


READERS: Mapping[str, Callable[[Place], str | Reading | None]] = {
    "group": lambda place: place.group("target"),
    "host": _host,
    "ssh_host": _ssh_host,
    "port": _port,
    "path": _path,
    "memory_limit": _memory_limit,
    "module": python.module,
    "name_import": python.name_import,
    "own_module": python.own_module,
    "distribution": _distribution,
    "pytest_plugin": python.pytest_plugin,
    "python_location": python.python_location,
    "file_line": python.file_line,
    "test_location": python.test_location,
    "dockerfile": _dockerfile,
    "base_image": _base_image,
    "image": _image,
    "patch_file": _patch_file,
}
"""How a pattern's target is read, by the name that its entry gives."""
