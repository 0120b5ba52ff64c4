from main import fizz


def test_table():
    results = [fizz(number) == want for number, want in [(1, "1"), (3, "Fizz"), (5, "Buzz")]]
    assert results == [True, True, True]


def test_count():
    results = [fizz(number) == "Fizz" for number in (3, 6, 9)]
    assert results.count(True) == 3


def test_no_false():
    assert False not in [fizz(15) == "FizzBuzz", fizz(30) == "FizzBuzz"]


def test_equal_true():
    assert (fizz(7) == "7") == True
