import functools
import random
import time


def retry(times=3, delay=1.0, factor=2.0, exceptions=(Exception,), sleep=time.sleep, jitter=None):
    def deco(fn):
        @functools.wraps(fn)
        def inner(*args, **kwargs):
            wait = delay
            for attempt in range(1, times + 1):
                try:
                    return fn(*args, **kwargs)
                except exceptions as error:
                    if attempt == times:
                        error.add_note(f"gave up after {times} attempts")
                        raise
                    sleep(wait + (jitter.uniform(0, 0.5) if jitter else 0))
                    wait *= factor
        inner.attempts = times
        return inner
    return deco
