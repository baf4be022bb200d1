"""Arrays that took long to make, kept in the user's cache folder (safe to delete).

They lie there under a hash of what was asked, of the files that it was asked of, and of the
source of everything that takes part, so that no change can leave old numbers behind.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = Mapping[str, NDArray[Any]]
Makers = tuple[tuple[ModuleType, str], ...]  # packages, and the files and folders in them


def kept(digest: str, make: Callable[[], Arrays]) -> dict[str, NDArray[Any]]:
    """What lies under that digest, made and put there when it does not yet."""
    file = _folder() / f"{digest}.npz"
    if file.is_file():
        with np.load(file) as arrays:
            return {name: arrays[name] for name in arrays.files}
    made: dict[str, Any] = dict(make())
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(f".{os.getpid()}.npz")
    np.savez(unfinished, **made)
    unfinished.replace(file)
    return made


def digest_of(asked: tuple[object, ...], makers: Makers, files: Iterable[Path]) -> str:
    """A name for what these makers make of these files when so asked."""
    digest = sha256(repr((asked, _source(makers))).encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:32]


def _folder() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "ecg-device" / "beatsets"


@cache
def _source(makers: Makers) -> str:
    digest = sha256()
    for package, names in makers:
        folder = Path(package.__path__[0])
        for name in names.split():
            path = folder / name
            for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
                if file.is_file() and "__pycache__" not in file.parts:
                    digest.update(str(file.relative_to(folder)).encode() + file.read_bytes())
    return digest.hexdigest()
