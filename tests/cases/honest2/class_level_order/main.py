class Till:
    def __init__(self):
        self.sales = []
        self.open = False

    def start(self):
        self.open = True

    def sell(self, what, price):
        if not self.open:
            raise RuntimeError("till is closed")
        self.sales.append((what, price))
        return len(self.sales)

    def close(self):
        self.open = False
        return sum(price for _, price in self.sales)
