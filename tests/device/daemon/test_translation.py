"""Events as they are kept: in the source's own sample numbers, with every reason in words."""

import json

import pytest

from ecg_device.daemon import translation
from ecg_device.signals import Beat, Classification, Quality, Reason, Rhythm, SignalState
from ecg_device.store import StoredBeat, StoredEvent


@pytest.mark.parametrize("rate_hz", [125.0, 250.0, 360.0, 1000.0])
def test_a_moment_is_the_same_in_the_sources_samples(rate_hz: float) -> None:
    """Ten seconds are 3600 working samples, and 10 times the source's rate."""
    event = Quality(3600, 3960, SignalState.OFF, Reason.RA_OFF)
    kept = translation.quality(event, rate_hz)
    assert (kept.sample, kept.decided) == (10 * rate_hz, 11 * rate_hz)
    rhythm = translation.rhythm(Rhythm(3600, 3960, "(N", "sinus rhythm", ("rate 72",)), rate_hz)
    assert (rhythm.sample, rhythm.decided) == (10 * rate_hz, 11 * rate_hz)


def test_a_reason_is_kept_in_words() -> None:
    """Which electrode is off can be read in the text, and by programs in the detail."""
    kept = translation.quality(Quality(0, 0, SignalState.OFF, Reason.RA_OFF), 360.0)
    assert (kept.kind, kept.detail) == ("quality", {"state": "off", "reason": "electrode RA off"})
    assert "INCONCLUSIVE" in kept.text and "electrode RA off" in kept.text


def test_a_rhythm_is_kept_with_its_evidence() -> None:
    """Its WFDB string, name and evidence as they are, in a form that JSON can hold."""
    kept = translation.rhythm(Rhythm(0, 9, "(AFIB", "atrial fibrillation", ("a", "b")), 360.0)
    assert json.loads(json.dumps(kept.detail)) == {
        "aux": "(AFIB", "name": "atrial fibrillation", "evidence": ["a", "b"], "reason": "",
    }  # fmt: skip
    assert "atrial fibrillation" in kept.text


def test_a_beat_without_a_name_says_why() -> None:
    """`Q`, no confidence, and the reason; its R in the source's samples."""
    named = Classification(
        Beat(720, 790, amplitude_mv=1.25, agreement=1.0), 1064, "Q", reason=Reason.NO_MODEL
    )
    assert translation.beat(named, 250.0) == StoredBeat(500, "Q", None, "no model installed", 1.25)


def test_live_numbers_are_short_and_absent_ones_null() -> None:
    """Three decimals of a confidence; none is null, not 0."""
    assert translation.live_beat(StoredBeat(1, "V", 0.98765, "", 1.0))["confidence"] == 0.988
    assert translation.live_beat(StoredBeat(1, "Q", None, "low", 1.0))["confidence"] is None
    event = StoredEvent(1, 2, "rhythm", "sinus rhythm", {"aux": "(N"})
    assert translation.live_event(event) == {
        "sample": 1, "decided": 2, "kind": "rhythm", "text": "sinus rhythm",
    }  # fmt: skip
