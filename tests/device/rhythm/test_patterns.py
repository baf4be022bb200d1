"""Patterns of beats, labelled and not: what is said, from where on, and with which evidence."""

import numpy as np
import pytest

RNG = np.random.default_rng(5)
STEADY = [0.8] * 20


def steady(count: int) -> list[float]:
    return list(0.8 + 0.01 * RNG.standard_normal(count))


def labels(intervals: int, ectopic: dict[int, str]) -> list[str]:
    """'N' for each beat but those named; beat i closes interval i - 1."""
    return [ectopic.get(i, "N") for i in range(intervals + 1)]


@pytest.mark.parametrize(
    ("symbol", "name"), [("V", "ventricular couplet"), ("A", "supraventricular couplet")]
)
def test_labelled_couplet(play, symbol: str, name: str) -> None:
    """Two ectopic beats between normal ones are a couplet from the first of them on."""
    rr_s = [*STEADY, 0.45, 0.42, 1.2, *STEADY]
    played = play(rr_s, labels(len(rr_s), {21: symbol, 22: symbol}))
    couplet = next(r for r in played.rhythms if r.name == name)
    assert couplet.sample == round((0.5 + 20 * 0.8 + 0.45) * 360)
    assert "0.45 s and 0.42 s" in couplet.evidence[0]
    assert played.rhythms[-1].aux == "(N" and "couplet" not in played.names[-1]


def test_unlabelled_couplet_is_worded_as_timing(play) -> None:
    """Without a model two early beats are 'premature', never 'ventricular'."""
    played = play([*STEADY, 0.45, 0.42, 1.2, *STEADY])
    assert "two premature beats in a row" in played.names
    assert not any("ventricular" in name for name in played.names)


@pytest.mark.parametrize(
    ("symbol", "rr", "aux"),
    [("V", 0.4, "(VT"), ("V", 0.9, "(IVR"), ("A", 0.4, "(SVTA")],
)
def test_labelled_run(play, symbol: str, rr: float, aux: str) -> None:
    """Three and more ectopic beats are a run; ventricular above 100 bpm it is VT."""
    rr_s = [*STEADY, *[rr] * 5, 1.1, *STEADY]
    played = play(rr_s, labels(len(rr_s), dict.fromkeys(range(21, 26), symbol)))
    run = next(r for r in played.rhythms if r.aux == aux)
    assert run.sample == round((0.5 + 20 * 0.8 + rr) * 360)
    assert f"at {60 / rr:.0f} bpm" in run.evidence[0]
    assert played.rhythms[-1].aux == "(N"


def test_unlabelled_run_needs_another_shape(play) -> None:
    """Fast beats of the usual shape are no VT; of another shape they are named for that."""
    rr_s = [*STEADY, *[0.4] * 5, 1.1, *STEADY]
    odd = [0.2 if 21 <= i <= 25 else 1.0 for i in range(len(rr_s) + 1)]
    assert "(VT" not in [r.aux for r in play(rr_s).rhythms]
    run = next(r for r in play(rr_s, agreements=odd).rhythms if r.aux == "(VT")
    assert run.name == "fast run of beats of another shape"


@pytest.mark.parametrize(
    ("period", "ectopic", "aux", "said", "unsaid"),
    [
        ([0.5, 1.1], 1, "(B", "ventricular bigeminy", "every second beat premature"),
        ([0.8, 0.5, 1.1], 2, "(T", "ventricular trigeminy", "every third beat premature"),
    ],
)
def test_bigeminy_and_trigeminy(play, period, ectopic: int, aux: str, said: str, unsaid: str):
    """By their names ventricular; by timing alone only premature, in the rhythm underneath."""
    rr_s = [*STEADY, *period * 8]
    where = range(20 + ectopic, len(rr_s) + 1, len(period))
    named = play(rr_s, labels(len(rr_s), dict.fromkeys(where, "V")))
    timed = play(rr_s)
    for played, name in ((named, said), (timed, unsaid)):
        pattern = next(r for r in played.rhythms if r.name == name)
        assert pattern.aux == (aux if name == said else "(N")
        assert all(f"{length:.2f}" in pattern.evidence[0] for length in period)
        assert pattern.sample > (0.5 + 20 * 0.8 - 1.7) * 360


def test_bigeminy_does_not_chatter(play) -> None:
    """Two minutes of bigeminy are announced once and never taken for AF."""
    rr_s = [*STEADY, *[0.5, 1.1] * 75]
    played = play(rr_s)
    assert played.names.count("every second beat premature") == 1
    assert "(AFIB" not in [r.aux for r in played.rhythms]


def test_pause(play) -> None:
    """An interval of 2.6 s at 75 bpm is a pause and starts at the beat before it."""
    played = play([*STEADY, 2.6, *STEADY])
    pause = next(r for r in played.rhythms if r.name == "pause")
    assert pause.sample == round((0.5 + 20 * 0.8) * 360)
    assert pause.evidence == ("2.60 s between two beats, 0.80 s is typical",)
    assert played.rhythms[-1].name == "regular rhythm"


@pytest.mark.parametrize("rr_s", [[0.8] * 6 + [2.6] + [0.8] * 300, [*STEADY, 2.6] + [0.8] * 300])
def test_a_pause_lasts_no_longer_than_it_did(play, rr_s: list[float]) -> None:
    """While still starting as well: told as a pause, and what is underneath is told after it."""
    rhythms = play(rr_s).rhythms
    at = next(i for i, r in enumerate(rhythms) if r.name == "pause")
    length_s = (rhythms[at + 1].sample - rhythms[at].sample) / 360
    assert length_s == pytest.approx(2.6, abs=0.9)
    assert rhythms[-1].name == "regular rhythm"


def test_couplets_do_not_interrupt_fibrillation(play) -> None:
    """AF with ventricular couplets in it is AF all along: a couplet happens within a rhythm."""
    rr_s = list(np.clip(RNG.normal(0.6, 0.15, 200), 0.3, 1.2))
    couplets = {first + k: "V" for first in range(90, 190, 25) for k in (0, 1)}
    rhythms = play(rr_s, labels(len(rr_s), couplets)).rhythms
    began = next(i for i, r in enumerate(rhythms) if r.aux == "(AFIB")
    assert "ventricular couplet" in [r.name for r in rhythms[began:]]
    assert {r.aux for r in rhythms[began:]} == {"(AFIB"}


def test_slow_rhythm_is_bradycardia_not_pauses(play) -> None:
    """At 28 bpm every interval is longer than 2 s, and none of them is a pause."""
    played = play([60 / 28] * 20)
    assert "pause" not in played.names
    assert played.rhythms[-1].aux == "(SBR"


def test_paced_rhythm(play) -> None:
    """Beats labelled paced are a paced rhythm."""
    assert play([0.85] * 40, ["/"] * 41).rhythms[-1].aux == "(P"


def test_scattered_premature_beats_are_counted(play) -> None:
    """A premature beat in every tenth: the rhythm is named with them, and their number is told."""
    rr_s = ([*steady(8), 0.5, 1.1]) * 8
    last = play(rr_s).rhythms[-1]
    assert last.name == "regular rhythm with premature beats" and last.aux == "(N"
    assert any("beats premature" in said for said in last.evidence)


def test_fusion_beats_are_no_bigeminy_but_carry_a_run_on(play) -> None:
    """Every second beat a fusion: nothing is said of bigeminy; V F V in a row is a run of three."""
    alternating = [*STEADY, *[0.8] * 16]
    fusions = labels(len(alternating), dict.fromkeys(range(21, 37, 2), "F"))
    assert not any("bigeminy" in name for name in play(alternating, fusions).names)
    run = [*STEADY, *[0.4] * 3, 1.1, *STEADY]
    played = play(run, labels(len(run), {21: "V", 22: "F", 23: "V"}))
    assert "(VT" in [r.aux for r in played.rhythms]


def test_fusions_alone_are_no_ventricular_tachycardia(play) -> None:
    """Three fusion beats in a row at 120 bpm: half of each is the sinus beat that was due."""
    rr_s = [*STEADY, *[0.5] * 3, 1.1, *STEADY]
    played = play(rr_s, labels(len(rr_s), dict.fromkeys((21, 22, 23), "F")))
    assert not {"(VT", "(SVTA", "(IVR"} & {r.aux for r in played.rhythms}


def test_fibrillation_has_no_supraventricular_beats(play) -> None:
    """In AF a classifier calls the early beats supraventricular: no run, no bigeminy of them."""
    rng = np.random.default_rng(3)
    rr_s = list(np.clip(rng.normal(0.55, 0.14, 250), 0.3, 1.0))
    early = {i + 1: "S" for i, length in enumerate(rr_s) if length < 0.55}
    rhythms = play(rr_s, labels(len(rr_s), early)).rhythms
    began = next(i for i, r in enumerate(rhythms) if r.aux == "(AFIB")
    assert {r.aux for r in rhythms[began:]} == {"(AFIB"}
    assert not any("supraventricular" in r.name for r in rhythms[began:])


def test_after_a_ventricular_tachycardia_the_heart_is_not_fast(play) -> None:
    """20 beats of VT at 180 bpm, then sinus at 75: no tachycardia from the atria is said."""
    rr_s = [*STEADY, *[0.333] * 20, 0.9, *STEADY, *STEADY]
    played = play(rr_s, labels(len(rr_s), dict.fromkeys(range(21, 41), "V")))
    assert "(VT" in [r.aux for r in played.rhythms]
    assert "tachycardia" not in played.names and "(SVTA" not in [r.aux for r in played.rhythms]
    assert played.rhythms[-1].aux == "(N"
