from main import fizz


def test_plain():
    assert (fizz(1) == "1") & (fizz(2) == "2")


def test_three():
    assert (fizz(3) == "Fizz") & (fizz(9) == "Fizz")


def test_five():
    assert (fizz(5) == "Buzz") & (fizz(10) == "Buzz")


def test_both():
    ok = True
    for number in (15, 30, 45):
        ok &= fizz(number) == "FizzBuzz"
    assert ok
