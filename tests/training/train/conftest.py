"""Labelled synthetic beats, seen by the real pipeline; splits and recipes small enough for tests.

The names come from the scenario's own truth: the simulator decides which beat is ventricular.
"""

from functools import cache

import numpy as np
import pytest

from ecg_device.signals import Name, Reason
from ecg_device.sources.synthetic import parse_scenario, render
from ecg_device.views import BeatView
from ecg_training.beatsets import BeatSet
from ecg_training.product import named_beats
from ecg_training.protocols import Split
from ecg_training.protocols.patients import AAMI_BEATS
from ecg_training.scoring import match_beats

_ECTOPY = """
title = "many premature beats"
[[rhythm]]
kind = "sinus"
duration_s = 400
rate_bpm = 75
pvc_probability = 0.2
pac_probability = 0.15
"""


@cache
def synthetic_beats(seed: int) -> BeatSet:
    """The beats of one simulated patient, paired with the truth within 150 ms."""
    mv, _, truth = render(parse_scenario(_ECTOPY), seed)
    views: list[BeatView] = []

    def keep(view: BeatView) -> Name:
        views.append(view)
        return Name("Q", reason=Reason.NO_MODEL)

    named_beats(mv, 360.0, keep)
    true = [beat for beat in truth.beats if beat.is_beat]
    pairs = match_beats([b.sample for b in true], [view.beat.sample for view in views], 54)
    seen = [views[at] for at in pairs.test]
    return BeatSet(
        np.array([view.window for view in seen]),
        np.array([view.context for view in seen]),
        np.array([true[at].symbol for at in pairs.reference]),
        np.full(len(seen), f"s{seed:02d}"),
        np.array([view.beat.sample for view in seen], np.int64),
        np.zeros(len(seen), np.int64),
    )


@pytest.fixture(scope="session")
def synthetic_split() -> Split:
    """Three simulated patients, one to each part."""
    train, validation, test = (synthetic_beats(seed) for seed in (1, 2, 3))
    return Split(train, validation, test, AAMI_BEATS)
