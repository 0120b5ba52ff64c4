"""One version of main.py before the judge, and what its writer may be told of the outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from graph.attempts.feedback import grouped, headline, one_line, printable, signature
from graph.deps import Deps
from graph.state import Proof
from provisioner.judge.verdict import Judgement
from provisioner.quality.hidden import Split, seen
from provisioner.quality.mutation.prove import prove
from provisioner.quality.overfitting import overfitted

_TAIL_LINES = 5  # of what was printed, where no test failed and still all was not well
_HIDDEN_LINE = "every visible test passes, hidden checks fail"


@dataclass(frozen=True, slots=True)
class Trial:
    """A judged version.

    Attributes:
        judgement: of the whole suite, hidden tests included.
        told: what the next round is fed with; nothing of it is hidden.
        line: the same in one line, for the list of attempts.
        overfitted: findings that call it a table of the visible tests.
        noticed: the share of its mutants that the tests notice; 0 where none was tried.
    """

    code: bytes
    judgement: Judgement
    told: str
    line: str
    overfitted: tuple[str, ...]
    noticed: float = 0.0

    @property
    def note(self) -> str:
        """The outcome of the whole suite in one line, for a person; models are not shown it."""
        return _line_of(one_line(self.judgement), self.overfitted)

    @property
    def evidence(self) -> tuple[str, ...]:
        """What failed and how, line by line, for a person; hidden tests included."""
        lines = [f"{test.name}: {headline(test)}" for test in self.judgement.failures]
        if lines or self.overfitted:
            return (*lines, *self.overfitted)
        tail = self.judgement.output_tail.splitlines()[-_TAIL_LINES:]
        return tuple(filter(None, [self.judgement.reason, *tail]))

    @property
    def accepted(self) -> bool:
        return self.judgement.verdict == "green" and not self.overfitted

    @property
    def signature(self) -> str:
        return signature(self.judgement)

    @property
    def rank(self) -> tuple[bool, int, float, int]:
        """The better of two versions has the higher one.

        Green first, then more tests passed, hidden ones included, then more of it proven by the
        tests, then shorter.
        """
        return self.accepted, self.judgement.passed, self.noticed, -len(self.code)

    def proof(self) -> Proof:
        """What the state keeps of it; an overfitted version counts as red."""
        proof = proof_of(self.judgement)
        return {**proof, "verdict": "red"} if self.overfitted else proof


def proof_of(judgement: Judgement) -> Proof:
    """What the state keeps of a judgement."""
    return Proof(
        verdict=judgement.verdict,
        collected=judgement.collected,
        passed=judgement.passed,
        assertions=judgement.assertions,
        isolation=judgement.isolation,
        sandbox=judgement.sandbox,
    )


async def try_main(deps: Deps, tests: bytes, parts: Split, code: bytes) -> Trial:
    """Judge a version of main.py by the whole suite."""
    judgement = await deps.judge.judge(tests, {"main.py": code})
    found = overfitted(code, parts.visible)
    if judgement.verdict == "green":
        return Trial(code, judgement, _names(found), _line(judgement, found), found)
    withheld = seen(judgement, parts)
    shown = judgement
    if parts.partly:
        shown = await deps.judge.judge(parts.visible, {"main.py": code}, confirm=False)
    elif parts.hidden:
        hidden = set(parts.hidden)
        visible = (test for test in judgement.tests if test.name.partition("[")[0] not in hidden)
        # What ended before any test names none that is hidden.
        reason = "" if judgement.tests else judgement.reason
        shown = replace(judgement, tests=tuple(visible), reason=reason, output_tail="")
    only_hidden = bool(withheld.text) and not shown.failures
    told = [withheld.text, _names(found)] if only_hidden else [grouped(shown), withheld.text]
    line = _HIDDEN_LINE if only_hidden else one_line(shown)
    return Trial(code, judgement, "\n\n".join(filter(None, told)), _line_of(line, found), found)


async def with_mutants(deps: Deps, tests: bytes, trials: Sequence[Trial]) -> list[Trial]:
    """Versions to choose from, with what the tests notice of each one's mutants."""
    if deps.settings.quality.mutation == "off" or sum(one.accepted for one in trials) < 2:
        return list(trials)
    seconds = deps.settings.quality.mutation_seconds / len(trials)
    proven = []
    for one in trials:
        score = None
        if one.accepted:
            report = await prove(deps.judge, tests, {"main.py": one.code}, seconds=seconds)
            score = report.score
        proven.append(replace(one, noticed=score or 0.0))
    return proven


def _line(judgement: Judgement, found: tuple[str, ...]) -> str:
    return _line_of(one_line(judgement), found)


def _line_of(line: str, found: tuple[str, ...]) -> str:
    return printable(f"{line}; overfitted: {found[0]}") if found else line


def _names(found: tuple[str, ...]) -> str:
    if not found:
        return ""
    return "\n".join(["This is a table of the tests that are shown, not a solution:", *found])
