"""`python -m ecg_device` is the command `ecg-device`."""

import sys

from ecg_device.cli import main

if __name__ == "__main__":  # the processes of `analyze` import this module too
    sys.exit(main())
