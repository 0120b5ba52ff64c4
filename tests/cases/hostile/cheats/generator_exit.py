def square(n):
    raise GeneratorExit
