"""The command from a clone: `python scripts/ai-assisted-deploy.py --feature …`, once installed."""

from console.cli import main

if __name__ == "__main__":
    main()
