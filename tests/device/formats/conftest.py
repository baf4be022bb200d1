"""The peers of the readers and writers: wfdb on any pandas, pyEDFlib where it can be had."""

import warnings
from typing import Any

import pytest

_PANDAS_GOES_ON = "The inplace keyword"  # wfdb 4.3 still uses what pandas has deprecated

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", _PANDAS_GOES_ON)
    import wfdb  # noqa: F401


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let wfdb's own deprecations pass, in the tests of this folder."""
    for item in items:
        if item.path.parent.name == "formats":
            item.add_marker(pytest.mark.filterwarnings(f"ignore:{_PANDAS_GOES_ON}"))


@pytest.fixture
def pyedflib() -> Any:
    """The peer for EDF, which ships no wheel for every Python on every machine."""
    return pytest.importorskip("pyedflib", reason="pyEDFlib has no wheel for this Python here")
