"""All questions to the store, from any thread; answers are the JSON values of the page."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self, Unpack

from ecg_device.errors import StoreError
from ecg_device.signals import Block, SignalInfo
from ecg_device.store import leads, listing, showing, trend
from ecg_device.store.folder import DATABASE
from ecg_device.store.keys import keys_of, sample_of
from ecg_device.store.lock import in_use
from ecg_device.store.pool import Pool
from ecg_device.store.scale import from_blob, to_mv
from ecg_device.store.searching import Search, Wanted

_ROWS = 64  # chunks read at a time: a minute, so that a long export keeps nothing waiting


class Reader:
    """Reads a folder that this or another process may be writing.

    Parameters
    ----------
    folder
        The folder of the data.
    is_written
        Whether a session that has not ended is being recorded; without it, whether any process
        holds the folder.
    """

    def __init__(self, folder: Path, is_written: Callable[[], bool] | None = None) -> None:
        self._pool = Pool(folder / DATABASE)
        self._is_written = is_written or (lambda: in_use(folder))

    def sessions(self, **wanted: Unpack[Wanted]) -> dict[str, Any]:
        """`{"sessions": [...], "next": number or None}`, the newest first."""
        with self._pool.borrowed() as connection:
            return listing.list_sessions(connection, Search(**wanted), self._is_written())

    def session(self, session: int) -> dict[str, Any]:
        with self._pool.borrowed() as connection:
            return listing.show_session(connection, session, self._is_written())

    def signal(
        self, session: int, first: int | None = None, stop: int | None = None, bins: int = 1280
    ) -> dict[str, Any]:
        """The samples, or the lowest and highest of at most `bins` stretches; None: its ends."""
        with self._pool.borrowed() as connection:
            row = listing.find_session(connection, session)
            return showing.show_signal(connection, row, _within(row, first, stop), bins)

    def beats(
        self,
        session: int,
        first: int | None = None,
        stop: int | None = None,
        *,
        symbols: Sequence[str] | None = None,
        after: int | None = None,
        before: int | None = None,
        limit: int = 1000,
    ) -> dict[str, Any]:
        """Beats in [first, stop), after one sample, or the last ones before another."""
        low = max((one for one in (first, None if after is None else after + 1) if one), default=0)
        ends = [one for one in (stop, before) if one is not None]
        with self._pool.borrowed() as connection:
            listing.find_session(connection, session)
            span = (low, min(ends) if ends else None)
            backwards = before is not None and after is None
            return showing.list_beats(
                connection, session, span, symbols, limit, backwards=backwards
            )

    def events(
        self,
        session: int,
        first: int | None = None,
        stop: int | None = None,
        *,
        kinds: Sequence[str] | None = None,
        limit: int = 1000,
    ) -> dict[str, Any]:
        with self._pool.borrowed() as connection:
            listing.find_session(connection, session)
            span = (_whole(first, 0), _whole(stop, _ENDLESS))
            return showing.list_events(connection, session, span, kinds, limit)

    def trend(
        self, session: int, first: int | None = None, stop: int | None = None, points: int = 1440
    ) -> dict[str, Any]:
        """Columns in steps of whole minutes."""
        with self._pool.borrowed() as connection:
            row = listing.find_session(connection, session)
            return trend.read_trend(connection, row, *_within(row, first, stop), points)

    def recordings(self, **wanted: Unpack[Wanted]) -> dict[str, Any]:
        with self._pool.borrowed() as connection:
            return listing.list_recordings(connection, Search(**wanted))

    def recording(self, recording: int) -> dict[str, Any]:
        with self._pool.borrowed() as connection:
            return listing.recording_json(listing.find_recording(connection, recording))

    def recording_signal(self, recording: int) -> dict[str, Any]:
        with self._pool.borrowed() as connection:
            return listing.show_recording_signal(connection, recording)

    def info(self, session: int) -> SignalInfo:
        """As its source told it; `samples` is where the signal ends so far."""
        with self._pool.borrowed() as connection:
            return listing.signal_info(listing.find_session(connection, session))

    def blocks(
        self, session: int, first: int | None = None, stop: int | None = None
    ) -> Iterator[Block]:
        """The signal [first, stop) as it came; a jump of `start` is a gap.

        A minute is read at a time. Should the session be deleted meanwhile, NotFoundError.
        """
        with self._pool.borrowed() as connection:
            row = listing.find_session(connection, session)
        first, stop = _within(row, first, stop)
        at = self._chunk_at(session, first) if first < stop else stop
        while at < stop:
            with self._pool.borrowed() as connection:
                listing.find_session(connection, session)
                rows = connection.execute(_CHUNKS, (*keys_of(session, at, stop), _ROWS)).fetchall()
            for chunk in rows:
                block = _block(chunk, row["uv_per_lsb"])
                at = block.stop
                if first < block.stop:  # the one before may end before it
                    yield _cut(block, first, stop)
            if len(rows) < _ROWS:
                return

    def close(self) -> None:
        self._pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _chunk_at(self, session: int, sample: int) -> int:
        """Where the chunk begins that may hold this sample."""
        low, _ = keys_of(session)
        with self._pool.borrowed() as connection:
            row = connection.execute(
                "SELECT max(key) FROM chunk WHERE key >= ? AND key <= ?",
                (low, keys_of(session, sample)[0]),
            ).fetchone()
        return sample if row[0] is None else sample_of(row[0])


def open_reader(folder: Path) -> Reader:
    """Read what is there, whoever writes it; StoreError where nothing is kept."""
    if not (folder / DATABASE).exists():
        raise StoreError(
            f"{folder}: nothing is kept there",
            expected=f"a folder of data, with {DATABASE} in it",
            remedy="give another folder: --data FOLDER",
        )
    return Reader(folder)


_ENDLESS = 1 << 62
_CHUNKS = "SELECT key, leads, signal FROM chunk WHERE key >= ? AND key < ? ORDER BY key LIMIT ?"


def _within(session: sqlite3.Row, first: int | None, stop: int | None) -> tuple[int, int]:
    """What there is of the stretch asked for."""
    begin, end = session["first"], session["stop"]
    low = begin if first is None else min(max(first, begin), end)
    high = end if stop is None else min(max(stop, low), end)
    return low, high


def _whole(sample: int | None, otherwise: int) -> int:
    return otherwise if sample is None else min(max(sample, 0), _ENDLESS)


def _block(chunk: sqlite3.Row, scale: float) -> Block:
    mv = to_mv(from_blob(chunk["signal"]), scale)
    return Block(sample_of(chunk["key"]), mv, leads.from_blob(chunk["leads"], len(mv)))


def _cut(block: Block, first: int, stop: int) -> Block:
    low, high = max(0, first - block.start), min(len(block.mv), stop - block.start)
    if low == 0 and high == len(block.mv):
        return block
    bits = None if block.leads is None else block.leads[low:high]
    return Block(block.start + low, block.mv[low:high], bits)
