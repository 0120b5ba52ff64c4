class Name(str):
    def __eq__(self, other):
        return self.lower() == str(other).lower()

    def __ne__(self, other):
        return not self == other

    def __hash__(self):
        return hash(self.lower())


class Header:
    def __init__(self, name, value):
        self.name, self.value = Name(name), value


def header(line):
    name, _, value = line.partition(":")
    return Header(name.strip(), value.strip())
