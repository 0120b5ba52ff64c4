from decimal import Decimal
from fractions import Fraction
import main

def test_split_bill():
    assert main.share(Decimal("100.00"), 3) == Decimal("33.33")

def test_tip():
    assert main.share(Decimal("59.80"), 4, tip=Decimal("0.10")) == Decimal("16.45")

def test_mix():
    assert main.mix(Fraction(1, 3), Fraction(1, 6)) == Fraction(1, 2)
