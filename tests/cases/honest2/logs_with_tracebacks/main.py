import json
import logging
import logging.handlers
from pathlib import Path


class JsonFormatter(logging.Formatter):
    def format(self, record):
        d = {"level": record.levelname, "msg": record.getMessage(), "logger": record.name}
        if record.exc_info:
            d["error"] = record.exc_info[0].__name__
        if hasattr(record, "user"):
            d["user"] = record.user
        return json.dumps(d)


def get_logger(name, path=None, level=logging.INFO):
    lg = logging.getLogger(name)
    lg.setLevel(level)
    if not lg.handlers:
        h = logging.handlers.RotatingFileHandler(path, maxBytes=1000, backupCount=1) if path else logging.StreamHandler()
        h.setFormatter(JsonFormatter())
        lg.addHandler(h)
    return lg


class Service:
    def __init__(self, logger=None):
        self.logger = logger or logging.getLogger(f"{__name__}.Service")

    def divide(self, a, b):
        self.logger.debug("dividing %s by %s", a, b)
        try:
            return a / b
        except ZeroDivisionError:
            self.logger.error("division failed", exc_info=True, extra={"user": "root"})
            return None


class Memory(logging.Handler):
    def __init__(self):
        super().__init__(level=logging.WARNING)
        self.lines = []

    def emit(self, record):
        self.lines.append(self.format(record))
