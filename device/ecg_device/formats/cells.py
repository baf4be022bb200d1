"""Blocks laid out on an even grid, as files without a notion of gaps want them."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from ecg_device.errors import FormatError
from ecg_device.signals import Block, FloatArray


def cells(blocks: Iterable[Block], size: int, path: Path) -> Iterator[tuple[int, FloatArray]]:
    """Number and samples of each cell of `size` samples that holds any; NaN where none came.

    Sample 0 of cell 0 is the first one of the first block. The last cell ends with the blocks.
    """
    origin: int | None = None
    number, stop = 0, 0
    cell = np.full(size, np.nan)
    for block in blocks:
        origin = block.start if origin is None else origin
        at = block.start - origin
        if at < stop:
            raise FormatError(
                f"{path}: blocks to write overlap",
                expected=f"a start of {origin + stop} or more",
                received=str(block.start),
            )
        for place, piece in _pieces(block.mv, at, size):
            if place // size != number:
                yield number, cell
                number, cell = place // size, np.full(size, np.nan)
            cell[place % size : place % size + len(piece)] = piece
        stop = at + len(block.mv)
    if stop == 0:
        raise FormatError(f"{path}: nothing to write", expected="at least one sample")
    yield number, cell[: stop - number * size]


def _pieces(mv: FloatArray, at: int, size: int) -> Iterator[tuple[int, FloatArray]]:
    """Parts of `mv`, which begins at `at`, none of them across a cell's border."""
    begin = 0
    while begin < len(mv):
        end = min(len(mv), begin + size - (at + begin) % size)
        yield at + begin, mv[begin:end]
        begin = end


def codes_of(
    mv: FloatArray, per_mv: float, limits: tuple[int, int], missing: int, path: Path
) -> FloatArray:
    """Millivolts as whole numbers; what is not finite becomes `missing`."""
    codes = np.round(mv * per_mv)
    lost = ~np.isfinite(mv)
    codes[lost] = limits[0]
    if codes.min() < limits[0] or codes.max() > limits[1]:
        extreme = float(np.abs(mv[~lost]).max())
        raise FormatError(
            f"{path}: a sample is too large for the format",
            expected=f"at most {limits[1] / per_mv:g} mV",
            received=f"{extreme:g} mV",
            remedy="write it with a larger step, or as CSV",
        )
    codes[lost] = missing
    return codes
