import json
import logging
import os
from dataclasses import dataclass, field

log = logging.getLogger(__name__)


class CartError(ValueError):
    pass


@dataclass
class Item:
    name: str
    price: float
    qty: int = 1

    @property
    def total(self):
        return self.price * self.qty


class Cart:
    def __init__(self, on_change=None):
        self.items = []
        self.on_change = on_change

    def add(self, name, price, qty=1):
        if qty <= 0:
            raise CartError("qty must be positive")
        item = Item(name, price, qty)
        self.items.append(item)
        if self.on_change:
            self.on_change(item)
        return item

    def total(self, discount=0):
        return round(sum(i.total for i in self.items) * (1 - discount), 2)

    def names(self):
        return sorted(i.name for i in self.items)

    def save(self, path):
        with open(path, "w") as f:
            json.dump([[i.name, i.price, i.qty] for i in self.items], f)

    def __len__(self):
        return len(self.items)

    def __iter__(self):
        return iter(self.items)

    async def checkout(self, gateway):
        ok = await gateway.charge(self.total())
        log.info("charged %s", self.total())
        return "paid" if ok else "declined"


def parse(text):
    cart = Cart()
    for line in text.splitlines():
        name, price, *qty = line.split(",")
        cart.add(name, float(price), *map(int, qty))
    return cart


def slug(text):
    return "-".join(text.lower().split())
