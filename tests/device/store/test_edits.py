"""What users change: each change is made before its answer, and what cannot be is refused."""

import threading

import pytest

from ecg_device.errors import InUseError, NotFoundError, StoreError
from ecg_device.store import KeptRecording, edits


def test_pin_and_note_change_alone_or_together(kept, chunk) -> None:
    """What is not named stays; an empty note takes the note away."""
    session = kept.write(chunk(0, 9))

    def told() -> tuple[bool, str]:
        one = kept.reader.session(session)
        return one["pinned"], one["note"]

    kept.edit(edits.change_session(session, pinned=True, note="after a run\n\u2665 'fast'"))
    assert told() == (True, "after a run\n\u2665 'fast'")
    kept.edit(edits.change_session(session, note=""))
    assert told() == (True, "")
    kept.edit(edits.change_session(session, pinned=False))
    assert told() == (False, "")
    kept.edit(edits.change_session(session))
    assert told() == (False, "")


def test_a_session_that_runs_may_be_pinned_but_not_deleted(kept, chunk) -> None:
    """The pin stays while it is written on; deleted it can be once it has ended."""
    session = kept.write(chunk(0, 9))
    kept.edit(edits.change_session(session, pinned=True))
    with pytest.raises(InUseError, match="is being recorded"):
        kept.edit(edits.delete_session(session))
    kept.put(chunk(9, 9))
    kept.end()
    assert kept.reader.session(session)["pinned"] is True
    kept.edit(edits.delete_session(session))
    assert kept.reader.sessions()["sessions"] == []


@pytest.mark.parametrize("change", [edits.change_session, edits.change_recording])
def test_a_note_has_an_end(kept, chunk, change) -> None:
    """2000 characters are kept, one more is refused whole."""
    kept.edit(edits.change_session(kept.write(chunk(0, 9)), note="\u2665" * 2000))
    assert kept.reader.session(1)["note"] == "\u2665" * 2000
    with pytest.raises(StoreError, match=r"too long; expected up to 2000 .* received 2001"):
        change(1, note="x" * 2001)


@pytest.mark.parametrize("number", [0, -1, 2, 1 << 62, 1 << 70])
def test_what_is_not_there_cannot_be_changed(kept, chunk, number) -> None:
    kept.write(chunk(0, 9))
    for change, what in (
        (edits.change_session(number, pinned=True), "session"),
        (edits.delete_session(number), "session"),
        (edits.change_recording(number, note="x"), "recording"),
        (edits.delete_recording(number), "recording"),
    ):
        with pytest.raises(NotFoundError, match=f"there is no {what} {number}"):
            kept.edit(change)


def test_what_was_deleted_cannot_be_deleted_again(kept, info, chunk) -> None:
    kept.write(chunk(0, 9))
    number = kept.keep(KeptRecording(1, 0, 0, info().signal, chunk(0, 9).mv))
    kept.end()
    for change in (edits.delete_session(1), edits.delete_recording(number)):
        kept.edit(change)
        with pytest.raises(NotFoundError):
            kept.edit(change)
    with pytest.raises(NotFoundError):
        kept.edit(edits.change_session(1, pinned=True))


def test_numbers_are_never_used_again(kept, info, chunk) -> None:
    """A link to what was deleted never leads to something else."""
    kept.write(chunk(0, 9))
    kept.end()
    kept.edit(edits.delete_session(1))
    assert kept.write(chunk(0, 9)) == 2
    taken = KeptRecording(None, 0, 0, info().signal, chunk(0, 9).mv)
    first = kept.keep(taken)
    kept.edit(edits.delete_recording(first))
    assert kept.keep(taken) == first + 1


def test_a_change_that_fails_changes_nothing(kept, chunk) -> None:
    """Half of it is taken back; the bug reaches whoever asked; signal is written on."""
    session = kept.write(chunk(0, 9))

    def wrong(connection) -> None:
        connection.execute("UPDATE session SET note = 'half'")
        raise ValueError("a bug")

    with pytest.raises(ValueError, match="a bug"):
        kept.edit(wrong)
    kept.put(chunk(9, 9))
    kept.settle()
    told = kept.reader.session(session)
    assert (told["note"], told["stop"]) == ("", 18)


def test_a_change_given_up_in_time_is_not_made(kept, chunk) -> None:
    """Whoever cancels before the writer came to it changes nothing."""
    session = kept.write(chunk(0, 9))
    gate = threading.Event()
    busy = kept.writer.submit(lambda connection: gate.wait(20))
    given_up = kept.writer.submit(edits.change_session(session, note="no"))
    assert given_up.cancel()
    gate.set()
    assert busy.result(20)
    kept.settle()
    assert kept.reader.session(session)["note"] == ""


def test_an_edit_comes_before_the_chunks_that_wait(kept, info, chunk) -> None:
    """A viewer is answered at once, though many chunks wait for the disk."""
    gate = threading.Event()
    busy = kept.writer.submit(lambda connection: gate.wait(20))
    kept.writer.begin(info())
    for at in range(60):
        kept.writer.put(chunk(at * 9, 9), wait=False)
    query = "SELECT count(*) FROM chunk"
    seen = kept.writer.submit(lambda connection: connection.execute(query).fetchone())
    gate.set()
    assert busy.result(20) and seen.result(20) == (0,)
    kept.settle()
    assert kept.sql(query) == [(60,)]
