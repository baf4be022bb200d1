"""Any source rate to the working rate, sample by sample, with no delay left in the numbers.

Working sample `w` is the signal at `w / 360` seconds exactly: each output is a windowed-sinc
sum (Kaiser) centred on its own instant, so filtering costs latency but shifts nothing. Positions
are integers throughout: neither 24 hours nor the size of the blocks moves a sample by a bit.

A source slower than 360 Hz keeps everything up to about 0.4 of its rate; a faster one is cut
between 106 and 180 Hz, so that nothing above half the working rate folds back.
"""

from collections.abc import Iterator
from fractions import Fraction
from math import ceil, isfinite
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from ecg_device.errors import ConfigError
from ecg_device.signals import WORKING_RATE_HZ, FloatArray, LeadBits

_LOBES = 10  # sinc lobes each side of an output, at the slower of the two rates
_ATTENUATION_DB = 64.0
_KAISER_BETA = 0.1102 * (_ATTENUATION_DB - 8.7)  # Kaiser 1974, above 50 dB
_TRANSITION = (_ATTENUATION_DB - 7.95) / (14.36 * (2 * _LOBES - 1))  # per cycle of that rate

_MOST_PHASES = 4096  # rates whose ratio needs more use the nearest: within 1/8192 of a sample
_LARGEST_DENOMINATOR = 10**6  # 250.37 Hz is 25037/100; any float is met within 1e-12 Hz
_SLAB = 8192  # outputs computed at once: bounds memory, fits the cache

Positions = NDArray[np.int64]
T = TypeVar("T", bound=np.generic)


class _Walk(Generic[T]):
    """The recent source samples of one stream, and where the working samples lie among them.

    Working sample `w` lies at source position `w * step / unit`. The samples before the first
    and after the last are taken to equal it.
    """

    def __init__(self, source_rate_hz: float, dtype: type[T]) -> None:
        ratio = _exact_rate(source_rate_hz) / WORKING_RATE_HZ
        self.step, self.unit = ratio.numerator, ratio.denominator
        self.reach = ceil(_LOBES * max(ratio, Fraction(1)))  # source samples needed each side
        self._recent: NDArray[T] = np.empty(0, dtype)
        self._first = 1 - self.reach  # source number of _recent[0]
        self._next = 0  # working sample to come out next

    def feed(self, block: NDArray[T]) -> int:
        """Take in a block; how many working samples can come out now."""
        if len(block) == 0:
            return 0
        if len(self._recent) == 0:
            self._recent = np.repeat(block[:1], self.reach - 1)
        self._recent = np.concatenate((self._recent, block))
        reachable = self._stop - self.reach
        return max(-(-reachable * self.unit // self.step) - self._next, 0)

    def finish(self) -> int:
        """Extend the last sample; how many working samples come out, up to that sample."""
        if len(self._recent) == 0:
            return 0
        last = self._stop - 1
        self._recent = np.concatenate((self._recent, np.repeat(self._recent[-1:], self.reach)))
        return last * self.unit // self.step + 1 - self._next

    @property
    def _stop(self) -> int:
        return self._first + len(self._recent)

    def slabs(self, count: int) -> Iterator[tuple[slice, NDArray[T], Positions]]:
        """The next `count` working samples: where they go, the source samples, their positions.

        Positions are in units of `1 / unit` source sample from the first of those samples.
        """
        for start in range(0, count, _SLAB):
            length = min(_SLAB, count - start)
            origin = self._next * self.step - self._first * self.unit
            positions = np.arange(length, dtype=np.int64) * self.step + origin
            yield slice(start, start + length), self._recent, positions
            self._next += length
        if count:
            self._forget()

    def _forget(self) -> None:
        needed = self._next * self.step // self.unit - (self.reach - 1)
        self._recent = self._recent[needed - self._first :].copy()
        self._first = needed


class Resampler:
    """Samples of one source, resampled to 360 Hz.

    A source at 360 Hz passes through untouched. A NaN spoils the outputs it contributes to.
    """

    def __init__(self, source_rate_hz: float) -> None:
        self._walk = _Walk(source_rate_hz, np.float64)
        self._identity = self._walk.step == self._walk.unit
        self._phases = min(self._walk.unit, _MOST_PHASES)
        self._taps = _kernel(source_rate_hz, self._walk.reach, self._phases)

    @property
    def latency(self) -> int:
        """How many working samples the output is behind the newest source sample, at most."""
        if self._identity:
            return 0
        return ceil(Fraction(self._walk.reach * self._walk.unit, self._walk.step))

    def feed(self, mv: FloatArray) -> FloatArray:
        """The working samples that `mv`, following what was fed before, makes known."""
        return mv if self._identity else self._resample(self._walk.feed(mv))

    def finish(self) -> FloatArray:
        """The working samples still owed, up to the last source sample."""
        return np.empty(0) if self._identity else self._resample(self._walk.finish())

    def _resample(self, count: int) -> FloatArray:
        out = np.zeros(count)
        walk = self._walk
        for where, mv, positions in walk.slabs(count):
            before, fraction = np.divmod(positions, walk.unit)
            phase = (fraction * self._phases + walk.unit // 2) // walk.unit
            _weigh(out[where], mv, before - (walk.reach - 1), self._taps, phase)
        return out


class FlagResampler:
    """Flags of each source sample (leads off, missing), carried to 360 Hz in step with `Resampler`.

    A working sample gets every flag raised within one sample of it, by the slower of the two
    clocks: none is lost, whichever way the rate goes. It comes out in the same call as the
    working sample of a `Resampler` fed alike.
    """

    def __init__(self, source_rate_hz: float) -> None:
        self._walk = _Walk(source_rate_hz, np.uint8)
        self._identity = self._walk.step == self._walk.unit

    def feed(self, flags: LeadBits) -> LeadBits:
        """The working samples' flags that `flags` makes known."""
        return flags if self._identity else self._spread(self._walk.feed(flags))

    def finish(self) -> LeadBits:
        """The flags still owed, up to the last source sample."""
        return np.empty(0, np.uint8) if self._identity else self._spread(self._walk.finish())

    def _spread(self, count: int) -> LeadBits:
        out = np.zeros(count, dtype=np.uint8)
        walk = self._walk
        near = max(walk.step, walk.unit)
        for where, flags, positions in walk.slabs(count):
            lowest = (positions - near) // walk.unit + 1
            highest = -((-positions - near) // walk.unit) - 1
            for offset in range(int(np.max(highest - lowest)) + 1):
                out[where] |= flags.take(np.minimum(lowest + offset, highest))
        return out


def _exact_rate(source_rate_hz: float) -> Fraction:
    if not (isfinite(source_rate_hz) and 100 <= source_rate_hz <= 1000):
        raise ConfigError(
            "the sampling rate cannot be resampled",
            expected="100 to 1000 Hz",
            received=f"{source_rate_hz:g} Hz",
            remedy="convert the recording to such a rate",
        )
    return Fraction(source_rate_hz).limit_denominator(_LARGEST_DENOMINATOR)


def _kernel(source_rate_hz: float, reach: int, phases: int) -> FloatArray:
    """Weights of the `2 * reach` samples around an output, a row each, a column per phase.

    The last column is the phase one sample on, which rounding to the nearest may ask for.
    """
    transition_hz = _TRANSITION * min(source_rate_hz, WORKING_RATE_HZ)
    cutoff_hz = min(source_rate_hz / 2, WORKING_RATE_HZ / 2 - transition_hz / 2)
    tap = np.arange(1 - reach, reach + 1)[:, np.newaxis]
    distance = tap - np.arange(phases + 1) / phases
    window = np.i0(_KAISER_BETA * np.sqrt(1 - (distance / reach) ** 2))
    weights = np.sinc(2 * cutoff_hz / source_rate_hz * distance) * window
    return np.asarray(weights / weights.sum(axis=0))


def _weigh(
    out: FloatArray, mv: FloatArray, first: Positions, taps: FloatArray, phase: Positions
) -> None:
    """Add to each output its weighted samples, from `first` on.

    One tap for all outputs at a time: fast, and the order of the sums, hence every bit of the
    result, is the same however many outputs there are.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        for offset, weights in enumerate(taps):
            out += mv[offset:].take(first) * weights.take(phase)
