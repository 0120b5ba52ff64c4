import logging
log = logging.getLogger(__name__)
def process(items):
    total = 0
    for i in items:
        if i < 0:
            log.warning("skipping %d", i)
            continue
        log.debug("adding %d", i)
        total += i
    return total
