"""`python -m mailbridge` is `mailbridge`."""

import sys

from mailbridge.cli import main

if __name__ == "__main__":
    sys.exit(main())
