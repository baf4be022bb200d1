"""A synthetic patient listened to by the whole pipeline."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pytest

from ecg_device.pipeline import Pipeline
from ecg_device.signals import (
    Beat,
    Classification,
    Event,
    HeartRate,
    Name,
    Quality,
    Reason,
    Rhythm,
    SignalState,
)
from ecg_device.sources.synthetic import Scenario, SyntheticSource, Truth
from ecg_device.views import BeatView, Namer


@pytest.fixture(scope="session", autouse=True)
def no_models_of_ones_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No bundle installed by the person who runs the tests reaches them, only shipped ones."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ECG_DEVICE_STATE", str(tmp_path_factory.mktemp("state")))
        yield


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


def true_names(source: SyntheticSource, rate_hz: float) -> Namer:
    """The names that the synthetic heart itself has for its beats, where one is within 150 ms."""

    def name(view: BeatView) -> Name:
        at = view.beat.sample * rate_hz / 360
        nearest = min(source.truth.beats, key=lambda beat: abs(beat.sample - at))
        is_it = nearest.is_beat and abs(nearest.sample - at) <= 0.15 * rate_hz
        return Name(nearest.symbol, 1.0) if is_it else Name("Q", 0.0, Reason.LOW_CONFIDENCE)

    return name


Listen = Callable[..., Heard]


@pytest.fixture(scope="session")
def listen() -> Listen:
    """Play a scenario through the pipeline, to the end; `named`: its beats by their true names."""

    def run(
        scenario: Scenario,
        *,
        rate_hz: float = 360.0,
        seed: int = 0,
        block_s: float = 1.0,
        named: bool = False,
    ) -> Heard:
        source = SyntheticSource(scenario, seed=seed, rate_hz=rate_hz, block_s=block_s)
        pipeline = Pipeline(source.info, true_names(source, rate_hz) if named else None)
        events = [event for block in source.blocks() for event in pipeline.feed(block)]
        events += pipeline.finish()
        return Heard(events, source.truth, rate_hz)

    return run
