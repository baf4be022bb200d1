"""Examples for training: the views of a record's beats, each with its annotator's symbol.

They are made by the appliance itself: the real pipeline runs over the record with a namer that
names nothing and keeps what it is shown. A view is labelled by the reference beat that pairs with
it within 150 ms; one without is no example. A record is examined once: its views are `kept`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import ecg_device
import ecg_training
from ecg_device.errors import ConfigError
from ecg_device.signals import BoolArray, FloatArray, Name, Reason, source_sample
from ecg_device.views import FEATURES, LENGTH, BeatView, Float32Array
from ecg_training.datasets import mitdb, read_lead
from ecg_training.frontend import CONDITIONS, RANDOM, delivered
from ecg_training.kept import Makers, digest_of, kept
from ecg_training.parallel import map_records
from ecg_training.product import named_beats
from ecg_training.scoring import MATCH_WINDOW_S, IntArray, match_beats

VIEW_MAKERS: Makers = (  # what the numbers of a view depend on
    (
        ecg_device,
        "signals.py filters.py windows.py intake.py resampler.py naming.py pipeline.py "
        "beats formats quality views",
    ),
    (ecg_training, "beatsets.py datasets product.py scoring.py"),
)
_MAKERS: Makers = (
    *VIEW_MAKERS,
    (ecg_device, "sources/synthetic"),
    (ecg_training, "frontend.py noise.py"),
)


@dataclass(frozen=True, eq=False)
class BeatSet:
    """Beats as rows of equally long arrays."""

    windows: Float32Array  # (n, 259)
    context: Float32Array  # (n, K)
    symbols: NDArray[np.str_]  # of the annotators
    records: NDArray[np.str_]
    samples: IntArray  # R, in the record's own sample numbers
    leads: IntArray

    def __len__(self) -> int:
        return len(self.samples)

    def where(self, chosen: BoolArray | IntArray) -> "BeatSet":
        """The beats that a mask or indices choose."""
        return BeatSet(**{name: column[chosen] for name, column in vars(self).items()})


def join(sets: Sequence[BeatSet]) -> BeatSet:
    """All the beats, set after set."""
    return BeatSet(**{name: np.concatenate([vars(one)[name] for one in sets]) for name in _COLUMNS})


_COLUMNS = tuple(field.name for field in fields(BeatSet))


def collect(
    root: Path,
    records: Sequence[str],
    *,
    lead: int = 0,
    condition: str = "clean",
    seed: int = 0,
    jobs: int = 1,
) -> BeatSet:
    """The examples of some records of mitdb, in the order of the records and of time.

    `condition` is one of `frontend.CONDITIONS`, or "random": a front end drawn for each record.
    `seed` decides its noise; another one gives other noise.
    """
    if condition != RANDOM and condition not in CONDITIONS:
        raise ConfigError(
            "no such condition of recording",
            expected=", ".join([*CONDITIONS, RANDOM]),
            received=condition,
        )
    mitdb.require(root, tuple(records))
    task = partial(_of_record, root, lead, condition, seed)
    return join(map_records(task, records, jobs, "beats"))


def _of_record(root: Path, lead: int, condition: str, seed: int, name: str) -> BeatSet:
    asked = (name, lead, condition, seed if condition != "clean" else 0)
    files = [root / "mitdb" / f"{name}.{end}" for end in ("hea", "dat", "atr")]
    return kept_beats(digest_of(asked, _MAKERS, files), partial(_examine, root, *asked))


def kept_beats(digest: str, make: Callable[[], BeatSet]) -> BeatSet:
    """The beats kept under that digest, made when there are none."""
    return BeatSet(**kept(digest, lambda: vars(make())))


def _examine(root: Path, name: str, lead: int, condition: str, seed: int) -> BeatSet:
    """Run the appliance over a record and label what it has seen."""
    record = mitdb.load(root, name)
    mv = record.mv if lead == 0 else read_lead(root / "mitdb" / name, lead)[1]
    run = delivered(condition, mv, record.rate_hz, name, lead=lead, seed=seed)
    views = seen(run.mv, record.rate_hz, run.rails_mv)
    return _labelled(record, lead, views, run.delay_samples)


def seen(
    mv: FloatArray, rate_hz: float, rails_mv: tuple[float, float] | None = None
) -> list[BeatView]:
    """What the appliance shows its namer of the beats of a signal, in the order of time."""
    views: list[BeatView] = []

    def keep(view: BeatView) -> Name:
        views.append(view)
        return Name("Q", reason=Reason.NO_MODEL)

    named_beats(mv, rate_hz, keep, rails_mv)
    return sorted(views, key=lambda view: view.beat.sample)


def _labelled(
    record: mitdb.Record, lead: int, views: list[BeatView], delay_samples: int
) -> BeatSet:
    found = samples_of(views, record.rate_hz)
    reference = record.beats + delay_samples
    pairs = match_beats(reference, found, round(MATCH_WINDOW_S * record.rate_hz))
    symbols = np.array(record.symbols, "<U1")[pairs.reference]
    return rows([views[at] for at in pairs.test], symbols, record.name, record.rate_hz, lead)


def samples_of(views: Sequence[BeatView], rate_hz: float) -> IntArray:
    """Where their R lie in the signal that had this rate."""
    return np.array([source_sample(view.beat.sample, rate_hz) for view in views], np.int64)


def rows(
    views: Sequence[BeatView], symbols: NDArray[np.str_], record: str, rate_hz: float, lead: int
) -> BeatSet:
    """Views of one record with their symbols, as a set."""
    return BeatSet(
        np.array([view.window for view in views], np.float32).reshape(-1, LENGTH),
        np.array([view.context for view in views], np.float32).reshape(-1, len(FEATURES)),
        symbols,
        np.full(len(views), record),
        samples_of(views, rate_hz),
        np.full(len(views), lead, np.int64),
    )
