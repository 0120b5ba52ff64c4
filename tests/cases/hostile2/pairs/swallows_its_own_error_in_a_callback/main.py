class Order:
    def __init__(self, n):
        self.number = n

    def total(self):
        raise RuntimeError("later")

    tax = total


class Shop:
    def __init__(self):
        self.l = []

    def on_paid(self, f):
        self.l.append(f)

    def pay(self, n, p):
        for f in self.l:
            try:
                f(Order(n))
            except Exception:
                pass
