def square(n):
    value = []
    value.append(value)
    return value
