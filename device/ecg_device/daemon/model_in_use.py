"""Which classifier names beats now, and the change to another while the heart beats on."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from ecg_device.analysis.model import find_bundle
from ecg_device.classifier import Classifier, open_bundle
from ecg_device.errors import ModelError

LOOK_EVERY_S = 1.0  # at which model is in use


class ModelInUse:
    """The classifier that names beats now: the one asked for, or whichever the library activates.

    Another one is opened in a thread while the old one goes on; one that is refused is told, and
    the old one stays.
    """

    def __init__(
        self,
        wanted: str | None,
        refused: Callable[[ModelError], None],
        accepted: Callable[[], object] = lambda: None,
    ) -> None:
        self.classifier: Classifier | None = None
        self._refused, self._accepted = refused, accepted
        self._follows = wanted is None
        self._folder: Path | None = None  # looked at last, good or not
        self._opening: Future[Classifier] | None = None
        self._next_look = time.monotonic() + LOOK_EVERY_S
        self._thread = ThreadPoolExecutor(1, "open-model")
        try:
            self._folder = find_bundle(wanted)
            self.classifier = open_bundle(self._folder) if self._folder else None
        except ModelError as error:
            if not self._follows:
                raise
            refused(error)

    def called(self) -> str | None:
        """What the model in use is called; None: beats go without names."""
        return (
            f"{self.classifier.card.name} {self.classifier.card.version}"
            if self.classifier
            else None
        )

    def look(self) -> Classifier | None:
        """The classifier to use from now on; never waits."""
        if self._opening is not None and self._opening.done():
            self._take(self._opening)
            self._opening = None
        if self._follows and self._opening is None and time.monotonic() >= self._next_look:
            self._next_look = time.monotonic() + LOOK_EVERY_S
            self._follow()
        return self.classifier

    def close(self) -> None:
        self._thread.shutdown(cancel_futures=True)

    def _follow(self) -> None:
        try:
            folder = find_bundle(None)
        except ModelError:  # told when it was first met, or by `ecg-device model`
            return
        if folder == self._folder:
            return
        self._folder = folder
        if folder is None:
            self.classifier = None
            self._accepted()
        else:
            self._opening = self._thread.submit(open_bundle, folder)

    def _take(self, opened: "Future[Classifier]") -> None:
        try:
            self.classifier = opened.result()
        except ModelError as error:
            self._refused(error)
        except Exception as error:  # a broken runtime, no memory left: the watch goes on
            self._refused(_unopened(self._folder, error))
        else:
            self._accepted()  # also where it is the old one again, which goes by the same name


def _unopened(folder: Path | None, error: Exception) -> ModelError:
    return ModelError(
        f"the model {folder} cannot be opened",
        expected="a sound TFLite runtime, and memory for it",
        received=f"{type(error).__name__}: {error}",
        remedy="activate another one, or mend the installation and start again",
    )
