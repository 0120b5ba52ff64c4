class Countdown:
    def __init__(self, start):
        self.start = start

    def __iter__(self):
        return CountdownIterator(self.start)


class CountdownIterator:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.n <= 0:
            raise StopIteration
        self.n -= 1
        return self.n + 1

    def __length_hint__(self):
        return self.n


class Peekable:
    _empty = object()

    def __init__(self, items):
        self._it = iter(items)
        self._head = self._empty

    def peek(self, default=None):
        if self._head is self._empty:
            self._head = next(self._it, self._empty)
        return default if self._head is self._empty else self._head

    def __iter__(self):
        return self

    def __next__(self):
        if self._head is not self._empty:
            head, self._head = self._head, self._empty
            return head
        return next(self._it)
