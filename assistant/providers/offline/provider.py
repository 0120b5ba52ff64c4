"""The offline model: deterministic, without key and network."""

from __future__ import annotations

from assistant.providers.offline.answers import answer
from assistant.request import F, Reply, Request, Usage


class OfflineProvider:
    """Answers from the request's inputs by rules; the same question has the same answer.

    It satisfies :class:`assistant.request.Provider`. What it does not understand raises
    :class:`assistant.errors.NotUnderstood`; it never takes a failure for a success.
    """

    name = "offline"

    async def complete(
        self, request: Request[F], *, model: str, max_tokens: int, timeout: float
    ) -> Reply:
        """Ask once; nothing is sent, so nothing is counted or paid."""
        value = answer(request.function.name, request.inputs)
        return Reply(
            function=request.function.name,
            arguments=value.model_dump_json(),
            finish="stop",
            usage=Usage(),
            model="offline",
        )
