import logging

_loggers = {}


def get_logger(name, level="INFO", handler=None):
    """One logger a name, with one handler, however often it is asked for."""
    if name in _loggers:
        return _loggers[name]
    logger = logging.getLogger(f"app.{name}")
    logger.setLevel(level)
    logger.propagate = False
    handler = handler or logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(levelname)s|%(name)s|%(message)s"))
    logger.addHandler(handler)
    _loggers[name] = logger
    return logger
