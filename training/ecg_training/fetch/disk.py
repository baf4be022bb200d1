"""What the file system refuses, in words."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ecg_device.errors import EcgDeviceError

AGAIN = "run the same command again: what has come is kept"


@contextmanager
def writing(target: Path) -> Iterator[None]:
    """Around whatever writes `target`."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise EcgDeviceError(
            f"{target} cannot be written",
            expected="room on the disk" if full else "a writable folder",
            received=error.strerror or str(error),
            remedy=f"make room and {AGAIN}" if full else "name another folder with --data",
        ) from error
