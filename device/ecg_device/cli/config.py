"""`ecg-device config`: the effective settings, what each means and where it comes from."""

import argparse
import json

from ecg_device.config import SETTINGS, Config, find_file, load
from ecg_device.config.meanings import MEANINGS


def run(arguments: argparse.Namespace) -> int:
    """Print the settings as the TOML that would give them."""
    file = find_file(arguments.config)
    config = load(arguments.config)
    print(f"# settings file: {file or 'none found, the shipped defaults hold'}")
    for name in SETTINGS:
        print(f"\n# {MEANINGS[name]}")
        print(f"{_line(config, name):<40}  # {config.origin(name)}")
    return 0


def _line(config: Config, name: str) -> str:
    value = getattr(config, name)
    if value is None:
        return f"# {name} is not set"
    plain = value if isinstance(value, int | float) else _text(value)
    return f"{name} = {plain}"


def _text(value: object) -> str:
    known = list(value) if isinstance(value, tuple) else str(value)
    return json.dumps(known, ensure_ascii=False)
