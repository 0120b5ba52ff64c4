"""Who reviews: files go in, issues come out; a major one stops the delivery."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from assistant.errors import ReplyInvalid
from assistant.prompting import compose
from assistant.request import AIAssistant, Purpose
from assistant.review.static import find_issues, with_static
from assistant.schemas import ReviewCode, ReviewIssue
from ledger.calls import TokenUsage

CATEGORY = "review"


@dataclass(frozen=True, slots=True)
class AuditorResult:
    """What a review found.

    Attributes:
        issues: minor and major ones, in security, bug or quality.
        summary: the reviewer's own words.
    """

    issues: tuple[ReviewIssue, ...]
    summary: str
    provider: str
    model: str
    tokens: TokenUsage = field(default_factory=TokenUsage)
    usd: float | None = None

    @property
    def approved(self) -> bool:
        """True exactly when there is no major issue."""
        return not self.major

    @property
    def major(self) -> tuple[ReviewIssue, ...]:
        return tuple(issue for issue in self.issues if issue.severity == "major")

    @property
    def minor(self) -> tuple[ReviewIssue, ...]:
        return tuple(issue for issue in self.issues if issue.severity == "minor")


class Auditor(Protocol):
    """Reviews the files of a feature."""

    async def audit(
        self,
        files: Mapping[str, str],
        *,
        feature: str,
        requirements: str,
        purpose: Purpose,
        written_by: str = "",
    ) -> AuditorResult:
        """The issues of ``files`` (name → content).

        Args:
            written_by: the model that wrote them; another one reviews where there is one.

        Raises:
            AssistantError: see :meth:`assistant.request.AIAssistant.ask`.
        """
        ...


class AuditorClient:
    """An :class:`Auditor` that asks an assistant, and looks at the syntax tree itself."""

    def __init__(self, assistant: AIAssistant) -> None:
        self._assistant = assistant

    async def audit(
        self,
        files: Mapping[str, str],
        *,
        feature: str,
        requirements: str,
        purpose: Purpose,
        written_by: str = "",
    ) -> AuditorResult:
        static = find_issues(files)
        inputs = {
            "feature": feature,
            "requirements": requirements,
            "files": numbered(files),
            "static": as_feedback(static),
        }
        answer = await self._assistant.ask(
            compose(ReviewCode, inputs),
            replace(purpose, category=CATEGORY, exclude_model=written_by),
        )
        if not answer.value.issues and not answer.value.summary.strip():
            raise ReplyInvalid(
                "the review names no issue and says nothing, which approves of nothing",
                provider=answer.provider,
                model=answer.model,
                reason="empty",
            )
        return AuditorResult(
            issues=with_static(answer.value.issues, static),
            summary=answer.value.summary,
            provider=answer.provider,
            model=answer.model,
            tokens=answer.usage,
            usd=answer.usd,
        )


def numbered(files: Mapping[str, str]) -> str:
    """The files as a reviewer reads them, with the numbers that issues refer to."""
    return "\n\n".join(
        "\n".join(
            [
                f"=== {name} ===",
                *(f"{number:4} {line}" for number, line in enumerate(content.splitlines(), 1)),
            ]
        )
        for name, content in files.items()
    )


def as_feedback(issues: Sequence[ReviewIssue]) -> str:
    """The issues as the writer is told them, one line each."""
    return "\n".join(
        f"- {issue.file}{f':{issue.line}' if issue.line is not None else ''} "
        f"({issue.severity}, {issue.category}): {' '.join(issue.description.split())}"
        for issue in issues
    )
