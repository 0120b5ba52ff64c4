import os
import warnings


def temperature(value, unit="C"):
    unit = os.environ.get("UNIT", unit)
    if unit not in "CF":
        warnings.warn(f"unknown unit {unit}, using C", RuntimeWarning, stacklevel=2)
        unit = "C"
    if unit == "F":
        return value * 9 / 5 + 32
    return value
