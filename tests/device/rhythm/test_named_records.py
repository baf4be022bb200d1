"""Whole records of mitdb through the pipeline, each beat found bearing its annotator's name."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from ecg_device.formats import open_recording
from ecg_device.formats.annotations import read_annotations
from ecg_device.pipeline import Pipeline
from ecg_device.signals import Name, Reason, Rhythm
from ecg_device.views import BeatView, Namer

pytestmark = pytest.mark.slow  # whole records

pytestmark = pytest.mark.data

BEATS = set("NLRBAaJSVrFejnE/fQ")
NEAR = 54  # samples: 150 ms


def annotated(record: Path) -> Namer:
    """The name of the annotated beat within 150 ms of a view's, where there is one."""
    marks = [mark for mark in read_annotations(record.with_suffix(".atr")) if mark.symbol in BEATS]
    samples = np.array([mark.sample for mark in marks])

    def name(view: BeatView) -> Name:
        at = int(np.abs(samples - view.beat.sample).argmin())
        if abs(int(samples[at]) - view.beat.sample) > NEAR:
            return Name("Q", 0.0, Reason.LOW_CONFIDENCE)
        return Name(marks[at].symbol, 1.0)

    return name


@cache
def rhythm_seconds(record: Path) -> dict[str, float]:
    """How long the appliance says that each rhythm lasted."""
    recording = open_recording(record, lead=None)
    pipeline = Pipeline(recording.info, annotated(record))
    events = [event for block in recording.blocks(16_384) for event in pipeline.feed(block)]
    said = [event for event in events + pipeline.finish() if isinstance(event, Rhythm)]
    ends = [rhythm.sample for rhythm in said[1:]] + [recording.info.samples]
    seconds: dict[str, float] = {}
    for rhythm, end in zip(said, ends, strict=True):
        seconds[rhythm.aux] = seconds.get(rhythm.aux, 0.0) + (end - rhythm.sample) / 360
    return seconds


def annotated_seconds(record: Path, aux: str) -> float:
    """How long the annotators say it lasted."""
    marks = list(read_annotations(record.with_suffix(".atr")))
    changes = [(mark.sample, mark.aux) for mark in marks if mark.aux.startswith("(")]
    ends = [sample for sample, _ in changes[1:]] + [650_000]
    return sum(
        (end - start) / 360 for (start, said), end in zip(changes, ends, strict=True) if said == aux
    )


@pytest.mark.parametrize(
    ("name", "aux"),
    [("223", "(VT"), ("223", "(B"), ("119", "(T"), ("209", "(SVTA"), ("107", "(P"), ("200", "(B")],
)
def test_named_beats_tell_what_the_annotators_do(ecg_data: Path, name: str, aux: str) -> None:
    """Beats found and gated by the appliance, named by the annotators: as long within a half."""
    record = ecg_data / "mitdb" / name
    assert rhythm_seconds(record).get(aux, 0.0) == pytest.approx(
        annotated_seconds(record, aux), rel=0.5
    )


@pytest.mark.parametrize("name", ["119", "208", "223", "233"])
def test_named_ectopy_is_not_taken_for_fibrillation(ecg_data: Path, name: str) -> None:
    """Without names these are called AF for minutes; with them for less than 5 % of the time."""
    assert rhythm_seconds(ecg_data / "mitdb" / name).get("(AFIB", 0.0) < 90
