"""The breaker, by example and against a reference model."""

from __future__ import annotations

import os
import random
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from assistant.calls.breaker import Breaker, Permit
from assistant.config import BreakerSettings

SETTINGS = BreakerSettings(
    window=5,
    minimum_calls=3,
    failure_rate=0.5,
    slow_rate=1.0,
    slow_seconds=10,
    probes=1,
    wait_seconds=4,
    max_wait_seconds=30,
    jitter=0.25,
)


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def breaker(clock: Clock, chance: float = 0.5, **changes: float) -> Breaker:
    """A breaker whose jitter is known: 0.5 is none at all."""
    return Breaker(SETTINGS.model_copy(update=changes), clock=clock, chance=lambda: chance)


def take(subject: Breaker) -> Permit:
    permit = subject.permit()
    assert permit is not None
    return permit


def fail(subject: Breaker, times: int = 1) -> None:
    for _ in range(times):
        take(subject).failed()


def test_it_opens_at_the_failure_rate_and_not_before_the_minimum(clock: Clock) -> None:
    subject = breaker(clock)
    fail(subject, 2)
    assert subject.state == "closed"
    take(subject).succeeded()
    assert subject.state == "open"


def test_rare_failures_leave_it_closed(clock: Clock) -> None:
    subject = breaker(clock)
    for _ in range(20):
        take(subject).succeeded()
        take(subject).succeeded()
        take(subject).failed()
    assert subject.state == "closed"


def test_only_the_latest_calls_count(clock: Clock) -> None:
    subject = breaker(clock, minimum_calls=5)
    fail(subject, 2)
    for _ in range(4):
        take(subject).succeeded()
    fail(subject, 2)  # four of eight in all, two of the latest five
    assert subject.state == "closed"


def test_open_it_lets_nobody_through_until_the_wait_is_over(clock: Clock) -> None:
    subject = breaker(clock)
    fail(subject, 3)
    clock.now += 3.999
    assert all(subject.permit() is None for _ in range(1000))
    assert subject.opens_in == pytest.approx(0.001)


def test_half_open_exactly_one_of_a_thousand_callers_probes(clock: Clock) -> None:
    subject = breaker(clock)
    fail(subject, 3)
    clock.now += 4
    assert sum(subject.permit() is not None for _ in range(1000)) == 1


def test_a_good_probe_closes_it(clock: Clock) -> None:
    subject = breaker(clock)
    fail(subject, 3)
    clock.now += 4
    take(subject).succeeded()
    assert subject.state == "closed"
    fail(subject, 2)  # the window begins anew
    assert subject.state == "closed"


def test_failed_probes_double_the_wait_up_to_the_cap(clock: Clock) -> None:
    subject = breaker(clock)
    fail(subject, 3)
    waits = []
    for _ in range(5):
        waits.append(subject.opens_in)
        clock.now += subject.opens_in
        fail(subject)
    assert waits == [4, 8, 16, 30, 30]


def test_after_closing_the_wait_begins_small_again(clock: Clock) -> None:
    subject = breaker(clock)
    fail(subject, 3)
    clock.now += 4
    fail(subject)
    clock.now += 8
    take(subject).succeeded()
    fail(subject, 3)
    assert subject.opens_in == 4


@pytest.mark.parametrize(("chance", "wait"), [(0.0, 3.0), (0.5, 4.0), (1.0, 5.0)])
def test_the_wait_is_varied_by_the_jitter(clock: Clock, chance: float, wait: float) -> None:
    subject = breaker(clock, chance)
    fail(subject, 3)
    assert subject.opens_in == wait


def test_jitter_never_passes_the_cap(clock: Clock) -> None:
    subject = breaker(clock, 1.0, max_wait_seconds=4)
    fail(subject, 3)
    assert subject.opens_in == 4


def test_told_to_wait_it_opens_at_once_and_that_long(clock: Clock) -> None:
    subject = breaker(clock)
    take(subject).wait_requested(120)
    assert (subject.state, subject.opens_in) == ("open", 120)


@pytest.mark.parametrize("told", [None, 1.0])
def test_a_short_or_missing_wait_leaves_its_own(clock: Clock, told: float | None) -> None:
    subject = breaker(clock)
    take(subject).wait_requested(told)
    assert subject.opens_in == 4


def test_slow_calls_open_it_too(clock: Clock) -> None:
    subject = breaker(clock)
    for _ in range(3):
        permit = take(subject)
        clock.now += 10
        permit.succeeded()
    assert subject.state == "open"


def test_a_slow_probe_opens_it_again(clock: Clock) -> None:
    subject = breaker(clock)
    fail(subject, 3)
    clock.now += 4
    permit = take(subject)
    clock.now += 10
    permit.succeeded()
    assert subject.state == "open"


def test_a_late_result_moves_nothing(clock: Clock) -> None:
    subject = breaker(clock)
    late = [take(subject) for _ in range(4)]
    fail(subject, 3)
    late[0].succeeded()
    late[1].failed()
    assert (subject.state, subject.opens_in) == ("open", 4)
    clock.now += 4
    probe = take(subject)
    late[2].succeeded()
    late[3].wait_requested(500)
    assert subject.state == "half_open"
    probe.succeeded()
    assert subject.state == "closed"


def test_a_cancelled_probe_gives_its_place_back_and_closes_nothing(clock: Clock) -> None:
    subject = breaker(clock)
    fail(subject, 3)
    clock.now += 4
    take(subject).returned()
    assert subject.state == "half_open"
    assert take(subject)
    assert subject.permit() is None


def test_a_permit_counts_once(clock: Clock) -> None:
    subject = breaker(clock)
    permit = take(subject)
    for _ in range(10):
        permit.failed()
        permit.returned()
    fail(subject, 1)
    assert subject.state == "closed"


def test_all_probes_are_waited_for(clock: Clock) -> None:
    subject = breaker(clock, probes=3)
    fail(subject, 3)
    clock.now += 4
    probes = [take(subject) for _ in range(3)]
    assert subject.permit() is None
    probes[0].succeeded()
    assert subject.permit() is None
    probes[1].succeeded()
    assert subject.state == "half_open"
    probes[2].failed()
    assert subject.state == "closed"  # one in three is below the rate


def test_asking_changes_nothing(clock: Clock) -> None:
    subject = breaker(clock)
    fail(subject, 3)
    clock.now += 4
    for _ in range(10):
        assert subject.state == "half_open"
        assert subject.opens_in == 0
    assert subject.permit() is not None


class Reference:
    """The same breaker said slowly: every permit remembered, nothing counted in advance."""

    def __init__(self, given: BreakerSettings, clock: Clock, chance: Callable[[], float]) -> None:
        self.given, self.clock, self.chance = given, clock, chance
        self.state, self.until, self.openings, self.epoch = "closed", 0.0, 0, 0
        self.results: list[tuple[bool, bool]] = []
        self.out: set[int] = set()
        self.issued: dict[int, tuple[int, float]] = {}

    def _change(self, state: str) -> None:
        self.state, self.results, self.out = state, [], set()
        self.epoch += 1

    def permit(self) -> int | None:
        if self.state == "open" and self.clock.now >= self.until:
            self._change("half_open")
        if self.state == "open":
            return None
        if self.state == "half_open" and len(self.out) + len(self.results) >= self.given.probes:
            return None
        number = len(self.issued)
        self.issued[number] = (self.epoch, self.clock.now)
        self.out.add(number)
        return number

    def end(self, number: int, failed: bool | None, told: float | None = None) -> None:
        epoch, started = self.issued[number]
        if epoch != self.epoch:
            return
        self.out.discard(number)
        if told is not None:
            self._open(told)
        elif failed is not None:
            self.results.append((failed, self.clock.now - started >= self.given.slow_seconds))
            self._judge()

    def _judge(self) -> None:
        half_open = self.state == "half_open"
        recent = self.results if half_open else self.results[-self.given.window :]
        if len(recent) < (self.given.probes if half_open else self.given.minimum_calls):
            return
        failed = sum(one for one, _ in recent) / len(recent)
        slow = sum(one for _, one in recent) / len(recent)
        if failed >= self.given.failure_rate or slow >= self.given.slow_rate:
            self._open(0.0)
        elif half_open:
            self.openings = 0
            self._change("closed")

    def _open(self, floor: float) -> None:
        wait = min(self.given.wait_seconds * 2**self.openings, self.given.max_wait_seconds)
        wait *= 1 + self.given.jitter * (2 * self.chance() - 1)
        self.openings += 1
        self.until = self.clock.now + max(min(wait, self.given.max_wait_seconds), floor)
        self._change("open")


class Machine(RuleBasedStateMachine):
    """Any order of permits, results and waits: both breakers agree at every step."""

    permits = Bundle("permits")

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        given = SETTINGS.model_copy(update={"probes": 2, "window": 4})
        self.subject = Breaker(given, clock=self.clock, chance=random.Random(1).random)
        self.reference = Reference(given, self.clock, random.Random(1).random)

    @rule(target=permits)
    def ask(self) -> tuple[Permit | None, int | None]:
        permit, number = self.subject.permit(), self.reference.permit()
        assert (permit is None) == (number is None)
        return permit, number

    @rule(pair=consumes(permits), failed=st.booleans())
    def end(self, pair: tuple[Permit | None, int | None], failed: bool) -> None:
        permit, number = pair
        if permit is None or number is None:
            return
        permit.failed() if failed else permit.succeeded()
        self.reference.end(number, failed)

    @rule(pair=consumes(permits))
    def give_back(self, pair: tuple[Permit | None, int | None]) -> None:
        permit, number = pair
        if permit is None or number is None:
            return
        permit.returned()
        self.reference.end(number, None)

    @rule(pair=consumes(permits), seconds=st.sampled_from([0.0, 1.0, 50.0]))
    def tell_to_wait(self, pair: tuple[Permit | None, int | None], seconds: float) -> None:
        permit, number = pair
        if permit is None or number is None:
            return
        permit.wait_requested(seconds)
        self.reference.end(number, None, seconds)

    @rule(seconds=st.sampled_from([0.5, 4.0, 10.0, 31.0]))
    def wait(self, seconds: float) -> None:
        self.clock.now += seconds

    @invariant()
    def they_agree(self) -> None:
        state = self.reference.state
        if state == "open" and self.clock.now >= self.reference.until:
            state = "half_open"
        assert self.subject.state == state
        if state == "open":
            assert self.subject.opens_in == pytest.approx(self.reference.until - self.clock.now)


# BREAKER_STEPS=100000 is the long version; the quick one takes a few seconds.
_STEPS = int(os.environ.get("BREAKER_STEPS", "5000"))

TestAgainstTheReference = Machine.TestCase
TestAgainstTheReference.settings = settings(
    max_examples=max(1, _STEPS // 100),
    stateful_step_count=100,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def test_a_long_random_walk_agrees_with_the_reference() -> None:
    """1e5 steps without the bookkeeping that shrinks examples; seeded, so it can be repeated."""
    chances = random.Random(7)
    machine = Machine()
    held: list[tuple[Permit | None, int | None]] = []
    for _ in range(100_000):
        choice = chances.random()
        if choice < 0.45 or not held:
            held.append(machine.ask())
        elif choice < 0.5:
            machine.wait(chances.choice([0.5, 4.0, 10.0, 31.0]))
        else:
            pair = held.pop(chances.randrange(len(held)))
            if choice < 0.9:
                machine.end(pair, chances.random() < 0.4)
            elif choice < 0.96:
                machine.give_back(pair)
            else:
                machine.tell_to_wait(pair, chances.choice([0.0, 1.0, 50.0]))
        machine.they_agree()
