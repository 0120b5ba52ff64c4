class Emitter:
    def __init__(self):
        self._handlers = {}

    def on(self, event, handler=None):
        if handler is None:
            return lambda f: self.on(event, f)
        self._handlers.setdefault(event, []).append(handler)
        return handler

    def off(self, event, handler):
        self._handlers[event].remove(handler)

    def emit(self, event, *args, **kwargs):
        results = []
        for handler in list(self._handlers.get(event, ())):
            result = handler(*args, **kwargs)
            if result is False:
                break
            results.append(result)
        return results


def apply_n(f, x, n):
    for _ in range(n):
        x = f(x)
    return x
