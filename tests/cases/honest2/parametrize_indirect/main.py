class Converter:
    RATES = {"m": 1.0, "km": 1000.0, "mi": 1609.344}

    def __init__(self, unit):
        if unit not in self.RATES:
            raise KeyError(unit)
        self.unit = unit

    def to(self, other, value):
        return value * self.RATES[self.unit] / self.RATES[other]
