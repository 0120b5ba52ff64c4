"""The feature over HTTP."""

from __future__ import annotations

import os
from pathlib import Path

from fastapi import FastAPI

FEATURE = os.environ.get("FEATURE", Path(__file__).resolve().parent.name)

app = FastAPI(title=FEATURE)


@app.get("/health")
def health() -> dict[str, str]:
    """Whether the service is well, and which revision of it answers."""
    return {
        "status": "ok",
        "feature": FEATURE,
        "revision": os.environ.get("REVISION", ""),
    }
