"""The bundles that are there: shipped with the software, or installed; and the one in use.

    shipped/NAME            in the software's own folder, never written to
    state/models/
      versions/NAME.HASH/   installed bundles, never changed once they have that name
      installed/NAME        link to the version that NAME means
      active.json           which one is in use and which was before: one file, so that a single
                            rename moves both, and a power cut leaves the old pair or the new

A shipped bundle in use follows the software's updates; an installed one stays as it is.
"""

import difflib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ecg_device.classifier.bundle import CARD
from ecg_device.errors import ModelError
from ecg_device.formats.replacing import replacing

STATE_VARIABLE = "ECG_DEVICE_STATE"
SYSTEM_STATE = Path("/var/lib/ecg-device")
DEFAULT = "aami"  # the bundle in use where nobody chose one

_SHIPPED, _VERSIONS, _INSTALLED = "shipped", "versions", "installed"


@dataclass(frozen=True, slots=True)
class Entry:
    """A bundle of the library. `key` tells it from others of its name."""

    name: str
    key: str  # shipped/NAME or versions/NAME.HASH
    folder: Path

    @property
    def shipped(self) -> bool:
        return self.key.startswith(f"{_SHIPPED}/")


class Choice(NamedTuple):
    """The keys of the bundle in use and of the one before it; None: nobody chose."""

    active: str | None = None
    previous: str | None = None


class Library:
    """The bundles in two folders. Reading needs neither folder to exist."""

    def __init__(self, state: Path | None = None, shipped: Path | None = None) -> None:
        self.folder = (state or state_folder()) / "models"
        self._shipped = shipped or shipped_folder()
        self._choice_file = self.folder / "active.json"

    def entries(self) -> list[Entry]:
        """All bundles: shipped ones, then installed ones, each by name."""
        names = sorted(path.parent.name for path in self._shipped.glob(f"*/{CARD}"))
        shipped = [Entry(name, f"{_SHIPPED}/{name}", self._shipped / name) for name in names]
        return shipped + list(self._versions())

    def find(self, name: str) -> Entry:
        """The bundle of a name, the installed one before a shipped one, or of a whole key."""
        entries = self.entries()
        installed = self.meant(name)
        for entry in entries:
            if entry.key in (name, installed):
                return entry
        for entry in entries:
            if entry.shipped and entry.name == name:
                return entry
        raise _unknown(name, entries)

    def shortest(self, entry: Entry) -> str:
        """What to type for a bundle: its name if that means it, else its key."""
        return entry.name if self.find(entry.name) == entry else entry.key

    def meant(self, name: str) -> str | None:
        """The key of the installed bundle that a name means; None where none does."""
        try:
            return f"{_VERSIONS}/{(self.folder / _INSTALLED / name).readlink().name}"
        except (OSError, ValueError):
            return None

    def active(self) -> Path | None:
        """The folder of the bundle in use; None: beats go unnamed.

        Cheap enough to ask every second: one small file is read. The daemon keeps the answer;
        when another comes it opens that bundle beside the one in use (`open_bundle`, in a
        thread), and sets `pipeline.namer` to it between two beats. Is the bundle refused, it
        logs the ModelError and goes on with the old one. Folders never change once they are
        there, except that an update of the software replaces shipped ones, and restarts it.
        """
        chosen = self.choice().active
        return self.default() if chosen is None else self._folder(chosen)

    def default(self) -> Path | None:
        """The shipped bundle that is used where nobody chose one."""
        folder = self._shipped / DEFAULT
        return folder if (folder / CARD).is_file() else None

    def choice(self) -> Choice:
        try:
            values = json.loads(self._choice_file.read_bytes())
            return Choice(*(_key(values.get(field)) for field in Choice._fields))
        except FileNotFoundError:
            return Choice()
        except OSError as error:
            raise _unreadable(self._choice_file, str(error.strerror)) from error
        except (ValueError, AttributeError) as error:
            raise _unreadable(self._choice_file, str(error)) from error

    def choose(self, choice: Choice) -> None:
        """Let these two be in use and before that, in one step that a power cut cannot split."""
        make_folder(self.folder)
        with replacing(self._choice_file) as file:
            file.write(json.dumps(choice._asdict()).encode() + b"\n")
        sync_folder(self.folder)

    def _folder(self, key: str) -> Path:
        kind, _, name = key.partition("/")
        return self._shipped / name if kind == _SHIPPED else self.folder / _VERSIONS / name

    def _versions(self) -> Iterator[Entry]:
        folder = self.folder / _VERSIONS
        for path in sorted(folder.glob(f"*.*/{CARD}")):
            version = path.parent.name
            if not version.startswith("."):
                name = version.partition(".")[0]
                yield Entry(name, f"{_VERSIONS}/{version}", path.parent)


def default_bundle() -> Path | None:
    """The folder of the bundle to use where none is named: the active one, else the shipped."""
    return Library().active()


def state_folder() -> Path:
    """Where the appliance keeps what must outlive it: the service's folder, else the user's."""
    named = os.environ.get(STATE_VARIABLE)
    if named:
        return Path(named)
    if os.access(SYSTEM_STATE, os.W_OK):
        return SYSTEM_STATE
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "ecg-device"


def shipped_folder() -> Path:
    """The bundles of this software: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parents[1]
    inside = package / "models"
    return inside if inside.is_dir() else package.parents[1] / "models"


def make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ModelError(
            f"cannot write into {folder}",
            received=error.strerror,
            remedy=f"run as the user of the service, or set {STATE_VARIABLE} to a folder of yours",
        ) from error


def sync_folder(folder: Path) -> None:
    """Have the disk know the names in a folder, not only the files' contents."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _key(value: object) -> str | None:
    """A key as `choose` wrote it; nothing that leads out of the folders."""
    if value is None:
        return None
    kind, _, name = value.partition("/") if isinstance(value, str) else ("", "", "")
    if kind not in (_SHIPPED, _VERSIONS) or not name or "/" in name or name.startswith("."):
        raise ValueError(f"{value!r} is no bundle's key")
    return str(value)


def _unreadable(path: Path, why: str) -> ModelError:
    return ModelError(
        f"{path}: cannot be read",
        received=why,
        remedy="choose a bundle: ecg-device model activate NAME",
    )


def _unknown(name: str, entries: list[Entry]) -> ModelError:
    names = sorted({entry.name for entry in entries})
    close = difflib.get_close_matches(name, names, n=1)
    return ModelError(
        f"there is no model {name!r}",
        expected=" or ".join(names) or None,
        remedy=f"did you mean {close[0]!r}?" if close else "see: ecg-device model list",
    )
