from __future__ import annotations

from datetime import date
from enum import Enum
from typing import Annotated, Literal

from pydantic import BaseModel, Field, ValidationError, field_validator


class Status(str, Enum):
    OPEN = "open"
    PAID = "paid"


class Order(BaseModel):
    customer: str = Field(min_length=1)
    quantity: Annotated[int, Field(ge=1, le=100)]
    status: Status = Status.OPEN
    due: date | None = None
    kind: Literal["a", "b"] = "a"

    @field_validator("customer")
    @classmethod
    def strip(cls, value: str) -> str:
        return value.strip()


class Orders:
    def __init__(self) -> None:
        self._orders: dict[int, Order] = {}
        self._next = 1

    def create(self, **fields) -> int:
        number = self._next
        self._orders[number] = Order(**fields)
        self._next += 1
        return number

    def get(self, number: int) -> Order:
        try:
            return self._orders[number]
        except KeyError:
            raise LookupError(f"no order {number}") from None

    def list(self, status: Status | None = None) -> list[Order]:
        return [o for o in self._orders.values() if status in (None, o.status)]
