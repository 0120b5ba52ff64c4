class Cart:
    def __init__(self):
        self.items = {}

    def add(self, sku, qty=1, price=1.0):
        self.items[sku] = (self.items.get(sku, (0, price))[0] + qty, price)

    def total(self):
        return round(sum(q * p for q, p in self.items.values()), 2)

    def remove(self, sku):
        del self.items[sku]
