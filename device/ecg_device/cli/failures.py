"""How a failure is worded on stderr: one line, whatever the text holds."""

import os
import sys


def complain(line: str) -> None:
    print(worded(line), file=sys.stderr)


def worded(line: str) -> str:
    return "ecg-device: " + " ".join(line.split())


def complain_of_bug(line: str, trace: str) -> None:
    """Say that it is our fault; the traceback is for who asks for it."""
    if os.environ.get("ECG_DEVICE_DEBUG") == "1":
        print(trace, end="", file=sys.stderr)
    complain(
        f"a bug in ecg-device, not in what you did: {line}; "
        "please report it with the command you ran and its output under ECG_DEVICE_DEBUG=1"
    )
