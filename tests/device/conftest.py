"""A synthetic patient listened to by the whole pipeline."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from ecg_device.pipeline import Pipeline
from ecg_device.signals import (
    Beat,
    Classification,
    Event,
    HeartRate,
    Quality,
    Rhythm,
    SignalState,
)
from ecg_device.sources.synthetic import Scenario, SyntheticSource, Truth


@dataclass(frozen=True)
class Heard:
    """What the pipeline said, and what is true."""

    events: list[Event]
    truth: Truth
    rate_hz: float

    @property
    def qualities(self) -> list[Quality]:
        return [event for event in self.events if isinstance(event, Quality)]

    @property
    def beats(self) -> list[Beat]:
        return [event.beat for event in self.events if isinstance(event, Classification)]

    @property
    def rates(self) -> list[HeartRate]:
        return [event for event in self.events if isinstance(event, HeartRate)]

    @property
    def rhythms(self) -> list[Rhythm]:
        return [event for event in self.events if isinstance(event, Rhythm)]

    @property
    def beat_times_s(self) -> np.ndarray:
        return np.array([beat.sample for beat in self.beats]) / 360

    @property
    def true_times_s(self) -> np.ndarray:
        """When each heartbeat that can be seen was."""
        seen = [beat.sample for beat in self.truth.beats if beat.is_beat and beat.seen]
        return np.array(seen) / self.rate_hz

    def state_at(self, time_s: float) -> SignalState:
        """The state shown at a time, by when it was known."""
        return next(q.state for q in reversed(self.qualities) if q.decided <= 360 * time_s)


Listen = Callable[..., Heard]


@pytest.fixture(scope="session")
def listen() -> Listen:
    """Play a scenario through the pipeline, to the end."""

    def run(
        scenario: Scenario, *, rate_hz: float = 360.0, seed: int = 0, block_s: float = 1.0
    ) -> Heard:
        source = SyntheticSource(scenario, seed=seed, rate_hz=rate_hz, block_s=block_s)
        pipeline = Pipeline(source.info)
        events = [event for block in source.blocks() for event in pipeline.feed(block)]
        events += pipeline.finish()
        return Heard(events, source.truth, rate_hz)

    return run
