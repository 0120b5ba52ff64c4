"""Which tests noticed that the code's answers were changed."""

from __future__ import annotations

from provisioner.judge.inside.perturb import ABSENT, VARIANTS
from provisioner.judge.suite_run import SuiteRun
from provisioner.judge.verdict import Judgement

#: What is said of a test that was to fail and did not.
_EXPECTED = ("XPASS(strict)", "it was expected to fail and did not")


class Noticed:
    """What runs with changed answers showed.

    Args:
        passed: names of the tests that passed with the code's own answers.

    Attributes:
        by_value: tests that failed with changed answers.
    """

    def __init__(self, passed: set[str]) -> None:
        self._passed = passed
        self.by_value: set[str] = set()
        self._absent: set[str] = set()
        self._elsewhere: set[str] = set()
        self._skipped: set[str] = set()
        self._ran = False

    def left(self, variant: str) -> set[str]:
        """Tests that have not noticed anything yet."""
        return self._passed - self.by_value

    def take(self, variant: str, run: SuiteRun) -> None:
        """Learn from one run."""
        self._ran = True
        failed = {
            name
            for name in self._passed
            if name not in run.results or run.results[name].outcome == "failed"
        }
        failed &= self.left(variant)
        if variant == ABSENT:
            self._absent |= failed
        else:
            self.by_value |= failed
            self._elsewhere |= run.elsewhere
        if variant == VARIANTS[0]:
            self._skipped = {
                name
                for name, test in run.results.items()
                if test.outcome == "skipped" or any(said in test.message for said in _EXPECTED)
            }

    @property
    def seen(self) -> bool:
        """Whether some test has noticed: the suite asserts something."""
        return bool(self.by_value)

    @property
    def nothing(self) -> bool:
        """Whether the whole suite noticed nothing, whatever was changed."""
        if not self._ran or self.by_value:
            return False
        return not self._absent & self._elsewhere

    @property
    def reason(self) -> str:
        """One line on that."""
        first = sorted(self._passed)[0] if self._passed else "the suite"
        return f"nothing asserts what main.py does: {first} passes whatever it answers"

    def unfounded_skip(self, judgement: Judgement) -> str:
        """Why a skipped test does not count as skipped, "" where all do."""
        if not self._ran:
            return ""
        for test in judgement.tests:
            if test.outcome != "skipped" or test.message.startswith("Expected"):
                continue
            if test.name not in self._skipped:
                return f"{test.name} was skipped for what main.py says"
        return ""
