"""Approval of changed requirements and of tests that would be lost."""

from __future__ import annotations

import difflib

from graph.deps import Deps
from graph.run.regenerate import TESTS
from graph.run.request import Question
from provisioner.suite.lost_tests import lost_tests

_NAMED = 8  # lost tests in the question's first sentence; all of them are in the change


async def approve_tests(deps: Deps, feature: str, name: str, new: bytes) -> str:
    """Ask for approval before a test file replaces an earlier one and something would be lost.

    test.py stands for the feature's requirements: where those have changed, approval is needed in
    any case.

    Args:
        name: test.py or service-test.py.
        new: the content that the file would have.

    Returns:
        What is lost, as a part of the step's note; "" where nothing is.

    Raises:
        ApprovalNeeded: it was not approved.
    """
    earlier = deps.earlier
    old = earlier.suites.get(name)
    lost = lost_tests(old, new) if old is not None else ()
    was = earlier.requirements if name == TESTS else ""
    others = bool(was and deps.requirements.strip() and was.strip() != deps.requirements.strip())
    if lost or others:
        await deps.approve(
            Question(
                asks=_asks(feature, name, lost, others=others),
                reason=_reason(name, earlier.run_id if others else ""),
                change=(
                    *(_diff(was, deps.requirements, "requirements") if others else ()),
                    *(f"- {name}, lost: {one}" for one in lost),
                    *_diff(_text(old), _text(new), name),
                ),
                yes=f"the run goes on, with {'the new' if old != new else 'the same'} {name}",
                no="nothing changes; the run pauses here, and asks again when it is resumed",
            )
        )
    return f"; lost of the earlier {name}: {', '.join(lost)}" if lost else ""


def _asks(feature: str, name: str, lost: tuple[str, ...], *, others: bool) -> str:
    parts = []
    if others:
        parts.append(f"the requirements of {feature} would change")
    if lost:
        more = f" and {len(lost) - _NAMED} more" if len(lost) > _NAMED else ""
        parts.append(f"{name} would lose {', '.join(lost[:_NAMED])}{more}")
    elif others:
        parts.append("no test would be lost")
    return "; ".join(parts)


def _reason(name: str, run_id: str) -> str:
    if run_id:
        return f"its requirements are compared with those of run {run_id}, its tests with {name}"
    return f"the feature exists, and its {name} is written anew"


def _diff(old: str, new: str, name: str) -> tuple[str, ...]:
    lines = difflib.unified_diff(
        old.splitlines(), new.splitlines(), f"{name}, before", f"{name}, now", lineterm=""
    )
    return tuple(lines)


def _text(content: bytes | None) -> str:
    return (content or b"").decode("utf-8", "replace")
