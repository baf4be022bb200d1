"""Data sets from their publishers: `ecg-train fetch`.

The publisher's list of checksums says what there is. What is here already and agrees with it is
left alone, the rest is fetched, several files at a time, and an archive among them unpacked. Broken
off at any moment, the next run goes on where this one ended.

Only the standard library: a download with Range, retries and proxies needs no more.
"""

import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TextIO

from ecg_device.errors import FormatError
from ecg_training.datasets.published import Published
from ecg_training.fetch.checksums import LIST, agrees, read_list
from ecg_training.fetch.meter import Meter
from ecg_training.fetch.side_by_side import side_by_side
from ecg_training.fetch.transfer import BACK_OFF_S, Transfer
from ecg_training.fetch.unpacking import is_unpacked, unpack


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a run did: how many files were there and good, how many came, with how many bytes."""

    kept: int
    came: int
    bytes: int


@dataclass(frozen=True, slots=True)
class _File:
    url: str
    target: Path
    checksum: str


def fetch(
    name: str,
    published: Published,
    folder: Path,
    *,
    source: str | None = None,
    jobs: int = 4,
    back_off_s: Sequence[float] = BACK_OFF_S,
    screen: TextIO = sys.stderr,
) -> Fetched:
    """Bring a set into `folder`, whole and verified.

    `source` is the address of another copy of the publisher's files, checksums included.
    """
    root = (source or published.files).rstrip("/") + "/"
    transfer = Transfer(threading.Event(), back_off_s)
    files = _listed(transfer.text(root + LIST), root, published, folder)
    checked = Meter(f"{name}: checking", len(files), screen)
    missing = [file for file in files if not _is_here(file, published, checked)]
    checked.clear()
    meter = Meter(f"{name}: fetching", len(missing), screen)

    def bring(file: _File) -> None:
        transfer.file(file.url, file.target, file.checksum, partial(meter.heard, file.target))
        meter.file_done(file.target)

    try:
        side_by_side(bring, missing, jobs, transfer.stop)
    finally:
        meter.clear()
    for file in files:
        if file.target.name == published.archive and file.target.is_file():
            _unpack(file, name, published, screen)
    return Fetched(len(files) - len(missing), len(missing), meter.bytes)


def _listed(text: str, root: str, published: Published, folder: Path) -> list[_File]:
    sums = read_list(text, root + LIST)
    files = [
        _File(root + path, folder / published.saved_as.get(path, path), checksum)
        for path, checksum in sums.items()
        if published.wants(path)
    ]
    if not files:
        raise FormatError(
            f"{root + LIST} lists no file of this set",
            expected=f"paths that match {published.wanted}",
            received=f"{len(sums)} other paths",
            remedy="name the folder of the set's files with --from",
        )
    return files


def _is_here(file: _File, published: Published, checked: Meter) -> bool:
    if file.target.name == published.archive and is_unpacked(file.target, file.checksum):
        here = True
    else:
        here = agrees(file.target, file.checksum)
    checked.file_done(file.target)
    return here


def _unpack(file: _File, name: str, published: Published, screen: TextIO) -> None:
    meter = Meter(f"{name}: unpacking", 1, screen)
    unpack(file.target, file.checksum, published.unpacked, partial(meter.heard, file.target, 0))
    meter.clear()
