"""The call log in the ledger: answered calls are looked up, new ones reserved and settled.

A call costs two transactions of the ledger: its worst case is reserved together with its
intention, and its reply is kept together with the settlement. Nothing is sent that could pass a
cap, however many ask at once.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, cast

from assistant.config import AssistantSettings, Tier
from assistant.config import Caps as CapSettings
from assistant.cost.pricing import OFFLINE, Prices, Rates, estimate_request
from assistant.errors import BudgetExceeded, NotUnderstood, RequestRejected, amount
from assistant.request import Candidate, Purpose, Request, RoutedReply
from ledger.budget import NO_CAP, NO_LIMIT, Cap, Caps
from ledger.calls import Amount, Call, CallKey, RecordedReply, Reply, TokenUsage
from ledger.database import Ledger
from ledger.errors import CapReached
from ledger.journal import Journal
from ledger.usage import NANO


class LedgerCallLog:
    """The journal of calls together with the budget.

    The digest is the hash of all that is sent; with the purpose's run, step and round it
    identifies a call. The purpose's run must be recorded in the ledger.
    """

    def __init__(self, ledger: Ledger, settings: AssistantSettings, prices: Prices) -> None:
        self._journal = ledger.journal
        self._settings = settings
        self._prices = prices
        budgets = settings.budgets
        self._run, self._day = _cap(budgets.run), _cap(budgets.day)
        self._phases: dict[str, Cap] = {name: _cap(one) for name, one in budgets.phases.items()}
        self._tiers = {name: _cap(one) for name, one in budgets.tiers.items()}

    def lookup(self, purpose: Purpose, digest: str) -> RoutedReply | None:
        """Return the reply recorded in this run, or in any run where they are shared."""
        key = _key(purpose, digest)
        found = self._journal.lookup(key)
        if found is None and self._settings.cache == "shared":
            found = self._journal.lookup_shared(digest)
            if found:
                self._journal.adopt(key, found)
        return _routed(found) if found else None

    def reserve(
        self,
        purpose: Purpose,
        digest: str,
        candidate: Candidate,
        request: Request[Any],
        max_tokens: int,
    ) -> ReservedCall:
        """Reserve the worst case of a call and record it.

        Raises:
            BudgetExceeded: a cap would be passed; nothing was written.
            RequestRejected: the model's price is unknown, a cap in dollars holds, and
                ``assistant.allow_unpriced`` is off; another model may be asked.
        """
        caps = (
            self._run,
            self._phases.get(purpose.step, NO_CAP),
            self._tiers.get(candidate.tier, NO_CAP),
            self._day,
        )
        in_dollars = any(cap.nano_usd < NO_LIMIT for cap in caps)
        rates = self._prices.rates(candidate.provider, candidate.model)
        if rates is None and in_dollars and not self._settings.allow_unpriced:
            rates = self._prices.vendor_rates(candidate.provider, candidate.model)
            if rates is None:
                raise _unpriced(candidate)
        tokens = estimate_request(request)
        worst = Amount(tokens + max_tokens, rates.worst(tokens, max_tokens) if rates else 0)
        try:
            call = self._journal.reserve(
                _key(purpose, digest),
                provider=candidate.provider,
                model=candidate.model,
                phase=purpose.step,
                tier=candidate.tier,
                worst=worst,
                priced=rates is not None,
                caps=Caps(*caps),
            )
        except CapReached as reached:
            raise _exceeded(reached) from reached
        return ReservedCall(self._journal, call, rates, TokenUsage(tokens, max_tokens))


class ReplayCallLog(LedgerCallLog):
    """The call log of a run that has ended.

    A question whose wording differs, since a prompt was changed, gets the recorded answer of the
    same round of the same step, in the same order. What the offline model did not understand then
    raises NotUnderstood again.
    """

    def __init__(self, ledger: Ledger, settings: AssistantSettings, prices: Prices) -> None:
        super().__init__(ledger, settings, prices)
        self._asked: Counter[tuple[str, int]] = Counter()

    def lookup(self, purpose: Purpose, digest: str) -> RoutedReply | None:
        place = (purpose.step, purpose.round)
        number = self._asked[place]
        self._asked[place] += 1
        if found := super().lookup(purpose, digest):
            return found
        replies = self._journal.lookup_round(purpose.run_id, *place)
        if number < len(replies):
            return _routed(replies[number])
        if "not_understood" in self._journal.outcomes(purpose.run_id, *place):
            raise NotUnderstood("", "nor did it in the run")
        return None


@dataclass(frozen=True, slots=True)
class ReservedCall:
    """A call whose worst case is reserved; it is settled at the rates of its intention."""

    journal: Journal
    call: Call
    rates: Rates | None
    most: TokenUsage  # that are reserved; what a reply took that does not say so

    def complete(self, reply: Reply, seconds: float) -> float | None:
        """Keep the reply and settle at its usage; the price in dollars, None where unknown."""
        if not reply.usage.input_tokens and self.call.provider != OFFLINE:
            reply = replace(reply, usage=self.most)
        cost = self.rates.cost(reply.usage) if self.rates else None
        self.journal.complete(self.call, reply, nano_usd=cost, latency_seconds=seconds)
        return _dollars(cost)

    def fail(self, outcome: str, seconds: float, *, charged: bool) -> None:
        """Settle without a reply: in full where the provider may bill it, else at nothing."""
        usage = None if charged else TokenUsage()
        self.journal.fail(self.call, outcome, usage=usage, latency_seconds=seconds)


def _key(purpose: Purpose, digest: str) -> CallKey:
    return CallKey(purpose.run_id, purpose.step, purpose.round, digest)


def _routed(found: RecordedReply) -> RoutedReply:
    candidate = Candidate(found.provider, found.model, cast(Tier, found.tier))
    return RoutedReply(found.reply, candidate, _dollars(found.nano_usd), recalled=True)


def _dollars(nano_usd: int | None) -> float | None:
    return None if nano_usd is None else nano_usd / NANO


def _cap(settings: CapSettings) -> Cap:
    # Through its text, since 0.1 the float is a little more than the 0.1 that was written.
    nano_usd = None if settings.usd is None else int(Decimal(str(settings.usd)) * NANO)
    limits = (settings.calls, settings.tokens, nano_usd)
    return Cap(*(NO_LIMIT if one is None else one for one in limits))


def _unpriced(candidate: Candidate) -> RequestRejected:
    # For the router this is a model that this run cannot use; others may be priced.
    return RequestRejected(
        f"{candidate}: its price is unknown and a cap in dollars is set",
        provider=candidate.provider,
        model=candidate.model,
        kind="model_missing",
        remedy=f"add {candidate.provider}'s prices to a pricing.yaml (assistant.pricing_file), or "
        "set assistant.allow_unpriced: true",
    )


def _exceeded(reached: CapReached) -> BudgetExceeded:
    in_dollars = reached.measure == "nano_usd"
    unit, name = (NANO, "usd") if in_dollars else (1, reached.measure)
    return BudgetExceeded(
        f"{reached.scope} {name} {amount(reached.limit / unit)}",
        spent=reached.spent / unit,
        asked=reached.asked / unit,
        left=max(reached.limit - reached.spent, 0) / unit,
    )
