"""Auditor: asks a model to review files; a major issue stops the delivery."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from assistant.errors import ReplyInvalid
from assistant.prompting import compose
from assistant.request import AIAssistant, Purpose
from assistant.review.static import find_issues, with_static
from assistant.schemas import ReviewCode, ReviewIssue
from ledger.calls import TokenUsage

CATEGORY = "review"


@dataclass(frozen=True, slots=True)
class AuditorResult:
    """Result of a review.

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


class AuditorClient:
    """Asks a model for a review and adds the static one."""

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
        """Review ``files`` (name → content).

        Args:
            written_by: the model that wrote them; another one reviews where there is one.

        Raises:
            AssistantError: see :meth:`assistant.request.AIAssistant.ask`.
        """
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
    """Join the files for a reviewer, with the line numbers that issues refer to."""
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
    """Format the issues for the prompt, one line each."""
    return "\n".join(
        f"- {issue.file}{f':{issue.line}' if issue.line is not None else ''} "
        f"({issue.severity}, {issue.category}): {' '.join(issue.description.split())}"
        for issue in issues
    )
