from concurrent.futures import ProcessPoolExecutor
def sq(x): return x * x
def squares(xs):
    with ProcessPoolExecutor(max_workers=2) as ex:
        return list(ex.map(sq, xs))
