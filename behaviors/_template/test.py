"""Tests of main.py. Run: python test.py"""

from __future__ import annotations

import unittest

import main


class TheFeature(unittest.TestCase):
    def test_it_is_written(self) -> None:
        """Red until main.py does something; replace it by what the requirements say."""
        try:
            main.feature()
        except NotImplementedError as error:
            self.fail(str(error))


if __name__ == "__main__":
    unittest.main()
