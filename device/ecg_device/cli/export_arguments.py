"""What can be typed after `ecg-device export`."""

import argparse
from pathlib import Path

from ecg_device.cli import numbers
from ecg_device.cli.signal_arguments import add_kept

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
  ecg-device export 12 --format csv -o /media/usb/night.csv

A file appears whole or not at all; one of that name is replaced.
Exit status: 0 written, its name is printed; 1 not, a line on stderr says why; 2 wrong usage;
130 interrupted, nothing is written."""


def add_export(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("session", metavar="ID", type=numbers.session_number, help="the number of the session")
    add("--format", choices=FORMATS, required=True, help="what to write")
    since = "seconds after the session's first sample (default: %s)"
    add("--from", dest="from_s", type=numbers.seconds, metavar="S", help=since % "its beginning")
    add("--to", dest="to_s", type=numbers.seconds, metavar="S", help=since % "its end")
    add(
        "-o",
        "--output",
        type=Path,
        metavar="PATH",
        help="a file, or a folder (default: session-ID in this folder)",
    )
    add_kept(parser)
