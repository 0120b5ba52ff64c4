"""Rules learned from fixes: what worked on a failure that no pattern names is done again.

A failure is recognised by its signature: the step and what the step said, without what varies.
A fix that worked is suggested; one that worked three times is promoted, which a single failure does
not undo. A rule is dropped when its fix fails, and returns only when a later fix of the kind works.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, is_dataclass
from typing import Any, Literal, get_args

from assistant.diagnosis.asking import unborne
from assistant.kinds import Kind, RecoveryAction
from ledger.fixes import TriedFix
from ledger.text.printable import printable

RuleStatus = Literal["suggested", "promoted", "dropped"]

PROMOTED = 3  # times that a fix has worked
_NEVER: tuple[RecoveryAction, ...] = ("FAIL", "TEST_FIX")
"""Actions that are not learned: one mends nothing, and tests are judged anew each time."""
_ALIASES = {"kind": "error_type", "target": "fix_target", "cause": "root_cause"}
"""Names of fields in the contract's JSON of a diagnosis, which a record may have as well."""
_VARYING = (
    (re.compile(r"\b(?:0x)?(?=[a-f]*\d)[0-9a-f]{7,64}\b"), "…"),
    (re.compile(r"(?<![\w./])/(?:[^\s/:'\"]+/)+"), "…/"),
    (re.compile(r"(?<![\w.])\d+(?:[.:]\d+)*(?:(?=[smh]\b)|\b)"), "…"),
    (re.compile(r"\s+"), " "),
)


@dataclass(frozen=True, slots=True)
class Fix:
    """A failure and what was done about it.

    Attributes:
        step: that failed.
        signature: of the failure, see `signature`.
        target: what was acted on, "" for none.
        cause: as it was diagnosed, in one line.
    """

    step: str
    signature: str
    kind: Kind
    action: RecoveryAction
    target: str
    cause: str

    @property
    def rule(self) -> str:
        """The id of the rule: the same for the same action on the same failure."""
        text = "\0".join((self.signature, self.kind, self.action, self.target))
        return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class LearnedRule:
    """A fix, the newest of its kind, with all that were tried, the oldest first."""

    fix: Fix
    tried: tuple[TriedFix, ...]

    @property
    def worked(self) -> int:
        return sum(one.worked for one in self.tried)

    @property
    def failed(self) -> int:
        return len(self.tried) - self.worked

    @property
    def status(self) -> RuleStatus:
        promoted = self.worked >= PROMOTED
        lately = self.tried[-2:] if promoted else self.tried[-1:]
        if not any(one.worked for one in lately):
            return "dropped"
        return "promoted" if promoted else "suggested"

    def to_json(self) -> dict[str, Any]:
        return {
            "rule": self.fix.rule,
            "status": self.status,
            **asdict(self.fix),
            "worked": self.worked,
            "failed": self.failed,
            "last_tried_at": self.tried[-1].at,
        }


@dataclass(frozen=True, slots=True)
class Learned:
    """Rules, the best first, and why records of fixes were skipped, a line each."""

    rules: tuple[LearnedRule, ...] = ()
    skipped: tuple[str, ...] = ()

    def rule_for(self, failure: str, log: str) -> LearnedRule | None:
        """The rule for a failure's signature whose action its log bears, None where none is."""
        for rule in self.rules:
            fix = rule.fix
            fits = fix.signature == failure and rule.status != "dropped"
            if fits and not unborne(fix.kind, fix.action, fix.target, log):
                return rule
        return None


def learn(tried: Iterable[TriedFix]) -> Learned:
    """Learn rules from recorded fixes; what is damaged or of an unknown shape is skipped."""
    found: dict[str, tuple[Fix, list[TriedFix]]] = {}
    groups: dict[str, list[TriedFix]] = defaultdict(list)
    skipped = []
    for one in tried:
        try:
            fix = read_fix(one.fix)
        except ValueError as error:
            skipped.append(f"recovery {one.round} of run {one.run_id}: {error}")
            continue
        groups[fix.rule].append(one)
        found[fix.rule] = (fix, groups[fix.rule])
    rules = [LearnedRule(fix, tuple(group)) for fix, group in found.values()]
    rules.sort(key=lambda rule: rule.tried[-1].at, reverse=True)
    rules.sort(key=lambda rule: (rule.status == "promoted", rule.worked), reverse=True)
    rules.sort(key=lambda rule: rule.status == "dropped")
    return Learned(tuple(rules), tuple(skipped))


def read_fix(record: object) -> Fix:
    """The fix of a record: a Fix, or a mapping in this shape or in that of a diagnosis.

    Raises ValueError, with what is wrong.
    """
    if is_dataclass(record) and not isinstance(record, type):
        record = asdict(record)
    if not isinstance(record, Mapping):
        raise ValueError("it is damaged")
    fields = {name: record.get(name, record.get(_ALIASES.get(name, ""))) for name in _FIELDS}
    if isinstance(action := fields["action"], Mapping):
        fields |= {"action": action.get("type"), "target": action.get("target")}
    fields = {**fields, "target": fields["target"] or "", "cause": fields["cause"] or ""}
    wrong = [name for name, value in fields.items() if not isinstance(value, str)]
    if wrong:
        raise ValueError(f"it has no {' and no '.join(wrong)}")
    kind, action = fields["kind"], fields["action"]
    if kind not in get_args(Kind):
        raise ValueError(f"{printable(kind)[:60]!r} is no kind of failure")
    if action not in get_args(RecoveryAction) or action in _NEVER:
        raise ValueError(f"{printable(action)[:60]!r} is no action that is learned")
    return Fix(**fields)


def is_learned(action: RecoveryAction) -> bool:
    """Whether a fix by this action is remembered."""
    return action not in _NEVER


def signature(step: str, lines: Sequence[str], feature: str) -> str:
    """Equal for failures of a step that say the same.

    Numbers by themselves, hashes, folders and the feature's name do not count.
    """
    text = "\n".join(lines).lower()
    text = re.sub(rf"\b{re.escape(feature.lower())}\b", "…", text)
    for pattern, instead in _VARYING:
        text = pattern.sub(instead, text)
    return hashlib.sha256(f"{step}:{text}".encode("utf-8", "replace")).hexdigest()[:16]


_FIELDS = tuple(Fix.__dataclass_fields__)
