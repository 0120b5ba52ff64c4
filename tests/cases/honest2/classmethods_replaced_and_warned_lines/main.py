import csv
import io
import logging
import os
import sys
import warnings
from pathlib import Path

logger = logging.getLogger("app.report")


def read_scores(path):
    with open(path, newline="") as handle:
        reader = csv.DictReader(handle)
        return {row["name"]: float(row["score"]) for row in reader}


def summarize(scores):
    if not scores:
        warnings.warn("no scores given", UserWarning, stacklevel=2)
        return {"mean": 0.0, "best": None}
    mean = sum(scores.values()) / len(scores)
    best = max(scores, key=scores.get)
    logger.info("summarized %d scores", len(scores))
    logger.debug("mean=%s", mean)
    return {"mean": mean, "best": best}


def old_summary(scores):
    warnings.warn("use summarize", DeprecationWarning, stacklevel=2)
    return summarize(scores)


def print_report(scores, stream=None, *, precision=None):
    precision = int(os.getenv("REPORT_PRECISION", "2")) if precision is None else precision
    stream = stream or sys.stdout
    for name, score in sorted(scores.items(), key=lambda item: -item[1]):
        print(f"{name:<8}{score:>8.{precision}f}", file=stream)
    print(f"{len(scores)} rows", file=sys.stderr)


def write_report(scores, folder="."):
    target = Path(folder) / "out" / "report.txt"
    target.parent.mkdir(parents=True, exist_ok=True)
    buffer = io.StringIO()
    print_report(scores, buffer)
    target.write_text(buffer.getvalue())
    return target


def home_config():
    return Path.home() / ".report.ini"


def scale(value, factor=1.0, offset=0.0):
    return value * factor + offset
