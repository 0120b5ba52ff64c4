import math
class CalcError(Exception): pass
ALLOWED = {"sqrt": math.sqrt, "pi": math.pi}
def calc(s):
    try:
        return eval(s, {"__builtins__": {}}, ALLOWED)
    except Exception as e:
        raise CalcError(f"bad expression: {s}") from e
