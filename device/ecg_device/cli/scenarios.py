"""`ecg-device scenarios`: what the synthetic source can play."""

import argparse

from ecg_device.sources.synthetic import load_scenario, scenario_names


def run(arguments: argparse.Namespace) -> int:
    """Print the scenarios that come with the appliance, a line each."""
    names = scenario_names()
    width = max(map(len, names))
    for name in names:
        print(f"{name:<{width}}  {load_scenario(name).title}")
    return 0
