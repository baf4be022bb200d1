"""What users change: pins, notes, and what is to go. Each is a change for `Writer.submit`."""

import sqlite3
from collections.abc import Callable

from ecg_device.errors import InUseError, NotFoundError, StoreError
from ecg_device.store.keys import LARGEST

LONGEST_NOTE = 2000  # characters

Change = Callable[[sqlite3.Connection], None]


def change_session(session: int, *, pinned: bool | None = None, note: str | None = None) -> Change:
    """Pin or unpin a session, or write a note on it; what is None stays."""
    return _change("session", session, pinned, note, " AND NOT doomed")


def change_recording(
    recording: int, *, pinned: bool | None = None, note: str | None = None
) -> Change:
    return _change("recording", recording, pinned, note)


def delete_session(session: int) -> Change:
    """It is gone at once for every reader; its rows go by and by. Recordings of it stay."""

    def change(connection: sqlite3.Connection) -> None:
        _refuse_too_large("session", session)
        row = connection.execute(
            "SELECT ended FROM session WHERE id = ? AND NOT doomed", (session,)
        ).fetchone()
        if row is None:
            raise not_found("session", session)
        if not row[0]:
            raise InUseError(
                f"session {session} is being recorded",
                expected="a session that has ended",
                remedy="delete it once it has ended",
            )
        connection.execute("UPDATE session SET doomed = 1 WHERE id = ?", (session,))

    return change


def delete_recording(recording: int) -> Change:
    def change(connection: sqlite3.Connection) -> None:
        _refuse_too_large("recording", recording)
        cursor = connection.execute("DELETE FROM recording WHERE id = ?", (recording,))
        if not cursor.rowcount:
            raise not_found("recording", recording)

    return change


def not_found(what: str, number: int) -> NotFoundError:
    return NotFoundError(
        f"there is no {what} {number}",
        expected=f"the number of a {what} that is kept",
        remedy="it may have been deleted, or gone to make room",
    )


def _refuse_too_large(what: str, number: int) -> None:
    if abs(number) > LARGEST:
        raise not_found(what, number)


def _change(
    table: str, number: int, pinned: bool | None, note: str | None, condition: str = ""
) -> Change:
    if note is not None and len(note) > LONGEST_NOTE:
        raise StoreError(
            "the note is too long",
            expected=f"up to {LONGEST_NOTE} characters",
            received=f"{len(note)}",
        )

    def change(connection: sqlite3.Connection) -> None:
        _refuse_too_large(table, number)
        cursor = connection.execute(
            f"UPDATE {table} SET pinned = ifnull(?, pinned), note = ifnull(?, note)"
            f" WHERE id = ?{condition}",
            (pinned, note, number),
        )
        if not cursor.rowcount:
            raise not_found(table, number)

    return change
