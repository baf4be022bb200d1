"""`python -m ecg_training.cli` is the command `ecg-train`."""

import sys

from ecg_training.cli import main

if __name__ == "__main__":  # the processes of a command import this module too
    sys.exit(main())
