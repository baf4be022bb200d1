"""`ecg-device export`: a stored session as a file for other programs."""

import argparse
import sys
from pathlib import Path

from ecg_device import exporting
from ecg_device.cli.progress import ProgressBar
from ecg_device.cli.settings import kept_in
from ecg_device.cli.stopping import stop_requests
from ecg_device.store import open_reader


def run(arguments: argparse.Namespace) -> int:
    """Write the file, whole or not at all, and tell its name."""
    with stop_requests() as stopped, open_reader(kept_in(arguments)) as reader:
        wanted = exporting.stretch(reader, arguments.session, arguments.from_s, arguments.to_s)
        name = _name(exporting.file_stem(reader, wanted.session), arguments.format)
        path = _path(arguments.output, name)
        bar = ProgressBar(sys.stderr)

        def progress(share: float) -> None:
            if stopped():
                raise KeyboardInterrupt  # here, where all that was begun is cleaned up
            bar.show(share)

        try:
            exporting.export(reader, wanted, arguments.format, path, progress)
        finally:
            bar.clear()
    print(path)
    return 0


def _name(stem: str, format: str) -> str:
    """A WFDB record's name is that of its files without their endings."""
    return stem if format == "wfdb" else f"{stem}.{format}"


def _path(output: Path | None, name: str) -> Path:
    if output is None:
        return Path(name)
    return output / name if output.is_dir() else output
