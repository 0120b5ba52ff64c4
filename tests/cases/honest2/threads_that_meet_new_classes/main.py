from concurrent.futures import ThreadPoolExecutor


class Reading:
    def __init__(self, name, value):
        self.name, self.value = name, value

    def __eq__(self, other):
        return isinstance(other, Reading) and (self.name, self.value) == (other.name, other.value)

    def scaled(self, factor):
        return Scaled(self.name, self.value * factor)


class Scaled(Reading):
    pass


def parse(text):
    name, value = text.split("=")
    return Reading(name, int(value))


def all_of(texts, then, workers=4):
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(lambda text: then(parse(text)), texts))
