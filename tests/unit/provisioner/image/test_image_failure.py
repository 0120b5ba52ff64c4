"""What a failed build is said to have failed for, from what each builder writes."""

from __future__ import annotations

import errno

import pytest

from provisioner.errors import BuildFailed, IndexUnreachable
from provisioner.image.building.dockerfile import parse
from provisioner.image.building.failure import (
    CAUSES,
    build_failed,
    cause_of,
    error_lines,
    failed_instruction,
)

DOCKERFILE = parse(
    """\
ARG V=1
FROM python:3.11-slim AS one
RUN true
# a comment
RUN --mount=type=cache,target=/x echo a && \\
    ls /nowhere
COPY none /x
"""
)
#: As the docker command 20.10 shows BuildKit's.
CLIENT = """\
#5 [2/2] RUN --mount=type=cache,target=/x echo a &&     ls /nowhere
#5 sha256:a92f4c86cec96c289059979dada501293bfd24ee8b330346ef8e5e4ff53f05d9
#5 0.134 a
#5 0.136 ls: cannot access '/nowhere': No such file or directory
#5 ERROR: executor failed running [/bin/sh -c echo a &&     ls /nowhere]: exit code: 2
------
 > [2/2] RUN --mount=type=cache,target=/x echo a &&     ls /nowhere:
------
executor failed running [/bin/sh -c echo a &&     ls /nowhere]: exit code: 2
"""
#: As buildx shows it.
BUILDX = """\
#6 [one 3/4] RUN --mount=type=cache,target=/x echo a &&     ls /nowhere
#6 0.136 ls: cannot access '/nowhere': No such file or directory
#6 ERROR: process "/bin/sh -c echo a &&     ls /nowhere" did not complete successfully: exit code: 2
------
 > [one 3/4] RUN --mount=type=cache,target=/x echo a &&     ls /nowhere:
0.136 ls: cannot access '/nowhere': No such file or directory
------
Dockerfile:5
--------------------
   4 |     # a comment
   5 | >>> RUN --mount=type=cache,target=/x echo a && \\
   6 | >>>     ls /nowhere
   7 |     COPY none /x
--------------------
ERROR: failed to solve: process "/bin/sh -c echo a &&     ls /nowhere" did not complete \
successfully: exit code: 2
"""
LEGACY = """\
Sending build context to Docker daemon  2.048kB
Step 1/5 : ARG V=1
Step 2/5 : FROM python:3.11-slim AS one
 ---> 25c467590875
Step 3/5 : RUN true
 ---> Using cache
Step 4/5 : RUN --mount=type=cache,target=/x echo a &&     ls /nowhere
 ---> Running in b9734892668a
a
ls: cannot access '/nowhere': No such file or directory
The command '/bin/sh -c echo a &&     ls /nowhere' returned a non-zero code: 2
"""
PODMAN = """\
DEPRECATED: The legacy builder is deprecated and will be removed in a future release.
            BuildKit is currently disabled; enable it by removing the DOCKER_BUILDKIT=0
            environment-variable.
STEP 1/11: FROM python:3.11-slim
STEP 2/11: RUN true
--> 5970ce11ec2
STEP 3/11: RUN --mount=type=cache,target=/x echo a &&     ls /nowhere
ls: cannot access '/nowhere': No such file or directory
building at STEP "RUN --mount=type=cache,target=/x echo a &&     ls /nowhere": while running \
runtime: exit status 2
"""
ONLY_THE_LINE = "Dockerfile:6\n--------------------\nERROR: failed to solve: it is broken\n"


@pytest.mark.parametrize("output", [CLIENT, BUILDX, LEGACY, PODMAN, ONLY_THE_LINE])
def test_the_failing_instruction_and_its_line(output: str) -> None:
    error = build_failed(output, DOCKERFILE)
    assert isinstance(error, BuildFailed)
    assert error.line == 5
    assert error.instruction.startswith("RUN --mount=type=cache,target=/x echo a")
    assert "at line 5" in str(error)
    assert error.next_step == "correct line 5"


@pytest.mark.parametrize("output", [CLIENT, BUILDX, LEGACY, PODMAN])
def test_the_evidence_is_what_the_instruction_said(output: str) -> None:
    lines = error_lines(output)
    assert "ls: cannot access '/nowhere': No such file or directory" in lines
    shown = "\n".join(lines)
    assert not [word for word in ("DOCKER_BUILDKIT", "sha256:", "-----") if word in shown]
    assert not [one for one in lines if one.startswith(("#", "--"))]


def test_an_output_that_names_nothing_names_no_instruction() -> None:
    assert failed_instruction("ERROR: something", DOCKERFILE) is None
    error = build_failed("ERROR: something", DOCKERFILE)
    assert (error.evidence, error.next_step) == (("ERROR: something",), "read the output above")


def test_what_docker_cannot_read_has_its_line() -> None:
    output = "failed to solve: dockerfile parse error on line 3: unknown instruction: RUNN"
    assert "at line 3: unknown instruction: RUNN" in str(build_failed(output, DOCKERFILE))


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("write /big: no space left on device", "no space is left"),
        ("ERROR: BuildKit is enabled but the buildx component is missing or broken.", "buildx"),
        ("the --mount option requires BuildKit. Refer to https://x", "cannot read --mount"),
        ("no match for platform in manifest sha256:1: not found", "for this platform"),
        ("exec /bin/sh: exec format error", "for this platform"),
        ("No solution found when resolving dependencies:", "does not exist for this image"),
        ("ERROR: No matching distribution found for x==1", "does not exist for this image"),
        ("invalid peer certificate: UnknownIssuer", "certificate is not accepted"),
        ("dns error: failed to lookup address information", "network is not reached"),
        ("pull access denied for x, repository does not exist", "no registry gives it"),
        ('Get "https://x/v2/": dial tcp: lookup x: no such host', "no registry gives it"),
    ],
)
def test_known_causes(output: str, words: str) -> None:
    what, next_step = cause_of(output)
    assert words in what
    assert next_step


def test_every_cause_says_what_to_do() -> None:
    assert all(what and next_step for _, what, next_step in CAUSES)


def test_a_full_disk_and_a_missing_network_are_told_apart_from_a_wrong_dockerfile() -> None:
    full = build_failed("no space left on device", DOCKERFILE)
    assert isinstance(full.__cause__, OSError)
    assert full.__cause__.errno == errno.ENOSPC
    assert isinstance(build_failed("dns error", DOCKERFILE), IndexUnreachable)
