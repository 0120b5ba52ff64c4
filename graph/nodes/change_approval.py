"""Approval of changed requirements and of tests that would be lost."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from graph.deps import Deps
from graph.plan import TESTS
from graph.request import Question
from provisioner.quality.mutation.additions import only_adds
from provisioner.suite.parse import lost_tests

_NAMED = 8  # losses in the question's first sentence; all of them are in the change
_PAUSES = "nothing changes; the run pauses here, and asks again when it is resumed"


async def approve_tests(deps: Deps, feature: str, name: str, new: bytes) -> str:
    """Ask for approval before a test file replaces an earlier one and something would be lost.

    test.py stands for the feature's requirements: where those have changed, approval is needed in
    any case. Gives what is lost, as a part of the step's note; "" where nothing is.
    """
    earlier = deps.earlier
    old = deps.artefacts.get(earlier.suites[name]) if name in earlier.suites else None
    lost = lost_tests(old, new) if old is not None else ()
    was = deps.artefact(earlier.requirements) if name == TESTS else ""
    others = bool(was and deps.requirements.strip() and was.strip() != deps.requirements.strip())
    if not lost and not others:
        return ""
    asks, reason, change = [], f"the feature exists, and its {name} is written anew", []
    if others:
        asks.append(f"the requirements of {feature} would change")
        change += _diff(was, deps.requirements, "requirements")
        compared = f"its requirements are compared with those of run {earlier.run_id}"
        reason = f"{compared}, its tests with {name}"
    asks.append(f"{name} would lose {_named(lost)}" if lost else "no test would be lost")
    change += [f"- {name}, lost: {one}" for one in lost]
    change += _diff(_text(old), _text(new), name)
    yes = f"the run goes on, with {'the new' if old != new else 'the same'} {name}"
    await deps.approve(Question("; ".join(asks), reason, tuple(change), yes, no=_PAUSES))
    return f"; lost of the earlier {name}: {', '.join(lost)}" if lost else ""


async def approve_replacement(
    deps: Deps, old: bytes, new: bytes, reason: str, name: str = TESTS
) -> None:
    """Ask for approval before a diagnosis replaces tests and something would be lost.

    Of test.py, which was frozen, nothing may change; of the service's tests none may go.
    """
    if lost := only_adds(old, new) if name == TESTS else lost_tests(old, new):
        change = tuple(_diff(_text(old), _text(new), name))
        yes = "the new tests take the place of the old ones, which are kept as evidence"
        asks = f"the tests in {name} would lose: {_named(lost)}"
        await deps.approve(Question(asks, reason, change, yes, no=_PAUSES))


def _named(lost: Sequence[str]) -> str:
    more = f" and {len(lost) - _NAMED} more" if len(lost) > _NAMED else ""
    return f"{', '.join(lost[:_NAMED])}{more}"


def _diff(old: str, new: str, name: str) -> list[str]:
    before, now = f"{name}, before", f"{name}, now"
    return list(difflib.unified_diff(old.splitlines(), new.splitlines(), before, now, lineterm=""))


def _text(content: bytes | None) -> str:
    return (content or b"").decode("utf-8", "replace")
