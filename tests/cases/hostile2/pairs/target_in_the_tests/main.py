"""Names a constant of the tests as what they are to replace."""

import unittest.mock as helper
import json as codec
TARGET = "test.EXPECTED"
def load(p): return 0
