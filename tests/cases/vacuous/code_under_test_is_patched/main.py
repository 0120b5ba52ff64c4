def rate(currency):
    return {"EUR": 1.0, "USD": 1.1}[currency]


def convert(amount, currency):
    return amount * rate(currency)
