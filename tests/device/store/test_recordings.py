"""An ECG that was taken: kept with its own signal, whatever becomes of its session."""

from typing import Any

import numpy as np
import pytest

from ecg_device.errors import StoreError
from ecg_device.store import KeptRecording, SessionInfo, StoredBeat, StoredEvent

TAKEN_NS = 1_700_000_000_123_456_789


def taken(about: SessionInfo, mv: Any = 3600 * [0.0], **known: Any) -> KeptRecording:
    values = {"session": None, "start": 0, "taken_wall_ns": TAKEN_NS, "info": about.signal}
    return KeptRecording(**{**values, "mv": np.asarray(mv), **known})


def test_a_recording_tells_what_it_is(kept, info, chunk) -> None:
    session = kept.write(chunk(0, 4000))
    result = {
        "conclusion": "Sinusrhythmus \u2665",
        "rate": 71.5,
        "rhythm": None,
        "beats": {"N": 12},
    }
    number = kept.keep(taken(info("bed"), session=session, start=400, result=result))
    told = kept.reader.recording(number)
    assert told == {
        "id": number, "session": session, "start": 400, "taken_ms": 1_700_000_000_123,
        "seconds": 10.0, "name": "bed", "lead": "ECG", "rate_hz": 360.0, "simulated": True,
        "pinned": False, "note": "", "result": result,
    }  # fmt: skip
    assert kept.reader.recordings()["recordings"] == [told]


@pytest.mark.parametrize(("rails_mv", "scale_uv"), [(None, 1.0), ((-1.5, 1.5), 0.1)])
def test_its_signal_comes_back_to_the_bit(kept, info, rails_mv, scale_uv) -> None:
    """Every number of 16 bits, and what is missing."""
    counts = np.arange(-32767, 32768)
    mv = np.append(counts * scale_uv / 1000, np.nan)
    about = info(rails_mv=rails_mv)
    shown = kept.reader.recording_signal(kept.keep(taken(about, mv, start=77)))
    assert shown["uv"] == [*np.round(counts * scale_uv, 1).tolist(), None]
    assert (shown["start"], shown["rate_hz"]) == (77, 360.0)


def test_its_beats_and_events_are_those_of_a_session(kept, info, chunk) -> None:
    """What the page draws of a recording it draws of a session's stretch alike."""
    beats = (StoredBeat(100, "V", 0.98765, "", 1.0), StoredBeat(200, "Q", None, "noise", 1.0))
    events = (StoredEvent(5, 9, "quality", "noisy", {"state": "noisy"}),)
    session = kept.write(chunk(0, 3600, beats=beats, events=events))
    number = kept.keep(taken(info("bed"), session=session, beats=beats, events=events))
    shown = kept.reader.recording_signal(number)
    assert shown["beats"] == kept.reader.beats(session)["beats"]
    assert shown["events"] == kept.reader.events(session)["events"]


def test_a_recording_that_cannot_be_kept_is_an_error_of_its_taker(kept, info, chunk) -> None:
    """The table is not there (as a disk may lose it): a StoreError for him, no end of storing."""
    session = kept.write(chunk(0, 100))
    kept.edit(lambda connection: connection.execute("DROP TABLE recording"))
    with pytest.raises(StoreError, match=r"ecg\.sqlite3: .*recording"):
        kept.keep(taken(info()))
    kept.put(chunk(100, 100))
    kept.settle()
    assert kept.status().storing and kept.reader.session(session)["stop"] == 200
