class Length:
    """Metres that subtract, as numbers and as lengths."""

    def __init__(self, metres):
        self.metres = metres

    @classmethod
    def of_feet(cls, feet):
        return cls(feet * 0.3048)

    def __sub__(self, other):
        return Length(self.metres - getattr(other, "metres", other))

    def __rsub__(self, other):
        return Length(other - self.metres)

    def __abs__(self):
        return abs(self.metres)

    def __eq__(self, other):
        return self.metres == getattr(other, "metres", other)

    def __hash__(self):
        return hash(self.metres)


class Angle:
    """Degrees that wrap around."""

    def __init__(self, degrees):
        self.degrees = degrees % 360

    def __sub__(self, other):
        return (self.degrees - other + 180) % 360 - 180

    def __eq__(self, other):
        return self.degrees == other % 360

    def __hash__(self):
        return hash(self.degrees)


def turned(angle, degrees):
    return Angle(angle.degrees + degrees)
