def luhn(number):
    digits = [int(c) for c in number if c.isdigit()]
    for i in range(len(digits) - 2, -1, -2):
        digits[i] = digits[i] * 2 - (9 if digits[i] > 4 else 0)
    return bool(digits) and sum(digits) % 10 == 0
