import warnings
def new(x): return x * 2
def old(x):
    warnings.warn("use new instead", UserWarning, stacklevel=2)
    return new(x)
