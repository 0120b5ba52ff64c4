def parse(text):
    return {k: int(v) for k, v in (p.split("=") for p in text.split(","))}


def total(text):
    return sum(parse(text).values())
