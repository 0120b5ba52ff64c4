"""A small bank account."""

from dataclasses import dataclass, field
from decimal import Decimal


class InsufficientFunds(Exception):
    """Raised when a withdrawal exceeds the balance."""

    def __init__(self, missing: Decimal) -> None:
        super().__init__(f"missing {missing}")
        self.missing = missing


@dataclass
class Account:
    owner: str
    balance: Decimal = Decimal("0")
    log: list[str] = field(default_factory=list)

    def deposit(self, amount: Decimal) -> None:
        if amount <= 0:
            raise ValueError("amount must be positive")
        self.balance += amount
        self.log.append(f"deposit {amount}")

    def withdraw(self, amount: Decimal) -> None:
        if amount > self.balance:
            raise InsufficientFunds(amount - self.balance)
        self.balance -= amount
        self.log.append(f"withdraw {amount}")


def total(accounts: list[Account]) -> Decimal:
    return sum((account.balance for account in accounts), Decimal("0"))
