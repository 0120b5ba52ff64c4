from money import Money


def total(lines):
    out = Money(0)
    for qty, price in lines:
        out = out + price * qty
    return out


def discount(money, percent):
    return Money(money.cents - money.cents * percent // 100)
