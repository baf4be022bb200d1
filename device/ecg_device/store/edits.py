"""What users change: pins, notes, and what is to go. Each is a change for `Writer.submit`."""

import sqlite3
from collections.abc import Callable

from ecg_device.errors import NotFoundError, StoreError

LONGEST_NOTE = 4000  # characters

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
        row = connection.execute(
            "SELECT ended FROM session WHERE id = ? AND NOT doomed", (session,)
        ).fetchone()
        if row is None:
            raise not_found("session", session)
        if not row[0]:
            raise StoreError(
                f"session {session} is being recorded",
                expected="a session that has ended",
                remedy="stop the recording first, or unpin it and let the quota take it later",
            )
        connection.execute("UPDATE session SET doomed = 1 WHERE id = ?", (session,))

    return change


def delete_recording(recording: int) -> Change:
    def change(connection: sqlite3.Connection) -> None:
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
        cursor = connection.execute(
            f"UPDATE {table} SET pinned = ifnull(?, pinned), note = ifnull(?, note)"
            f" WHERE id = ?{condition}",
            (pinned, note, number),
        )
        if not cursor.rowcount:
            raise not_found(table, number)

    return change
