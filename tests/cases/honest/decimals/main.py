from decimal import Decimal, ROUND_HALF_UP
from fractions import Fraction


def price(net, vat):
    return (Decimal(net) * (1 + Decimal(vat) / 100)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def split(total, n):
    share = (total / n).quantize(Decimal("0.01"))
    return [share] * (n - 1) + [total - share * (n - 1)]


def half(x):
    return Fraction(x) / 2
