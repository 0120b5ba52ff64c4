def collatz(n):
    return n // 2 if n % 2 == 0 else 3 * n + 1


class Lcg:
    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (1103515245 * self.state + 12345) % 2**31
        return self.state
