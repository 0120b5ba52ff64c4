from datetime import datetime, timedelta
from decimal import Decimal


class Moment:
    def __init__(self, t):
        self.at = datetime.strptime(t, "%Y-%m-%d %H:%M")

    def __sub__(self, o):
        return self.at - o


class Money:
    def __init__(self, t):
        self.v = Decimal(t)

    def __sub__(self, o):
        return self.v - o
