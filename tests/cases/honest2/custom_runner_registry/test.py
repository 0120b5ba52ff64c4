"""Tests with a runner of their own."""
import sys

from main import caesar, crack

TESTS = []


def test(function):
    TESTS.append(function)
    return function


def expect(condition, message="expectation failed"):
    if not condition:
        raise AssertionError(message)


@test
def shifts():
    expect(caesar("abc", 1) == "bcd")
    expect(caesar("xyz", 3) == "abc", "wraps around")
    expect(caesar("Hello, World!", 13) == "Uryyb, Jbeyq!")


@test
def back():
    for n in (-30, 0, 5, 26):
        expect(caesar(caesar("The end.", n), -n) == "The end.", n)


@test
def cracks():
    expect(crack("wkh hqg", "end") == 3)
    expect(crack("xxx", "end") is None)


if __name__ == "__main__":
    bad = 0
    for function in TESTS:
        try:
            function()
            print("PASS", function.__name__)
        except AssertionError as e:
            bad += 1
            print("FAIL", function.__name__, e)
    sys.exit(bool(bad))
