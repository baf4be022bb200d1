"""The bundles in `models/`: each opens here, is what its folder says, keeps within its bounds."""

from pathlib import Path

import pytest

from ecg_device.classifier import Library, open_bundle
from ecg_device.classifier.library import DEFAULT, shipped_folder

FOLDERS = sorted(path.parent for path in shipped_folder().glob("*/card.json"))
LARGEST = 64 * 1024  # bytes of the model that is used where nobody chose one


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_shipped_bundle_is_sound(folder: Path) -> None:
    """Hash, shapes, views and golden beats, in the runtime at hand."""
    card = open_bundle(folder).card
    assert card.name == folder.name
    assert card.metrics, "a bundle is not shipped before it was measured"
    assert "Not a medical device" in card.limits
    assert (folder / "card.md").is_file()


@pytest.mark.skipif(not FOLDERS, reason="no bundle is shipped yet")
def test_the_default_is_small(tmp_path: Path) -> None:
    """Out of the box `aami` is in use, with all that the appliance's rhythms ask for."""
    folder = Library(state=tmp_path).active()
    assert folder is not None and folder.name == DEFAULT
    card = open_bundle(folder).card
    assert card.bytes <= LARGEST
    assert {"N", "S", "V"} <= set(card.labels)
