"""The device's self-test: beats of simulated hearts, so that no patient's signal is shipped."""

from collections.abc import Iterator
from itertools import takewhile

import numpy as np

from ecg_device.pipeline import Pipeline
from ecg_device.signals import WORKING_RATE_HZ, Block, Name, Reason
from ecg_device.sources.synthetic import SyntheticSource, TrueBeat, load_scenario
from ecg_device.views import BeatView, Float32Array

SCENARIOS = ("ectopy", "lbbb", "paced", "noisy")  # between them N, V, A, L, / and noise
_OF_EACH = 2  # beats of a symbol in a scenario
_SECONDS = 45  # of each scenario
_SETTLED = 10  # beats after which the context has something to compare with
_NEAR = WORKING_RATE_HZ * 150 // 1000


def examples() -> list[tuple[str, Float32Array, Float32Array]]:
    """Symbol, window and context of some beats, as the real pipeline shows them to a classifier.

    Rounded to a tenth of a microvolt, so that a card's decimals are the very numbers.
    """
    return [
        (symbol, _rounded(view.window), _rounded(view.context))
        for scenario in SCENARIOS
        for symbol, view in _chosen(scenario)
    ]


def _chosen(scenario: str) -> list[tuple[str, BeatView]]:
    views, truth = _played(scenario)
    taken: dict[str, int] = {}
    chosen = []
    for view in views[_SETTLED:]:
        symbol = _symbol_at(truth, view.beat.sample)
        if symbol is not None and taken.get(symbol, 0) < _OF_EACH:
            taken[symbol] = taken.get(symbol, 0) + 1
            chosen.append((symbol, view))
    return chosen


def _played(scenario: str) -> tuple[list[BeatView], list[TrueBeat]]:
    views: list[BeatView] = []

    def keep(view: BeatView) -> Name:
        views.append(view)
        return Name("Q", reason=Reason.NO_MODEL)

    source = SyntheticSource(load_scenario(scenario), seed=1, rate_hz=WORKING_RATE_HZ)
    pipeline = Pipeline(source.info, keep)
    for block in _begun(source.blocks()):
        pipeline.feed(block)
    pipeline.finish()
    return views, [beat for beat in source.truth.beats if beat.is_beat]


def _begun(blocks: Iterator[Block]) -> Iterator[Block]:
    """The first seconds."""
    return takewhile(lambda block: block.start < _SECONDS * WORKING_RATE_HZ, blocks)


def _symbol_at(truth: list[TrueBeat], sample: int) -> str | None:
    near = [beat.symbol for beat in truth if abs(beat.sample - sample) <= _NEAR]
    return near[0] if near else None


def _rounded(values: Float32Array) -> Float32Array:
    return np.round(values.astype(np.float64), 4).astype(np.float32)
