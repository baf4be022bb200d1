"""What can be typed after `ecg-device export`."""

import argparse
import math
from pathlib import Path

FORMATS = ("wfdb", "edf", "csv")

ABOUT = """\
Write a stored session, or a stretch of it, as a file for other programs; `ecg-device sessions`
lists them. As wfdb come three files, or a .zip of them:
  NAME.hea, NAME.dat   the signal
  NAME.ecgd            annotations: each beat at its R, rhythm changes as +, signal quality as ~
A simulated signal says SIMULATED in each file. The appliance may go on recording meanwhile."""

EXAMPLES = """\
examples:
  ecg-device export 12 --format edf
  ecg-device export 12 --format wfdb --from 3600 --to 7200 -o second-hour
  ecg-device export 12 --format csv -o /media/usb/night.csv"""


def add_export(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("session", metavar="ID", type=_number, help="the number of the session")
    add("--format", choices=FORMATS, required=True, help="what to write")
    since = "seconds after the session's first sample (default: %s)"
    add("--from", dest="from_s", type=_seconds, metavar="S", help=since % "its beginning")
    add("--to", dest="to_s", type=_seconds, metavar="S", help=since % "its end")
    add("-o", "--output", type=Path, metavar="PATH", help="default: session-ID in this folder")
    add("--data", type=Path, metavar="DIR", help="the folder of the data (default: as configured)")
    add("--config", type=Path, metavar="FILE", help="the settings file to read")


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 16):
        raise argparse.ArgumentTypeError(f"expected the number of a session, received {text!r}")
    return int(text)


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value < 1e12:
        raise argparse.ArgumentTypeError(f"expected seconds from 0 up, received {text!r}")
    return value
