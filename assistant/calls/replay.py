"""A model client that answers from the ledger and asks no provider."""

from __future__ import annotations

from collections import Counter

from assistant.calls.client import ModelClient
from assistant.calls.records import RoutedReply
from assistant.calls.router import Router
from assistant.calls.selection import ModelSelector, load_models
from assistant.config import AssistantSettings
from assistant.cost.budget import LedgerCallLog, recorded_reply
from assistant.cost.pricing import Prices
from assistant.request import Purpose
from ledger.database import Ledger


def replay_client(settings: AssistantSettings, ledger: Ledger) -> ModelClient:
    """Build a client that repeats the recorded answers of a run.

    A question that the run did not ask raises NoProviderAvailable.
    """
    router = Router([], settings)
    selector = ModelSelector(load_models(settings.models_file), [], router.excluded)
    return ModelClient(router, selector, _ReplayLog(ledger, settings, Prices()), settings)


class _ReplayLog(LedgerCallLog):
    """The call log of a run that has ended.

    A question whose wording differs, since a prompt was changed, gets the recorded answer of the
    same round of the same step, in the same order.
    """

    def __init__(self, ledger: Ledger, settings: AssistantSettings, prices: Prices) -> None:
        super().__init__(ledger, settings, prices)
        self._records = ledger.journal
        self._asked: Counter[tuple[str, int]] = Counter()

    def lookup(self, purpose: Purpose, digest: str) -> RoutedReply | None:
        place = (purpose.step, purpose.round)
        number = self._asked[place]
        self._asked[place] += 1
        if found := super().lookup(purpose, digest):
            return found
        replies = self._records.lookup_round(purpose.run_id, *place)
        return recorded_reply(replies[number]) if number < len(replies) else None
