"""What the test writer is told about a weak suite."""

from __future__ import annotations

from provisioner.quality.mutation.coverage import CoverageReport, NotMeasured, Share
from provisioner.quality.mutation.mutants import Mutant
from provisioner.quality.mutation.prove import MutationReport, strengthen_feedback


def report(*survived: Mutant) -> MutationReport:
    return MutationReport(0.5, 10, survived, 0, 0, 0, False, 10 + len(survived))


def mutant(line: int, number: int = 0, size: int = 1) -> Mutant:
    diff = f"-    return {line}\n+    return {line} + {number}" + "x" * size
    return Mutant(f"{line}:{number}", "NumberReplacer", line, diff, b"")


COVERED = CoverageReport(
    Share(8, 12), Share(3, 6), frozenset(), ((4, 4), (9, 11)), ("line 3 → 4", "line 8 → exit")
)


def test_survivors_and_gaps_are_told() -> None:
    text = strengthen_feedback(report(mutant(3), mutant(7)), COVERED)
    assert text.startswith(
        "The tests do not notice 2 of 12 changes to main.py. All of them:"
        "\n\nline 3:\n-    return 3\n+    return 3 + 0x\n\nline 7:\n"
    )
    assert "\n\nNo test reaches these lines of main.py: 4, 9 to 11.\n\n" in text
    assert "\n\nNo test takes these branches: line 3 → 4, line 8 → exit.\n\nAdd tests" in text


def test_of_many_survivors_every_line_has_its_turn_first() -> None:
    many = [mutant(1, number) for number in range(40)] + [mutant(line) for line in range(2, 8)]
    text = strengthen_feedback(report(*many), NotMeasured("why"))
    assert text.startswith("The tests do not notice 46 of 56 changes to main.py. Some of them:")
    assert [text.count(f"line {line}:") for line in range(1, 8)] == [6, 1, 1, 1, 1, 1, 1]


def test_the_text_is_bounded_and_keeps_what_to_do() -> None:
    text = strengthen_feedback(report(*(mutant(n, 0, 3_000) for n in range(1, 9))), COVERED)
    assert len(text) <= 8_000
    assert text.count("+    return") == 2
    assert text.rstrip().endswith("leave it.")


def test_nothing_is_said_of_a_suite_without_gaps() -> None:
    full = CoverageReport(Share(2, 2), Share(0, 0), frozenset({1, 2}), (), ())
    assert strengthen_feedback(report(), full) == ""
    assert strengthen_feedback(report(), NotMeasured("why")) == ""
