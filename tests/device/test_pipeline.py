"""The whole signal path: order, honesty, and numbers that hold wherever the blocks are cut."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecg_device.pipeline import Pipeline
from ecg_device.signals import (
    Block,
    Classification,
    Event,
    FloatArray,
    HeartRate,
    LeadBits,
    Name,
    Quality,
    Reason,
    Rhythm,
    SignalInfo,
    SignalState,
    source_sample,
)
from ecg_device.sources.synthetic import Scenario, load_scenario, render
from ecg_device.sources.synthetic.scenario import (
    Asystole,
    Dropout,
    LeadOff,
    Muscle,
    Patient,
    Saturation,
    Segment,
    Sinus,
)
from ecg_device.views import BeatView

RAILS_MV = (-1.5, 1.5)
TROUBLE = (
    LeadOff(start_s=12, duration_s=3, electrode="LA"),
    Dropout(start_s=22, duration_s=8, share=0.1, burst_ms=150),
    Muscle(start_s=30, duration_s=10, rms_mv=0.4),
    Saturation(start_s=42, duration_s=2),
)


def sinus(duration_s: float, bpm: float, sd_ms: float = 0.0) -> Sinus:
    return Sinus(duration_s=duration_s, rate_bpm=bpm, sd_ms=sd_ms)


def fingerprint(view: BeatView) -> Name:
    """A namer whose confidence tells of every bit of a view."""
    return Name("N", float(view.window @ np.arange(len(view.window)) + view.context.sum()))


def events_of(
    mv: FloatArray, leads: LeadBits, rate_hz: float, edges: list[int], skip_missing: bool = False
) -> list[Event]:
    pipeline = Pipeline(SignalInfo("test", rate_hz, rails_mv=RAILS_MV), fingerprint)
    events: list[Event] = []
    for low, high in pairwise(edges):
        for start, stop in there(mv, low, high) if skip_missing else [(low, high)]:
            events += pipeline.feed(Block(start, mv[start:stop], leads[start:stop]))
    return events + pipeline.finish()


def there(mv: FloatArray, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Where samples are, from `low` to `high`."""
    kept = np.concatenate(([False], ~np.isnan(mv[low:high]), [False]))
    turns = np.flatnonzero(kept[1:] != kept[:-1]) + low
    yield from zip(turns[::2].tolist(), turns[1::2].tolist(), strict=True)


Signal = tuple[FloatArray, LeadBits, list[Event]]


@pytest.fixture(scope="module", params=[250.0, 360.0, 500.0])
def troubled(request: pytest.FixtureRequest) -> tuple[float, Signal]:
    """A minute with every fault there is, and what the pipeline says of it in one block."""
    rate_hz: float = request.param
    scenario = Scenario(segments=(sinus(50, 75, 30),), faults=TROUBLE)
    mv, leads, _ = render(scenario, rate_hz=rate_hz)
    return rate_hz, (mv, leads, events_of(mv, leads, rate_hz, [0, len(mv)]))


@given(cuts=st.lists(st.floats(0, 1), max_size=60), few=st.booleans(), skip=st.booleans())
@settings(max_examples=15)
def test_cuts_do_not_matter(troubled, cuts: list[float], few: bool, skip: bool) -> None:
    """However the source cuts its blocks, and however it says what is missing: the same events."""
    rate_hz, (mv, leads, whole) = troubled
    span = len(mv) if few else 2000
    edges = sorted({0, len(mv), *(int(cut * span) for cut in cuts)})
    assert events_of(mv, leads, rate_hz, edges, skip) == whole


@pytest.mark.slow
@pytest.mark.parametrize("length", [1, 14])
@pytest.mark.parametrize("name", ["ectopy", "lead-off", "vf"])
def test_live_blocks_say_what_a_file_does(name: str, length: int) -> None:
    """Sample by sample or by 40 ms as on the device: to the bit what one block gives."""
    mv, leads, _ = render(load_scenario(name))
    mv, leads = mv[: 60 * 360], leads[: 60 * 360]
    whole = events_of(mv, leads, 360.0, [0, len(mv)])
    assert len(whole) > 60
    edges = [*range(0, len(mv), length), len(mv)]
    assert events_of(mv, leads, 360.0, edges) == whole


def decided(event: Event) -> int:
    return event.sample if isinstance(event, HeartRate) else event.decided


def test_events_come_in_the_order_of_their_decision(troubled) -> None:
    """Time never goes back, and all kinds of events are there."""
    times = [decided(event) for event in troubled[1][2]]
    assert times == sorted(times)
    kinds = {type(event) for event in troubled[1][2]}
    assert kinds == {Quality, Classification, HeartRate, Rhythm}


def assert_silent_unless_ok(events: list[Event]) -> None:
    """While not OK: no beat, no number, no rhythm, but the reason each time."""
    quality: Quality | None = None
    for event in events:
        if isinstance(event, Quality):
            quality = event
            assert bool(event.reason) is (event.state is not SignalState.OK)
        elif quality is None or quality.state is not SignalState.OK:
            assert not isinstance(event, Classification)
            assert event.reason is not Reason.NONE
            assert not isinstance(event, HeartRate) or event.bpm is None
            assert not isinstance(event, Rhythm) or event.aux == "INCONCLUSIVE"


def test_nothing_is_given_out_unless_ok(troubled) -> None:
    """Between a state that is not OK and the next that is, only reasons are heard."""
    assert_silent_unless_ok(troubled[1][2])


@pytest.mark.parametrize("name", ["lead-off", "noisy", "vf", "asystole"])
def test_nothing_is_given_out_unless_ok_in(listen, name: str) -> None:
    """The same in every scenario that has something to hide."""
    assert_silent_unless_ok(listen(load_scenario(name)).events)


def test_no_beat_lies_where_contact_was_not(listen) -> None:
    """The R wave of a beat given out lies where electrodes were on and settled."""
    heard = listen(load_scenario("lead-off"), seed=2)
    for sample in (beat.sample for beat in heard.beats):
        state = next(q.state for q in reversed(heard.qualities) if q.sample <= sample)
        assert state is SignalState.OK
    for fault in heard.truth.faults:
        inside = (heard.beat_times_s * 360 >= fault.start) & (heard.beat_times_s * 360 < fault.stop)
        assert fault.kind == "settling" or not inside.any()


@pytest.mark.parametrize("seed", range(5))
def test_no_beat_lies_in_the_noise(listen, seed: int) -> None:
    """A beat that happened while NOISY is not given out, though its decision came after."""
    fault = Muscle(rms_mv=0.5, start_s=20, duration_s=40)
    scenario = Scenario(
        segments=(Sinus(duration_s=90),), faults=(fault,), patient=Patient(r_mv=0.4)
    )
    heard = listen(scenario, seed=seed)
    assert len(heard.beats) > 40
    for event in (event for event in heard.events if isinstance(event, Classification)):
        ok = [q for q in heard.qualities if q.decided <= event.beat.decided][-1]
        assert ok.state is SignalState.OK
        assert ok.sample <= event.beat.sample


@pytest.mark.parametrize("rate_hz", [128.0, 250.0, 360.0, 500.0, 1000.0])
@pytest.mark.parametrize("polarity", ["upright", "inverted"])
def test_beats_map_to_the_source(listen, rate_hz: float, polarity: str) -> None:
    """In the source's own numbers a beat is where it is: one sample and 3 ms at most."""
    scenario = Scenario(segments=(sinus(60, 80, 40),), patient=Patient(polarity=polarity))
    heard = listen(scenario, rate_hz=rate_hz)
    found = np.array([source_sample(beat.sample, rate_hz) for beat in heard.beats])
    true = np.array(heard.truth.r_samples)
    assert len(found) > 70
    assert np.abs(found[:, None] - true).min(axis=1).max() <= 1 + 0.003 * rate_hz


@pytest.mark.parametrize("bpm", [30, 40, 60, 75, 90, 120, 150, 180, 210, 240])
def test_heart_rate_is_the_rate(listen, bpm: int) -> None:
    """From 15 s on, each second's number is right within 1 bpm or 1 %."""
    heard = listen(Scenario(segments=(sinus(60, bpm),)))
    shown = [rate.bpm for rate in heard.rates if rate.sample > 15 * 360]
    assert len(shown) >= 44
    assert shown == pytest.approx([bpm] * len(shown), abs=max(1.0, 0.01 * bpm))


@pytest.mark.parametrize(("before", "after"), [(80, 120), (80, 40), (120, 80), (40, 80)])
@pytest.mark.parametrize("phase_s", [0.0, 0.3, 0.6, 0.9])
def test_step_of_the_rate_is_followed(listen, before: int, after: int, phase_s: float) -> None:
    """Eight seconds after a step the new rate stands, within 1 bpm or 1 %, and stays."""
    step_s = 30 + phase_s
    heard = listen(Scenario(segments=(sinus(step_s, before), sinus(30, after))))
    shown = [rate.bpm for rate in heard.rates if rate.sample >= (step_s + 8) * 360]
    assert len(shown) >= 20
    assert shown == pytest.approx([after] * len(shown), abs=max(1.0, 0.01 * after))


@pytest.mark.parametrize(
    "segments",
    [(sinus(20, 70), Asystole(duration_s=30)), (sinus(20, 150), Asystole(duration_s=30))],
)
def test_asystole_is_told_within_ten_seconds(listen, segments: tuple[Segment, ...]) -> None:
    """A heart that stops while the signal is good: told at most 10 s after its last beat."""
    heard = listen(Scenario(segments=segments))
    told = next(rhythm for rhythm in heard.rhythms if rhythm.aux == "(ASYS")
    last_s = heard.true_times_s[-1]
    assert told.sample / 360 == pytest.approx(last_s, abs=0.1)
    assert told.decided / 360 - last_s <= 10
    late = [rate for rate in heard.rates if rate.sample > told.decided]
    assert len(late) > 10
    assert all(rate.bpm is None and rate.reason is Reason.NO_BEATS for rate in late)


def test_asystole_from_the_start(listen) -> None:
    """No heartbeat since the electrodes were put on: told within 10 s of it."""
    heard = listen(Scenario(segments=(Asystole(duration_s=30),)))
    ok = next(q for q in heard.qualities if q.state is SignalState.OK)
    told = next(rhythm for rhythm in heard.rhythms if rhythm.aux == "(ASYS")
    assert (told.decided - ok.decided) / 360 <= 10
    assert not heard.beats


@pytest.mark.parametrize("electrode", ["RA", "LA", "RL", "cable"])
@pytest.mark.parametrize("bpm", [40, 75])
def test_electrode_off_is_never_asystole(listen, electrode, bpm: int) -> None:
    """A heart nobody can see has not stopped: the electrode is named, no asystole."""
    fault = LeadOff(start_s=20, duration_s=25, electrode=electrode)
    heard = listen(Scenario(segments=(sinus(80, bpm),), faults=(fault,)))
    assert "(ASYS" not in {rhythm.aux for rhythm in heard.rhythms}
    blind = [rate.reason for rate in heard.rates if 22 * 360 < rate.sample < 44 * 360]
    assert len(blind) == 21
    assert len(set(blind)) == 1 and "electrode" in str(blind[0])


@pytest.mark.parametrize("off_s", [2, 4, 8, 20])
@pytest.mark.parametrize("bpm", [50, 75, 110])
def test_beats_resume_after_contact(listen, off_s: int, bpm: int) -> None:
    """No beat until OK; three seconds and one beat later they are all there again."""
    fault = LeadOff(start_s=20, duration_s=off_s)
    heard = listen(Scenario(segments=(sinus(60, bpm),), faults=(fault,)))
    ok = next(
        q for q in heard.qualities if q.state is SignalState.OK and q.sample > (20 + off_s) * 360
    )
    assert ok.decided <= (20 + off_s + 3) * 360
    found_s, true_s = heard.beat_times_s, heard.true_times_s
    assert not ((found_s > 20) & (found_s < ok.sample / 360)).any()
    late = true_s[(true_s > ok.sample / 360 + 3 + 60 / bpm) & (true_s < 59.8)]
    assert len(late) > 10
    assert np.abs(found_s[:, None] - late).min(axis=0).max() < 0.05


def test_heart_rate_comes_every_second(listen) -> None:
    """Once a second there is a number or a reason, trouble or not."""
    heard = listen(Scenario(segments=(sinus(50, 75),), faults=TROUBLE))
    assert [rate.sample for rate in heard.rates] == [360 * second for second in range(1, 50)]


def test_empty_signal_has_nothing_to_say() -> None:
    """No block, or only empty ones: no event but that it is starting, and no error."""
    nothing = np.zeros(0)
    pipeline = Pipeline(SignalInfo("nothing", 250.0))
    events = pipeline.feed(Block(0, nothing)) + pipeline.finish()
    assert all(isinstance(event, Quality | Rhythm) for event in events)
    assert all(event.reason is Reason.STARTING for event in events)
