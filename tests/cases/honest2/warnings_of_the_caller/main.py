import logging
import sys
import warnings

log = logging.getLogger("app.jobs")


class Job:
    def __init__(self, name, fn):
        self.name, self.fn = name, fn

    def run(self):
        log.debug("starting %s", self.name)
        try:
            out = self.fn()
        except Exception:
            log.exception("job %s failed", self.name)
            return None
        log.info("job %s done", self.name, extra={"result": out})
        return out


def old_api(x):
    warnings.warn("old_api is deprecated, use new_api", DeprecationWarning, stacklevel=2)
    return x


def check_ratio(r):
    if r > 1:
        warnings.warn(f"ratio {r} above 1", UserWarning)
        return 1.0
    return r


def table(rows, *, file=None):
    width = max(len(k) for k in rows)
    for k, v in rows.items():
        print(f"{k:<{width}} | {v:>6.2f}", file=file)
    print("-" * (width + 9), file=file or sys.stderr)


def ask(prompt="Name: "):
    name = input(prompt).strip()
    if not name:
        raise EOFError("empty")
    print(f"Hi {name}!", end="")


def total_stdin():
    return sum(int(line) for line in sys.stdin if line.strip())
