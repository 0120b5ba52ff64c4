import datetime
import itertools
from contextlib import contextmanager
from enum import Enum, auto


class State(Enum):
    OPEN = auto()
    FROZEN = auto()
    CLOSED = auto()

    @property
    def active(self):
        return self is State.OPEN


class InvalidTransition(RuntimeError):
    pass


TRANSITIONS = {State.OPEN: {State.FROZEN, State.CLOSED}, State.FROZEN: {State.OPEN}, State.CLOSED: set()}


class Account:
    _ids = itertools.count(1)
    interest = 0.05
    MIN = 0

    def __init__(self, owner, balance=0):
        self.id = next(Account._ids)
        self.owner = owner
        self.__balance = balance
        self.state = State.OPEN
        self.history = []

    @property
    def balance(self):
        return self.__balance

    def _record(self, kind, amount):
        self.history.append({"kind": kind, "amount": amount, "at": datetime.datetime.now()})

    def to(self, state):
        if state not in TRANSITIONS[self.state]:
            raise InvalidTransition(f"{self.state.name} -> {state.name}")
        self.state = state

    def deposit(self, amount):
        if not self.state.active:
            raise InvalidTransition(self.state)
        if amount <= 0:
            raise ValueError("amount must be positive")
        self.__balance += amount
        self._record("deposit", amount)

    def withdraw(self, amount):
        if self.balance - amount < self.MIN:
            raise ValueError("insufficient funds")
        self.__balance -= amount
        self._record("withdraw", amount)

    def add_interest(self):
        self.deposit(round(self.balance * self.interest, 2))

    @contextmanager
    def transaction(self):
        saved, n = self.__balance, len(self.history)
        try:
            yield self
        except Exception:
            self.__balance = saved
            del self.history[n:]
            raise


class Savings(Account):
    MIN = 100

    def __init__(self, *args, **kw):
        super().__init__(*args, **kw)
        self.kind = "savings"


def transfer(a, b, amount):
    with a.transaction(), b.transaction():
        a.withdraw(amount)
        b.deposit(amount)
