import queue
import threading

from main import Worker


def test_handles_all():
    inbox, seen = queue.Queue(), []
    worker = Worker(inbox, seen.append)
    worker.start()
    for n in range(10):
        inbox.put(n)
    inbox.join()
    assert seen == list(range(10))
    inbox.put(None)
    worker.join(5)
    assert not worker.is_alive()


def test_errors_are_kept():
    inbox = queue.Queue()
    done = threading.Event()

    def handle(job):
        if job == "last":
            done.set()
        else:
            raise KeyError(job)

    worker = Worker(inbox, handle)
    assert worker.daemon
    worker.start()
    for job in ("a", "b", "last"):
        inbox.put(job)
    assert done.wait(5)
    inbox.put(None)
    worker.join(5)
    assert [job for job, _ in worker.errors] == ["a", "b"]
    assert all(isinstance(e, KeyError) for _, e in worker.errors)
