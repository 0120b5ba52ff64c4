"""Rules about one or two numbers."""

from __future__ import annotations

import math

from assistant.providers.offline.functions.rule import Rule, case, refused


def factorial(n: int) -> int:
    """The product of all whole numbers up to n. Raises ValueError for negative numbers."""
    if n < 0:
        raise ValueError("must not be negative")
    return math.prod(range(1, n + 1))


def fibonacci(n: int) -> int:
    """The n-th Fibonacci number; the first two, 0 and 1, have the numbers 0 and 1.

    Raises ValueError for negative numbers.
    """
    if n < 0:
        raise ValueError("must not be negative")
    current, following = 0, 1
    for _ in range(n):
        current, following = following, current + following
    return current


def greatest_common_divisor(a: int, b: int) -> int:
    """The greatest number that divides both, by Euclid's algorithm."""
    while b:
        a, b = b, a % b
    return abs(a)


def least_common_multiple(a: int, b: int) -> int:
    """The least positive number that both divide; 0 where one of them is 0."""
    return math.lcm(a, b)


def is_prime(n: int) -> bool:
    """Whether exactly two numbers divide it, 1 and itself."""
    if n < 2:
        return False
    return all(n % divisor for divisor in range(2, math.isqrt(n) + 1))


def prime_factors(n: int) -> list[int]:
    """Its prime factors in ascending order, as often as they divide it.

    Raises ValueError for numbers below 1.
    """
    if n < 1:
        raise ValueError("must be at least 1")
    factors = []
    divisor = 2
    while n > 1:
        while n % divisor == 0:
            factors.append(divisor)
            n //= divisor
        divisor += 1
    return factors


def sum_of_digits(n: int) -> int:
    """The sum of its decimal digits, whatever its sign."""
    return sum(int(digit) for digit in str(abs(n)))


def is_perfect_square(n: int) -> bool:
    """Whether it is the square of a whole number."""
    return n >= 0 and math.isqrt(n) ** 2 == n


def is_power_of_two(n: int) -> bool:
    """Whether it is 1, 2, 4, 8 and so on."""
    return n > 0 and n & (n - 1) == 0


def is_leap_year(year: int) -> bool:
    """Whether the year has 366 days in the Gregorian calendar."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def fizz_buzz(n: int) -> str:
    """Fizz for multiples of 3, Buzz for multiples of 5, FizzBuzz for both, else the number."""
    word = ("Fizz" if n % 3 == 0 else "") + ("Buzz" if n % 5 == 0 else "")
    return word or str(n)


def fizz_buzz_list(n: int) -> list[str]:
    """For 1 to n: Fizz for multiples of 3, Buzz for those of 5, FizzBuzz for both, else itself."""
    words = []
    for number in range(1, n + 1):
        word = ("Fizz" if number % 3 == 0 else "") + ("Buzz" if number % 5 == 0 else "")
        words.append(word or str(number))
    return words


def to_roman(number: int) -> str:
    """The number in Roman numerals. Raises ValueError outside of 1 to 3999."""
    if not 1 <= number <= 3999:
        raise ValueError("must be from 1 to 3999")
    numerals = ""
    for value, numeral in (
        (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"),
        (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
    ):  # fmt: skip
        numerals += numeral * (number // value)
        number %= value
    return numerals


def to_binary(n: int) -> str:
    """Its binary digits without a prefix. Raises ValueError for negative numbers."""
    if n < 0:
        raise ValueError("must not be negative")
    return format(n, "b")


NUMBER_RULES = (
    Rule(
        factorial, ("factorial",),
        "non-negative negative raise raises valueerror n",
        (case(0, is_=1), case(1, is_=1), case(2, is_=2), case(3, is_=6), case(5, is_=120),
         case(10, is_=3628800), refused(-1)),
        largest=1_000,
    ),
    Rule(
        fibonacci, ("fibonacci",),
        "nth n-th th n sequence non-negative negative raise raises valueerror index indexed "
        "zero-based starting 0 1",
        (case(0, is_=0), case(1, is_=1), case(2, is_=1), case(3, is_=2), case(10, is_=55),
         case(20, is_=6765), refused(-1)),
        largest=10_000,
    ),
    Rule(
        greatest_common_divisor,
        ("gcd|greatest|highest", "gcd|common", "gcd|divisor|factor|denominator"),
        "two both pair second first euclid euclidean algorithm largest positive",
        (case(12, 18, is_=6), case(7, 5, is_=1), case(0, 5, is_=5), case(5, 0, is_=5),
         case(-12, 18, is_=6), case(12, -18, is_=6), case(100, 75, is_=25)),
    ),
    Rule(
        least_common_multiple, ("lcm|least|lowest|smallest", "lcm|common", "lcm|multiple"),
        "two both pair second first positive",
        (case(4, 6, is_=12), case(3, 5, is_=15), case(0, 5, is_=0), case(5, 0, is_=0),
         case(-4, 6, is_=12), case(7, 7, is_=7), case(1, 9, is_=9)),
    ),
    Rule(
        is_prime, ("prime",),
        "check checks test tests n",
        (case(2, is_=True), case(1, is_=False), case(0, is_=False), case(-3, is_=False),
         case(3, is_=True), case(4, is_=False), case(9, is_=False), case(25, is_=False),
         case(97, is_=True)),
        largest=1_000_000_000_000,
    ),
    Rule(
        prime_factors, ("prime", "factor"),
        "factorization decompos ascending order sorted n factors",
        (case(1, is_=[]), case(2, is_=[2]), case(12, is_=[2, 2, 3]), case(13, is_=[13]),
         case(49, is_=[7, 7]), case(360, is_=[2, 2, 2, 3, 3, 5]), refused(0), refused(-6)),
        largest=1_000_000,
    ),
    Rule(
        sum_of_digits, ("sum|add", "digit"),
        "decimal n non-negative",
        (case(0, is_=0), case(7, is_=7), case(123, is_=6), case(-45, is_=9), case(1000, is_=1),
         case(999, is_=27)),
    ),
    Rule(
        is_perfect_square, ("perfect", "square"),
        "check checks whole n",
        (case(0, is_=True), case(1, is_=True), case(2, is_=False), case(16, is_=True),
         case(15, is_=False), case(-4, is_=False), case(17, is_=False)),
    ),
    Rule(
        is_power_of_two, ("power", "two|2"),
        "check checks n",
        (case(1, is_=True), case(2, is_=True), case(3, is_=False), case(0, is_=False),
         case(64, is_=True), case(96, is_=False), case(-2, is_=False)),
    ),
    Rule(
        is_leap_year, ("leap",),
        "year gregorian calendar check checks divisible 4 100 400 years except unless",
        (case(2024, is_=True), case(2023, is_=False), case(1900, is_=False),
         case(2000, is_=True), case(2100, is_=False), case(2025, is_=False), case(4, is_=True)),
    ),
    Rule(
        fizz_buzz, ("fizz|fizzbuzz",),
        "buzz multiple multiples divisible 3 5 15 three five both itself n three "
        "fifteen",
        (case(3, is_="Fizz"), case(5, is_="Buzz"), case(15, is_="FizzBuzz"), case(1, is_="1"),
         case(30, is_="FizzBuzz"), case(9, is_="Fizz"), case(10, is_="Buzz"), case(7, is_="7")),
    ),
    Rule(
        fizz_buzz_list, ("fizz|fizzbuzz",),
        "buzz multiple multiples divisible 3 5 15 three five both itself n up 1",
        (case(1, is_=["1"]), case(0, is_=[]), case(5, is_=["1", "2", "Fizz", "4", "Buzz"]),
         case(15, is_=["1", "2", "Fizz", "4", "Buzz", "Fizz", "7", "8", "Fizz", "Buzz", "11",
                       "Fizz", "13", "14", "FizzBuzz"])),
        largest=10_000,
    ),
    Rule(
        to_roman, ("roman",),
        "numeral numerals convert converts 1 3999 between up raise raises valueerror "
        "outside range",
        (case(1, is_="I"), case(4, is_="IV"), case(9, is_="IX"), case(14, is_="XIV"),
         case(40, is_="XL"), case(90, is_="XC"), case(400, is_="CD"), case(1994, is_="MCMXCIV"),
         case(3999, is_="MMMCMXCIX"), case(3888, is_="MMMDCCCLXXXVIII"), refused(0),
         refused(4000)),
    ),
    Rule(
        to_binary, ("binary",),
        "convert converts representation digits non-negative negative raise raises "
        "valueerror base 2 n prefix without decimal",
        (case(0, is_="0"), case(1, is_="1"), case(2, is_="10"), case(10, is_="1010"),
         case(255, is_="11111111"), refused(-1)),
    ),
)  # fmt: skip
