"""`ecg-device export`: a stored session as a file for other programs."""

import argparse
import signal
import sys
from contextlib import closing
from pathlib import Path

from ecg_device import config, exporting
from ecg_device.cli.progress import ProgressBar
from ecg_device.errors import ConfigError
from ecg_device.store import Reader, data_folder


def run(arguments: argparse.Namespace) -> int:
    """Write the file, whole or not at all, and tell its name."""
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))  # clean up first
    with closing(Reader(_folder(arguments))) as reader:
        wanted = exporting.stretch(reader, arguments.session, arguments.from_s, arguments.to_s)
        path = arguments.output or Path(
            _name(exporting.file_stem(reader, wanted.session), arguments)
        )
        progress = ProgressBar(sys.stderr)
        try:
            exporting.export(reader, wanted, arguments.format, path, progress.show)
        finally:
            progress.clear()
    print(path)
    return 0


def _name(stem: str, arguments: argparse.Namespace) -> str:
    """A WFDB record's name is that of its files without their endings."""
    return stem if arguments.format == "wfdb" else f"{stem}.{arguments.format}"


def _folder(arguments: argparse.Namespace) -> Path:
    if arguments.data:
        return Path(arguments.data)
    named = config.load(arguments.config).data
    if named == config.NONE:
        raise ConfigError("nothing is kept", received="data = none", remedy="name it with --data")
    return Path(named) if named else data_folder()
