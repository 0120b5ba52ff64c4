import faulthandler


def square(n):
    faulthandler._sigsegv()
