"""Files appear whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from ecg_device.errors import EcgDeviceError, FormatError


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Write a file beside `path`; it takes that name once all went well, else it is removed."""
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise _not_written(path, error) from error
    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, path)
    except EcgDeviceError:  # of whoever makes its content; some are OSErrors too
        raise
    except OSError as error:
        raise _not_written(path, error) from error
    finally:
        with suppress(FileNotFoundError):
            os.unlink(name)


def _umask() -> int:
    """The process's mask, which can only be read by setting it."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _not_written(path: Path, error: OSError) -> FormatError:
    return FormatError(
        f"{path}: cannot be written",
        received=error.strerror,
        remedy="choose another folder, or make room",
    )
