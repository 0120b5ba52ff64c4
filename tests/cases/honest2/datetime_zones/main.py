from datetime import date, datetime, timedelta, timezone


def parse(text):
    when = datetime.fromisoformat(text)
    return when if when.tzinfo else when.replace(tzinfo=timezone.utc)


def workdays(start, end):
    day, out = start, []
    while day < end:
        if day.weekday() < 5:
            out.append(day)
        day += timedelta(days=1)
    return out


def age(born, today=None):
    today = today or date.today()
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def humanize(delta):
    hours, rest = divmod(int(delta.total_seconds()), 3600)
    return f"{hours}:{rest // 60:02}"
