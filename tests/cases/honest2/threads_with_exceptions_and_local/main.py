import threading


class Context(threading.local):
    user = "nobody"


context = Context()


class ReturningThread(threading.Thread):
    """A thread whose join() gives its function's result, or raises its exception."""

    def __init__(self, target, *args):
        super().__init__()
        self._work = (target, args)
        self.error = self.result = None

    def run(self):
        function, args = self._work
        try:
            self.result = function(*args)
        except BaseException as error:
            self.error = error

    def join(self, timeout=None):
        super().join(timeout)
        if self.error:
            raise self.error
        return self.result


def as_user(name):
    def work():
        context.user = name
        return context.user

    thread = ReturningThread(work)
    thread.start()
    return thread.join(), context.user
