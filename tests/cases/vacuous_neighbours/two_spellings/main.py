class Version:
    def __init__(self, text):
        parts = [int(one) for one in text.split(".")]
        self.parts = tuple(parts + [0] * (3 - len(parts)))

    def __eq__(self, other):
        other = other if isinstance(other, Version) else Version(other)
        return self.parts == other.parts

    def __hash__(self):
        return hash(self.parts)


def newest(texts):
    return max(map(Version, texts), key=lambda one: one.parts)
