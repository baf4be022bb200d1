"""A peer of the readers and writers that cannot be had everywhere."""

from typing import Any

import pytest


@pytest.fixture
def pyedflib() -> Any:
    """The peer for EDF, which ships no wheel for every Python on every machine."""
    return pytest.importorskip("pyedflib", reason="pyEDFlib has no wheel for this Python here")
