import logging
import sqlite3
import sys
import threading
import inspect
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, singledispatch
from typing import Generic, NamedTuple, Protocol, TypeVar

logger = logging.getLogger(__name__)
T = TypeVar("T")
Pair = namedtuple("Pair", "left right")


class Point(NamedTuple):
    x: int
    y: int = 0


class Box(Generic[T]):
    def __init__(self, value: T) -> None:
        self.value = value

    def __eq__(self, other):
        return isinstance(other, Box) and other.value == self.value

    def __hash__(self):
        return hash(self.value)

    def __repr__(self):
        return f"Box({self.value!r})"

    def __lt__(self, other):
        return self.value < other.value


class Money:
    """Equal to plain numbers of the same amount."""

    def __init__(self, amount):
        self.amount = amount

    def __eq__(self, other):
        if isinstance(other, Money):
            return other.amount == self.amount
        if isinstance(other, (int, float)):
            return other == self.amount
        return NotImplemented

    def __gt__(self, other):
        return self.amount > getattr(other, "amount", other)


class Counter:
    def __init__(self):
        self.lock = threading.Lock()
        self.value = 0

    def add(self, n=1):
        with self.lock:
            self.value += n


def parallel(numbers):
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(lambda n: n * 2, numbers))


def database():
    connection = sqlite3.connect(":memory:")
    connection.execute("create table t (id integer primary key, name text)")
    connection.executemany("insert into t (name) values (?)", [("a",), ("b",)])
    return connection


@lru_cache(maxsize=None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


@singledispatch
def kind(value):
    return "other"


@kind.register
def _(value: int):
    return "int"


def warn(text):
    logger.warning("careful: %s", text)


def signature(function):
    return list(inspect.signature(function).parameters)


def halves():
    yield from (0.5, 0.25)


def main():
    print("running")
    return 0


if __name__ == "__main__":
    sys.exit(main())
