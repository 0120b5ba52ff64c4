def square(n):
    raise KeyboardInterrupt
