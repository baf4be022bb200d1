"""Beats with weak labels, to learn rhythms from: hand-held recordings of CinC 2017.

DS1 has too few patients to learn from them what an early beat is, or a ventricular one. In CinC's
recordings nobody has named a beat, but a physician has named each recording, and that tells enough:

normal        of recordings labelled N: all beats N
fibrillation  of recordings labelled A: all beats N, for they are irregular, yet none is early
early         of other recordings labelled N, in which some beats are drawn early (`early`): A;
              the rest N
planted       of further recordings labelled N, in which ventricular beats of mitdb are planted
              (`planted`): V; the rest N. Each has one donor, and is called HOST+DONOR

Such labels are wrong here and there (a recording labelled N may hold a premature beat), so nothing
is ever judged by them. The views are made by the appliance itself, as in `beatsets`, and each kind
is kept. What is seen is already a cheap hand-held recorder's: no front end is put before it.
"""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import cycle
from pathlib import Path
from zlib import crc32

import numpy as np

import ecg_training
from ecg_device.beats import detect
from ecg_device.errors import ConfigError
from ecg_device.signals import WORKING_RATE_HZ, FloatArray
from ecg_training.beatsets import (
    VIEW_MAKERS,
    BeatSet,
    collect,
    join,
    kept_beats,
    rows,
    samples_of,
    seen,
)
from ecg_training.datasets import cinc2017, find_set
from ecg_training.early import EARLY, USUAL, Drawn, draw_heart
from ecg_training.kept import digest_of
from ecg_training.parallel import map_records
from ecg_training.planted import PLANTED, Donor, donors_of, plant
from ecg_training.product import at_working_rate
from ecg_training.scoring import IntArray, match_beats

KINDS = ("normal", "fibrillation", "early", "planted")
NORMAL_RECORDINGS, EARLY_RECORDINGS = 1400, 2000  # at most: first those, then these, by name
HOSTS_AGAIN = 700  # normal recordings that are hosts as well, for few are left
FEWEST_BEATS = 12  # of a recording; fewer are mostly noise

_MATCH_S = 0.05  # a beat found farther from where it was drawn is another
_MAKERS = (*VIEW_MAKERS, (ecg_training, "early.py planted.py weaksets.py"))


def collect_weak(root: Path, kind: str, jobs: int = 1, donors: Sequence[str] = ()) -> BeatSet:
    """All beats of a kind, recording after recording; `samples` of made signals are at 360 Hz.

    `donors` are the records of mitdb whose ventricular beats are planted. Nobody who validates or
    tests may be among them.
    """
    names = recordings(cinc2017.labels(root), kind)
    files = _files(root, "cinc2017", names, "hea mat")
    if kind == "planted":
        files += _files(root, "mitdb", donors, "hea dat atr")
        asked = (kind, names, tuple(donors))
        return kept_beats(
            digest_of(asked, _MAKERS, files), partial(_planted, root, names, donors, jobs)
        )
    return kept_beats(
        digest_of((kind, names), _MAKERS, files), partial(_recorded, root, kind, names, jobs)
    )


def pools(root: Path, jobs: int = 1, donors: Sequence[str] = ()) -> dict[str, BeatSet]:
    """What an epoch draws from: of made signals the made beats only, their neighbours are normal.

    Without donors there is no pool of planted beats.
    """
    normal, fibrillation, drawn = (collect_weak(root, kind, jobs) for kind in KINDS[:3])
    early = drawn.symbols == EARLY
    found = {
        "normal": join([normal, drawn.where(~early)]),
        "fibrillation": fibrillation,
        "early": drawn.where(early),
    }
    if donors:
        hosts = collect_weak(root, "planted", jobs, donors)
        planted = hosts.symbols == PLANTED
        found["normal"] = join([found["normal"], hosts.where(~planted)])
        found["planted"] = hosts.where(planted)
    return found


def recordings(labels: dict[str, str], kind: str) -> Sequence[str]:
    """The recordings of a kind; of two kinds are only the first normal ones, hosts as well."""
    normal = sorted(name for name, label in labels.items() if label == "N")
    if kind == "normal":
        return normal[:NORMAL_RECORDINGS]
    if kind == "early":
        return normal[NORMAL_RECORDINGS : NORMAL_RECORDINGS + EARLY_RECORDINGS]
    if kind == "planted":
        again = normal[: min(NORMAL_RECORDINGS, HOSTS_AGAIN)]
        return normal[NORMAL_RECORDINGS + EARLY_RECORDINGS :] + again
    if kind == "fibrillation":
        return sorted(name for name, label in labels.items() if label == "A")
    raise ConfigError("no such kind of weak labels", expected=", ".join(KINDS), received=kind)


def _files(root: Path, dataset: str, names: Sequence[str], ends: str) -> list[Path]:
    files = [f"{name}.{end}" for name in names for end in ends.split()]
    folder = find_set(root, dataset, files)
    return [folder / file for file in files]


def _recorded(root: Path, kind: str, names: Sequence[str], jobs: int) -> BeatSet:
    return join(map_records(partial(_of_recording, root, kind), names, jobs, f"{kind} beats"))


def _of_recording(root: Path, kind: str, name: str) -> BeatSet:
    rate_hz, mv = cinc2017.load(root, name)
    if kind == "early":
        return drawn_early(name, at_working_rate(mv, rate_hz))
    views = seen(mv, rate_hz)
    chosen = views if len(views) >= FEWEST_BEATS else []
    return rows(chosen, np.full(len(chosen), USUAL), name, rate_hz, 0)


def _planted(root: Path, hosts: Sequence[str], donors: Sequence[str], jobs: int) -> BeatSet:
    """Hosts, to each of which the next donor gives its ventricular beats."""
    leads = [collect(root, donors, lead=lead, jobs=jobs) for lead in (0, 1) if donors]
    given = donors_of(join(leads)) if leads else []
    if not given:
        raise ConfigError(
            "there is no ventricular beat to plant",
            expected="records of mitdb that have some",
            received=" ".join(donors) or "none",
        )
    tasks = list(zip(hosts, cycle(given), strict=False))
    return join(map_records(partial(_of_host, root), tasks, jobs, "planted beats"))


def _of_host(root: Path, task: tuple[str, Donor]) -> BeatSet:
    host, donor = task
    rate_hz, mv = cinc2017.load(root, host)
    return with_planted(host, at_working_rate(mv, rate_hz), donor)


def drawn_early(name: str, mv: FloatArray) -> BeatSet:
    """The beats of a recording at 360 Hz after some were drawn early; the name decides which."""
    return _made(name, mv, draw_heart)


def with_planted(host: str, mv: FloatArray, donor: Donor) -> BeatSet:
    """Those of a host at 360 Hz after some of a donor's were planted; the names decide where."""
    return _made(f"{host}+{donor.record}", mv, partial(plant, donor=donor))


def _made(
    name: str,
    mv: FloatArray,
    make: Callable[[FloatArray, IntArray, np.random.Generator], Drawn],
) -> BeatSet:
    beats = np.array([beat.sample for beat in detect(mv)], np.int64)
    if len(beats) < FEWEST_BEATS:
        return rows([], np.full(0, USUAL), name, WORKING_RATE_HZ, 0)
    made = make(mv, beats, np.random.default_rng(crc32(name.encode())))
    views = seen(made.mv, WORKING_RATE_HZ)
    found = samples_of(views, WORKING_RATE_HZ)
    pairs = match_beats(made.beats, found, round(_MATCH_S * WORKING_RATE_HZ))
    chosen = [views[at] for at in pairs.test]
    return rows(chosen, made.symbols[pairs.reference], name, WORKING_RATE_HZ, 0)
