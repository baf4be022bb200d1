"""What naming costs in the whole appliance: the same signal with no namer, with views, with models.

The pipeline is run over ten minutes of a simulated heart with ectopic beats, each way in turn,
round after round. What one way takes longer than another, by its median, is what the difference
costs, told for each beat.
"""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from ecg_device.classifier import open_bundle
from ecg_device.pipeline import Pipeline
from ecg_device.signals import Block, Classification, Name, SignalInfo
from ecg_device.sources.synthetic import SyntheticSource, parse_scenario
from ecg_device.views import BeatView, Namer
from ecg_training.tables import Column, Row, Table

_ROUNDS = 9
_BLOCK_S = 10.0
_SCENARIO = """
title = "ten minutes of a heart with ectopic beats"
[[rhythm]]
kind = "sinus"
duration_s = 600
rate_bpm = 80
pvc_probability = 0.05
pac_probability = 0.05
"""

_COLUMNS = (
    Column("way", "beats are"),
    Column("seconds", "s for ten minutes", ".3f"),
    Column("beat_ms", "ms a beat", ".3f"),
    Column("views_ms", "of it views ms", ".3f"),
    Column("model_ms", "model ms", ".3f"),
)


def pipeline_costs(bundles: Sequence[Path], rounds: int = _ROUNDS) -> Table:
    """A row for the pipeline without names, one for views that nobody reads, one a bundle."""
    source = SyntheticSource(parse_scenario(_SCENARIO), block_s=_BLOCK_S)
    signal = source.info, [*source.blocks()]
    ways: dict[str, Namer | None] = {"unnamed": None, "viewed": _unread}
    for bundle in bundles:
        classifier = open_bundle(bundle)
        ways[f"named by {classifier.card.name}, {classifier.card.quantization}"] = classifier
    beats = _run(*signal, _unread)[1]
    seconds: Mapping[str, list[float]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way, namer in ways.items():
            seconds[way].append(_run(*signal, namer)[0])
    ms = {way: 1000 * median(each) / beats for way, each in seconds.items()}
    rows = [_row(way, ms, beats) for way in ways]
    title = f"the whole appliance, a simulated heart of {beats} beats, median of {rounds}"
    return Table(title, _COLUMNS, rows)


def _row(way: str, ms: Mapping[str, float], beats: int) -> Row:
    row: Row = {"way": way, "seconds": ms[way] * beats / 1000, "beat_ms": ms[way]}
    if way != "unnamed":
        row["views_ms"] = ms["viewed"] - ms["unnamed"]
    if way not in ("unnamed", "viewed"):
        row["model_ms"] = ms[way] - ms["viewed"]
    return row


def _unread(view: BeatView) -> Name:
    return Name("N", 1.0)


def _run(info: SignalInfo, blocks: Sequence[Block], namer: Namer | None) -> tuple[float, int]:
    """The seconds it took, and how many beats came out."""
    pipeline = Pipeline(info, namer)
    start = time.perf_counter()
    events = [event for block in blocks for event in pipeline.feed(block)]
    events += pipeline.finish()
    seconds = time.perf_counter() - start
    return seconds, sum(isinstance(event, Classification) for event in events)
