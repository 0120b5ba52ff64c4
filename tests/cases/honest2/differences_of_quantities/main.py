from __future__ import annotations

import functools
import numbers


@functools.total_ordering
class Temperature:
    def __init__(self, kelvin: float):
        if kelvin < 0:
            raise ValueError("below absolute zero")
        self.kelvin = kelvin

    @classmethod
    def celsius(cls, c):
        return cls(c + 273.15)

    @property
    def c(self):
        return self.kelvin - 273.15

    def __sub__(self, other):
        if isinstance(other, Temperature):
            return self.kelvin - other.kelvin
        if isinstance(other, numbers.Real):
            return Temperature(self.kelvin - other)
        return NotImplemented

    def __rsub__(self, other):
        return other - self.kelvin

    def __add__(self, d):
        return Temperature(self.kelvin + d)

    __radd__ = __add__

    def __float__(self):
        return float(self.kelvin)

    def __eq__(self, o):
        return self.kelvin == (o.kelvin if isinstance(o, Temperature) else o)

    def __lt__(self, o):
        return self.kelvin < (o.kelvin if isinstance(o, Temperature) else o)

    __hash__ = None

    def __round__(self, n=None):
        return Temperature(round(self.kelvin, n))

    def __repr__(self):
        return f"{self.c:.1f}°C"


class Angle(float):
    def __new__(cls, deg):
        return super().__new__(cls, deg % 360)

    def __sub__(self, o):
        return Angle(float(self) - o)

    def __rsub__(self, o):
        return Angle(o - float(self))

    def __add__(self, o):
        return Angle(float(self) + o)


class Stock(int):
    def __sub__(self, n):
        return Stock(max(0, int(self) - n))
