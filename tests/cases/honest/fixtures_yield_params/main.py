AUDIT = []
class InsufficientFunds(Exception):
    def __init__(self, balance, missing):
        super().__init__(f"balance is {balance}")
        self.missing = missing
class Account:
    def __init__(self, balance):
        self.balance, self.closed = balance, False
    def deposit(self, n):
        self.balance += n
        AUDIT.append(("deposit", n))
    def withdraw(self, n):
        if n > self.balance:
            raise InsufficientFunds(self.balance, n - self.balance)
        self.balance -= n
    def convert(self, rate): return self.balance * rate
