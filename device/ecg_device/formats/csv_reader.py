"""CSV recordings: `time,value` or `time,value,lo_minus,lo_plus`, read in blocks.

Opening one reads it through once, for the rate and to find what is wrong in it; nothing of it is
kept. Values are millivolts unless the header names another unit; counts of an ADC behind an AD8232
become millivolts at the electrodes by its nominal gain of 1100 around half the supply.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from ecg_device.errors import ConfigError, FormatError
from ecg_device.formats.csv_clock import CsvClock, read_clock
from ecg_device.formats.csv_layout import COUNTS, CsvLayout, read_csv_layout
from ecg_device.formats.csv_rows import read_rows
from ecg_device.formats.leads import find_lead
from ecg_device.formats.recording import minute_of, reblock
from ecg_device.formats.units import mv_per_unit, require_no_converter
from ecg_device.signals import Block, FloatArray, LeadBits, LeadState, SignalInfo

_AD8232_GAIN = 1100


@dataclass(frozen=True, slots=True)
class Scale:
    """`mv = value * gain + offset`; a converter delivers 0 to `top` only."""

    gain: float
    offset: float = 0.0
    top: int | None = None

    @property
    def rails_mv(self) -> tuple[float, float] | None:
        """Where the converter ends."""
        return None if self.top is None else (self.offset, self.top * self.gain + self.offset)


@dataclass(frozen=True, slots=True)
class CsvRecording:
    """A lead of a CSV file."""

    info: SignalInfo
    leads: tuple[str, ...]
    path: Path
    layout: CsvLayout
    clock: CsvClock
    column: int
    scale: Scale

    def blocks(self, size: int | None = None) -> Iterator[Block]:
        """See `Recording.blocks`."""
        return reblock(self._chunks(), size or minute_of(self.info))

    def _chunks(self) -> Iterator[Block]:
        start, last = 0, None
        for _, rows in read_rows(self.path, self.layout):
            times = rows[:, 0]
            intervals = np.diff(times, prepend=times[0] if last is None else last)
            mv, leads = self._millivolts(rows[:, self.column]), self._lead_bits(rows)
            jumps = np.flatnonzero(intervals > self.clock.gap_seconds)
            edges = [0, *jumps.tolist(), len(rows)]
            for i, (begin, end) in enumerate(pairwise(edges)):
                if i > 0:
                    start += self.clock.gap(float(intervals[begin])) - 1
                if end > begin:
                    yield Block(start, mv[begin:end], None if leads is None else leads[begin:end])
                start += end - begin
            last = float(times[-1])

    def _millivolts(self, values: FloatArray) -> FloatArray:
        mv = values * self.scale.gain + self.scale.offset
        mv[~np.isfinite(values)] = np.nan
        return mv

    def _lead_bits(self, rows: FloatArray) -> LeadBits | None:
        if self.layout.pin_columns is None:
            return None
        bits = np.zeros(len(rows), dtype=np.uint8)
        states = (LeadState.RA_OFF, LeadState.LA_OFF)
        for column, off in zip(self.layout.pin_columns, states, strict=True):
            bits[np.nan_to_num(rows[:, column]) != 0] |= np.uint8(off)
        return bits


def open_csv(
    path: Path,
    lead: int | str | None = 0,
    *,
    adc_bits: int | None = None,
    vref: float | None = None,
) -> CsvRecording:
    """Open a CSV file, reading all of it once."""
    layout = read_csv_layout(path)
    index = find_lead(layout.leads, lead, path)
    column = layout.lead_columns[index]
    scale = _scale(layout.units[index], adc_bits, vref, path)
    clock = read_clock(_within(read_rows(path, layout), column, scale.top, path), path)
    info = SignalInfo(
        name=path.stem,
        rate_hz=clock.rate_hz,
        lead=layout.leads[index],
        simulated=layout.simulated,
        rails_mv=scale.rails_mv,
        samples=clock.samples,
    )
    return CsvRecording(info, layout.leads, path, layout, clock, column, scale)


def _scale(unit: str, adc_bits: int | None, vref: float | None, path: Path) -> Scale:
    """By the unit the header names; where it names none, counts if a converter is given."""
    per_unit = mv_per_unit(unit)
    if per_unit is not None:
        require_no_converter(path, adc_bits, vref, f"the unit {unit} in its header")
        return Scale(per_unit)
    if adc_bits is None and vref is None and unit not in COUNTS:
        return Scale(1.0)
    if adc_bits is None or vref is None:
        raise ConfigError(
            f"{path}: ADC counts cannot be turned into millivolts",
            expected="both the converter's bits and its reference in volts",
            received=f"bits {adc_bits}, reference {vref}",
            remedy="give --adc-bits and --vref",
        )
    if not (1 <= adc_bits <= 32 and 0.1 <= vref <= 100):
        raise ConfigError(
            "a converter is described wrongly",
            expected="1 to 32 bits and a reference of 0.1 to 100 V",
            received=f"{adc_bits} bits, {vref} V",
        )
    mv_per_volt = 1000 / _AD8232_GAIN
    return Scale(vref / 2**adc_bits * mv_per_volt, -vref / 2 * mv_per_volt, 2**adc_bits - 1)


def _within(
    rows: Iterator[tuple[int, FloatArray]], column: int, top: int | None, path: Path
) -> Iterator[tuple[int, FloatArray]]:
    """The rows unchanged, each value looked at: a converter cannot deliver every number."""
    for line, chunk in rows:
        values = chunk[:, column]
        wrong = (values < 0) | (values > top) if top is not None else np.abs(values) > 1e9
        if wrong.any():
            first = int(np.argmax(wrong))
            raise FormatError(
                f"{path}, line {line + first}: a value out of range",
                expected="millivolts" if top is None else f"counts of 0 to {top}",
                received=f"{values[first]:g}",
                remedy=None if top is None else "check --adc-bits",
            )
        yield line, chunk
