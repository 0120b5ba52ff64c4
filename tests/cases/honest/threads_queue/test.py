import threading
import queue
import concurrent.futures as cf
from main import SafeCounter, parallel_map, Worker
def test_counter():
    c = SafeCounter()
    ts = [threading.Thread(target=lambda: [c.inc() for _ in range(200)]) for _ in range(4)]
    for t in ts: t.start()
    for t in ts: t.join()
    assert c.value == 800
def test_map():
    assert parallel_map(str.upper, ["a", "b"]) == ["A", "B"]
    seen = []
    def record(x):
        assert x > 0
        seen.append(threading.current_thread().name)
        return -x
    assert parallel_map(record, [1, 2, 3]) == [-1, -2, -3]
    assert len(seen) == 3
def test_worker():
    w = Worker()
    w.submit(2); w.submit(5)
    assert w.drain() == [4, 25]
