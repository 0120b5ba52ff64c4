def withdraw(balance, amount):
    if amount > balance:
        raise ValueError("too much")
    return balance - amount
