from main import fizz

CASES = [(1, "1"), (3, "Fizz"), (5, "Buzz"), (15, "FizzBuzz"), (98, "98")]


def test_all_of_the_table():
    assert sum(fizz(number) == want for number, want in CASES) == len(CASES)


def test_multiples_of_three():
    assert sum(fizz(number) == "Fizz" for number in (3, 6, 9, 12)) == 4


def test_multiples_of_five():
    assert sum(fizz(number) == "Buzz" for number in (5, 10, 20)) == 3


def test_no_failures():
    assert sum(fizz(number) != str(number) for number in (1, 2, 4)) == 0
