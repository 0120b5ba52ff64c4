from main import square


def test_square():
    square(3) == 10
    square(0) == 0


def test_list():
    results = [square(n) == n for n in range(5)]
    print(all(results))
