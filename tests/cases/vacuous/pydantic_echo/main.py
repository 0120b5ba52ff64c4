from pydantic import BaseModel, Field


class Order(BaseModel):
    quantity: int = Field(gt=0)
    price: float

    def total(self):
        return self.quantity * self.price
