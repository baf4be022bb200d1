"""A zip of a data set, unpacked file by file into the set's folder.

A list beside the files says from which archive they came and what each was: by it the set is
known to be whole later on, when the archive is gone.
"""

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from ecg_device.errors import FormatError
from ecg_training.fetch.checksums import agrees, read_list, sha256
from ecg_training.fetch.disk import writing


def is_unpacked(archive: Path, checksum: str) -> bool:
    """Whether all that this archive held is there, unchanged."""
    listing = _listing(archive)
    if not listing.is_file():
        return False
    sums = read_list(listing.read_text(encoding="utf-8"), str(listing))
    if sums.pop(archive.name, None) != checksum or not sums:
        return False
    return all(agrees(archive.parent / name, each) for name, each in sums.items())


def unpack(archive: Path, checksum: str, names: str, told: Callable[[float], None]) -> None:
    """Unpack the files whose names match, then drop the archive.

    `told` hears the share that is done. Each file appears whole; the list is written last.
    """
    lines = [f"{checksum}  {archive.name}"]
    with _readable(archive) as packed:
        members = [m for m in packed.infolist() if re.fullmatch(names, _name(m))]
        for number, member in enumerate(members, 1):
            target = archive.with_name(_name(member))
            part = target.with_name(target.name + ".part")
            with writing(target):
                part.write_bytes(packed.read(member))
                part.replace(target)
            lines.append(f"{sha256(target)}  {target.name}")
            told(number / len(members))
    listing = _listing(archive)
    with writing(listing):
        listing.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        archive.unlink()


def _name(member: zipfile.ZipInfo) -> str:
    """Without the folder that it lies in: nothing leaves the set's folder."""
    return PurePosixPath(member.filename).name


def _listing(archive: Path) -> Path:
    return archive.with_name(archive.name + ".sha256")


@contextmanager
def _readable(archive: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(archive) as packed:
            yield packed
    except (zipfile.BadZipFile, zlib.error) as error:
        raise FormatError(
            f"{archive} cannot be unpacked", expected="a whole zip file", received=str(error)
        ) from error
