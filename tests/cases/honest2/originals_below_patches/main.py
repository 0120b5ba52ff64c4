"""A gateway whose methods tests replace by what calls them."""


class Gateway:
    fee = 2

    def __init__(self, url):
        self.url = url

    def charge(self, amount):
        if amount <= 0:
            raise ValueError("nothing to charge")
        return amount + self.fee

    @classmethod
    def of_settings(cls, settings):
        return cls(settings["url"])

    @staticmethod
    def signed(text):
        return text[::-1]


class Patient(Gateway):
    def charge(self, amount):
        return super().charge(amount) - 1


class Shop:
    def __init__(self, gateway):
        self.gateway = gateway

    def sell(self, *amounts):
        return [self.gateway.charge(one) for one in amounts]
