from main import square


def test_square():
    try:
        assert square(3) == 10
    finally:
        return


def test_break():
    for n in (1, 2):
        try:
            assert square(n) == -n
        finally:
            break
