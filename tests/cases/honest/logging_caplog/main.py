import logging

logger = logging.getLogger(__name__)


def divide(a, b):
    if b == 0:
        logger.error("division by zero: %s", a)
        return None
    logger.debug("dividing %s by %s", a, b)
    return a / b


def risky():
    try:
        raise RuntimeError("boom")
    except RuntimeError:
        logger.exception("failed")
        return -1
