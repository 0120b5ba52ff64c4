import collections, logging, traceback, inspect

log = logging.getLogger("plug")
Event = collections.namedtuple("Event", "kind data")


class Registry:
    def __init__(self):
        self.handlers = {}

    def on(self, kind):
        def deco(f):
            self.handlers.setdefault(kind, []).append(f)
            return f

        return deco

    def fire(self, kind, **data):
        out = []
        for h in self.handlers.get(kind, []):
            try:
                out.append(h(Event(kind, data)))
            except Exception:
                log.info("handler failed")
                out.append(traceback.format_exc().strip().splitlines()[-1])
        return out


def call(obj, name, *args):
    return getattr(obj, name)(*args)


def arity(f):
    return len(inspect.signature(f).parameters)
