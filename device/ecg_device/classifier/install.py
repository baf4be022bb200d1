"""Bundles put into the library and into use. Whatever ends a step, the old or the new is there."""

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ecg_device.classifier.bundle import CARD, CARD_TEXT, MODEL, open_bundle
from ecg_device.classifier.library import (
    STATE_VARIABLE,
    Choice,
    Entry,
    Library,
    make_folder,
    sync_folder,
)
from ecg_device.errors import ModelError

_UNFINISHED = ".new-"
_LARGEST = 512 << 20  # bytes


def install(library: Library, source: Path) -> Entry:
    """Copy a bundle in, verify the copy, and only then let its name mean it."""
    with _alone(library):
        versions = library.folder / "versions"
        _remove_unfinished(versions)
        with _staging(versions) as copy:
            _copy(source, copy)
            name = open_bundle(copy).card.name
            version = f"{name}.{_fingerprint(copy)}"
            _place(copy, versions / version)
        _point(library.folder / "installed", name, version)
        _remove_unused(library, name)
        return library.find(f"versions/{version}")


def activate(library: Library, name: str) -> Entry:
    """Put a bundle into use, if it opens; the one in use until now is remembered."""
    with _alone(library):
        entry = library.find(name)
        open_bundle(entry.folder)
        before = _readable_choice(library) or Choice()
        if before.active != entry.key:
            library.choose(Choice(entry.key, before.active or _default_key(library)))
        return entry


def rollback(library: Library) -> Entry:
    """Put back into use what was before; a second rollback undoes the first."""
    with _alone(library):
        active, previous = library.choice()
        if previous is None:
            raise ModelError("there is nothing to go back to", remedy="see: ecg-device model list")
        entry = library.find(previous)
        open_bundle(entry.folder)
        library.choose(Choice(previous, active))
        return entry


def _readable_choice(library: Library) -> Choice | None:
    """What was chosen; None where the file that said so is spoiled, which a new choice mends."""
    try:
        return library.choice()
    except ModelError:
        return None


def _default_key(library: Library) -> str | None:
    default = library.default()
    return None if default is None else f"shipped/{default.name}"


@contextmanager
def _alone(library: Library) -> Iterator[None]:
    """One change of the library at a time, whoever makes it."""
    for folder in ("versions", "installed"):
        make_folder(library.folder / folder)
    try:
        with (library.folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
    except OSError as error:
        raise ModelError(
            f"cannot change the bundles in {library.folder}",
            received=f"{error.strerror or error} ({error.filename})",
            remedy=f"run as the user of the service, make room, or set {STATE_VARIABLE}",
        ) from error


@contextmanager
def _staging(versions: Path) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=versions))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _remove_unfinished(versions: Path) -> None:
    """What an installation left behind that was cut short; nobody else is at it now."""
    for path in versions.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(path, ignore_errors=True)


def _copy(source: Path, folder: Path) -> None:
    """The three files of a bundle and nothing else, on the disk."""
    for name in (MODEL, CARD):
        _copy_file(source / name, folder / name)
    if (source / CARD_TEXT).is_file():
        _copy_file(source / CARD_TEXT, folder / CARD_TEXT)
    sync_folder(folder)


def _copy_file(source: Path, target: Path) -> None:
    if not source.is_file():  # a pipe would be waited for
        raise ModelError(
            f"{source.parent} is no bundle",
            expected=f"a folder that holds {MODEL} and {CARD}",
            received=f"no file {source.name}",
        )
    if source.stat().st_size > _LARGEST:
        raise ModelError(f"{source} is too large", expected=f"at most {_LARGEST} bytes")
    with source.open("rb") as reader, target.open("wb") as writer:
        shutil.copyfileobj(reader, writer)
        writer.flush()
        os.fsync(writer.fileno())


def _place(copy: Path, place: Path) -> None:
    """Give a verified copy its name, unless a sound one has it already."""
    if place.exists():
        try:
            open_bundle(place)
            return
        except ModelError:
            os.rename(place, place.with_name(_UNFINISHED + place.name))
    os.rename(copy, place)
    sync_folder(place.parent)


def _fingerprint(folder: Path) -> str:
    """Tells bundles of one name apart: by the card, which holds the model's SHA-256."""
    return hashlib.sha256((folder / CARD).read_bytes()).hexdigest()[:12]


def _point(folder: Path, name: str, version: str) -> None:
    """Let `name` be a link to a version, from one moment to the next."""
    unfinished = folder / f"{_UNFINISHED}{name}"
    unfinished.unlink(missing_ok=True)
    unfinished.symlink_to(Path("..", "versions", version))
    os.replace(unfinished, folder / name)
    sync_folder(folder)


def _remove_unused(library: Library, name: str) -> None:
    """Older versions of a name go, unless they are in use or were before."""
    choice = _readable_choice(library)
    if choice is None:  # any of them may be in use
        return
    kept = {*choice, library.meant(name)}
    for entry in library.entries():
        if entry.name == name and not entry.shipped and entry.key not in kept:
            shutil.rmtree(entry.folder, ignore_errors=True)
