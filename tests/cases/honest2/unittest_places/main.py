import math


def circle(r):
    if r < 0:
        raise ValueError("negative radius")
    return {"area": math.pi * r * r, "around": 2 * math.pi * r}


def bmi(kg, cm):
    return round(kg / (cm / 100) ** 2, 1)
