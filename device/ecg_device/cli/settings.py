"""The settings that hold for a command: its options before the file, the file before defaults."""

import argparse
from pathlib import Path

from ecg_device import config
from ecg_device.config import Config
from ecg_device.errors import ConfigError
from ecg_device.store import data_folder

_ORIGIN = "the command line"


def effective(arguments: argparse.Namespace) -> Config:
    """All settings; each option that is named like one goes before it."""
    given = {name: getattr(arguments, name, None) for name in config.SETTINGS}
    options = {name: value for name, value in given.items() if value is not None}
    return config.override(config.load(arguments.config), options, origin=_ORIGIN)


def kept_in(arguments: argparse.Namespace) -> Path:
    """The folder of what was kept; with --data no settings file is asked."""
    if arguments.data is not None:
        settings = config.override(Config(), {"data": arguments.data}, origin=_ORIGIN)
    else:
        settings = config.load(arguments.config)
    if settings.data == config.NONE:
        raise ConfigError(
            "nothing is kept",
            expected="a folder of data",
            received="data = none",
            remedy="name the folder: --data FOLDER",
        )
    return folder_of(settings)


def folder_of(settings: Config) -> Path:
    """Of data that is kept."""
    return Path(settings.data) if settings.data else data_folder()
