import signal, threading


class TimeoutExpired(Exception):
    pass


def limited(seconds, f, *args):
    def handler(signum, frame):
        raise TimeoutExpired(f"{seconds}s")

    old = signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return f(*args)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, old)


def debounce(calls):
    return calls[-1] if calls else None
