"""A log beside that of the last good run: what both say is no cause while something new may be."""

from __future__ import annotations

import io
from typing import Any

import pytest
import yaml

from assistant.diagnosis.asking import excerpt
from assistant.diagnosis.diagnose import ErrorAnalysis, analyze_log
from assistant.diagnosis.last_good import LastGood, template
from tests.unit.assistant.diagnosis.cases import LOGS, LogCase, surrounded

RECORDS: list[dict[str, Any]] = yaml.safe_load(
    (LOGS / "compared" / "beside_good.yaml").read_text("utf-8")
)
DECIDED = 8  # cases that are diagnosed wrongly without the good log


def analyzed(record: dict[str, Any], *, beside: bool = True) -> ErrorAnalysis:
    flood = record.get("repeat", {"line": "", "times": 0})
    log = f"{flood['line']}\n" * flood["times"] + record["log"]
    good = LastGood(io.BytesIO(record["good"].encode())) if beside else None
    return analyze_log(io.BytesIO(log.encode()), good)


def right(record: dict[str, Any], found: ErrorAnalysis) -> bool:
    case = LogCase(
        id=record["id"],
        log=record["log"],
        kind=record["kind"],
        target=record.get("target"),
        also_ok=tuple(record.get("also_ok", ())),
    )
    number = record.get("number", found.number)
    fits = case.target is None or case.target_right(found.target) or case.target in found.line
    return case.kind_right(found.kind) and fits and found.number == number


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record["id"])
def test_what_is_new_names_the_failure(record: dict[str, Any]) -> None:
    found = analyzed(record)
    assert right(record, found), found
    assert found.kind not in record.get("must_not", ())
    assert record.get("new", "") in [text for _, text in found.new] or not record.get("new")


def test_it_is_the_good_log_that_decides() -> None:
    wrong = [one["id"] for one in RECORDS if not right(one, analyzed(one, beside=False))]
    assert len(wrong) >= DECIDED, wrong


def test_what_both_say_is_named_with_less_confidence_where_nothing_new_is() -> None:
    same = next(one for one in RECORDS if one["id"] == "the-same-log-twice")
    known, alone = analyzed(same), analyzed(same, beside=False)
    assert known.known
    assert known.confidence < alone.confidence


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (b"request 17 took 3.2s", b"request 4 took 0.1s", True),
        (b"pid 12 at 0x7f1c8c0d5d50", b"pid 9 at 0x7ab18c2215f0", True),
        (b"pod api-7d9c6b5f8-x2x7k", b"pod api-55c6f7d9b8-qq9z4", True),
        (b"open /tmp/a1b/x failed", b"open /tmp/zz/x failed", True),
        (b"from ('10.0.0.3', 43211)", b"from ('10.0.0.4', 51822)", True),
        (b"connect to 127.0.0.1:6379", b"connect to 127.0.0.1:5432", False),
        (b"port 6379 refused", b"port 5432 refused", False),
        (b"exit code 1", b"exit code 137", False),
        (b"open /data: denied", b"open /cache: denied", False),
        (b"connection to metrics refused", b"connection to orders refused", False),
    ],
)
def test_lines_are_the_same_but_for_what_varies(one: bytes, other: bytes, same: bool) -> None:
    assert (template(one) == template(other)) == same


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_new_lines_have_their_numbers_whatever_overwrites_a_line(end: str) -> None:
    log = end.join(["10%\r20%\r30%", "ready", "flux out of phase", ""]).encode()
    found = analyze_log(io.BytesIO(log), LastGood(io.BytesIO(b"5%\r30%\nready\n")))
    assert found.new == ((3, "flux out of phase"),)


def test_a_model_is_shown_what_is_new() -> None:
    good = surrounded(
        "ready", seed="a", before="pip", lines_before=900, after="access", lines_after=900
    )
    core = "the quux is not frobbed\nOSError: [Errno 28] No space left on device"
    bad = surrounded(
        core, seed="b", before="pip", lines_before=900, after="access", lines_after=900
    )
    noisy = good + "OSError: [Errno 28] No space left on device\n"
    shown = excerpt(bad, LastGood(io.BytesIO(noisy.encode())))
    assert "   901 the quux is not frobbed" in shown
