import re
from datetime import timedelta

UNITS = {"w": 604800, "d": 86400, "h": 3600, "m": 60, "s": 1}


def duration(text):
    text = text.strip().lower()
    if not re.fullmatch(r"(\d+\s*[wdhms]\s*)+", text):
        raise ValueError(f"not a duration: {text!r}")
    return sum(int(n) * UNITS[u] for n, u in re.findall(r"(\d+)\s*([wdhms])", text))


def size(text):
    m = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([kmg]?)i?b?\s*", text, re.I)
    if not m:
        raise ValueError(text)
    return int(float(m[1]) * 1024 ** " kmg".index(m[2].lower() or " "))


def query(text):
    out = {}
    for part in filter(None, text.lstrip("?").split("&")):
        k, _, v = part.partition("=")
        out.setdefault(k, []).append(v)
    return {k: v[0] if len(v) == 1 else v for k, v in out.items()}


def as_delta(text):
    return timedelta(seconds=duration(text))
