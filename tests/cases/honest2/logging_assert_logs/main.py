import logging

log = logging.getLogger("shop.stock")


class Stock:
    def __init__(self, **items):
        self.items = items

    def take(self, name, n=1):
        left = self.items.get(name, 0)
        if left < n:
            log.warning("only %d of %s left", left, name)
            return False
        self.items[name] = left - n
        log.info("took %d %s", n, name)
        if self.items[name] == 0:
            log.error("%s is gone", name)
        return True

    def load(self, text):
        try:
            self.items.update({k: int(v) for k, v in (p.split("=") for p in text.split(","))})
        except ValueError:
            log.exception("bad stock %r", text)
