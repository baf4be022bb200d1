"""Small real things to export: simulated patients, and runs of networks that learnt nothing."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ecg_device.pipeline import Pipeline
from ecg_device.signals import WORKING_RATE_HZ, Name, Reason
from ecg_device.sources.synthetic import SyntheticSource, parse_scenario
from ecg_device.views import FEATURES, BeatView
from ecg_training.beatsets import BeatSet, join
from ecg_training.protocols import Split
from ecg_training.protocols.patients import AAMI_BEATS
from ecg_training.train import runs
from ecg_training.train.settings import Settings

PATIENTS = 22
SCENARIO = """
[[rhythm]]
kind = "sinus"
duration_s = 15
rate_bpm = 80
pvc_probability = 0.2
pac_probability = 0.1
"""


def patient(seed: int) -> BeatSet:
    """The beats of a simulated patient, each with its true symbol."""
    views: list[BeatView] = []

    def keep(view: BeatView) -> Name:
        views.append(view)
        return Name("Q", reason=Reason.NO_MODEL)

    source = SyntheticSource(parse_scenario(SCENARIO), seed=seed, rate_hz=WORKING_RATE_HZ)
    pipeline = Pipeline(source.info, keep)
    for block in source.blocks():
        pipeline.feed(block)
    pipeline.finish()
    places = np.array([beat.sample for beat in source.truth.beats])
    symbols = [
        source.truth.beats[int(np.abs(places - view.beat.sample).argmin())].symbol for view in views
    ]
    return BeatSet(
        np.stack([view.window for view in views]),
        np.stack([view.context for view in views]),
        np.array(symbols, "<U1"),
        np.full(len(views), f"p{seed}", "<U3"),
        np.array([view.beat.sample for view in views], np.int64),
        np.zeros(len(views), np.int64),
    )


@pytest.fixture(scope="session")
def patients() -> BeatSet:
    """The beats of all simulated patients."""
    return join([patient(seed) for seed in range(PATIENTS)])


@pytest.fixture(scope="session")
def split(patients: BeatSet) -> Split:
    first = np.isin(patients.records, ["p0", "p1"])
    return Split(patients.where(~first), patients.where(first), patients.where(first), AAMI_BEATS)


MakeRun = Callable[..., Path]


@pytest.fixture(scope="session")
def make_run(split: Split, tmp_path_factory: pytest.TempPathFactory) -> MakeRun:
    """A run's folder with the weights that a network begins with, and its own predictions."""
    from ecg_training.train import backend
    from ecg_training.train.fitting import logits

    keras = backend.start("tensorflow", threads=1)

    def make(network: str, **options: Any) -> Path:
        settings = Settings(network, "inter-patient", options=options)
        run = runs.Run(tmp_path_factory.mktemp("run"))
        run.write_config(runs.describe(settings, split, FEATURES))
        keras.utils.set_random_seed(3)
        model = runs.build(settings, run.config())
        run.write_weights(model)
        beats = split.validation
        inputs = {"window": beats.windows[..., None], "context": beats.context}
        told = logits(model, inputs)
        part = runs.Predictions(told, beats.symbols, beats.records, beats.samples)
        run.write_predictions({"validation": part, "test": part})
        assert json.loads(run.config_file.read_text())
        return run.folder

    return make
