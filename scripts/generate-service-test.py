"""`ai-assisted-deploy generate-service-test`, from a clone."""

import sys

from console.cli import main

if __name__ == "__main__":
    main(["generate-service-test", *sys.argv[1:]])
