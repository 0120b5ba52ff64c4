class UnitError(ValueError):
    """Two units that do not measure the same."""


_FACTORS = {"m": ("length", 1.0), "km": ("length", 1000.0), "g": ("mass", 1.0)}


def convert(value, source, target):
    kind, factor = _FACTORS[source]
    other, divisor = _FACTORS[target]
    if kind != other:
        raise UnitError(f"{source} is no {other}")
    return value * factor / divisor


async def convert_later(value, source, target):
    return convert(value, source, target)
