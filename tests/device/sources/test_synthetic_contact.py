"""Electrodes off, rails, settling and lost samples, as the AD8232 and arithmetic have them."""

from typing import Literal

import numpy as np
import pytest
from scipy.signal import step

from ecg_device.signals import LeadState
from ecg_device.sources.synthetic import Scenario, SyntheticSource, render
from ecg_device.sources.synthetic.scenario import (
    Dropout,
    Fault,
    LeadOff,
    Motion,
    Patient,
    Saturation,
    Sinus,
)

RATE_HZ = 360.0
PATIENT = Patient()
Electrode = Literal["RA", "LA", "RL", "cable"]
START, STOP = 3600, 5760  # samples of a fault from 10 s to 16 s


def scenario(*faults: Fault, patient: Patient = PATIENT, front_end: bool = True) -> Scenario:
    segments = (Sinus(duration_s=30),)
    return Scenario(segments=segments, faults=faults, patient=patient, front_end=front_end)


@pytest.mark.parametrize(
    ("electrode", "bits", "rail_mv"),
    [
        ("RA", LeadState.RA_OFF, -1.5),
        ("LA", LeadState.LA_OFF, 1.5),
        ("RL", LeadState.CABLE_OFF, None),
        ("cable", LeadState.CABLE_OFF, None),
    ],
)
def test_leads_off_bits_and_output(
    electrode: Electrode, bits: LeadState, rail_mv: float | None
) -> None:
    """RA off sets LO- and pulls the output down, LA off sets LO+ and up, RL off sets both."""
    mv, leads, _ = render(scenario(LeadOff(start_s=10, duration_s=6, electrode=electrode)))
    assert set(leads[START:STOP]) == {bits}
    assert not leads[:START].any()
    assert not leads[STOP:].any()
    if rail_mv is not None:
        assert (mv[START:STOP] == rail_mv).all()
    else:
        assert {mv[START:STOP].min(), mv[START:STOP].max()} == {-1.5, 1.5}
    assert np.abs(mv).max() == 1.5


@pytest.mark.parametrize("electrode", ["RA", "LA", "RL"])
def test_settling_is_the_step_response_of_the_high_pass(electrode: Electrode) -> None:
    """Off the rail for good, it decays as a 0.48 Hz two-pole high-pass answers a step."""
    fault = LeadOff(start_s=10, duration_s=6, electrode=electrode)
    mv, _, truth = render(scenario(fault))
    clean, _, _ = render(scenario())
    left = mv[STOP:] - clean[STOP:]
    left *= np.sign(left[1])
    free = int(np.flatnonzero((np.abs(mv[STOP:]) == 1.5) | (left > 1.4))[-1]) + 1
    omega = 2 * np.pi * 0.48
    circuit = ([1.0, 0.0, 0.0], [1.0, np.sqrt(2) * omega, omega**2])
    t_s, response = step(circuit, T=np.arange(0, 6, 1e-4))
    begin_s = t_s[np.flatnonzero(1.5 * response < left[free])[0]]
    expected = 1.5 * np.interp(begin_s + np.arange(1440) / RATE_HZ, t_s, response)
    assert left[free : free + 1440] == pytest.approx(expected, abs=0.01)
    settled = next(fault.stop for fault in truth.faults if fault.kind == "settling")
    assert settled is not None
    assert np.abs(left[settled - STOP :]).max() < 0.02


def test_saturation_holds_the_rail_with_every_lead_attached() -> None:
    """Exactly 1.5 mV for as long as asked, and no leads-off bit."""
    mv, leads, truth = render(scenario(Saturation(start_s=10, duration_s=6)))
    assert (mv[START:STOP] == 1.5).all()
    assert not leads.any()
    assert [fault.kind for fault in truth.faults] == ["saturation", "settling"]


@pytest.mark.parametrize("front_end", [False, True])
def test_rails_clip_whatever_comes(front_end: bool) -> None:
    """A 4 mV R wave on 3 mV of motion reaches both rails and never passes them."""
    loud = scenario(Motion(rms_mv=3), patient=Patient(r_mv=4), front_end=front_end)
    mv = render(loud)[0]
    assert mv.max() == 1.5
    assert mv.min() == -1.5
    assert (mv == 1.5).sum() > 50


def test_hidden_beats_are_told_from_seen_ones() -> None:
    """Beats go on while an electrode is off; exactly these are marked unseen."""
    _, _, truth = render(scenario(LeadOff(start_s=10, duration_s=6)))
    hidden = [beat.sample for beat in truth.beats if not beat.seen]
    restore = round(0.12 * RATE_HZ)
    assert hidden == [r for r in truth.r_samples if START <= r < STOP + restore]
    assert len(hidden) in (7, 8)


@pytest.mark.parametrize("burst_ms", [0.0, 100.0])
@pytest.mark.parametrize("share", [0.01, 0.2])
def test_lost_samples_are_counted_and_meet_their_share(share: float, burst_ms: float) -> None:
    """As many NaN as the truth says, near the share asked for, in bursts as long as asked for."""
    long = Scenario(
        segments=(Sinus(duration_s=620),),
        faults=(Dropout(start_s=10, duration_s=600, share=share, burst_ms=burst_ms),),
    )
    mv, _, truth = render(long)
    lost = np.isnan(mv)
    assert truth.lost_samples == lost.sum()
    assert not lost[:3600].any()
    assert not lost[610 * 360 :].any()
    bursts = lost.sum() / max(round(burst_ms * 0.36), 1)
    assert lost.mean() * 620 / 600 == pytest.approx(share, abs=4 * share / np.sqrt(bursts))
    edges = np.flatnonzero(np.diff(lost.astype(int)))
    lengths = np.diff(edges)[::2]
    assert np.percentile(lengths, 50) >= max(round(burst_ms * 0.36), 1)


def test_a_gap_is_a_jump_of_start() -> None:
    """The same samples are lost as with NaN; blocks leave them out and keep the numbering."""
    as_nan = scenario(Dropout(start_s=10, duration_s=6, share=0.1, burst_ms=20))
    as_gap = scenario(Dropout(start_s=10, duration_s=6, share=0.1, burst_ms=20, shown_as="gap"))
    mv, _, _ = render(as_nan)
    source = SyntheticSource(as_gap)
    rebuilt = np.full(len(mv), np.nan)
    delivered = 0
    for block in source.blocks():
        assert not np.isnan(block.mv).any()
        rebuilt[block.start : block.stop] = block.mv
        delivered += len(block.mv)
    assert np.array_equal(rebuilt, mv, equal_nan=True)
    assert source.truth.lost_samples == len(mv) - delivered > 0


def test_everything_may_be_lost() -> None:
    """A share of one loses every sample: NaN throughout, or no block at all."""
    mv, _, truth = render(scenario(Dropout(share=1.0)))
    assert np.isnan(mv).all()
    assert not any(beat.seen for beat in truth.beats)
    assert not list(SyntheticSource(scenario(Dropout(share=1.0, shown_as="gap"))).blocks())
