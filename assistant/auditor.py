"""Auditor: asks a model to review files; a major issue stops the delivery."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from assistant.errors import ReplyInvalid
from assistant.prompting import compose
from assistant.request import AIAssistant, Purpose
from assistant.review.static import as_feedback, find_issues, with_static
from assistant.schemas import ReviewCode, ReviewIssue


@dataclass(frozen=True, slots=True)
class AuditorResult:
    """Result of a review; the summary is in the reviewer's own words."""

    issues: tuple[ReviewIssue, ...]
    summary: str
    provider: str
    model: str

    @property
    def approved(self) -> bool:
        return not self.major

    @property
    def major(self) -> tuple[ReviewIssue, ...]:
        return tuple(issue for issue in self.issues if issue.severity == "major")

    @property
    def minor(self) -> tuple[ReviewIssue, ...]:
        return tuple(issue for issue in self.issues if issue.severity == "minor")


@dataclass(frozen=True, slots=True)
class AuditorClient:
    """Asks a model for a review and adds the static one."""

    assistant: AIAssistant

    async def audit(
        self,
        files: Mapping[str, str],
        *,
        feature: str,
        requirements: str,
        purpose: Purpose,
        written_by: str = "",
        category: str = "review",
    ) -> AuditorResult:
        """Review ``files`` (name → content), by another model than wrote them where there is one.

        Raises as :meth:`assistant.request.AIAssistant.ask` does.
        """
        static = find_issues(files)
        inputs = {
            "feature": feature,
            "requirements": requirements,
            "files": numbered(files),
            "static": as_feedback(static),
        }
        answer = await self.assistant.ask(
            compose(ReviewCode, inputs),
            replace(purpose, category=category, exclude_model=written_by),
        )
        review = answer.value
        if not review.issues and not review.summary.strip():
            raise ReplyInvalid(
                "the review names no issue and says nothing, which approves of nothing",
                provider=answer.provider,
                model=answer.model,
                reason="empty",
            )
        issues = with_static(review.issues, static)
        return AuditorResult(issues, review.summary, answer.provider, answer.model)


def numbered(files: Mapping[str, str]) -> str:
    """Join the files for a reviewer, with the line numbers that issues refer to."""
    shown = []
    for name, content in files.items():
        lines = [f"{number:4} {line}" for number, line in enumerate(content.splitlines(), 1)]
        shown.append("\n".join([f"=== {name} ===", *lines]))
    return "\n\n".join(shown)
