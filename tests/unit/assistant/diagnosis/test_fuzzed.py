"""Whatever a log holds: a diagnosis that keeps its promises, the same for every way of reading."""

from __future__ import annotations

import io
import random
import re

import pytest

from assistant.diagnosis.scan import scan
from tests.chaos.fuzz_logs import Corpus, checked, limited, random_log
from tests.unit.assistant.diagnosis.cases import load, surrounded


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return Corpus.read()


@pytest.mark.parametrize("seed", range(8))
def test_random_logs_are_diagnosed(seed: int, corpus: Corpus) -> None:
    chance = random.Random(seed)
    for _ in range(20):
        checked(random_log(chance, corpus), random_log(chance, corpus))


def test_a_log_that_takes_too_long_would_be_noticed() -> None:
    with pytest.raises(AssertionError, match="CPU time"), limited(0.02):
        re.match(r"(a+)+$", "a" * 60 + "b")


@pytest.mark.parametrize("chunk", [1_000, 70_000, 1 << 20])
def test_the_size_of_the_parts_changes_no_finding(chunk: int) -> None:
    cores = "\n".join(case.log for case in load("written.yaml") if not case.core)
    log = surrounded(
        cores, seed="parts", before="pip", lines_before=4_000, after="health", lines_after=4_000
    ).encode()
    whole, parted = scan(io.BytesIO(log)), scan(io.BytesIO(log), chunk=chunk)
    assert parted.lines == whole.lines == log.count(b"\n")
    assert parted.steps == whole.steps
    assert parted.findings == whole.findings


def test_a_line_without_an_end_is_read_in_parts() -> None:
    log = b"x" * 300_000 + b" No space left on device " + b"y" * 300_000
    assert [one.kind for one in scan(io.BytesIO(log), chunk=50_000).findings] == ["disk_full"]
