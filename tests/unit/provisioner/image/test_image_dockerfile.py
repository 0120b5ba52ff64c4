"""Dockerfiles read by their own rules, and what one of somebody's own may not ask for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioner.errors import DockerfileRefused
from provisioner.feature.dockerfile import dependency_stage, render_dockerfile
from provisioner.feature.feature_config import read_feature_config
from provisioner.image.building.dockerfile import KNOWN, parse, split_words
from provisioner.image.building.foreign import check_builder, check_dockerfile

HEAD = "FROM x\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM x\nRUN a \\\n  b\n", [("RUN", "a   b", 2)]),
        ("FROM x\nRUN a \\\n# no\n\n   # no\n b\n", [("RUN", "a  b", 2)]),
        ("FROM x\nRUN a \\ \t\n b\nUSER y\n", [("RUN", "a  b", 2), ("USER", "y", 4)]),
        ("FROM x\nRUN a \\\\\nUSER y\n", [("RUN", "a \\\\", 2), ("USER", "y", 3)]),
        ("# escape=`\nFROM x\nRUN a `\n b\\\nUSER y\n", [("RUN", "a  b\\", 3), ("USER", "y", 5)]),
        ("\n# escape=`\nFROM x\nRUN a \\\n b\n", [("RUN", "a  b", 4)]),
        ("# no\n# escape=`\nFROM x\nRUN a \\\n b\n", [("RUN", "a  b", 4)]),
        ("\ufeffFROM x\r\nrun a\r\n", [("RUN", "a", 2)]),
        ("FROM x\n  # no\n\trun\ta\n", [("RUN", "a", 3)]),
        ("FROM x\nRUN <<EOF\nUSER z\nEOF\nUSER y\n", [("RUN", "<<EOF", 2), ("USER", "y", 5)]),
        (
            "FROM x\nCOPY <<-'A' <<B /c/\n\tUSER z\n\tA\nUSER z\nB\nUSER y\n",
            [("COPY", "<<-'A' <<B /c/", 2), ("USER", "y", 7)],
        ),
        ('FROM x\nRUN echo "<<EOF"\nUSER y\n', [("RUN", 'echo "<<EOF"', 2), ("USER", "y", 3)]),
        ("FROM x\nCMD <<EOF\nUSER y\n", [("CMD", "<<EOF", 2), ("USER", "y", 3)]),
        ("FROM x\nRUN a \\", [("RUN", "a", 2)]),
    ],
)
def test_instructions(text: str, expected: list[tuple[str, str, int]]) -> None:
    found = parse(text).instructions[1:]
    assert [(one.name, one.value.strip(), one.line) for one in found] == [
        (name, value.strip(), line) for name, value, line in expected
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("FRM x\n", "line 1: FRM is no instruction"),
        ("FROM x\nRUN a\nb c\n", "line 3: b is no instruction"),
        ("FROM x\nRUN <<EOF\na\n", "line 2: the text that ends with EOF has no end"),
        ("# escape=x\nFROM x\n", "line 1: escape=x"),
        ("RUN a\n", "there is no FROM"),
        ("", "there is no FROM"),
    ],
)
def test_what_docker_would_not_read_is_refused_with_its_line(text: str, words: str) -> None:
    with pytest.raises(DockerfileRefused, match=words):
        parse(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('a "b c" d', ["a", "b c", "d"]),
        ("a\\ b c", ["a b", "c"]),
        ('\'a\\b\' "c\\"d"', ["a\\b", 'c"d']),
        ('h"tt"p://x', ["http://x"]),
        ("''", [""]),
        ("  ", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert split_words(text, "\\") == expected


@given(st.text("abFROMRUN \\\n\t#`<E'\"=-", max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        parsed = parse(text)
    except DockerfileRefused:
        return
    assert all(one.name in KNOWN for one in parsed.instructions)


REFUSED = [
    ("RUN --mount=type=bind,source=/,target=/host ls /host", "bind mount of the host: /"),
    ("RUN --mount=source=/etc,target=/host ls", "bind mount of the host: /etc"),
    ("RUN --mount=src=../..,target=/host ls", r"bind mount of the host: \.\./\.\."),
    ("RUN --mount='type=bind,src=~/x,target=/host' ls", "bind mount of the host: ~/x"),
    ('RUN --mount=type=bind,"source=/var/run/docker.sock",target=/s ls', "docker.sock"),
    ("RUN --mount=type=bind,source=$X,target=/host ls", "bind mount with a variable"),
    ("RUN --mount=type=volume,source=x,target=/y ls", "mount of the type 'volume'"),
    ("RUN --security=insecure ls", "--security=insecure"),
    ("RUN --security=sandbox --network=host ls", "--security=sandbox"),
    ("RUN --network=host ls", "the network 'host'"),
    ("RUN --device=all ls", "--device=all"),
    ("RUN \\\n  --network=host \\\n  ls", "the network 'host'"),
    ("ADD https://example.com/x /x", "fetches https://example.com/x"),
    ("add --chown=1:1 http://example.com/x /x", "fetches http://example.com/x"),
    ('ADD ["http://example.com/x", "/x"]', "fetches http://example.com/x"),
    ('ADD ["\\u0068ttp://example.com/x", "/x"]', "fetches http://example.com/x"),
    ('ADD h"tt"p://example.com/x /x', "fetches http://example.com/x"),
    ("ADD a \\\n# no\n  https://example.com/x /x", "fetches https://example.com/x"),
    ("ADD git@example.com:a/b.git /x", "fetches git@"),
    ("ADD $WHERE /x", "a variable in"),
    ("ADD https://me:pass@example.com/x /x", "fetches https://…@example.com/x"),
    ("ONBUILD ADD https://example.com/x /x", "fetches"),
    ("ONBUILD RUN --network=host ls", "the network 'host'"),
    ("ARG API_TOKEN", "API_TOKEN: a secret in a build argument"),
    ("ARG version=1 DB_PASSWORD=x", "DB_PASSWORD: a secret in a build argument"),
    ("ARG INDEX=https://me:pass@example.com/simple", "INDEX has an address with a password"),
    ("ENV API_KEY=abc", "API_KEY: a secret in a variable"),
    ("ENV API_KEY abc def", "API_KEY: a secret in a variable"),
]


@pytest.mark.parametrize(("text", "words"), REFUSED)
def test_what_a_build_may_not_do_is_refused_with_its_line(text: str, words: str) -> None:
    with pytest.raises(DockerfileRefused, match=words) as caught:
        check_dockerfile(f"{HEAD}WORKDIR /app\n{text}\n")
    assert "line 3: " in str(caught.value)
    assert caught.value.next_step


def test_a_frontend_of_somebody_else_is_refused() -> None:
    with pytest.raises(DockerfileRefused, match="line 1: syntax=evil/x"):
        check_dockerfile("# syntax=evil/x\nFROM y\n")
    assert check_dockerfile("#syntax = docker/dockerfile:1.7\nFROM y\n").syntax


def test_all_that_is_refused_is_listed() -> None:
    text = HEAD + "".join(f"{one}\n" for one, _ in REFUSED)
    with pytest.raises(DockerfileRefused, match=rf"and {len(REFUSED)} more") as caught:
        check_dockerfile(text)
    assert len(caught.value.evidence) == len(REFUSED) + 1


HONEST = """\
# syntax=docker/dockerfile:1
FROM python:3.11-slim AS base
ARG VERSION=1.0
ENV PATH=/x:$PATH GREETING="a key in a sentence"
RUN --mount=type=cache,target=/root/.cache --mount=type=secret,id=index \\
    --mount=type=bind,source=requirements.txt,target=/r.txt pip install -r /r.txt
RUN --mount=type=bind,from=base,source=/usr/bin,target=/x --network=none ls
RUN curl https://example.com/x | tar x
COPY --from=base --chown=1:1 /a /b
COPY $WHERE /x
ADD archive.tar.gz /x
COPY <<EOF /etc/note
ADD https://example.com/x /x
EOF
LABEL note="ADD https://example.com"
"""


def test_an_honest_dockerfile_is_taken() -> None:
    assert len(check_dockerfile(HONEST).instructions) == 11


def test_our_own_is_taken_and_needs_what_the_builder_has() -> None:
    config = read_feature_config("feature: orders\nimage: {packages: [libpq5]}\n")
    ours = check_dockerfile(render_dockerfile(config))
    check_builder(ours, mounts=True, heredocs=False, why="")
    check_builder(
        check_dockerfile(dependency_stage(config, mounts=False)),
        mounts=False,
        heredocs=False,
        why="",
    )
    with pytest.raises(DockerfileRefused, match="requires BuildKit; buildx is missing"):
        check_builder(ours, mounts=False, heredocs=False, why="buildx is missing")


def test_a_heredoc_is_refused_where_its_lines_would_be_instructions() -> None:
    parsed = check_dockerfile(f"{HEAD}RUN <<EOF\nls\nEOF\n")
    check_builder(parsed, mounts=True, heredocs=True, why="")
    with pytest.raises(DockerfileRefused, match="line 2: a heredoc"):
        check_builder(parsed, mounts=True, heredocs=False, why="")
