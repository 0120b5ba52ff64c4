import logging

logger = logging.getLogger(__name__)


def retry(action, times=3):
    for attempt in range(1, times + 1):
        try:
            result = action()
        except OSError as e:
            logger.warning("attempt %s failed: %s", attempt, e, extra={"attempt": attempt})
        else:
            logger.debug("attempt %s worked", attempt)
            return result
    logger.error("gave up after %s attempts", times)
    raise TimeoutError(times)
