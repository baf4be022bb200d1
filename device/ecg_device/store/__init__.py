"""What was seen is kept: sessions, signal, beats, events and recordings, in one SQLite file.

values                          what is handed over; CHUNK_S
store <- writer <- desk         one process writes: a thread, a transaction a chunk
  waiting, placing, writing     ... the queue, the session, the rows
  pyramid, trend, meaning       ... and what is computed with them
  quota, edits, keeping         room; pins, notes, deletions; recordings
reader <- listing, showing      any thread or process reads: JSON values, blocks for exports
opening <- database, schema     the file: connections, tables, migrations; what is damaged
"""

from ecg_device.store.folder import data_folder
from ecg_device.store.lock import in_use
from ecg_device.store.reader import Reader, open_reader
from ecg_device.store.searching import Wanted
from ecg_device.store.store import Store
from ecg_device.store.values import (
    CHUNK_S,
    Chunk,
    KeptRecording,
    SessionInfo,
    StorageStatus,
    StoredBeat,
    StoredEvent,
)
from ecg_device.store.writer import Writer

__all__ = [
    "CHUNK_S",
    "Chunk",
    "KeptRecording",
    "Reader",
    "SessionInfo",
    "StorageStatus",
    "Store",
    "StoredBeat",
    "StoredEvent",
    "Wanted",
    "Writer",
    "data_folder",
    "in_use",
    "open_reader",
]
