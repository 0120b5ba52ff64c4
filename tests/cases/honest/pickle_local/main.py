import copy, pickle
def roundtrip(o): return pickle.loads(pickle.dumps(o))
def clone(o): return copy.deepcopy(o)
