import logging, warnings

log = logging.getLogger("app.worker")


def work(n):
    if n > 10:
        log.warning("too big: %d", n)
    return min(n, 10)


def old():
    warnings.warn("old() is deprecated", DeprecationWarning, stacklevel=2)
    return 1
