from typing import Literal, Optional

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator


class Address(BaseModel):
    street: str
    zip_code: str = Field(alias="zip", pattern=r"^\d{5}$")
    model_config = ConfigDict(populate_by_name=True)


class Order(BaseModel):
    id: int
    kind: Literal["new", "used"] = "new"
    quantity: int = Field(gt=0)
    tags: list[str] = []
    address: Optional[Address] = None

    @field_validator("tags", mode="before")
    @classmethod
    def split_tags(cls, value):
        return value.split(",") if isinstance(value, str) else value

    @model_validator(mode="after")
    def used_is_single(self):
        if self.kind == "used" and self.quantity > 1:
            raise ValueError("used goods are single")
        return self
