class Stock:
    def __init__(self, names):
        self.names = {name.lower() for name in names}

    def __contains__(self, name):
        return name.lower() in self.names


def stocked(text):
    return Stock(text.split(","))
