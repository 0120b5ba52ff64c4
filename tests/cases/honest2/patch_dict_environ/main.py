import os

DEFAULTS = {"HOST": "localhost", "PORT": "8000"}


def load(prefix="APP_"):
    found = {k[len(prefix):]: v for k, v in os.environ.items() if k.startswith(prefix)}
    merged = {**DEFAULTS, **found}
    try:
        merged["PORT"] = int(merged["PORT"])
    except ValueError:
        raise SystemExit(f"{prefix}PORT must be a number, not {merged['PORT']}")
    merged["DEBUG"] = merged.get("DEBUG", "").lower() in ("1", "true", "yes")
    return merged


def home():
    return os.path.expanduser("~/.app")
