"""What is at a bundle's name while another one is put there."""

from pathlib import Path

import pytest

from ecg_training.export import bundling


def test_the_bundle_before_comes_back(tmp_path: Path) -> None:
    """The new one cannot be moved, for it is gone: the old one is at its name as it was."""
    place, making = tmp_path / "toy", tmp_path / ".export"
    place.mkdir()
    making.mkdir()
    (place / "card.json").write_text("the one before")
    with pytest.raises(FileNotFoundError):
        bundling._replace(making / "toy", place)
    assert (place / "card.json").read_text() == "the one before"
    assert not list(making.iterdir())
