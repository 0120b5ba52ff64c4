# -*- coding: utf-8 -*-
from main import name

def test_name():
    assert name() == "Zoë"
