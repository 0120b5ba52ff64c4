"""Why a build failed: the instruction, its line, what it said, and what to do."""

from __future__ import annotations

import errno
import os
import re

from provisioner.errors import BuildFailed, IndexUnreachable, ProvisionerError
from provisioner.image.building.dockerfile import Dockerfile, Instruction
from provisioner.image.engine import Engine, engine_error, says_engine_is_gone

_EVIDENCE_LINES = 12
_BUILDKIT_STEP = re.compile(r"^\s*> \[[^\]]*\d+/\d+\] (.+?):?\s*$", re.MULTILINE)
_BUILDKIT_LINE = re.compile(r"^\s*\S*[Dd]ockerfile\S*:(\d+)\s*$", re.MULTILINE)
_PODMAN_STEP = re.compile(r'building at STEP "(.+?)": ')
_LEGACY_STEP = re.compile(r"^Step (\d+)/\d+ : (.+)$", re.MULTILINE)
_PARSE_ERROR = re.compile(r"parse error (?:on )?line (\d+): (.+)")
_PREFIX = re.compile(r"^#\d+ (?:\d+\.\d+ )?|^\d+\.\d+ ")
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_NOISE = re.compile(
    r"^(-+|Removing intermediate container.*|Sending build context.*| ---> .*|DEPRECATED:.*"
    r"|\s+(Install the buildx|https://|BuildKit is currently|environment-variable).*|--> [0-9a-f]+"
    r"|#\d+ (\[|sha256|DONE|CACHED|CANCELED|extracting|transferring|exporting|resolve).*"
    r"|\s*\d+ \|.*)?$"
)

_FULL = r"no space left on device|disk quota exceeded"
_NETWORK = (
    r"Temporary failure in name resolution|dns error|Could not resolve|error sending request"
    r"|Failed to fetch|Connection (refused|timed out)|Network is unreachable|i/o timeout"
    r"|NewConnectionError"
)

#: Pattern in the output, what is wrong, what to do. The first that matches counts.
CAUSES = (
    (
        _FULL,
        "no space is left on the engine's disk",
        "`docker system df` shows what takes it, `docker builder prune` and "
        "`ai-assisted-deploy clean` free some",
    ),
    (
        r"buildx component is missing or broken",
        "the buildx component of the docker command is missing or broken",
        "install buildx: `apt install docker-buildx` or docker-buildx-plugin",
    ),
    (
        r"the --mount option requires BuildKit",
        "the legacy builder cannot read --mount, which requires BuildKit",
        "install buildx, or a docker command with BuildKit",
    ),
    (
        r"no match for platform|does not match the specified platform|no matching manifest"
        r"|exec format error|does not provide the specified platform",
        "the base image is not there for this platform, or the engine cannot run it",
        "build on a machine of that platform, or install emulation (qemu-user-static)",
    ),
    (
        r"No solution found when resolving|not found in the package registry|no wheels with a"
        r"|No matching distribution found|has no usable wheels|because there (is|are) no version",
        "a package of requirements.lock does not exist for this image",
        "correct requirements.txt, and have requirements.lock made anew",
    ),
    (
        r"invalid peer certificate|CERTIFICATE_VERIFY_FAILED|UnknownIssuer|x509:",
        "a certificate is not accepted in the build",
        "set SSL_CERT_FILE to the bundle of your network; it reaches the build as a secret",
    ),
    (
        _NETWORK,
        "the network is not reached from the build",
        "look at the proxy and at the engine's network; an index of your own is taken from pip's "
        "and uv's configuration",
    ),
    (
        r"pull access denied|manifest unknown|manifest for .* not found|failed to resolve source"
        r"|repository does not exist|dial tcp|request canceled while waiting for connection",
        "the base image is not on this machine and no registry gives it",
        "scripts/make-base-image makes it from Debian's packages, without a registry",
    ),
)


def build_error(output: str, parsed: Dockerfile, engine: Engine) -> ProvisionerError:
    """The error of a failed `docker build`, from all it said.

    DockerUnavailable where the engine went away in the middle, else as `build_failed`.
    """
    if says_engine_is_gone(output) and not engine.answers():
        return engine_error(
            "the engine went away during the build: " + output[-400:], engine.endpoint
        )
    return build_failed(output, parsed)


def build_failed(output: str, parsed: Dockerfile) -> BuildFailed | IndexUnreachable:
    """The error of a build whose engine still answers; IndexUnreachable where it had no network.

    A full disk is its cause as an OSError, as where files are written.
    """
    failed = failed_instruction(output, parsed)
    cause, next_step = cause_of(output)
    place = f"line {failed.line} ({failed.text[:80]})" if failed else ""
    what = cause or "an instruction failed"
    wrong = _PARSE_ERROR.search(output)
    if wrong:
        place, what = f"line {wrong[1]}", wrong[2]
    summary = f"docker build failed{' at ' + place if place else ''}: {what}"
    evidence = error_lines(output)
    if cause == _cause(_NETWORK):
        return IndexUnreachable(summary, evidence=evidence, next_step=next_step)
    error = BuildFailed(
        summary,
        instruction=failed.text if failed else "",
        line=failed.line if failed else int(wrong[1]) if wrong else 0,
        evidence=evidence,
        next_step=next_step
        or (f"correct line {failed.line}" if failed else "read the output above"),
    )
    if cause == _cause(_FULL):
        error.__cause__ = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    return error


def cause_of(output: str) -> tuple[str, str]:
    """What is wrong and what to do, where a known cause is in the output; else "" twice."""
    for pattern, what, next_step in CAUSES:
        if re.search(pattern, output, re.IGNORECASE):
            return what, next_step
    return "", ""


def _cause(pattern: str) -> str:
    return next(what for sign, what, _ in CAUSES if sign == pattern)


def failed_instruction(output: str, parsed: Dockerfile) -> Instruction | None:
    """The instruction that an output names as the failing one, by its text, line or number."""
    if steps := _BUILDKIT_STEP.findall(output) or _PODMAN_STEP.findall(output):
        wanted = _normal(steps[-1])
        for one in parsed.instructions:
            if _normal(one.text).startswith(wanted) or wanted.startswith(_normal(one.text)):
                return one
    if lines := _BUILDKIT_LINE.findall(output):
        before = [one for one in parsed.instructions if one.line <= int(lines[-1])]
        return before[-1] if before else None
    if steps := _LEGACY_STEP.findall(output):
        number = int(steps[-1][0])
        return parsed.instructions[number - 1] if number <= len(parsed.instructions) else None
    return None


def error_lines(output: str) -> list[str]:
    """The last lines that say something, without time stamps and progress."""
    lines = [
        _PREFIX.sub("", line).rstrip() for line in output.splitlines() if not _NOISE.match(line)
    ]
    return [line[:300] for line in lines if line.strip()][-_EVIDENCE_LINES:]


def _normal(text: str) -> str:
    """An instruction's text without flags and white space, which builders show differently."""
    return re.sub(r"\s+|\\|--[a-z]+=\S+", "", text)
