"""The publisher's list of SHA-256 checksums, and whether a file agrees with it."""

import hashlib
import re
from pathlib import Path, PurePosixPath

from ecg_device.errors import FormatError

LIST = "SHA256SUMS.txt"

_LINE = re.compile(r"([0-9a-fA-F]{64})\s+\*?(\S.*)")


def read_list(text: str, origin: str) -> dict[str, str]:
    """The checksum of every path of a list as `sha256sum` writes it."""
    sums: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        match = _LINE.fullmatch(line.strip())
        if match is None or not _stays_inside(match[2]):
            raise FormatError(
                f"{origin}: line {number} is not understood",
                expected="64 hexadecimal digits and a path inside the set",
                received=repr(line[:80]),
                remedy="name the folder of the set's files with --from",
            )
        sums[match[2].removeprefix("./")] = match[1].lower()
    return sums


def _stays_inside(path: str) -> bool:
    parts = PurePosixPath(path)
    return not parts.is_absolute() and ".." not in parts.parts and "\\" not in path


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def agrees(path: Path, checksum: str) -> bool:
    """Whether the file is there and is what was published."""
    return path.is_file() and sha256(path) == checksum
