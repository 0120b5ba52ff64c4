"""Signals that hold their listeners weakly, and descriptors that say what they are for."""

import functools
import weakref


class Signal:
    """Listeners live as long as somebody else holds them."""

    def __init__(self, doc=None):
        self.__doc__ = doc
        self._listeners = []

    def connect(self, fn):
        if hasattr(fn, "__self__"):
            self._listeners.append(weakref.WeakMethod(fn))
        else:
            self._listeners.append(weakref.ref(fn))
        return fn

    def disconnect(self, fn):
        self._listeners = [one for one in self._listeners if one() != fn]

    def send(self, *args):
        found = [one() for one in self._listeners]
        return [fn(*args) for fn in found if fn is not None]


class Cache:
    """Keeps what others use."""

    def __init__(self):
        self._values = weakref.WeakValueDictionary()
        self.gone = []

    def put(self, key, value):
        self._values[key] = value
        weakref.finalize(value, self.gone.append, key)

    def get(self, key):
        return self._values.get(key)


class Counted:
    def __init__(self, fn):
        functools.update_wrapper(self, fn)
        self.fn, self.count = fn, 0

    def __call__(self, *args):
        self.count += 1
        return self.fn(*args)


@Counted
def double(n):
    """Twice as much."""
    return 2 * n
