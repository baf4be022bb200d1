"""The power goes: what the disk holds then, cut and torn anywhere, opens and has lost a moment.

After each commit both files, database and log, are read as they are. What the disk can hold when
the power goes before the next commit is done lies between two such readings: of the sectors that
differ some were written, in any order, one of them perhaps in part. Only one thing is sure: the
database itself changes after the log is safe, for SQLite waits for the disk in between.
"""

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import numpy as np
import pytest

from ecg_device.signals import SignalInfo
from ecg_device.store import CHUNK_S, Chunk, SessionInfo, Store, StoredBeat, StoredEvent, Writer

RATE_HZ = 360.0
SAMPLES = round(CHUNK_S * RATE_HZ)
SECTOR = 512
LOST_S = 2.0
QUOTA = 1 << 30
DATABASE, LOG = "ecg.sqlite3", "ecg.sqlite3-wal"
INFO = SessionInfo(
    SignalInfo("a heart", RATE_HZ, rails_mv=(-1.5, 1.5)), "none", "0.0", "synthetic:sinus"
)


def signal(start: int, stop: int) -> np.ndarray:
    """Millivolts that tell every sample's number, within what the front end delivers."""
    return 1.4 * np.sin(np.arange(start, stop) * 0.7390851)


def chunk_stop(number: int) -> int:
    return (number + 1) * SAMPLES


def reading(folder: Path) -> sqlite3.Connection:
    """A connection that changes nothing."""
    address = f"{(folder / DATABASE).as_uri()}?mode=ro"
    return sqlite3.connect(address, uri=True, isolation_level=None)


def chunk(number: int) -> Chunk:
    """The so many-th chunk, with a beat, a rate and now and then an event."""
    start = number * SAMPLES
    event = StoredEvent(start, start + 9, "rhythm", f"rhythm {number}", {"aux": "(N", "name": "N"})
    return Chunk(
        start=start,
        mv=signal(start, start + SAMPLES),
        leads=np.zeros(SAMPLES, np.uint8),
        taken_ns=round((start + SAMPLES - 1) / RATE_HZ * 1e9) + 10**12,
        wall_ns=round((start + SAMPLES - 1) / RATE_HZ * 1e9) + 17 * 10**17,
        beats=(StoredBeat(max(0, start - 40), "N", 0.98, "", 1.1),),
        events=(event,) if number % 10 == 0 else (),
        rates=((start, 72.0),),
        usable=SAMPLES,
    )


@dataclass(frozen=True)
class Disk:
    """Both files as they were once."""

    database: bytes
    log: bytes

    @classmethod
    def of(cls, folder: Path) -> "Disk":
        log = folder / LOG
        return cls((folder / DATABASE).read_bytes(), log.read_bytes() if log.exists() else b"")

    @classmethod
    def at_rest(cls, folder: Path) -> "Disk":
        """Read until nothing changed meanwhile."""
        found = cls.of(folder)
        while (again := cls.of(folder)) != found:
            found = again
        return found

    def put(self, folder: Path) -> None:
        """These two files and nothing else."""
        folder.mkdir(exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        (folder / DATABASE).write_bytes(self.database)
        (folder / LOG).write_bytes(self.log)


def commit(writer: Writer, number: int, database: sqlite3.Connection) -> None:
    """Put a chunk and wait until it is in the file."""
    writer.put(chunk(number), wait=True)
    until = monotonic() + 10
    while not database.execute(
        "SELECT max(stop) >= ? FROM session", [chunk_stop(number)]
    ).fetchone()[0]:
        assert monotonic() < until, writer.status()
        sleep(0.0005)


def commits(folder: Path, number: int) -> Iterator[tuple[int, Disk]]:
    """The files after each commit of a session that goes on and on."""
    with closing(Store.open(folder)) as store, closing(store.writer(quota_bytes=QUOTA)) as writer:
        writer.begin(INFO)
        with closing(reading(folder)) as database:
            for at in range(number):
                commit(writer, at, database)
                yield at, Disk.at_rest(folder)


def torn(before: bytes, after: bytes, chance: random.Random) -> bytes:
    """A file on its way from one content to the other when the power goes."""
    if before == after:
        return after
    size = chance.choice(
        [len(before), len(after), chance.randint(*sorted((len(before), len(after))))]
    )
    found = bytearray(before[:size].ljust(size, b"\0"))
    sectors = [
        at for at in range(0, size, SECTOR) if before[at : at + SECTOR] != after[at : at + SECTOR]
    ]
    if chance.random() < 0.5:
        sectors = [at for at in sectors if chance.random() < 0.7]  # in any order
    else:
        sectors = sectors[: chance.randint(0, len(sectors))]  # one after the other
    for at in sectors:
        found[at : at + SECTOR] = after[at : min(at + SECTOR, size)]
    if sectors:  # the last one in part
        at = sectors[-1] + chance.randrange(SECTOR)
        found[at : sectors[-1] + SECTOR] = before[at : sectors[-1] + SECTOR]
    return bytes(found)


def power_loss(before: Disk, after: Disk, chance: random.Random) -> Disk:
    """The log is written first; the database only once the log is safe."""
    if before.database == after.database or chance.random() < 0.5:
        return Disk(before.database, torn(before.log, after.log, chance))
    return Disk(torn(before.database, after.database, chance), after.log)


def check(folder: Path, read: Callable, known: int) -> float:
    """It opens, is sound, holds all that was committed, goes on; how many seconds are lost."""
    with closing(Store.open(folder)) as store:
        kept = read(folder)
        assert kept.integrity == "ok"
        stop = kept.stop if kept.stamps else 0
        assert stop >= known * SAMPLES and stop % SAMPLES == 0
        if stop:
            session = kept.stamps[-1].session
            blocks = store.reader.blocks(session, 0, stop)
            found = np.concatenate([block.mv for block in blocks])
            assert np.abs(found - signal(0, stop)).max() <= 0.0001  # 0.1 microvolt
        assert kept.beats == stop // SAMPLES  # signal and meaning never part
    return (known + 1) * CHUNK_S - stop / RATE_HZ


def cut_often(folder: Path, number: int, cuts: int, read: Callable) -> list[float]:
    """So many power losses, spread over all commits of a session."""
    chance, lost = random.Random(19), []
    before = Disk(b"", b"")
    for at, after in commits(folder / "whole", number):
        for _ in range(-(-cuts // number) if at else 0):
            power_loss(before, after, chance).put(folder / "cut")
            lost.append(check(folder / "cut", read, at))
        before = after
    return lost


def go_on(folder: Path, known: int) -> None:
    """What was cut can be written on: another session, beside what is there."""
    with closing(Store.open(folder)) as store, closing(store.writer(quota_bytes=QUOTA)) as writer:
        writer.begin(INFO)
        with closing(reading(folder)) as database:
            (before,) = database.execute("SELECT max(id) FROM session").fetchone()
            writer.put(chunk(0), wait=True)
            until = monotonic() + 10
            while database.execute("SELECT max(id) FROM session").fetchone() == (before,):
                assert monotonic() < until, writer.status()
                sleep(0.001)
    assert before is not None or not known


def test_torn_files_lose_a_moment(tmp_path: Path, evidence: Callable) -> None:
    """The power goes 40 times: sound, at most 2 s lost, and recording goes on."""
    lost = cut_often(tmp_path, 20, 40, evidence)
    assert len(lost) >= 38 and max(lost) <= LOST_S
    go_on(tmp_path / "cut", 19)


@pytest.mark.slow
def test_five_hundred_power_losses(
    tmp_path: Path, evidence: Callable, count: Callable[[str, int], int]
) -> None:
    """The same over five minutes of signal, in which the log is emptied into the database often."""
    lost = cut_often(tmp_path, 330, count("ECG_CUTS", 500), evidence)
    print(f"{len(lost)} power losses: at most {max(lost):.2f} s of signal lost")
    assert max(lost) <= LOST_S


def test_a_log_cut_anywhere_holds_what_lies_before_the_cut(
    tmp_path: Path, evidence: Callable
) -> None:
    """Cut at any byte, the log gives back each commit that lies whole before the cut, no other."""
    chance, after = random.Random(7), Disk(b"", b"")
    sizes = []
    for _, after in commits(tmp_path / "whole", 30):
        sizes.append(len(after.log))
    assert sizes == sorted(sizes), "the log was emptied meanwhile; use fewer commits"
    for _ in range(60):
        size = chance.randint(sizes[0], sizes[-1])
        whole = sum(each <= size for each in sizes)
        Disk(after.database, after.log[:size]).put(tmp_path / "cut")
        check(tmp_path / "cut", evidence, whole)
