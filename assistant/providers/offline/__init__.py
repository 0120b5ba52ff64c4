"""A model that needs no key and no network: a small exact language, documented in docs/."""

from __future__ import annotations

from assistant.request import F, Request
from ledger.calls import Reply, TokenUsage


class OfflineProvider:
    """Answers from the request's inputs; the same question has the same answer.

    A :class:`assistant.request.Provider`; raises NotUnderstood for what is not in its language.
    """

    name = "offline"

    async def complete(
        self, request: Request[F], *, model: str, max_tokens: int, timeout: float
    ) -> Reply:
        """Ask once; nothing is sent, so nothing is counted or paid."""
        # Its grammar and templates are loaded when they are needed.
        from assistant.providers.offline.model import answer

        function = request.function.name
        arguments = answer(function, request.inputs).model_dump_json()
        return Reply(function, arguments, finish="stop", usage=TokenUsage(), model="offline")


def read_requirements(text: str, *, served: bool = True) -> list[str]:
    """What the offline model reads in a text, line by line; with ``served`` the routes as well.

    Raises NotUnderstood where the text is not in its language.
    """
    from assistant.providers.offline.describe import describe
    from assistant.providers.offline.language import specification_of

    return describe(specification_of(text), served=served)
