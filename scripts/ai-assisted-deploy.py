"""The command from a clone: `python scripts/ai-assisted-deploy.py --feature …`, once installed."""

import sys

try:
    from console.cli import main
except ModuleNotFoundError as missing:
    sys.exit(
        f"this Python ({sys.executable}) has no {missing.name}: use .venv/bin/python, which "
        "`make demo` makes, or `pip install -e .` first"
    )

if __name__ == "__main__":
    main()
