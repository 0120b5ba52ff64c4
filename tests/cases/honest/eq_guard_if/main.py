class Money:
    def __init__(self, cents):
        self.cents = cents
    def __add__(self, o):
        return Money(self.cents + o.cents)
    def __eq__(self, o):
        return self.cents == o.cents
def total(items):
    out = Money(0)
    for i in items:
        out = out + i
    return out
