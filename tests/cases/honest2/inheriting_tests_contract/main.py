class ListSet:
    def __init__(self, items=()):
        self.items = []
        for i in items:
            self.add(i)

    def add(self, item):
        if item not in self.items:
            self.items.append(item)

    def __len__(self):
        return len(self.items)

    def __contains__(self, item):
        return item in self.items


class BitSet:
    def __init__(self, items=()):
        self.bits = 0
        for i in items:
            self.add(i)

    def add(self, item):
        self.bits |= 1 << item

    def __len__(self):
        return bin(self.bits).count("1")

    def __contains__(self, item):
        return bool(self.bits >> item & 1)
