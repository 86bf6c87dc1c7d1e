"""`python -m rulebook` is the command `rulebook`."""

import sys

from rulebook.cli import main

if __name__ == "__main__":  # the processes that share a check import this module, too
    sys.exit(main())
