"""What is looked for is found, and nothing else: by date, label, rhythm, text, page by page."""

from collections.abc import Callable

import numpy as np
import pytest

from ecg_device.store import KeptRecording, StoredBeat, edits

ORIGIN_MS = 1_700_000_000_000
MINUTE = 60 * 360
Find = Callable[..., list[int]]


@pytest.fixture
def find(kept) -> Find:
    """The numbers of the sessions that were found."""
    return lambda **wanted: [one["id"] for one in kept.reader.sessions(**wanted)["sessions"]]


@pytest.fixture
def find_recordings(kept) -> Find:
    return lambda **wanted: [one["id"] for one in kept.reader.recordings(**wanted)["recordings"]]


def beats(symbols: str) -> tuple[StoredBeat, ...]:
    return tuple(StoredBeat(at, symbol, 0.9, "", 1.0) for at, symbol in enumerate(symbols))


def test_by_date_whoever_overlaps(kept, chunk, find) -> None:
    """Sessions of a minute each, at minutes 0, 2 and 4: one that touches the time asked for is in,
    one that begins when it ends is not."""
    for minute in (0, 2, 4):
        kept.write(chunk(minute * MINUTE, MINUTE))
    at = [ORIGIN_MS + minute * 60_000 for minute in range(6)]
    assert find() == [3, 2, 1]
    assert find(from_ms=at[2] + 30_000, to_ms=at[2] + 31_000) == [2]
    assert find(from_ms=at[1] + 1, to_ms=at[4] + 1) == [3, 2]
    assert find(to_ms=at[2]) == [1] and find(from_ms=at[5] + 1) == []


def test_by_a_beat_that_it_holds(kept, chunk, find) -> None:
    """Exactly that symbol: a is not A."""
    for symbols in ("NNV", "NA", "Na"):
        kept.write(chunk(0, 10, beats=beats(symbols)))
    assert find(symbol="V") == [1] and find(symbol="A") == [2] and find(symbol="a") == [3]
    assert find(symbol="N") == [3, 2, 1] and find(symbol="E") == []


def test_by_a_rhythm_that_was_or_still_is(kept, chunk, rhythm, find) -> None:
    """By its aux, or by a part of its name in any case."""
    sinus, fibrillation = ("(N", "sinus rhythm"), ("(AFIB", "atrial fibrillation likely")
    kept.write(chunk(0, 99, events=(rhythm(0, *fibrillation), rhythm(50, *sinus))))
    kept.write(chunk(0, 99, events=(rhythm(0, *sinus),)))
    kept.write(chunk(0, 99, events=(rhythm(0, *sinus), rhythm(50, *fibrillation))))
    kept.write(chunk(0, 99))
    for asked in ("(AFIB", "Fibrillation", "ation lik"):
        assert find(rhythm=asked) == [3, 1]
    assert find(rhythm="(N") == [3, 2, 1] and find(rhythm="(AF") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [("50%", [1]), ("5_%", [2]), ("_", [2]), ("%", [2, 1]), ("\\", [3]), ("\\%", []), ("'", [4])],
)
def test_text_is_found_as_it_stands(kept, chunk, find, text, expected) -> None:
    """No sign of it means anything but itself."""
    for note in ("at 50% load", "5_% more", "C:\\ecg", "mother's"):
        kept.edit(edits.change_session(kept.write(chunk(0, 9)), note=note))
    assert find(text=text) == expected


def test_text_is_looked_for_in_note_name_and_source(kept, info, chunk, find) -> None:
    kept.write(chunk(0, 9), info=info("ward 7"))
    kept.write(chunk(0, 9), info=info("bed", source="replay:ward"))
    kept.edit(edits.change_session(kept.write(chunk(0, 9), info=info("x")), note="WARD round"))
    kept.write(chunk(0, 9), info=info("none"))
    assert find(text="ward") == [3, 2, 1]


def test_pinned_or_not(kept, chunk, find) -> None:
    for _ in range(3):
        kept.write(chunk(0, 9))
    kept.edit(edits.change_session(2, pinned=True))
    assert (
        find(pinned=True) == [2] and find(pinned=False) == [3, 1] and find(pinned=None) == [3, 2, 1]
    )


def test_conditions_hold_together(kept, chunk, rhythm, find) -> None:
    """A condition of two parts does not let through what another refuses."""
    for symbols in ("V", "N"):
        events = (rhythm(0, "(N", "sinus rhythm"),)
        kept.write(chunk(0, 9, beats=beats(symbols), events=events))
    kept.edit(edits.change_session(1, note="walking"))
    assert find(rhythm="(N", symbol="V") == [1] and find(rhythm="(N", symbol="V", pinned=True) == []
    assert find(text="walking", symbol="N") == []


def test_page_by_page_each_comes_once(kept, chunk, find) -> None:
    """`next` leads through all that match, whatever else lies between, and ends with None."""
    for number in range(7):
        kept.write(chunk(0, 9, beats=beats("V" if number % 2 else "N")))

    def pages(**wanted: object) -> list[list[int]]:
        seen, before = [], None
        while True:
            page = kept.reader.sessions(**wanted, before=before)
            seen.append([one["id"] for one in page["sessions"]])
            if (before := page["next"]) is None:
                return seen

    assert pages(limit=3) == [[7, 6, 5], [4, 3, 2], [1]]
    assert pages(limit=7) == [[7, 6, 5, 4, 3, 2, 1]]
    assert pages(limit=2, symbol="N") == [[7, 5], [3, 1]]
    assert find(limit=0) == [7] and find(before=1) == []


def test_recordings_by_all_of_it(kept, info, find_recordings) -> None:
    """By date taken, what the result says, its conclusion, note and pin."""
    results = [
        {"conclusive": True, "conclusion": "100% sinus", "beats": {"N": 30, "V": 0},
         "rhythm": {"aux": "(N", "name": "sinus rhythm"}},
        {"conclusive": True, "conclusion": "see a doctor", "beats": {"N": 20, "V": 2},
         "rhythm": {"aux": "(AFIB", "name": "atrial fibrillation likely"}},
        {"conclusive": False, "conclusion": "inconclusive: too much noise", "rhythm": None},
    ]  # fmt: skip
    for number, result in enumerate(results):
        taken_ns = (ORIGIN_MS + 1000 * number) * 1_000_000
        kept.keep(KeptRecording(None, 0, taken_ns, info("bed").signal, np.zeros(9), result=result))
    kept.edit(edits.change_recording(3, pinned=True, note="again_later"))
    found = find_recordings
    assert found() == [3, 2, 1]
    assert found(from_ms=ORIGIN_MS + 1000, to_ms=ORIGIN_MS + 2000) == [2]
    assert found(conclusive=True) == [2, 1] and found(conclusive=False) == [3]
    assert found(symbol="V") == [2] and found(symbol="N") == [2, 1]
    assert found(rhythm="(AFIB") == [2] and found(rhythm="RHYTHM") == [1]
    assert found(text="100%") == [1] and found(text="r_l") == [] and found(text="n_l") == [3]
    assert found(pinned=True) == [3] and found(text="bed") == [3, 2, 1]
    page = kept.reader.recordings(limit=2)
    assert page["next"] == 2 and found(before=page["next"]) == [1]
