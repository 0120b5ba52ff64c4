import sys

sys.set_int_max_str_digits(640)


def square(n):
    return 10**5000
