"""Intake: a source's blocks made one unbroken line of finite numbers, what was wrong in flags.

Missing samples (NaN, or a jump of the sample numbers) hold the last value and are flagged, so
that every later stage sees a number for each instant and knows which to disbelieve.
"""

from collections.abc import Iterable, Iterator

import numpy as np

from ecg_device.errors import SourceError
from ecg_device.quality import MISSING, SATURATED
from ecg_device.signals import Block, FloatArray, LeadBits, LeadState, SignalInfo

_WIDEST_MV = 50.0  # no electrode gives more: what is beyond is cut before it is squared
_RAIL_MARGIN = 0.005  # share of the range that counts as being at the rail
_SLAB = 1 << 16  # samples of a gap filled at a time
_LONGEST_GAP_S = 7 * 86_400


def to_the_end(blocks: Iterable[Block], samples: int | None) -> Iterator[Block]:
    """The blocks of a signal of known length; an empty one where they stop short of it.

    Without that one the samples missing at the end would go unnoticed: a gap shows as a jump.
    """
    stop = 0
    for block in blocks:
        yield block
        stop = block.stop
    if samples is not None and stop < samples:
        yield Block(samples, np.empty(0))


class Intake:
    """Follows the source's sample numbers."""

    def __init__(self, info: SignalInfo) -> None:
        self._rate_hz = info.rate_hz
        self._next = 0
        self._held = 0.0
        self._low, self._high = _limits(info.rails_mv)

    def feed(self, block: Block) -> Iterator[tuple[FloatArray, LeadBits]]:
        """Samples and flags that follow what came before, a gap's filling first."""
        gap = block.start - self._next
        if gap < 0:
            raise SourceError(
                "the source went back in time",
                expected=f"sample {self._next} or later",
                received=f"sample {block.start}",
                remedy="report this as a bug of the source",
            )
        if gap > _LONGEST_GAP_S * self._rate_hz:
            raise SourceError(
                "the recording has too long a gap",
                expected="at most seven days without samples",
                received=f"{gap / self._rate_hz / 86_400:.1f} days",
                remedy="split the recording there",
            )
        self._next = block.stop
        for done in range(0, gap, _SLAB):
            count = min(_SLAB, gap - done)
            yield np.full(count, self._held), np.full(count, MISSING, dtype=np.uint8)
        if len(block.mv):
            yield self._clean(block)

    def _clean(self, block: Block) -> tuple[FloatArray, LeadBits]:
        mv = np.asarray(block.mv, dtype=np.float64)
        flags = np.zeros(len(mv), dtype=np.uint8)
        if block.leads is not None:
            flags |= _pins(block.leads, len(mv))
        flags[(mv <= self._low) | (mv >= self._high)] |= SATURATED
        missing = ~np.isfinite(mv)
        if missing.any():
            flags[missing] |= MISSING
            mv = self._hold(mv, missing)
        mv = np.clip(mv, -_WIDEST_MV, _WIDEST_MV)
        self._held = float(mv[-1])
        return mv, flags

    def _hold(self, mv: FloatArray, missing: np.ndarray) -> FloatArray:
        """Replace each missing sample by the last one that was there."""
        last = np.maximum.accumulate(np.where(missing, -1, np.arange(len(mv))))
        return np.where(last < 0, self._held, mv[last])


def _pins(leads: LeadBits, samples: int) -> LeadBits:
    """The pins' bits alone: those above them are the intake's own flags."""
    if len(leads) != samples:
        raise SourceError(
            "the source's leads do not go with its samples",
            expected=f"{samples} states",
            received=str(len(leads)),
            remedy="report this as a bug of the source",
        )
    return leads & np.uint8(LeadState.CABLE_OFF)


def _limits(rails_mv: tuple[float, float] | None) -> tuple[float, float]:
    """The values from which on a sample is saturated."""
    if rails_mv is None:
        return -_WIDEST_MV, _WIDEST_MV
    low, high = rails_mv
    margin = _RAIL_MARGIN * (high - low)
    return low + margin, high - margin
