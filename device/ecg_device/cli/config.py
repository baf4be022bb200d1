"""`ecg-device config`: the effective settings and where each comes from."""

import argparse
import json

from ecg_device.config import SETTINGS, Config, find_file, load


def run(arguments: argparse.Namespace) -> int:
    """Print the settings as the TOML that would give them."""
    file = find_file(arguments.config)
    config = load(arguments.config)
    print(f"# settings file: {file or 'none found, the shipped defaults hold'}")
    for name in SETTINGS:
        print(f"{_line(config, name):<40}  # {config.origin(name)}")
    return 0


def _line(config: Config, name: str) -> str:
    value = getattr(config, name)
    if value is None:
        return f"# {name} is not set"
    is_number = isinstance(value, int | float)
    return f"{name} = {value if is_number else json.dumps(str(value), ensure_ascii=False)}"
