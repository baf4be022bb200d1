"""A stored session, or a stretch of it, written by the writers of `formats`."""

import os
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from ecg_device.errors import ConfigError, EcgDeviceError, FormatError
from ecg_device.exporting import rows
from ecg_device.exporting.marks import annotations
from ecg_device.formats import write_annotations, write_csv, write_edf, write_wfdb
from ecg_device.formats.replacing import replacing
from ecg_device.signals import Block
from ecg_device.store import Reader

FORMATS = ("wfdb", "edf", "csv")
_ZIP = ".zip"
_PARTS = (".hea", ".dat", ".ecgd")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Samples [first, stop) of a session."""

    session: int
    first: int
    stop: int


def stretch(
    reader: Reader, session: int, from_s: float | None = None, to_s: float | None = None
) -> Stretch:
    """What lies between two times, in seconds since the session's first sample."""
    row = reader.session(session)
    first, stop, rate_hz = row["first"], row["stop"], row["rate_hz"]
    begin = first if from_s is None else first + round(from_s * rate_hz)
    end = stop if to_s is None else min(stop, first + round(to_s * rate_hz))
    if begin >= end:
        raise ConfigError(
            f"session {session} has nothing there",
            expected=f"a stretch of 0 to {(stop - first) / rate_hz:.1f} s, --from before --to",
            received=f"{from_s or 0:g} to {'its end' if to_s is None else f'{to_s:g}'} s",
        )
    return Stretch(session, begin, end)


def file_stem(reader: Reader, session: int) -> str:
    """What to call an export; a simulated one says so before it is opened."""
    simulated = "-SIMULATED" if reader.info(session).simulated else ""
    return f"session-{session}{simulated}"


def export(
    reader: Reader,
    wanted: Stretch,
    format: str,
    path: Path,
    progress: Callable[[float], None] = lambda share: None,
) -> None:
    """Write a stretch to `path`; WFDB as a record of three files, or as a .zip of them."""
    blocks = _told(reader.blocks(wanted.session, wanted.first, wanted.stop), wanted, progress)
    info = reader.info(wanted.session)
    if format == "csv":
        write_csv(path, info, blocks)
    elif format == "edf":
        write_edf(path, info, blocks, start=_start(reader, wanted))
    elif path.suffix == _ZIP:
        _write_zip(reader, wanted, blocks, path)
    else:
        _write_record(reader, wanted, blocks, path)


def _write_record(reader: Reader, wanted: Stretch, blocks: Iterable[Block], path: Path) -> None:
    """Three files or none: none has its name before all of them are complete."""
    with _aside(path) as folder:
        record = folder / path.name
        _write_parts(reader, wanted, blocks, record)
        for part in _PARTS:
            os.replace(f"{record}{part}", f"{path}{part}")


def _write_zip(reader: Reader, wanted: Stretch, blocks: Iterable[Block], path: Path) -> None:
    name = file_stem(reader, wanted.session)
    with _aside(path) as folder, replacing(path) as file:
        _write_parts(reader, wanted, blocks, folder / name)
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for part in _PARTS:
                archive.write(folder / f"{name}{part}", f"{name}{part}")


def _write_parts(reader: Reader, wanted: Stretch, blocks: Iterable[Block], path: Path) -> None:
    info = reader.info(wanted.session)
    write_wfdb(path, info, blocks, start=_start(reader, wanted))
    marks = annotations(
        rows.beats(reader, wanted.session, wanted.first, wanted.stop),
        rows.states(reader, wanted.session, wanted.first, wanted.stop),
        wanted.first,
        info.simulated,
    )
    write_annotations(path.with_name(f"{path.name}.ecgd"), marks, rate_hz=info.rate_hz)


@contextmanager
def _aside(path: Path) -> Iterator[Path]:
    """A folder beside `path` for what is not complete yet; removed however it ends."""
    try:
        with TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as folder:
            yield Path(folder)
    except EcgDeviceError:
        raise
    except OSError as error:
        raise FormatError(
            f"{path}: cannot be written",
            received=error.strerror or str(error),
            remedy="choose another folder, or make room",
        ) from error


def _told(
    blocks: Iterable[Block], wanted: Stretch, progress: Callable[[float], None]
) -> Iterator[Block]:
    for block in blocks:
        yield block
        progress((block.stop - wanted.first) / (wanted.stop - wanted.first))


def _start(reader: Reader, wanted: Stretch) -> datetime:
    """When the first sample was taken, by this machine's clock and time zone."""
    row = reader.session(wanted.session)
    offset_s = (wanted.first - row["first"]) / row["rate_hz"]
    return datetime.fromtimestamp(row["began_ms"] / 1000 + offset_s)
