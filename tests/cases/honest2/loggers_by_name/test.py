import io
import json
import logging

import main


def test_logged_to_by_name():
    out = io.StringIO()
    main.setup(out)
    logging.getLogger("shop.orders").info("sold %d", 3)
    assert json.loads(out.getvalue()) == {"level": "INFO", "text": "sold 3"}


def test_looked_at_by_name():
    main.setup(io.StringIO(), "ERROR")
    main.setup(io.StringIO(), "ERROR")
    logger = logging.getLogger("shop")
    assert len(logger.handlers) == 1
    assert logger.level == logging.ERROR
    assert not logger.propagate
