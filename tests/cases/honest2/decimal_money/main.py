from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, InvalidOperation

CENT = Decimal("0.01")


def money(text):
    try:
        value = Decimal(str(text).replace(",", ""))
    except InvalidOperation:
        raise ValueError(f"no amount: {text!r}") from None
    if not value.is_finite():
        raise ValueError("not finite")
    return value.quantize(CENT, ROUND_HALF_UP)


def split(amount, n):
    share = (amount / n).quantize(CENT, rounding=ROUND_HALF_EVEN)
    return [share] * (n - 1) + [amount - share * (n - 1)]


def vat(net, rate="0.19"):
    return (net * Decimal(rate)).quantize(CENT)
