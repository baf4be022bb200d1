"""One process writes a folder of data; who does is told to any other."""

import errno
import fcntl
import os
import sys
import time
from pathlib import Path

from ecg_device.errors import StoreError
from ecg_device.store.folder import LOCK

_PATIENCE_S = 0.3  # others only look for a moment
_NOT_WRITABLE = (errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOSPC, errno.EDQUOT)


class FolderLock:
    """Held until `release` or the end of the process, however it ends: the kernel lets it go."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / LOCK
        self._file: int | None = None

    def acquire(self) -> None:
        """Take it, or a StoreError that says who has it.

        Where the file cannot be made, nobody can write into the folder: there is nothing to
        protect, and the next try to write asks again.
        """
        if self._file is not None and _is_at(self._file, self.path):
            return
        self.release()  # someone removed the folder, and another one is there now
        file = _opened(self.path)
        if file is None:
            return
        if not _taken(file, fcntl.LOCK_EX):
            holder = _holder(file)
            os.close(file)
            raise _in_use(self.path.parent, holder)
        self._file = file
        _sign(file)

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


def in_use(folder: Path) -> bool:
    """Whether a process writes this folder now."""
    try:
        file = os.open(folder / LOCK, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(file)
    return False


def _is_at(file: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file), os.stat(path))
    except OSError:
        return False


def _opened(path: Path) -> int | None:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        if error.errno not in _NOT_WRITABLE:
            raise _unopened(path, error) from error
    try:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None


def _taken(file: int, kind: int) -> bool:
    patience = time.monotonic() + _PATIENCE_S
    while True:
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() > patience:
                return False
            time.sleep(0.02)


def _sign(file: int) -> None:
    """Tell others who has it; where it cannot be told the lock holds all the same."""
    who = f"process {os.getpid()} ({Path(sys.argv[0] or 'python').name})"
    try:
        os.ftruncate(file, 0)
        os.pwrite(file, who.encode(), 0)
    except OSError:
        return


def _holder(file: int) -> str:
    said = os.pread(file, 200, 0).decode(errors="replace").strip()
    return said or "another process"


def _in_use(folder: Path, holder: str) -> StoreError:
    return StoreError(
        f"{folder}: another process keeps its signals there",
        expected="a folder of its own for each running appliance",
        received=holder,
        remedy="stop that one, or give another folder: --data FOLDER",
    )


def _unopened(path: Path, error: OSError) -> StoreError:
    return StoreError(
        f"{path}: cannot be opened",
        received=error.strerror,
        remedy="give another folder: --data FOLDER",
    )
