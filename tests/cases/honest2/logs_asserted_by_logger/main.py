import logging
import warnings

logger = logging.getLogger(__name__ + ".jobs")


class Redact(logging.Filter):
    def filter(self, record):
        record.msg = str(record.msg).replace("secret", "******")
        return True


def process(jobs, strict=False):
    done = 0
    for job in jobs:
        if job is None:
            logger.warning("empty job at %d", done)
            continue
        try:
            logger.debug("running %s", job.__name__)
            job()
            done += 1
        except Exception:
            logger.exception("job %s failed", job.__name__)
            if strict:
                raise
    logger.info("finished", extra={"done": done})
    return done


def old_api(x):
    warnings.warn("old_api is deprecated, use new_api", DeprecationWarning, stacklevel=2)
    return new_api(x)


def new_api(x):
    if x < 0:
        warnings.warn(f"negative: {x}", RuntimeWarning)
    return abs(x)


def setup(stream):
    h = logging.StreamHandler(stream)
    h.setFormatter(logging.Formatter("%(levelname)s|%(message)s"))
    h.addFilter(Redact())
    lg = logging.getLogger("redacted")
    lg.handlers[:] = [h]
    lg.propagate = False
    lg.setLevel("INFO")
    return lg
