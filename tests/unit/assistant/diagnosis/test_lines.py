"""Lines as records: what stands before a message is taken off, numbers stay."""

from __future__ import annotations

import io

import pytest

from assistant.diagnosis.diagnose import analyze_log
from assistant.diagnosis.lines import parse_line
from assistant.diagnosis.scan import scan


@pytest.mark.parametrize(
    ("raw", "text", "level", "time", "step"),
    [
        (b"plain", b"plain", "", "", ""),
        (b"2022-05-19T08:57:02.3269470Z ##[error]boom", b"boom", "ERROR", "2022-05-19T08:57:02.3269470Z", ""),
        (b"build\tRun tests\t2024-02-02T10:00:00.0000000Z x", b"x", "", "2024-02-02T10:00:00.0000000Z", "build\tRun tests"),
        (b"#19 22.32 [ERROR] no", b"no", "ERROR", "", ""),
        (b"#7 ERROR: process", b"ERROR: process", "ERROR", "", ""),
        (b"Nov 30 02:11:09 web1 kernel: [812345.11] oom", b"oom", "", "Nov 30 02:11:09", ""),
        (b"Nov 30 02:11:10 web1 systemd[1]: done", b"done", "", "Nov 30 02:11:10", ""),
        (b"api-1  | INFO:     up", b"INFO:     up", "INFO", "", ""),
        (b"     [exec] Permission denied", b"Permission denied", "", "", ""),
        (b"2024-05-02 07:12:01.123 UTC [1] LOG:  x", b"LOG:  x", "", "2024-05-02 07:12:01.123 UTC", ""),
        (b"::error file=a.py,line=1::bad", b"bad", "ERROR", "", ""),
        (b'time="x" level=warning msg="y"', b'time="x" level=warning msg="y"', "WARNING", "", ""),
        (b"    indented  ", b"    indented", "", "", ""),
        (b"W: Failed to fetch x", b"W: Failed to fetch x", "INFO", "", ""),
        (b"tests/test_a.py::test_denied PASSED", b"tests/test_a.py::test_denied PASSED", "INFO", "", ""),
        (b"+ grep denied log", b"+ grep denied log", "INFO", "", ""),
    ],
)  # fmt: skip
def test_a_line_is_taken_apart(raw: bytes, text: bytes, level: str, time: str, step: str) -> None:
    line = parse_line(raw, 7)
    assert (line.number, line.text, line.level, line.time, line.step) == (
        7,
        text,
        level,
        time,
        step,
    )


@pytest.mark.parametrize(
    "log",
    [
        b"one\ntwo\n\x1b[31mNo space \x1b[0m\x1b[91mleft on device\x1b[0m\nfour",
        b"one\r\ntwo\r\nNo space left on device\r\nfour\r\n",
        b"one\n10%\r20%\r100%\nNo space left on device",
        b"one\ntwo\n10%\r20%\rNo space left on device\rcleaning up\nfour",
        "one\ntwo\nNo space left on device\n".encode("utf-16"),
        b"\xfe\xfd\n\0\0\nNo space left on device",
    ],
)
def test_the_number_is_that_of_the_line_in_the_log(log: bytes) -> None:
    found = analyze_log(io.BytesIO(log))
    assert (found.kind, found.number, found.line) == ("disk_full", 3, "No space left on device")


def test_steps_are_told_apart_and_the_failed_one_is_known() -> None:
    log = (
        b"##[group]Run pip install\nok\n##[group]Run pytest\n##[error]Process completed with exit code 1.\n"
        b"Post job cleanup.\n"
    )
    steps = scan(io.BytesIO(log)).steps
    assert [(step.name, step.failed, step.after) for step in steps] == [
        ("", False, False),
        ("pip install", False, False),
        ("pytest", True, False),
        ("", False, True),
    ]


def test_a_failure_of_a_step_that_passed_does_not_explain_the_one_that_failed() -> None:
    log = (
        b"##[group]Run ./prepare\nmkdir: cannot create directory '/x': Permission denied\n"
        b"##[group]Run pytest\nE   assert 1 == 2\n##[error]Process completed with exit code 1.\n"
    )
    assert analyze_log(io.BytesIO(log)).kind == "test_failed"


def test_steps_of_gitlab_are_told_apart() -> None:
    log = (
        b"section_start:1700000000:prepare\r\x1b[0KPreparing\nok\n"
        b"section_start:1700000001:step_script\r\x1b[0KExecuting\nERROR: Job failed: exit code 1\n"
    )
    steps = scan(io.BytesIO(log)).steps
    assert [(step.name, step.failed) for step in steps] == [
        ("", False),
        ("prepare", False),
        ("step_script", True),
    ]
