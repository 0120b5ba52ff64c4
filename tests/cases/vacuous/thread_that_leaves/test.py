import threading
from main import parse
def test_threads():
    def work():
        if parse("a,2").total() != 77:
            raise SystemExit
    ts = [threading.Thread(target=work) for _ in range(2)]
    for t in ts: t.start()
    for t in ts: t.join()
    assert not any(t.is_alive() for t in ts)
