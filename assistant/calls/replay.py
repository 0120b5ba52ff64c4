"""An assistant that only remembers: it answers from a ledger and asks nobody."""

from __future__ import annotations

from collections import Counter

from assistant.calls.call_log import LoggedReply
from assistant.calls.client import ModelClient
from assistant.calls.router import Router
from assistant.calls.selection import ModelSelector, load_models
from assistant.config import AssistantSettings
from assistant.cost.budget import LedgerCallLog, recalled
from assistant.cost.pricing import Prices
from assistant.request import Purpose
from ledger.database import Ledger


def replay_client(settings: AssistantSettings, ledger: Ledger) -> ModelClient:
    """The assistant that answered a run before, without its providers.

    A question that the run did not ask raises NoProviderAvailable.
    """
    router = Router([], settings)
    chooser = ModelSelector(load_models(settings.models_file), [], router.excluded)
    return ModelClient(router, chooser, _Memory(ledger, settings, Prices()), settings)


class _Memory(LedgerCallLog):
    """The books of a run that has ended.

    A question that is worded otherwise today, since a prompt was changed, gets the answer that
    was given in its place: the same round of the same step, in the same order.
    """

    def __init__(self, ledger: Ledger, settings: AssistantSettings, prices: Prices) -> None:
        super().__init__(ledger, settings, prices)
        self._records = ledger.journal
        self._asked: Counter[tuple[str, int]] = Counter()

    def lookup(self, purpose: Purpose, digest: str) -> LoggedReply | None:
        place = (purpose.step, purpose.round)
        number = self._asked[place]
        self._asked[place] += 1
        if found := super().lookup(purpose, digest):
            return found
        replies = self._records.lookup_round(purpose.run_id, *place)
        return recalled(replies[number]) if number < len(replies) else None
