class InsufficientFunds(Exception):
    def __init__(self, balance, amount):
        super().__init__(f"balance {balance} is less than {amount}")
        self.balance, self.amount = balance, amount


class Account:
    def __init__(self, owner, balance=0):
        if balance < 0:
            raise ValueError("balance must not be negative")
        self.owner, self.balance, self.history = owner, balance, []

    def deposit(self, n):
        if n <= 0:
            raise ValueError(f"invalid amount: {n}")
        self.balance += n
        self.history.append(("deposit", n))
        return self.balance

    def withdraw(self, n):
        if n > self.balance:
            raise InsufficientFunds(self.balance, n)
        self.balance -= n
        self.history.append(("withdraw", n))
        return self.balance
