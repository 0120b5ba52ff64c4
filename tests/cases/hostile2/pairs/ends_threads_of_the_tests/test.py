import threading

from main import Counter


def test_threads_see_their_own():
    counter = Counter()

    def work(name):
        counter.add(name)
        assert counter.get(name) == 1
        counter.add(name)
        assert counter.get(name) == 2

    threads = [threading.Thread(target=work, args=(name,)) for name in "xyz"]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(counter.names()) == ["x", "y", "z"]
