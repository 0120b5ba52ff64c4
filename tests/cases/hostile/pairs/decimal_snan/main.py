from decimal import Decimal
class D(Decimal): pass
def price(): return Decimal("sNaN123456")
