"""Simulated hearts whose beats bear their true names, through the whole pipeline."""

import pytest

from ecg_device.sources.synthetic import load_scenario


@pytest.mark.parametrize(
    ("name", "aux"), [("bigeminy", "(B"), ("trigeminy", "(T"), ("vt-run", "(VT"), ("paced", "(P")]
)
def test_named_beats_tell_the_rhythm_that_is_played(listen, name: str, aux: str) -> None:
    """Each rhythm of the scenario is told within 15 s of its beginning, until 12 s of its end."""
    heard = listen(load_scenario(name), named=True)
    true = heard.truth.rhythms
    ends = [rhythm.sample for rhythm in true[1:]] + [int(heard.events[-1].decided)]
    spells = [(t.sample, end) for t, end in zip(true, ends, strict=True) if t.aux == aux]
    assert spells
    for start, end in spells:
        told = [r for r in heard.rhythms if r.aux == aux and start - 360 <= r.sample < end]
        assert told and told[0].decided - start <= 15 * 360
        left = next((r for r in heard.rhythms if r.aux != aux and r.sample > told[-1].sample), None)
        assert left is None or abs(left.sample - end) <= 12 * 360


def test_every_named_couplet_is_told(listen) -> None:
    """Each pair of V between two N that the heart played is told, where it was, and no other."""
    heard = listen(load_scenario("couplets"), named=True)
    beats = heard.truth.beats
    symbols = "".join(beat.symbol for beat in beats)
    true = [beats[at + 1].sample for at in range(len(beats)) if symbols[at : at + 4] == "NVVN"]
    told = [r.sample for r in heard.rhythms if r.name == "ventricular couplet"]
    late = [sample for sample in true if sample > 8 * 360]
    assert len(late) >= 15
    assert [s for s in told if s > 8 * 360] == pytest.approx(late, abs=18)


@pytest.mark.parametrize("name", ["lbbb", "rbbb"])
def test_conducted_wide_beats_are_sinus_rhythm(listen, name: str) -> None:
    """A bundle branch block widens the beats, and the rhythm is still the atria's."""
    heard = listen(load_scenario(name), named=True)
    assert {r.aux for r in heard.rhythms} <= {"INCONCLUSIVE", "(N"}
    assert any(r.name == "sinus rhythm" for r in heard.rhythms)
