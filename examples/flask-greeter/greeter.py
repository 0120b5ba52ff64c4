"""Greets whoever asks."""

import os

from flask import Flask

app = Flask(__name__)


@app.get("/<name>")
def greet(name: str) -> str:
    return f"Hello, {name}.\n"


if __name__ == "__main__":
    app.run(port=int(os.environ.get("PORT", "8020")))
