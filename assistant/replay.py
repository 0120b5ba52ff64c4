"""An assistant that only remembers: it answers from a ledger and asks nobody."""

from __future__ import annotations

from assistant.budget import LedgerBooks
from assistant.config import AssistantSettings
from assistant.desk import Desk
from assistant.pricing import Prices
from assistant.router import Router
from assistant.selection import Selection, load_models
from ledger.database import Ledger


def remembering_assistant(settings: AssistantSettings, ledger: Ledger) -> Desk:
    """The assistant that answered a run before, without its providers.

    A question that the run did not ask raises NoProviderAvailable.
    """
    router = Router([], settings)
    chooser = Selection(load_models(settings.models_file), [], router.excluded)
    return Desk(router, chooser, LedgerBooks(ledger, settings, Prices()), settings)
