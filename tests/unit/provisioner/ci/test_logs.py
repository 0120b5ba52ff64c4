"""Logs and archives of others: plain text out of them, or a refusal."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable

import pytest

from provisioner.ci.archive import ArchiveRefused, read_archive
from provisioner.ci.logs import clean_log, failing_part
from tests.servers.github.server import Job, Run, zipped
from tests.unit.provisioner.ci.conftest import SHA, Watching
from tests.unit.provisioner.git.test_git_secrets import key_of


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("2026-11-30T10:00:01.1234567Z hello", "hello"),
        ("\ufeff2026-11-30T10:00:01Z hello", "hello"),
        ("\x1b[1;31mred\x1b[0m \x1b]8;;http://x\x07link\x1b]8;;\x07", "red link"),
        ("10%\r50%\r100%", "100%"),
        ("a\r\nb", "a\nb"),
        ("##[group]Run x", "Run x"),
        ("section_start:1:step\r\x1b[0Kbuild", "build"),
        ("clear \x9b2J", "clear \N{REPLACEMENT CHARACTER}2J"),
    ],
)
def test_a_log_is_cleaned(raw: str, plain: str) -> None:
    assert clean_log(raw) == plain


@pytest.mark.parametrize("vendor", ["github", "openai", "aws", "slack", "stripe"])
def test_a_key_in_a_log_is_taken_out(vendor: str) -> None:
    assert key_of(vendor) not in clean_log(f"export TOKEN={key_of(vendor)} && run")


def test_of_a_private_key_no_line_is_left() -> None:
    lines = "DEK-Info: AES\n\nMIIEow\nIBAAKC"
    kind = "RSA PRIVATE KEY"
    log = clean_log(f"before\n-----BEGIN {kind}-----\n{lines}\n-----END {kind}-----\nafter")
    assert not any(part in log for part in ("MIIEow", "IBAAKC"))
    assert ("before" in log, "after" in log) == (True, True)


def test_the_failing_part_ends_at_the_last_error() -> None:
    log = "start\n" * 9_000 + "cause\n##[error]exit code 1\nPost job cleanup.\n"
    part = failing_part(log)
    assert part.endswith("cause\n##[error]exit code 1")
    assert len(part) <= 12_000


def entry(name: str, data: bytes = b"x", mode: int = 0o100644) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo(name)
        info.external_attr = mode << 16
        info.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(info, data)
    return stream.getvalue()


def lying(data: bytes) -> bytes:
    """An archive whose directory says that its file has one byte."""
    made = bytearray(zipped({"a.txt": data}))
    start = made.rindex(b"PK\x01\x02")
    made[start + 24 : start + 28] = struct.pack("<I", 1)
    return bytes(made)


def packed(method: int) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        archive.writestr("a.txt", b"hello")
    return stream.getvalue()


def encrypted() -> bytes:
    made = bytearray(zipped({"a.txt": b"x"}))
    made[made.index(b"PK\x03\x04") + 6] |= 1
    made[made.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(made)


HARMFUL = {
    "bomb": lambda: zipped({"a.txt": b"0" * (70 << 20)}),
    "many": lambda: zipped({f"{number}.txt": b"" for number in range(2_001)}),
    "spread": lambda: zipped({f"{number}.txt": b"0" * (1 << 20) for number in range(9)}),
    "lying": lambda: lying(b"0" * (2 << 20)),
    "upwards": lambda: entry("../../etc/cron.d/x"),
    "absolute": lambda: entry("/etc/passwd"),
    "drive": lambda: entry("C:/x"),
    "backslash": lambda: entry("..\\x"),
    "link": lambda: entry("a.txt", b"/etc/passwd", 0o120777),
    "pipe": lambda: entry("a.txt", b"", 0o010644),
    "itself": lambda: entry("."),
    "nameless": lambda: entry(""),
    "lzma": lambda: packed(zipfile.ZIP_LZMA),
    "encrypted": encrypted,
    "cut off": lambda: zipped({"a.txt": b"hello" * 100})[:-30],
    "no archive": lambda: b"<html>",
    "nothing": lambda: b"",
}


@pytest.mark.parametrize("name", HARMFUL)
def test_an_archive_that_would_harm_is_refused(name: str) -> None:
    with pytest.raises(ArchiveRefused):
        read_archive(HARMFUL[name]())


def test_an_archive_of_logs_is_read() -> None:
    files = {"0_test.txt": b"line\n" * 50_000, "test/1_Set up job.txt": "ä".encode()}
    assert read_archive(zipped(files)) == {
        "0_test.txt": "line\n" * 50_000,
        "test/1_Set up job.txt": "ä",
    }


async def test_without_a_jobs_log_the_attempts_archive_is_read(
    watching: Callable[..., Watching],
) -> None:
    files = {"0_lint.txt": b"fine\n", "1_build (3.11).txt": b"cause\n##[error]exit code 1\n"}
    run = Run(
        SHA,
        states=[("completed", "failure")],
        jobs=[Job("build (3.11)", "failure", log=None)],
        archive=zipped(files),
    )
    assert (await watching(run).watch()).log == "cause\n##[error]exit code 1"
    run.archive = HARMFUL["bomb"]()
    verdict = await watching(run).watch()
    assert (verdict.end, verdict.log) == ("failed", "")
    assert any("unpacks to too much" in line for line in verdict.evidence)
