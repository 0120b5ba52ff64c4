"""What a Dockerfile that is not ours may not ask for, each refused by name and line."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping

from provisioner.errors import DockerfileRefused
from provisioner.image.building.dockerfile import (
    Dockerfile,
    Instruction,
    parse,
    parse_instruction,
    refused,
)

_SECRET_NAME = re.compile(
    r"(key|token|passwd|password|passphrase|secret|credential|auth)s?$", re.IGNORECASE
)
_REMOTE = re.compile(r"[a-z][a-z0-9+.-]*://|[\w.-]+@[\w.-]+:|git@|github\.com/", re.IGNORECASE)
_CREDENTIALS = re.compile(r"://[^/\s:@]+:[^/\s@]+@")
_FRONTEND = re.compile(r"docker/dockerfile(-upstream)?(:[\w.-]+)?(@sha256:[0-9a-f]{64})?")
_HARMLESS_MOUNTS = ("cache", "tmpfs", "secret", "ssh")
_NETWORKS = ("default", "none")
_USE_SECRET = "use `RUN --mount=type=secret,id=NAME`: what it mounts is in no layer"
_USE_COPY = "put the file into the folder and COPY it, or fetch it in a RUN that checks its hash"

#: A refusal: what is asked for, and what to do instead.
Refusal = tuple[str, str]


def check_dockerfile(text: str) -> Dockerfile:
    """Parse a Dockerfile of somebody's own; raises DockerfileRefused for all that it may not do."""
    parsed = parse(text)
    errors = list(_refusals(parsed))
    if errors:
        first = errors[0]
        raise DockerfileRefused(
            str(first) + (f" (and {len(errors) - 1} more)" if errors[1:] else ""),
            evidence=[line for error in errors for line in error.evidence],
            next_step=first.next_step,
        )
    return parsed


def check_builder(parsed: Dockerfile, *, mounts: bool, heredocs: bool, why: str) -> None:
    """Raises DockerfileRefused where a builder is too old for a Dockerfile.

    One without heredocs would take their lines for instructions.
    """
    for one in parsed.instructions:
        needs = "--mount" if any(flag.startswith("--mount") for flag in one.flags) else ""
        if needs and not mounts:
            raise refused(one.line, f"the --mount option requires BuildKit; {why}", why)
        if one.heredoc and not (heredocs or parsed.syntax):
            raise refused(
                one.line,
                "a heredoc needs a newer BuildKit",
                "write `# syntax=docker/dockerfile:1` as the first line, or chain with &&",
            )


def _refusals(parsed: Dockerfile) -> Iterator[DockerfileRefused]:
    if parsed.syntax and not _FRONTEND.fullmatch(parsed.syntax):
        yield refused(
            parsed.syntax_line,
            f"syntax={parsed.syntax} has another program read the file",
            "leave the line out, or write `# syntax=docker/dockerfile:1`",
        )
    for one in parsed.instructions:
        for why, next_step in _of_instruction(one, parsed.escape):
            yield refused(one.line, f"{one.name} {why}", next_step)


def _of_instruction(one: Instruction, escape: str) -> Iterator[Refusal]:
    check = _CHECKS.get(one.name)
    if check:
        yield from check(one, escape)


def _run(one: Instruction, escape: str) -> Iterator[Refusal]:
    for flag in one.flags:
        name, _, value = flag.partition("=")
        if name == "--mount":
            yield from _mount(value)
        elif name == "--network" and value not in _NETWORKS:
            yield f"asks for the network {value!r}", "leave --network out, or write --network=none"
        elif name == "--security":
            yield f"asks for {flag}, more rights than a build has", "leave --security out"
        elif name not in ("--mount", "--network"):
            yield f"has the flag {flag}, which is not known here", "leave it out"


def _mount(value: str) -> Iterator[Refusal]:
    fields = next(csv.reader([value]), [])
    pairs = {key.strip().lower(): text for key, _, text in (one.partition("=") for one in fields)}
    kind = pairs.get("type", "bind")
    if kind in _HARMLESS_MOUNTS:
        return
    step = "mount a path inside of the folder, or of a stage (from=STAGE)"
    if kind != "bind":
        yield f"has a mount of the type {kind!r}, which is not known here", step
        return
    source = pairs.get("source", pairs.get("src", ""))
    if "$" in value:
        yield "has a bind mount with a variable, so that it cannot be seen what it mounts", step
    elif not pairs.get("from") and (
        source.startswith(("/", "~", "\\")) or ":" in source or ".." in re.split(r"[/\\]", source)
    ):
        yield f"has a bind mount of the host: {source}", step


def _add(one: Instruction, escape: str) -> Iterator[Refusal]:
    for source in one.words(escape)[:-1]:
        if _REMOTE.match(source):
            yield f"fetches {_CREDENTIALS.sub('://…@', source)[:80]}", _USE_COPY
        elif "$" in source:
            yield f"has a variable in {source[:80]}, which may be an address", _USE_COPY


def _argument(one: Instruction, escape: str) -> Iterator[Refusal]:
    for word in one.words(escape):
        name, _, value = word.partition("=")
        if _SECRET_NAME.search(name):
            yield f"{name}: a secret in a build argument stays in the image's history", _USE_SECRET
        elif _CREDENTIALS.search(value):
            yield f"{name} has an address with a password in it", _USE_SECRET


def _environment(one: Instruction, escape: str) -> Iterator[Refusal]:
    words = one.words(escape)
    if words and "=" not in words[0]:
        words = [f"{words[0]}={' '.join(words[1:])}"]
    for word in words:
        name, _, value = word.partition("=")
        if value and _SECRET_NAME.search(name):
            yield f"{name}: a secret in a variable stays in the image", _USE_SECRET
        elif _CREDENTIALS.search(value):
            yield f"{name} has an address with a password in it", _USE_SECRET


def _trigger(one: Instruction, escape: str) -> Iterator[Refusal]:
    if one.value:
        yield from _of_instruction(parse_instruction(one.value, one.line, escape), escape)


_CHECKS: Mapping[str, Callable[[Instruction, str], Iterator[Refusal]]] = {
    "RUN": _run,
    "ADD": _add,
    "ARG": _argument,
    "ENV": _environment,
    "ONBUILD": _trigger,
}
