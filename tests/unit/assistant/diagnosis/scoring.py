"""How many labelled logs are diagnosed rightly, and whether the confidence says so."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.diagnosis.diagnose import ErrorAnalysis, analyze_log
from tests.unit.assistant.diagnosis.cases import LogCase


@dataclass(frozen=True, slots=True)
class Answer:
    case: LogCase
    found: ErrorAnalysis

    @property
    def right(self) -> bool:
        return self.case.kind_right(self.found.kind)

    @property
    def forbidden(self) -> bool:
        return self.found.kind in self.case.must_not

    @property
    def target_right(self) -> bool:
        return self.case.target_right(self.found.target)

    @property
    def evidenced(self) -> bool:
        """Whether the line is in the log, at its number; one of the core's where that is known."""
        if not self.found.number:
            return self.found.kind == "unknown"
        line = self.case.log.split("\n")[self.found.number - 1]
        shown = self.found.line.replace("…", "")
        return shown[:20] in line or "\x1b" in line or "…" in self.found.line


def answers(cases: Sequence[LogCase]) -> list[Answer]:
    return [Answer(case, analyze_log(io.BytesIO(case.log.encode()))) for case in cases]


def share(given: Sequence[bool]) -> float:
    return sum(given) / len(given) if given else 1.0


def table(given: Sequence[Answer]) -> Iterator[str]:
    """Rightness by kind, then confidence against rightness."""
    by_kind: dict[str, list[Answer]] = defaultdict(list)
    for one in given:
        by_kind[one.case.kind].append(one)
    yield f"  {'kind':22} {'logs':>4} {'kind':>6} {'target':>8} {'line':>6}"
    for kind, some in sorted(by_kind.items()):
        yield _row(kind, some)
    yield _row("all", given)
    yield f"  {'confidence':22} {'logs':>4} {'said':>6} {'right':>8}"
    for low, high in ((0.0, 0.5), (0.5, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 1.01)):
        some = [one for one in given if low <= one.found.confidence < high]
        if some:
            said = sum(one.found.confidence for one in some) / len(some)
            right = share([one.right for one in some])
            yield f"  {f'{low:.1f} to {min(high, 1):.1f}':22} {len(some):4} {said:6.2f} {right:8.2f}"
    error = calibration_error(given)
    yield f"  expected calibration error {error:.3f}"


def _row(kind: str, some: Sequence[Answer]) -> str:
    targets = [one.target_right for one in some if one.case.target]
    shown = f"{share(targets):8.0%}" if targets else f"{'':>8}"
    right, evidenced = share([one.right for one in some]), share([one.evidenced for one in some])
    return f"  {kind:22} {len(some):4} {right:6.0%} {shown} {evidenced:6.0%}"


def calibration_error(given: Sequence[Answer]) -> float:
    """The mean distance of confidence and rightness, over ten bins weighed by their size."""
    bins: dict[int, list[Answer]] = defaultdict(list)
    for one in given:
        bins[min(9, int(one.found.confidence * 10))].append(one)
    distance = 0.0
    for some in bins.values():
        said = sum(one.found.confidence for one in some) / len(some)
        distance += len(some) * abs(said - share([one.right for one in some]))
    return distance / len(given) if given else 0.0
