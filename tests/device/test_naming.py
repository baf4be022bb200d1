"""Beats and their names: what a namer is shown, when a name comes, and what has none."""

from dataclasses import replace

import numpy as np
import pytest

from ecg_device.beats import BeatDetector
from ecg_device.pipeline import Pipeline
from ecg_device.signals import (
    Block,
    Classification,
    Event,
    FloatArray,
    LeadBits,
    Name,
    Quality,
    Reason,
    SignalInfo,
    SignalState,
)
from ecg_device.sources.synthetic import Scenario, load_scenario, render
from ecg_device.sources.synthetic.scenario import Dropout, LeadOff, Muscle, Saturation, Sinus
from ecg_device.views import (
    AFTER,
    BEFORE,
    FEATURES,
    LENGTH,
    BeatView,
    Context,
    Namer,
    scale,
    smooth,
)

RAILS_MV = (-1.5, 1.5)
BLOCK = 90


class Recorder:
    """A namer that keeps what it was shown, as training does."""

    def __init__(self, symbol: str = "N") -> None:
        self.symbol = symbol
        self.views: list[BeatView] = []

    def __call__(self, view: BeatView) -> Name:
        self.views.append(view)
        return Name(self.symbol, 0.9)


def blocks(mv: FloatArray, leads: LeadBits) -> list[Block]:
    edges = range(0, len(mv), BLOCK)
    return [Block(at, mv[at : at + BLOCK], leads[at : at + BLOCK]) for at in edges]


def play(scenario: Scenario, namer: Namer | None) -> list[Event]:
    mv, leads, _ = render(scenario)
    pipeline = Pipeline(SignalInfo("test", 360.0, rails_mv=RAILS_MV), namer)
    events = [event for block in blocks(mv, leads) for event in pipeline.feed(block)]
    return events + pipeline.finish()


def names_in(events: list[Event]) -> list[Classification]:
    return [event for event in events if isinstance(event, Classification)]


SINUS = Scenario(segments=(Sinus(duration_s=40, rate_bpm=75, sd_ms=30),))
TROUBLE = replace(
    SINUS,
    segments=(Sinus(duration_s=60, rate_bpm=90, sd_ms=30),),
    faults=(
        LeadOff(start_s=8, duration_s=2),
        Dropout(start_s=18, duration_s=8, share=0.1, burst_ms=150),
        Muscle(start_s=28, duration_s=10, rms_mv=0.5),
        Saturation(start_s=45, duration_s=2),
    ),
)


def test_each_name_comes_472_ms_after_r() -> None:
    """A name is decided 170 samples after its R, the floor that the window sets; none is lost."""
    recorder = Recorder()
    named = names_in(play(SINUS, recorder))
    assert len(named) > 40
    complete = [c for c in named if c.symbol == "N"]
    assert {c.decided - c.beat.sample for c in complete} == {AFTER}
    assert [view.beat for view in recorder.views] == [c.beat for c in complete]
    assert {c.confidence for c in complete} == {0.9}


def test_a_view_is_the_signal_around_r() -> None:
    """At 360 Hz a window is what `smooth` and `scale` make of the 259 samples about R."""
    mv, _, _ = render(SINUS)
    recorder = Recorder()
    play(SINUS, recorder)
    assert len(recorder.views) > 40
    for view in recorder.views:
        raw = mv[view.beat.sample - BEFORE : view.beat.sample + AFTER]
        assert view.window.shape == (LENGTH,) and view.context.shape == (len(FEATURES),)
        np.testing.assert_allclose(view.window, scale(smooth(raw)), atol=1e-6)


def test_the_context_knows_beats_that_were_not_let_out() -> None:
    """In noise no beat is let out, but each is part of what came before the next: the context of
    all that follow is that of describing every beat the detector finds, in order."""
    noisy = replace(SINUS, faults=(Muscle(start_s=12, duration_s=10, rms_mv=0.8),))
    mv, _, _ = render(noisy)
    recorder, context, described = Recorder(), Context(), {}
    events = play(noisy, recorder)
    changes = [event for event in events if isinstance(event, Quality)]
    assert SignalState.NOISY in {change.state for change in changes}
    settled = next(change.sample for change in changes if change.state is SignalState.OK)
    for beat in BeatDetector().feed(mv, [(0, settled)]):
        if beat.sample - BEFORE >= settled and beat.sample + AFTER <= len(mv):
            window = smooth(mv[beat.sample - BEFORE : beat.sample + AFTER])
            described[beat.sample] = context.describe(beat, window)
    seen = {view.beat.sample: view.context for view in recorder.views}
    assert len(seen) < len(described) - 5
    for sample, values in seen.items():
        np.testing.assert_allclose(values, described[sample], atol=1e-5)


def test_whatever_happens_a_namer_sees_numbers() -> None:
    """Electrodes off, samples missing, noise, saturation: only finite views, one for each name."""
    recorder = Recorder()
    named = names_in(play(TROUBLE, recorder))
    assert all(np.isfinite(view.window).all() for view in recorder.views)
    assert all(np.isfinite(view.context).all() for view in recorder.views)
    assert len(recorder.views) == sum(c.symbol == "N" for c in named) > 20
    assert all(c.reason is not Reason.NONE for c in named if c.symbol == "Q")


@pytest.mark.parametrize("off_s", np.arange(20.0, 20.9, 0.1).round(1).tolist())
def test_a_beat_that_waits_when_an_electrode_falls_off(off_s: float) -> None:
    """It goes out without a name, with the reason, before the change; later ones do not wait."""
    scenario = replace(SINUS, faults=(LeadOff(start_s=off_s, duration_s=5, electrode="RA"),))
    events = play(scenario, Recorder())
    lost = next(e for e in events if isinstance(e, Quality) and e.reason is Reason.RA_OFF)
    before = events[: events.index(lost)]
    *_, last = names_in(before)
    waited = last.beat.sample + AFTER > lost.decided
    assert last.symbol == ("Q" if waited else "N")
    assert last.reason is (Reason.RA_OFF if waited else Reason.NONE)
    assert last.decided == min(last.beat.sample + AFTER, lost.decided)
    after = [c for c in names_in(events) if c.beat.sample > lost.sample]
    assert min(c.beat.sample for c in after) > (off_s + 5) * 360


def test_views_do_not_reach_over_lost_contact() -> None:
    """A window that would hold unusable signal is never shown: the beat is cut off, and says so."""
    recorder = Recorder()
    events = play(TROUBLE, recorder)
    usable_from, spans = None, []
    for q in (event for event in events if isinstance(event, Quality)):
        lost = q.state in (SignalState.OFF, SignalState.SETTLING)
        if lost and usable_from is not None:
            spans.append((usable_from, q.sample + 18))
            usable_from = None
        elif not lost and usable_from is None:
            usable_from = q.sample
    assert usable_from is not None and len(spans) >= 2
    spans.append((usable_from, 60 * 360))
    for view in recorder.views:
        start, stop = view.beat.sample - BEFORE, view.beat.sample + AFTER
        assert any(low <= start and stop <= high for low, high in spans)


def test_the_last_beat_may_be_cut_off() -> None:
    """Less than 472 ms of signal after the last R: no name, and the reason; with them: a name."""
    mv, leads, truth = render(SINUS)
    last = truth.r_samples[-2]
    for length, symbol in ((last + AFTER - 20, "Q"), (last + AFTER + 5, "N")):
        pipeline = Pipeline(SignalInfo("test", 360.0), Recorder())
        events = pipeline.feed(Block(0, mv[:length], leads[:length])) + pipeline.finish()
        final = names_in(events)[-1]
        assert abs(final.beat.sample - last) <= 2
        assert final.symbol == symbol
        assert (final.reason is Reason.CUT) is (symbol == "Q")
        assert final.decided <= length


def leaving_out_cut(events: list[Event]) -> list[Event]:
    """Without a namer nobody asks whether a view is whole, so CUT is NO_MODEL then."""
    return [
        replace(event, reason=Reason.NO_MODEL)
        if isinstance(event, Classification) and event.reason is Reason.CUT
        else event
        for event in events
    ]


@pytest.mark.parametrize("scenario", [SINUS, TROUBLE])
def test_installing_a_model_changes_names_not_times(scenario: Scenario) -> None:
    """With a namer that knows nothing, every event is what it is without one, at the same time."""
    nameless = play(scenario, None)

    def ignorant(view: BeatView) -> Name:
        return Name("Q", reason=Reason.NO_MODEL)

    assert leaving_out_cut(play(scenario, ignorant)) == leaving_out_cut(nameless)
    assert Reason.NO_MODEL in {c.reason for c in names_in(nameless)}


def swap_at(
    block: int, first: Namer | None, second: Namer | None
) -> tuple[list[Event], list[Event]]:
    """What is said before and after the namer is replaced between two blocks."""
    mv, leads, _ = render(SINUS)
    pipeline = Pipeline(SignalInfo("test", 360.0, rails_mv=RAILS_MV), first)
    said: tuple[list[Event], list[Event]] = ([], [])
    for number, piece in enumerate(blocks(mv, leads)):
        if number == block:
            pipeline.namer = second
        said[number >= block].extend(pipeline.feed(piece))
    said[1].extend(pipeline.finish())
    return said


@pytest.mark.parametrize("block", [80, 81, 82, 83])
def test_a_namer_is_swapped_without_losing_a_beat(block: int) -> None:
    """Old names before, new ones after, waiting beats by the new; the same beats as with one."""
    first, second = Recorder("N"), Recorder("V")
    before, after = swap_at(block, first, second)
    whole = names_in(play(SINUS, Recorder()))
    both = names_in(before) + names_in(after)
    assert [(c.beat, c.decided) for c in both] == [(c.beat, c.decided) for c in whole]
    assert {c.symbol for c in names_in(before)} == {"N"}
    assert {c.symbol for c in names_in(after)} <= {"V", "Q"}
    for c in both:
        assert (c.symbol == "N") is (c.decided < block * BLOCK)


def test_a_new_namer_sees_what_the_old_one_would_have() -> None:
    """The context goes on over a swap: to the bit the views of one namer all along."""
    first, second, alone = Recorder(), Recorder(), Recorder()
    swap_at(81, first, second)
    play(SINUS, alone)
    both = first.views + second.views
    assert len(both) == len(alone.views)
    for view, same in zip(both, alone.views, strict=True):
        assert (view.context == same.context).all() and (view.window == same.window).all()


@pytest.mark.parametrize("removed", [40, 81])
def test_a_first_namer_begins_to_know_the_patient(removed: int) -> None:
    """None, then a namer: nothing was looked at before, so the first beat is as usual, and no
    interval reaches back to beats seen by a namer that was removed."""
    recorder = Recorder()
    before, after = swap_at(removed, None, recorder)
    assert {c.reason for c in names_in(before)} == {Reason.NO_MODEL}
    assert "N" in {c.symbol for c in names_in(after)}
    intervals = FEATURES.index("change")
    assert recorder.views[0].context[intervals] == 0.0


def test_a_namer_that_refuses_is_not_hidden() -> None:
    """What goes wrong inside a namer is not swallowed: the beat would be lost unseen."""

    def broken(view: BeatView) -> Name:
        raise ArithmeticError("no")

    with pytest.raises(ArithmeticError):
        play(SINUS, broken)


@pytest.mark.parametrize("name", ["ectopy", "noisy", "lead-off", "vf", "demo"])
def test_every_beat_let_out_is_shown_or_has_a_reason(name: str) -> None:
    """In every scenario: shown once in order of R, or out with a reason, and never later."""
    recorder = Recorder()
    named = names_in(play(load_scenario(name), recorder))
    assert [v.beat for v in recorder.views] == [c.beat for c in named if c.symbol == "N"]
    assert all(c.reason for c in named if c.symbol == "Q")
    assert all(c.beat.decided <= c.decided <= c.beat.sample + AFTER for c in named)
