"""Annotations: in the record's own numbers, one a sample, as WFDB wants them."""

import pytest

from ecg_device.analysis.marks import Marks, quality_subtype
from ecg_device.formats.annotations import Annotation
from ecg_device.signals import (
    Beat,
    Classification,
    HeartRate,
    Quality,
    Reason,
    Rhythm,
    SignalState,
)


def beat(sample: int, symbol: str = "N") -> Classification:
    return Classification(Beat(sample, sample + 60, 1.0, 0.9), sample + 170, symbol)


def marked(*events: object, rate_hz: float = 360.0, lead: int = 0) -> list[Annotation]:
    marks = Marks(lead, rate_hz)
    for event in events:
        marks.add(event)  # type: ignore[arg-type]
    return list(marks.annotations())


@pytest.mark.parametrize(("rate_hz", "expected"), [(360.0, 720), (250.0, 500), (1000.0, 2000)])
def test_a_beat_stands_in_the_records_own_numbers(rate_hz: float, expected: int) -> None:
    """Two seconds after the start is sample 2 f of a record at rate f."""
    assert marked(beat(720), rate_hz=rate_hz) == [Annotation(expected, "N")]


def test_each_kind_has_its_symbol_and_its_words() -> None:
    """Beats by symbol, rhythms as + with their aux, quality as ~ with state and reason."""
    found = marked(
        Quality(0, 5, SignalState.SETTLING, Reason.STARTING),
        beat(100, "V"),
        HeartRate(360, 70.0),
        Rhythm(90, 400, "(AFIB", "atrial fibrillation likely", ("CosEn -0.9",)),
        Quality(500, 510, SignalState.OFF, Reason.RA_OFF),
        Rhythm(500, 510, "INCONCLUSIVE", "electrode RA off", reason=Reason.RA_OFF),
    )
    assert found == [
        Annotation(0, "~", "settling: starting: too little signal yet", 0x11),
        Annotation(90, "+", "(AFIB"),
        Annotation(100, "V"),
        Annotation(499, "~", "off: electrode RA off", 0x11),
        Annotation(500, "+", "INCONCLUSIVE: electrode RA off"),
    ]


def test_events_told_late_still_stand_in_order_of_time() -> None:
    """A rhythm is known long after it began: its mark stands before the beats since then."""
    found = marked(beat(100), beat(200), beat(300), Rhythm(150, 900, "(B", "bigeminy"))
    assert [annotation.sample for annotation in found] == [100, 150, 200, 300]


def test_no_two_annotations_share_a_sample() -> None:
    """WFDB has one place per sample: beats keep theirs, notes step aside by a sample or two."""
    found = marked(
        Quality(0, 0, SignalState.OK),
        Rhythm(0, 0, "(N", "regular"),
        Quality(100, 100, SignalState.NOISY, Reason.NOISE),
        Quality(100, 100, SignalState.OK),
        Rhythm(100, 100, "(N", "regular"),
        beat(100),
        beat(99),
    )
    samples = [annotation.sample for annotation in found]
    assert len(set(samples)) == len(samples) == 7
    assert [(a.sample, a.symbol) for a in found if a.symbol == "N"] == [(99, "N"), (100, "N")]
    assert [a.aux for a in found if 90 < a.sample < 99] == ["noisy: too much noise", "ok", "(N"]
    assert min(samples) == 0


@pytest.mark.parametrize(
    ("state", "lead", "subtype"),
    [
        (SignalState.OK, 2, 0),
        (SignalState.NOISY, 0, 0b0001),
        (SignalState.NOISY, 1, 0b0010),
        (SignalState.OFF, 0, 0b0001_0001),
        (SignalState.SETTLING, 2, 0b0100_0100),
        (SignalState.OFF, 3, -1),
        (SignalState.NOISY, 9, -1),
    ],
)
def test_a_quality_subtype_has_the_bits_of_the_mit_records(
    state: SignalState, lead: int, subtype: int
) -> None:
    """Bit i: signal i noisy; bit i + 4: unreadable; -1 where a signed byte has no such bit."""
    assert quality_subtype(state, lead) == subtype
