"""`ecg-device scenarios`: what the synthetic source can play."""

import argparse

from ecg_device.sources.synthetic import scenario_names


def run(arguments: argparse.Namespace) -> int:
    """Print the names, one a line."""
    for name in scenario_names():
        print(name)
    return 0
