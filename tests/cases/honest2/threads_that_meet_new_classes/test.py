from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from main import Reading, Scaled, all_of, parse

TEXTS = [f"n{number}={number}" for number in range(4)]


def test_from_threads_of_the_tests():
    start = Barrier(4)

    def read(text):
        start.wait()
        return parse(text).scaled(2)

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(read, TEXTS))
    assert [one.value for one in found] == [0, 2, 4, 6]
    assert all(type(one) is Scaled for one in found)


def test_from_threads_of_the_code():
    seen = []
    assert all_of(TEXTS, lambda one: seen.append(one) or one.name) == ["n0", "n1", "n2", "n3"]
    assert sorted(one.value for one in seen) == [0, 1, 2, 3]
    assert Reading("n1", 1) in seen
