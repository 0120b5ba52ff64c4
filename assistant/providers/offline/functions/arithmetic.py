"""Rules that calculate with one, two or three numbers."""

from __future__ import annotations

from assistant.providers.offline.functions.rule import Rule, case, refused


def add(a: float, b: float) -> float:
    """The sum of both."""
    return a + b


def subtract(a: float, b: float) -> float:
    """The first less the second."""
    return a - b


def multiply(a: float, b: float) -> float:
    """The product of both."""
    return a * b


def divide(a: float, b: float) -> float:
    """The first divided by the second. Raises ValueError for a division by zero."""
    if b == 0:
        raise ValueError("cannot divide by zero")
    return a / b


def power(base: float, exponent: int) -> float:
    """The first to the power of the second."""
    return base**exponent


def larger(a: float, b: float) -> float:
    """The larger of both."""
    return a if a > b else b


def smaller(a: float, b: float) -> float:
    """The smaller of both."""
    return a if a < b else b


def absolute(number: float) -> float:
    """The distance from zero."""
    return -number if number < 0 else number


def square(number: float) -> float:
    """The number times itself."""
    return number * number


def is_even(number: int) -> bool:
    """Whether two divides it."""
    return number % 2 == 0


def is_odd(number: int) -> bool:
    """Whether two does not divide it."""
    return number % 2 == 1


def clamp(value: float, low: float, high: float) -> float:
    """The value, or the bound that it is beyond. Raises ValueError where no value fits."""
    if low > high:
        raise ValueError("the lower bound is above the upper one")
    if value < low:
        return low
    return high if value > high else value


def celsius_to_fahrenheit(celsius: float) -> float:
    """The same temperature in degrees Fahrenheit."""
    return celsius * 9 / 5 + 32


def fahrenheit_to_celsius(fahrenheit: float) -> float:
    """The same temperature in degrees Celsius."""
    return (fahrenheit - 32) * 5 / 9


ARITHMETIC_RULES = (
    Rule(
        add, ("sum|add|adds|plus|total",),
        "two both pair second first",
        (case(1, 2, is_=3), case(-1, 1, is_=0), case(0, 0, is_=0), case(2.5, 1, is_=3.5),
         case(-3, -4, is_=-7), case(10, 3, is_=13)),
    ),
    Rule(
        subtract, ("difference|subtract|minus",),
        "two both pair second first less",
        (case(5, 3, is_=2), case(3, 5, is_=-2), case(0, 0, is_=0), case(-1, -1, is_=0),
         case(10, 4, is_=6), case(2.5, 1, is_=1.5)),
    ),
    Rule(
        multiply, ("product|multipl|times",),
        "two both pair second first",
        (case(2, 3, is_=6), case(-2, 3, is_=-6), case(0, 5, is_=0), case(7, 1, is_=7),
         case(5, 4, is_=20), case(0.5, 4, is_=2.0)),
    ),
    Rule(
        divide, ("quotient|divi",),
        "two both pair second first zero valueerror raise raises",
        (case(6, 3, is_=2.0), case(1, 4, is_=0.25), case(-9, 2, is_=-4.5), case(0, 5, is_=0.0),
         refused(1, 0), refused(0, 0)),
    ),
    Rule(
        power, ("power|exponent|raised",),
        "two both pair second first base",
        (case(2, 3, is_=8), case(5, 0, is_=1), case(3, 2, is_=9), case(-2, 3, is_=-8),
         case(10, 1, is_=10), case(4, 3, is_=64)),
        largest=1_000,
    ),
    Rule(
        larger, ("larger|greater|bigger|maximum|max|largest",),
        "two both pair second first",
        (case(1, 2, is_=2), case(2, 1, is_=2), case(3, 3, is_=3), case(-5, -2, is_=-2),
         case(0, -1, is_=0), case(1.5, 1.25, is_=1.5)),
    ),
    Rule(
        smaller, ("smaller|lesser|minimum|min|smallest",),
        "two both pair second first",
        (case(1, 2, is_=1), case(2, 1, is_=1), case(3, 3, is_=3), case(-5, -2, is_=-5),
         case(0, -1, is_=-1), case(1.5, 1.25, is_=1.25)),
    ),
    Rule(
        absolute, ("absolute|distance",),
        "zero",
        (case(5, is_=5), case(-5, is_=5), case(0, is_=0), case(-1, is_=1), case(1, is_=1),
         case(-2.5, is_=2.5)),
    ),
    Rule(
        square, ("square|itself",),
        "squared times multiplied",
        (case(2, is_=4), case(3, is_=9), case(0, is_=0), case(-4, is_=16), case(1, is_=1),
         case(1.5, is_=2.25)),
    ),
    Rule(
        is_even, ("even",),
        "divisible two",
        (case(2, is_=True), case(3, is_=False), case(0, is_=True), case(-2, is_=True),
         case(-1, is_=False), case(1, is_=False)),
    ),
    Rule(
        is_odd, ("odd",),
        "divisible two",
        (case(3, is_=True), case(2, is_=False), case(0, is_=False), case(-1, is_=True),
         case(1, is_=True), case(-4, is_=False)),
    ),
    Rule(
        clamp, ("clamp|limit|restrict|constrain|bound",),
        "range between low high lower upper minimum maximum min max within inclusive "
        "bounds raise raises valueerror greater above",
        (case(5, 1, 10, is_=5), case(0, 1, 10, is_=1), case(11, 1, 10, is_=10),
         case(1, 1, 10, is_=1), case(10, 1, 10, is_=10), case(7, 3, 3, is_=3), refused(5, 10, 1),
         refused(2, 2, 1)),
    ),
    Rule(
        celsius_to_fahrenheit, ("celsius|c", "fahrenheit|f"),
        "temperature degree degrees convert converts conversion",
        (case(0, is_=32.0), case(100, is_=212.0), case(-40, is_=-40.0), case(37, is_=98.6),
         case(10, is_=50.0), case(-17.5, is_=0.5)),
    ),
    Rule(
        fahrenheit_to_celsius, ("fahrenheit|f", "celsius|c"),
        "temperature degree degrees convert converts conversion",
        (case(32, is_=0.0), case(212, is_=100.0), case(-40, is_=-40.0), case(50, is_=10.0),
         case(0.5, is_=-17.5), case(98.6, is_=37.0)),
    ),
)  # fmt: skip
