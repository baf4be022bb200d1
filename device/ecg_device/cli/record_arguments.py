"""What can be typed after `ecg-device record`."""

import argparse

from ecg_device.cli.signal_arguments import add_config_file, add_model, add_signal

LENGTHS_S = (10, 30)

ABOUT = """\
Take one ECG, keep it among the recordings, and print its result: rhythm, heart rate, beats and
intervals, or INCONCLUSIVE with the reason and what to do. It begins once the contact has been good
for a second, and one of 10 s once the rhythm is known, which takes about a dozen beats; it is given
up after 20 s without contact."""

EXAMPLES = """\
examples:
  ecg-device record --seconds 10
  ecg-device record --source replay:mitdb/100 --speed 0 --json
  ecg-device record --source synthetic:af --data none      nothing kept

While an appliance runs on the same folder, take the ECG on its page.
Exit status: 0 an ECG was taken and kept, conclusive or not; 1 none was, or it could not be kept, a
line on stderr says why; 2 wrong usage; 130 interrupted: nothing is kept."""


def add_record(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--seconds", type=int, choices=LENGTHS_S, default=30, help="how long (30)")
    add_signal(parser)
    add("--data", metavar="DIR", help="where it is kept; none: nowhere")
    add_model(parser)
    add("--json", action="store_true", help="for programs")
    add_config_file(parser)
