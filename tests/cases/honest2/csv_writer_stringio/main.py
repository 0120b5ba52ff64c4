import csv
import io


def to_csv(rows, columns, out=None):
    own = out is None
    out = out or io.StringIO()
    writer = csv.DictWriter(out, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue() if own else None


def column(text, name):
    return [row[name] for row in csv.DictReader(io.StringIO(text))]
