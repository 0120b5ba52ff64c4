"""A share of the fuzzing of logs, as `.ci/run` takes it."""

from __future__ import annotations

import pytest

from tests.chaos.fuzz_logs import fuzz

pytestmark = pytest.mark.chaos
SECONDS = 30.0


def test_no_random_log_hangs_the_diagnosis_or_breaks_its_promises() -> None:
    assert int(fuzz(SECONDS, seed=20_261_130).split()[0]) > 0
