class Inventory:
    def __init__(self):
        self._stock = {}

    def add(self, sku, n=1):
        if n <= 0:
            raise ValueError("n must be positive")
        self._stock[sku] = self._stock.get(sku, 0) + n
        return self._stock[sku]

    def remove(self, sku, n=1):
        have = self._stock.get(sku, 0)
        if n > have:
            raise LookupError(f"only {have} {sku}")
        if have == n:
            del self._stock[sku]
        else:
            self._stock[sku] = have - n

    def skus(self):
        return sorted(self._stock)

    def __getitem__(self, sku):
        return self._stock.get(sku, 0)

    def value(self, prices):
        return sum(prices[s] * n for s, n in self._stock.items())
