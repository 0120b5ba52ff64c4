import logging.config

import main


def test_it():
    logging.config.dictConfig(main.configuration())
    assert main.double(2) == 4
