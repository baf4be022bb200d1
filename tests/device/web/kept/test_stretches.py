"""A stretch of a session over the API: its signal, beats, events and trend are those put in."""

import pytest
from flask.testing import FlaskClient

ONE = "/api/v1/sessions/1"
STOP = 36_000  # session 1: 100 s
GAP = range(10_000, 10_100)  # ... of which these are missing
HUGE = 2**53 - 1


def microvolts(sample: int) -> float | None:
    """What was put at a sample of session 1."""
    return None if sample in GAP else sample * 7 % 2001 - 1000.0


@pytest.mark.parametrize(
    ("query", "span"),
    [
        ({"from": 0, "to": 1}, (0, 1)),
        ({"from": 9_990, "to": 10_110}, (9_990, 10_110)),
        ({"from": STOP - 10}, (STOP - 10, STOP)),
        ({"from": STOP - 10, "to": STOP + 10}, (STOP - 10, STOP)),
        ({"from": STOP - 10, "to": HUGE}, (STOP - 10, STOP)),
        ({"to": 4096}, (0, 4096)),
        ({"from": STOP}, (STOP, STOP)),
        ({"from": HUGE - 1, "to": HUGE}, (STOP, STOP)),
    ],
    ids=repr,
)
def test_samples_are_those_that_were_put(query: dict, span: tuple, get) -> None:
    """Few enough come as they are, the missing ones as null; what is beyond is left out."""
    found = get(f"{ONE}/signal", **query)
    assert (found["kind"], found["from"], found["to"]) == ("samples", *span)
    assert found["uv"] == [microvolts(sample) for sample in range(*span)]


@pytest.mark.slow
@pytest.mark.parametrize("bins", [2, 3, 17, 100, 2048, 4096])
@pytest.mark.parametrize("first", [0, 1, 8_999])
def test_bins_hold_the_lowest_and_highest(bins: int, first: int, get) -> None:
    """At most so many, each the extremes of its own samples; one without a sample is null."""
    stop = first + 10_000
    found = get(f"{ONE}/signal", **{"from": first, "to": stop, "bins": bins})
    assert found["kind"] == "range"
    begin, end, per_bin = found["from"], found["to"], found["per_bin"]
    assert begin <= first and stop <= end and (end - begin) % per_bin == 0
    assert len(found["low_uv"]) == len(found["high_uv"]) == (end - begin) // per_bin <= bins
    for at, low, high in zip(
        range(begin, end, per_bin), found["low_uv"], found["high_uv"], strict=True
    ):
        inside = range(at, min(at + per_bin, STOP))
        values = [value for one in inside if (value := microvolts(one)) is not None]
        assert (low, high) == ((min(values), max(values)) if values else (None, None))


@pytest.mark.parametrize("part", ["signal", "beats", "events", "trend"])
@pytest.mark.parametrize(
    "query",
    [
        {"from": 10, "to": 10},
        {"from": 11, "to": 10},
        {"from": HUGE, "to": 0},
        {"from": -1},
        {"to": -5},
        {"from": 2**53},
        {"to": 10**30},
        {"from": "0.0"},
        {"from": "NaN"},
        {"from": "0x10"},
        {"from": "+5"},
        {"from": " 5"},
        {"to": "five"},
        {"from": [1, 2]},
        {"until": 5},
        {"bins": 1},
        {"bins": 4097},
        {"points": 0},
        {"limit": 10_001},
    ],
    ids=repr,
)
def test_a_wrong_stretch_is_refused(part: str, query: dict, get, refused) -> None:
    """Reversed, empty, no number, too much, or not known to this address: 400."""
    assert refused(f"{ONE}/{part}", **query)["expected"]


def samples_of(answer: dict) -> list[int]:
    return [beat["sample"] for beat in answer["beats"]]


def test_beats_of_a_stretch(archive: FlaskClient, get) -> None:
    """Each where it was put, by its name, and from a place on forwards or backwards."""
    assert samples_of(get(f"{ONE}/beats")) == list(range(0, STOP, 300))
    assert samples_of(get(f"{ONE}/beats", **{"from": 300, "to": 900})) == [300, 600]
    assert samples_of(get(f"{ONE}/beats", symbols="V", to=5_000)) == [0, 1500, 3000, 4500]
    assert samples_of(get(f"{ONE}/beats", symbols="V,N", to=500)) == [0, 300]
    assert samples_of(get(f"{ONE}/beats", symbols="L")) == []
    assert samples_of(get(f"{ONE}/beats", after=600, limit=2)) == [900, 1200]
    assert samples_of(get(f"{ONE}/beats", after=0, limit=1)) == [300]
    assert samples_of(get(f"{ONE}/beats", before=600, limit=1)) == [300]
    assert samples_of(get(f"{ONE}/beats", before=600, symbols="V")) == [0]
    assert samples_of(get(f"{ONE}/beats", before=0)) == []
    assert samples_of(get(f"{ONE}/beats", after=STOP)) == []
    assert (
        samples_of(get(f"{ONE}/beats", after=HUGE)) == []
        and len(samples_of(get(f"{ONE}/beats", before=HUGE))) == 120
    )
    assert samples_of(get(f"{ONE}/beats", after=300, before=1000)) == [600, 900]
    assert get(f"{ONE}/beats", limit=119)["more"] is True
    assert get(f"{ONE}/beats", limit=120)["more"] is False


@pytest.mark.parametrize("symbols", ["", "VV", "V,", ",", "V,,N", ",".join("V" * 33)])
def test_symbols_are_single_and_few(symbols: str, refused) -> None:
    assert refused(f"{ONE}/beats", symbols=symbols)["expected"]


def test_events_by_kind(get, refused) -> None:
    """In the order of time, each with what it says in detail."""
    found = get(f"{ONE}/events", kinds="rhythm")["events"]
    assert [(one["sample"], one["detail"]["aux"]) for one in found] == [
        (0, "(N"),
        (18_000, "(AFIB"),
    ]
    assert len(get(f"{ONE}/events", kinds="rhythm,quality")["events"]) == 3
    assert get(f"{ONE}/events", kinds="alarm")["events"] == []
    assert get(f"{ONE}/events", limit=1)["more"] is True
    for kinds in ("", "rhythms", "rhythm,", "RHYTHM", "rhythm;quality"):
        refused(f"{ONE}/events", kinds=kinds)


def test_trends_are_per_minute(get) -> None:
    """A V each 1500 samples: 15 in the first minute, 9 in the 40 s after it."""
    trend = get(f"{ONE}/trend")
    assert (trend["from"], trend["step_s"]) == (0, 60)
    assert trend["ventricular"] == [15.0, 13.5]
    assert trend["bpm"] == [72.0, 72.0]
    single = get(f"{ONE}/trend", points=1)
    assert single["step_s"] == 120 and single["ventricular"] == [14.4]
