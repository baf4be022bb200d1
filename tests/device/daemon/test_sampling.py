"""The rate that is claimed is the one that was."""

import numpy as np
import pytest

from ecg_device.daemon.sampling import Sampling
from ecg_device.signals import Block
from ecg_device.sources.wire import Taken

S = 1_000_000_000


def sampled(rate_hz: float, seconds: float, gap_at_s: float = -1.0) -> Sampling:
    """Blocks of 14 samples, taken by a clock that runs at `rate_hz`; half a second may be lost."""
    sampling = Sampling()
    for stop in range(14, round(seconds * rate_hz), 14):
        if not gap_at_s <= stop / rate_hz < gap_at_s + 0.5:
            block = Block(stop - 14, np.zeros(14))
            sampling.add(Taken(block, round(stop / rate_hz * S), 0))
    return sampling


@pytest.mark.parametrize("rate_hz", [360.0, 361.5, 125.0])
def test_the_rate_is_samples_by_the_clock(rate_hz: float) -> None:
    """A converter that runs 0.4 % fast is told as such, to a hundredth of a percent."""
    assert sampled(rate_hz, 30).report(0)["rate_hz"] == pytest.approx(rate_hz, rel=1e-4)


def test_what_is_missing_is_no_slower_clock() -> None:
    """Lost samples keep their numbers: the rate is the converter's, the loss is counted apart."""
    report = sampled(360.0, 30, gap_at_s=10).report(180)
    assert report["rate_hz"] == pytest.approx(360, rel=1e-4)
    assert report["missing"] == 180


def test_only_the_last_minute_counts() -> None:
    """A clock that changed its pace is known by its new one a minute later."""
    sampling = sampled(360.0, 60)
    first, begun = 21_600, 60 * S
    for stop in range(14, round(61 * 380.0), 14):
        block = Block(first + stop - 14, np.zeros(14))
        sampling.add(Taken(block, begun + round(stop / 380.0 * S), 1))
    report = sampling.report(0)
    assert report["rate_hz"] == pytest.approx(380, rel=1e-3)
    assert report["late"] == len(range(14, round(61 * 380.0), 14))


def test_too_early_is_no_rate() -> None:
    """Of the first second nothing is claimed."""
    assert sampled(360.0, 1.5).report(0)["rate_hz"] is None
