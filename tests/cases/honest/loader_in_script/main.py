class Counter:
    def __init__(self): self.value = 0
    def inc(self, by=1): self.value += by
    def reset(self): self.value = 0
