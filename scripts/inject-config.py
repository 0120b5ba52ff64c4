"""`ai-assisted-deploy inject-config`, from a clone."""

import sys

from console.cli import main

if __name__ == "__main__":
    main(["inject-config", *sys.argv[1:]])
