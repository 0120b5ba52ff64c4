"""Hedging: a second provider is asked when the first takes unusually long.

Only the latency of answers counts; a failure moves on at once. The second call is reserved like
any other, and where the budget has no room for it there is none.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Collection, Iterable

from assistant.config import HedgingSettings
from assistant.errors import BudgetExceeded
from assistant.request import Candidate, RoutedReply


def patience(latencies: Collection[float], settings: HedgingSettings) -> float | None:
    """The seconds after which a call is unusually long, None while too few are known."""
    if len(latencies) < settings.minimum_calls:
        return None
    return sorted(latencies)[math.ceil(settings.quantile * len(latencies)) - 1]


async def race(
    attempt: Callable[[Candidate], Awaitable[RoutedReply | None]],
    candidates: Iterable[Candidate],
    patience: Callable[[Candidate], float | None],
) -> RoutedReply | None:
    """The first result; None where every attempt gave None.

    At most two attempts are under way: the next begins when one has failed, or when the only one
    has taken longer than ``patience`` says. Whoever is not needed any more is cancelled and
    waited for.
    """
    waiting = list(candidates)
    running: list[asyncio.Future[RoutedReply | None]] = []
    hedged = False
    try:
        while waiting or running:
            limit = None
            if waiting and (not running or hedged):
                candidate = waiting.pop(0)
                running.append(asyncio.ensure_future(attempt(candidate)))
                if len(running) == 1 and waiting:
                    limit = patience(candidate)
            done, _ = await asyncio.wait(
                running, timeout=limit, return_when=asyncio.FIRST_COMPLETED
            )
            hedged = not done
            for task in done:
                running.remove(task)
                if running and isinstance(task.exception(), BudgetExceeded):
                    continue  # no room for a second call; the first one goes on
                if (result := task.result()) is not None:
                    return result
        return None
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
