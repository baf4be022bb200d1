"""The MIT-BIH Arrhythmia Database: 48 half-hour records, 360 Hz, beats and rhythms annotated.

Moody, Mark: The impact of the MIT-BIH Arrhythmia Database. IEEE Eng in Med and Biol 20(3):45-50,
2001. The split by patients is that of de Chazal et al., IEEE Trans Biomed Eng 51(7), 2004.
"""

from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ecg_device.errors import ConfigError
from ecg_device.formats.annotations import Annotation, read_annotations
from ecg_device.signals import FloatArray
from ecg_training.datasets import find_set, read_lead
from ecg_training.scoring import IntArray

DS1 = tuple(
    "101 106 108 109 112 114 115 116 118 119 122 124 "
    "201 203 205 207 208 209 215 220 223 230".split()
)
DS2 = tuple(
    "100 103 105 111 113 117 121 123 200 202 210 212 "
    "213 214 219 221 222 228 231 232 233 234".split()
)
PACED = ("102", "104", "107", "217")
ALL = tuple(sorted((*DS1, *DS2, *PACED)))
SETS = {"all": ALL, "ds1": DS1, "ds2": DS2}

BEAT_SYMBOLS = frozenset("N L R B A a J S V r F e j n E / f Q ?".split())
_NOT_NORMAL = frozenset("V F E r ?".split())


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """Channel 0 of a record and what its annotators said."""

    name: str
    rate_hz: float
    mv: FloatArray
    beats: IntArray
    symbols: tuple[str, ...]  # of each beat
    fibrillation: tuple[tuple[int, int], ...]  # ventricular: first and last sample
    rhythms: tuple[tuple[int, str], ...]  # from which sample on, '(N', '(AFIB', ...

    @property
    def narrow_beats(self) -> IntArray:
        """All beats but ventricular, fusion and learning ones: what `sigamp` takes for normal."""
        return self.beats[[symbol not in _NOT_NORMAL for symbol in self.symbols]]

    def rhythm_at(self, sample: int) -> str:
        """The rhythm annotated for a sample, '' before the first annotation."""
        at = bisect_right(self.rhythms, sample, key=lambda change: change[0])
        return self.rhythms[at - 1][1] if at else ""


def choose(names: list[str] | None, group: str) -> tuple[str, ...]:
    """The records named, else those of a group ('all', 'ds1', 'ds2')."""
    unknown = next((name for name in names or [] if name not in ALL), None)
    if unknown is not None:
        raise ConfigError(
            "no such record of mitdb",
            expected=f"some of {ALL[0]} ... {ALL[-1]}",
            received=unknown,
            remedy="leave --records out for all of them",
        )
    return tuple(names) if names else SETS[group]


def require(root: Path, names: tuple[str, ...] = ALL) -> None:
    """Fail before any work when a file of these records is missing."""
    find_set(root, "mitdb", [f"{name}.{end}" for name in names for end in ("hea", "dat", "atr")])


def load(root: Path, name: str) -> Record:
    """One record, channel 0."""
    path = find_set(root, "mitdb", [f"{name}.hea", f"{name}.atr"]) / name
    rate_hz, mv = read_lead(path)
    annotations = read_annotations(path.with_suffix(".atr"))
    beats = [a for a in annotations if a.symbol in BEAT_SYMBOLS]
    return Record(
        name,
        rate_hz,
        mv,
        np.array([a.sample for a in beats], np.int64),
        tuple(a.symbol for a in beats),
        _fibrillation(annotations, len(mv)),
        tuple((a.sample, a.aux) for a in annotations if a.symbol == "+" and a.aux),
    )


def _fibrillation(annotations: list[Annotation], samples: int) -> tuple[tuple[int, int], ...]:
    """Between `[` and `]`; an episode that is never closed lasts to the end."""
    spans: list[tuple[int, int]] = []
    since: int | None = None
    for a in annotations:
        if a.symbol == "[":
            since = a.sample
        elif a.symbol == "]" and since is not None:
            spans.append((since, a.sample))
            since = None
    return tuple(spans if since is None else [*spans, (since, samples - 1)])
