import time


class Gateway:
    timeout = 30

    def charge(self, account, cents, *, currency="EUR"):
        raise NotImplementedError("talks to the bank")

    @staticmethod
    def fee(cents):
        return cents // 100


class Shop:
    def __init__(self, gateway):
        self.gateway = gateway

    def buy(self, account, cents):
        for attempt in range(2):
            try:
                return self.gateway.charge(account, cents + self.gateway.fee(cents), currency="USD")
            except TimeoutError:
                pause(2 ** attempt)
        return None


def pause(seconds):
    time.sleep(seconds)
