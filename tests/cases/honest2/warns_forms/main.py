import warnings


class OldStyle(DeprecationWarning):
    pass


def area(w, h=None, **old):
    if "height" in old:
        warnings.warn("height is deprecated, use h", OldStyle, stacklevel=2)
        h = old["height"]
    if h is None:
        warnings.warn("square assumed", UserWarning)
        h = w
    return w * h
