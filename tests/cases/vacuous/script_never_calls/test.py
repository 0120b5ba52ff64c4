from main import square


def check_square():
    assert square(3) == 10


def check_zero():
    assert square(0) == 1


if __name__ == "__main__":
    print("all tests passed")
