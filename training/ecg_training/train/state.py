"""The state of a training between two epochs: all that the next one depends on, in one file.

The file is replaced as a whole, so it is there in full after a kill at any moment.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from ecg_device.errors import FormatError

Arrays = tuple[NDArray[Any], ...]
Row = dict[str, float]

_PARTS = ("variables", "optimizer", "average", "best")


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """After `len(history)` epochs."""

    variables: Arrays  # of the model: weights, statistics, the seeds of its random layers
    optimizer: Arrays
    average: Arrays  # moving average of the weights; empty when none is kept
    best: Arrays  # the weights of the best epoch
    best_epoch: int = -1
    best_score: float = float("-inf")
    history: tuple[Row, ...] = ()

    @property
    def epoch(self) -> int:
        """The number of the next epoch."""
        return len(self.history)

    def with_row(self, row: Row, score: float, weights: Arrays) -> "State":
        """One epoch later; `weights` are those that `score` was reached with."""
        later = replace(self, history=(*self.history, row))
        if score <= self.best_score:
            return later
        return replace(later, best=weights, best_epoch=self.epoch, best_score=score)

    def stalled(self, patience: int | None) -> bool:
        """Whether the best is further behind than `patience` allows."""
        return patience is not None and self.epoch - 1 - self.best_epoch >= patience > 0


def save(state: State, path: Path) -> None:
    """Write a state; the file is the old one or the new one, never a part."""
    arrays = {
        f"{part}/{at}": value for part in _PARTS for at, value in enumerate(getattr(state, part))
    }
    told = {
        "best_epoch": state.best_epoch,
        "best_score": state.best_score,
        "history": state.history,
    }
    packed = BytesIO()
    np.savez(packed, allow_pickle=False, told=np.array(json.dumps(told)), **arrays)
    write_whole(path, packed.getvalue())


def load(path: Path) -> State | None:
    """The state in a file, None when there is none yet."""
    if not path.exists():
        return None
    try:
        with np.load(BytesIO(path.read_bytes()), allow_pickle=False) as stored:
            told = json.loads(str(stored["told"]))
            parts = {part: _numbered(stored, part) for part in _PARTS}
    except (ValueError, KeyError, OSError, EOFError, BadZipFile) as error:
        raise FormatError(
            f"the state of a training in {path} cannot be read",
            received=str(error),
            remedy="delete the run's folder and train it again",
        ) from error
    history = tuple(told["history"])
    return State(
        **parts, best_epoch=told["best_epoch"], best_score=told["best_score"], history=history
    )


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file at one stroke, and only when all of it is on the disk."""
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def moved(average: Arrays, weights: Sequence[NDArray[Any]], kept: float) -> Arrays:
    """The moving average one epoch later; its first value is the first weights."""
    if not average:
        return tuple(weights)
    return tuple(
        np.asarray(kept * old + (1.0 - kept) * new, new.dtype)
        for old, new in zip(average, weights, strict=True)
    )


def _numbered(stored: Any, part: str) -> Arrays:
    count = sum(name.startswith(f"{part}/") for name in stored.files)
    return tuple(stored[f"{part}/{at}"] for at in range(count))
