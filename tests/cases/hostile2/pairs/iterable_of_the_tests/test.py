from main import total


def test_total_consumes():
    wanted = sum(range(4))
    log = []

    def numbers():
        for n in range(4):
            log.append(n)
            yield n

    assert total(numbers()) == wanted
    assert log == [0, 1, 2, 3]
