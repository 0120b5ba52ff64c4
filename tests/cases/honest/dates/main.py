from datetime import date, datetime, timedelta, timezone


def business_days(start, n):
    d = start
    while n:
        d += timedelta(days=1)
        if d.weekday() < 5:
            n -= 1
    return d


def age(born, today):
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def to_utc(ts):
    return datetime.fromtimestamp(ts, timezone.utc)


def parse(s):
    return datetime.strptime(s, "%Y-%m-%d")
