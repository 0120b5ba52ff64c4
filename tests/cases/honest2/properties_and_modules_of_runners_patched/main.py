import asyncio
import logging
import threading
import warnings

log = logging.getLogger("shop")


class Order:
    rate = 2

    @property
    def size(self):
        return 1

    @classmethod
    def create(cls):
        return cls()

    @staticmethod
    def clean(text):
        return text.strip()

    def total(self):
        return self.size * self.rate

    def copied(self, text):
        return type(self).create(), self.clean(text)


def later(seconds, function):
    timer = threading.Timer(seconds, function)
    timer.start()
    return timer


def logger(name):
    log.info("asked for %s", name)
    return logging.getLogger(f"shop.{name}")


def started(function):
    thread = threading.Thread(target=function)
    thread.start()
    return thread


def warned(text):
    warnings.warn(text, stacklevel=2)


async def tried(function):
    for attempt in range(3):
        try:
            return await function()
        except OSError:
            await asyncio.sleep(2**attempt)
