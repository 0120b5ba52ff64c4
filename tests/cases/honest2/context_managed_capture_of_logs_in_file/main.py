import logging
import logging.handlers
from pathlib import Path


class JsonFormatter(logging.Formatter):
    def format(self, record):
        extra = f", \"user\": \"{record.user}\"" if hasattr(record, "user") else ""
        return f'{{"level": "{record.levelname}", "message": "{record.getMessage()}"{extra}}}'


class Redact(logging.Filter):
    def filter(self, record):
        record.msg = str(record.msg).replace("secret", "***")
        return record.levelno < logging.CRITICAL


def setup(path, name="app", level=logging.INFO):
    logger = logging.getLogger(name)
    logger.handlers.clear()
    handler = logging.FileHandler(Path(path), encoding="utf-8")
    handler.setFormatter(JsonFormatter())
    handler.addFilter(Redact())
    logger.addHandler(handler)
    logger.setLevel(level)
    return logger


def buffered(name, size=2):
    target = logging.StreamHandler()
    handler = logging.handlers.MemoryHandler(size, target=target)
    logger = logging.getLogger(name)
    logger.addHandler(handler)
    logger.propagate = False
    return logger, handler
