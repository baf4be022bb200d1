"""From a scenario's rhythms to the heart's beats, one after another, each at its exact time."""

from collections.abc import Iterator
from itertools import count

import numpy as np

from ecg_device.sources.synthetic.heartbeat import (
    CONDUCTED_SYMBOLS,
    Beats,
    Carry,
    Heartbeat,
    Mark,
    Stretch,
    adapted_rr_s,
    conducted,
    ectopic_ventricular,
)
from ecg_device.sources.synthetic.morphology import Atrium, Spike, Ventricle
from ecg_device.sources.synthetic.scenario import (
    Asystole,
    AtrialFibrillation,
    Paced,
    Pause,
    Scenario,
    Segment,
    Sinus,
    VentricularFibrillation,
    VentricularTachycardia,
)
from ecg_device.sources.synthetic.sinus import sinus_beats
from ecg_device.sources.synthetic.tachogram import (
    SHORTEST_RR_S,
    SinusNode,
    fibrillation_interval_s,
)

_FIRST_R_S = 0.4  # leaves room for the first P wave


def heart(scenario: Scenario, seed: int) -> Iterator[Heartbeat | Mark]:
    """All beats and marks in order of time; without end where the scenario repeats."""
    carry = Carry(_FIRST_R_S - 0.8, _FIRST_R_S)
    start_s, aux = 0.0, ""
    for lap in count() if scenario.repeat else range(1):
        for number, segment in enumerate(scenario.segments):
            stretch = Stretch(start_s, start_s + segment.duration_s)
            rng = np.random.default_rng([seed, 1, lap, number])
            if (named := _aux(segment)) not in (None, aux):
                aux = named or ""
                yield Mark(start_s, aux)
            carry = yield from _beats(segment, scenario, stretch, carry, rng)
            start_s = stretch.stop_s
        start_s = (lap + 1) * scenario.duration_s


def _aux(segment: Segment) -> str | None:
    """The segment's rhythm string; a sinus rhythm under 50 bpm is bradycardia."""
    if isinstance(segment, Sinus) and segment.aux == "(N":
        fastest = max(segment.rate_bpm, segment.to_bpm or segment.rate_bpm)
        return "(SBR" if fastest < 50 else "(N"
    return segment.aux


def _beats(
    segment: Segment, scenario: Scenario, stretch: Stretch, carry: Carry, rng: np.random.Generator
) -> Beats:
    match segment:
        case Sinus():
            node = SinusNode(segment, stretch.start_s, scenario.patient.respiration_hz, rng)
            return (yield from sinus_beats(segment, node, stretch, carry, rng))
        case AtrialFibrillation():
            return (yield from _fibrillating_atria(segment, stretch, carry, rng))
        case VentricularTachycardia():
            return (yield from _tachycardia(segment, stretch, carry, rng))
        case Paced():
            return (yield from _paced(segment, stretch, carry, rng))
        case VentricularFibrillation():
            return (yield from _fibrillating_ventricles(segment, stretch, carry, rng))
        case Pause() | Asystole():
            return Carry(carry.last_s, stretch.stop_s + 0.2)
    raise AssertionError(segment)


def _fibrillating_atria(
    segment: AtrialFibrillation, stretch: Stretch, carry: Carry, rng: np.random.Generator
) -> Beats:
    mean_s = 60 / segment.rate_bpm
    last_s, due_s, rr_s = carry.last_s, max(carry.due_s, stretch.start_s), mean_s
    while due_s < stretch.stop_s:
        if rng.random() < segment.pvc_probability and due_s - last_s > 0.7 * mean_s:
            yield ectopic_ventricular(due_s, "V", mean_s, rng)
            wait_s = mean_s * 1.3
        else:
            rr_s = adapted_rr_s(rr_s, due_s - last_s)
            symbol = CONDUCTED_SYMBOLS[segment.conduction]
            yield conducted(due_s, symbol, segment.conduction, "none", rr_s, rng)
            wait_s = fibrillation_interval_s(rng, mean_s, segment.cv)
        last_s, due_s = due_s, due_s + wait_s
    return Carry(last_s, due_s)


def _tachycardia(
    segment: VentricularTachycardia, stretch: Stretch, carry: Carry, rng: np.random.Generator
) -> Beats:
    """Begins early, as a PVC does, and leaves a pause."""
    rr_s = 60 / segment.rate_bpm
    last_s, at_s = carry.last_s, max(carry.last_s + 0.6 * carry.rr_s, stretch.start_s)
    while at_s < stretch.stop_s:
        yield ectopic_ventricular(at_s, "V", rr_s, rng)
        jitter_s = segment.sd_ms / 1000 * rng.standard_normal()
        last_s, at_s = at_s, at_s + max(rr_s + jitter_s, SHORTEST_RR_S)
    return Carry(last_s, max(last_s + 1.0, stretch.stop_s))


def _paced(segment: Paced, stretch: Stretch, carry: Carry, rng: np.random.Generator) -> Beats:
    rr_s = 60 / segment.rate_bpm
    atrium: Atrium = "paced" if segment.mode == "dual" else "none"
    atrial = (Spike(-0.215, 0.6 * segment.spike_mv),) if segment.mode == "dual" else ()
    spikes = (*atrial, Spike(-0.095, segment.spike_mv))
    last_s, at_s = carry.last_s, max(carry.due_s, stretch.start_s)
    while at_s < stretch.stop_s:
        captured = rng.random() < segment.capture
        ventricle: Ventricle = "paced" if captured else "none"
        yield Heartbeat(at_s, "/" if captured else "", ventricle, atrium, rr_s, 1.0, spikes)
        last_s, at_s = at_s, at_s + rr_s
    return Carry(last_s, at_s)


def _fibrillating_ventricles(
    segment: VentricularFibrillation, stretch: Stretch, carry: Carry, rng: np.random.Generator
) -> Beats:
    """Waves one after another, their size waxing and waning, their length uncertain."""
    yield Mark(stretch.start_s, "[")
    at_s, tide = stretch.start_s + 0.1, rng.uniform(0, 6.28)
    while at_s < stretch.stop_s - 0.1:
        length_s = max((1 + 0.2 * rng.standard_normal()) / segment.wave_hz, 0.06)
        swell = 1 + 0.35 * np.sin(tide + 1.9 * at_s) + 0.25 * rng.standard_normal()
        gain = segment.amplitude_mv * max(float(swell), 0.15)
        yield Heartbeat(at_s, "!", "fibrillating", "none", length_s, gain)
        at_s += length_s
    yield Mark(stretch.stop_s, "]")
    return Carry(carry.last_s, stretch.stop_s + 0.8)
