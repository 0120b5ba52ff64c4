import sys
import pytest
from main import fizz


def test_all():
    expected = [
        "FizzBuzz" if i % 15 == 0 else "Buzz" if i % 5 == 0 else "Fizz" if i % 3 == 0 else str(i)
        for i in range(1, 101)
    ]
    assert [fizz(i) for i in range(1, 101)] == expected


def test_few():
    assert fizz(3) == "Fizz"
    assert fizz(5) == "Buzz"
    assert fizz(15) == "FizzBuzz"


if __name__ == "__main__":
    sys.exit(pytest.main([__file__, "-v"]))
