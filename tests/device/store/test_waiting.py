"""What waits for the disk: a minute of signal, the oldest given up first, and each loss told."""

import threading

from hypothesis import given, settings
from hypothesis import strategies as st

from ecg_device.store import CHUNK_S, Chunk, StoredEvent
from ecg_device.store.waiting import MOST_CHUNKS, TOGETHER, Begin, Edit, End, Waiting, bequeath

SIZE = 306


def test_a_minute_of_signal_may_wait() -> None:
    assert abs(MOST_CHUNKS * CHUNK_S - 60) < CHUNK_S


def taken(waiting: Waiting, **how: int) -> list[Chunk]:
    work = waiting.take(0, **how)
    assert isinstance(work, list)
    return work


def starts(waiting: Waiting) -> list[int]:
    """The chunks that wait, taken one transaction after another."""
    found: list[int] = []
    while isinstance(work := waiting.take(0), list):
        assert 1 <= len(work) <= TOGETHER
        found += [one.start for one in work]
    return found


def test_the_oldest_is_given_up_and_what_was_lost_is_told(chunk) -> None:
    """Ten more than may wait: the ten oldest are gone, in one event where the signal goes on."""
    waiting = Waiting()
    waiting.stop_flowing("the disk is full")
    for at in range(MOST_CHUNKS + 10):
        waiting.put(chunk(at * SIZE, SIZE), wait=True)
    assert len(waiting) == MOST_CHUNKS and waiting.lost == 10 * SIZE
    first, *others = taken(waiting)
    assert first.start == 10 * SIZE and not any(one.events for one in others)
    text = "signal not stored: the disk is full"
    lost = {"lost": 10 * SIZE}
    assert first.events == (StoredEvent(0, 10 * SIZE, "technical", text, lost),)


def test_what_held_is_told_by_the_heir(chunk) -> None:
    """Through two losses: the rhythm and the quality of the first, the newer rhythm of the second;
    an alarm is over; each is said of the moment from which there is signal again."""
    old, new = (StoredEvent(at, at, "rhythm", f"since {at}", {}) for at in (5, 150))
    quality = StoredEvent(7, 8, "quality", "noisy", {})
    alarm = StoredEvent(9, 9, "alarm", "pause", {})
    own = StoredEvent(210, 220, "technical", "own", {})
    first = chunk(0, 100, events=(old, quality, alarm))
    second = bequeath(first, chunk(100, 100, events=(new,)), "")
    third = bequeath(second, chunk(200, 100, events=(own,)), "")
    loss, *held, last = third.events
    assert loss == StoredEvent(0, 200, "technical", "signal not stored", {"lost": 200})
    expected = [new._replace(sample=200, decided=200), quality._replace(sample=200, decided=200)]
    assert sorted(held) == sorted(expected) and last == own
    assert (third.start, len(third.mv)) == (200, 100)


@settings(max_examples=30)
@given(
    sizes=st.lists(st.tuples(st.integers(0, 50), st.integers(1, 400)), min_size=72, max_size=100),
    back=st.integers(1, 40),
)
def test_nothing_is_lost_untold(chunk, sizes, back: int) -> None:
    """However many come and are put back: those left are the newest, in order, and the loss told
    by the first is the number of samples of all that went."""
    waiting, stop = Waiting(), 0
    waiting.stop_flowing("the folder is read-only")
    tried: list = []
    for at, (gap, size) in enumerate(sizes):
        waiting.put(chunk(stop + gap, size), wait=False)
        stop += gap + size
        if at % back == 0 and isinstance(work := waiting.take(0), list):
            tried = work
            waiting.put_back(tried)
    (first,), rest = taken(waiting, most=1), starts(waiting)
    lengths = [size for _, size in sizes]
    gone = len(sizes) - len(rest) - 1
    assert len(rest) + 1 == MOST_CHUNKS and waiting.lost == sum(lengths[:gone])
    assert [event.detail["lost"] for event in first.events] == [waiting.lost]
    assert rest == sorted(rest) and len(waiting) == 0


def test_what_is_put_back_comes_first_again(chunk) -> None:
    """In its old order, before what has come meanwhile; a session's begin in its place."""
    waiting, begin = Waiting(), Begin(None)
    waiting.add(begin)
    for at in range(3):
        waiting.put(chunk(at, 1), wait=False)
    assert waiting.take(0) is begin
    work = waiting.take(0, most=2)
    waiting.put(chunk(3, 1), wait=False)
    waiting.put_back(work)
    waiting.put_back(begin)
    assert waiting.take(0) is begin and starts(waiting) == [0, 1, 2, 3]


def test_chunks_of_two_sessions_are_never_taken_together(chunk) -> None:
    waiting = Waiting()
    waiting.put(chunk(0, 1), wait=False)
    waiting.put(chunk(1, 1), wait=False)
    waiting.add(End())
    waiting.put(chunk(0, 1), wait=False)
    kinds = [waiting.take(0) for _ in range(4)]
    assert [len(one) if isinstance(one, list) else type(one) for one in kinds[:3]] == [2, End, 1]
    assert kinds[3] is None


def test_edits_go_first_and_alone_where_nothing_can_be_written(chunk) -> None:
    waiting, edit = Waiting(), Edit(lambda connection: None, None)
    waiting.put(chunk(0, 1), wait=False)
    waiting.add(edit)
    assert waiting.take(0, edits_only=True) is edit
    assert waiting.take(0, edits_only=True) is None
    assert starts(waiting) == [0]


def test_only_who_may_wait_waits_and_only_while_it_flows(chunk) -> None:
    """A reader faster than real time stands still at 60 s, loses nothing, and goes on with the
    first room; where nothing can be written any more he need not wait; a live signal never does."""
    waiting = Waiting()
    done: list[int] = []

    def put_all() -> None:
        for at in range(MOST_CHUNKS + 2):
            waiting.put(chunk(at, 1), wait=True)
            done.append(at)

    hasty = threading.Thread(target=put_all)
    hasty.start()
    hasty.join(0.3)
    assert hasty.is_alive() and len(done) == len(waiting) == MOST_CHUNKS
    waiting.take(0, most=1)
    hasty.join(0.3)
    assert hasty.is_alive() and len(done) == MOST_CHUNKS + 1 and waiting.lost == 0
    waiting.stop_flowing("the disk is full")
    hasty.join(20)
    assert not hasty.is_alive() and waiting.lost == 1
    waiting.flow()
    waiting.put(chunk(100, 1), wait=False)
    assert waiting.lost == 2


def test_who_waits_is_let_go_at_the_end(chunk) -> None:
    waiting = Waiting()
    for at in range(MOST_CHUNKS):
        waiting.put(chunk(at, 1), wait=True)
    last = threading.Thread(target=lambda: waiting.put(chunk(99, 1), wait=True))
    last.start()
    waiting.close()
    last.join(20)
    assert not last.is_alive()


def test_a_slow_disk_is_not_blamed_with_an_old_reason(impatient, kept, info, chunk) -> None:
    """A chunk that could not be written was the last trouble's; what a disk that is slow loses
    after that is told without it."""
    kept.writer.begin(info())
    kept.put(chunk(0, 10, rates=((0, "fast"),)))
    kept.settle()
    assert kept.status().storing is False and kept.status().lost == 10
    kept.put(chunk(10, 10))
    kept.settle()
    assert kept.status().storing is True
    gate = threading.Event()
    held = kept.writer.submit(lambda connection: gate.wait(20))
    for at in range(2, MOST_CHUNKS + 5):  # three too many
        kept.writer.put(chunk(at * 10, 10), wait=False)
    gate.set()
    held.result(20)
    kept.settle()
    (told,) = kept.reader.events(1, kinds=["technical"])["events"]
    assert (told["text"], told["detail"]) == ("signal not stored", {"lost": 30})
    assert kept.status().lost == 40
