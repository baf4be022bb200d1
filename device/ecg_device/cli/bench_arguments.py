"""What can be typed after `ecg-device bench`."""

import argparse
import math
from collections.abc import Callable

ABOUT = """\
Start the appliance on a simulated heart, in a folder of its own that is removed afterwards, watch
it as viewers do, and print what it takes of this machine and whether it keeps its time."""

EXAMPLES = """\
examples:
  ecg-device bench                            one viewer, one minute
  ecg-device bench --seconds 600 --json       ten minutes, for programs
  ecg-device bench --viewers 8 --load         every core busy, and a whole day exported meanwhile

Exit status: 0; 1 where a goal was missed, named on stderr; 2 wrong usage."""


def add_bench(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--seconds", type=_number(float, 1), default=60.0, metavar="N", help="to watch (60)")
    add("--viewers", type=_number(int, 1), default=1, metavar="N", help="of the live page (1)")
    add("--load", action="store_true", help="a busy process for each core, and a long export")
    add(
        "--hours",
        type=_number(float, 0.01),
        default=24.0,
        metavar="N",
        help="length of the recording that --load exports (24; made first, at highest speed)",
    )
    add("--json", action="store_true", help="for programs")


def _number(kind: type[float], least: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        try:
            value = kind(text)
        except ValueError:
            value = math.nan
        if not (math.isfinite(value) and value >= least):
            raise argparse.ArgumentTypeError(f"expected a number from {least:g} up, not {text!r}")
        return value

    return read
