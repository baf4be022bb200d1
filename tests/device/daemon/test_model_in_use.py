"""Which model names beats: the one asked for, or whichever is activated while the heart beats."""

import shutil
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ecg_device.classifier import Library
from ecg_device.classifier.install import activate, install
from ecg_device.classifier.library import shipped_folder
from ecg_device.daemon.model_in_use import ModelInUse
from ecg_device.errors import ModelError

SOON_S = 10.0


class Told:
    """Refusals and acceptances, in order."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def refused(self, error: ModelError) -> None:
        self.said.append(f"refused: {error}")

    def accepted(self) -> None:
        self.said.append("accepted")


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    monkeypatch.setenv("ECG_DEVICE_STATE", str(tmp_path / "state"))
    return Library()


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def model(library: Library, told: Told) -> Iterator[ModelInUse]:
    with closing(ModelInUse(None, told.refused, told.accepted)) as model:
        yield model


def until(model: ModelInUse, told: Told, news: int) -> None:
    """Look as the loop does until so much was said; no look may wait."""
    end = time.monotonic() + SOON_S
    while len(told.said) < news:
        assert time.monotonic() < end
        model.look()
        time.sleep(0.01)


def test_an_activated_model_is_taken_over(model: ModelInUse, library: Library, told: Told) -> None:
    """The shipped one at first; the other one once it is open, and until then still the first."""
    assert (model.called() or "").startswith("aami ")
    activate(library, "six")
    until(model, told, 1)
    assert told.said == ["accepted"] and (model.called() or "").startswith("six ")


@pytest.mark.slow
def test_a_refused_one_changes_nothing_and_is_told_once(
    model: ModelInUse, library: Library, told: Told, tmp_path: Path
) -> None:
    """The old one names on; when it is chosen again that is told, though its name is the same."""
    before = model.called()
    shutil.copytree(shipped_folder() / "six", tmp_path / "mine")
    install(library, tmp_path / "mine")
    (installed,) = (entry for entry in library.entries() if not entry.shipped)
    activate(library, installed.key)
    network = installed.folder / "model.tflite"
    network.chmod(0o644)
    network.write_bytes(network.read_bytes()[:1000])
    until(model, told, 1)
    assert told.said[0].startswith("refused: ") and model.called() == before
    activate(library, "aami")
    until(model, told, 2)
    assert told.said[1:] == ["accepted"] and model.called() == before


@pytest.mark.usefixtures("library")
def test_one_asked_for_by_name_must_be_there(told: Told) -> None:
    """Who named it is told at once; `none` is nobody."""
    with pytest.raises(ModelError, match="did you mean 'aami'"):
        ModelInUse("aamii", told.refused)
    with closing(ModelInUse("none", told.refused)) as nobody:
        assert nobody.called() is None and nobody.look() is None
    assert told.said == []


def test_one_asked_for_stays_whatever_is_activated(library: Library, told: Told) -> None:
    """Only who named none follows the library."""
    with closing(ModelInUse("aami", told.refused, told.accepted)) as model:
        activate(library, "six")
        end = time.monotonic() + 1.3
        while time.monotonic() < end:
            model.look()
            time.sleep(0.05)
        assert (model.called() or "").startswith("aami ") and told.said == []
