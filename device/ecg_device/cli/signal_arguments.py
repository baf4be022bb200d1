"""Options that several commands share: which signal, which model, whose data, whose settings."""

import argparse
from pathlib import Path


def add_signal(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--source", help="synthetic, synthetic:SCENARIO or replay:PATH (default: as configured)")
    add("--scenario", metavar="FILE", help="a scenario of your own for the synthetic source")
    add("--speed", type=float, metavar="N", help="times real time; 0: as fast as possible")
    add("--seed", type=int, metavar="N", help="the same seed gives the same synthetic signal")


def add_model(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--model",
        metavar="NAME|DIR|none",
        help="what names the beats (default: the model in use; see `ecg-device model list`)",
    )


def add_kept(parser: argparse.ArgumentParser, *, default: str | None = None) -> None:
    """Where to look for what was kept; `default` as argparse has it."""
    add = parser.add_argument
    add(
        "--data",
        metavar="DIR",
        default=default,
        help="the folder of the data (default: as configured)",
    )
    add("--config", type=Path, metavar="FILE", default=default, help="the settings file to read")


def add_config_file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, metavar="FILE", help="the settings file to read")
