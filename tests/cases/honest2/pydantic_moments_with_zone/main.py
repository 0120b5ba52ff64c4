from datetime import datetime, timezone
from decimal import Decimal
from enum import Enum
from typing import Annotated, Literal, Union

from pydantic import BaseModel, ConfigDict, Field, computed_field, field_validator, model_validator


class Status(str, Enum):
    new = "new"
    paid = "paid"


class Card(BaseModel):
    kind: Literal["card"] = "card"
    number: str

    @field_validator("number")
    @classmethod
    def luhn(cls, v):
        digits = [int(c) for c in v.replace(" ", "")]
        s = sum(d if i % 2 == 0 else (d * 2 - 9 if d > 4 else d * 2) for i, d in enumerate(reversed(digits)))
        if s % 10:
            raise ValueError("bad card number")
        return v.replace(" ", "")


class Cash(BaseModel):
    kind: Literal["cash"] = "cash"


class Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    sku: str = Field(pattern=r"^[A-Z]{3}-\d+$")
    qty: int = Field(gt=0)
    price: Decimal


class Order(BaseModel):
    model_config = ConfigDict(validate_assignment=True, populate_by_name=True)
    lines: list[Line]
    payment: Annotated[Union[Card, Cash], Field(discriminator="kind")]
    status: Status = Status.new
    created: datetime = Field(default_factory=lambda: datetime.now(timezone.utc), alias="createdAt")
    discount: Decimal = Decimal(0)

    @model_validator(mode="after")
    def _discount(self):
        if self.discount > self.total_before:
            raise ValueError("discount exceeds total")
        return self

    @property
    def total_before(self):
        return sum((l.qty * l.price for l in self.lines), Decimal(0))

    @computed_field
    @property
    def total(self) -> Decimal:
        return self.total_before - self.discount
