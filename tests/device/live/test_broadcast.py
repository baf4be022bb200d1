"""The ring that all viewers read: complete for who keeps up, honest to who does not."""

import threading
import time

import pytest

from ecg_device.live import Broadcast


def numbers(messages) -> list[int]:
    return [message.seq for message in messages]


def test_who_follows_gets_every_message_once_and_in_order() -> None:
    """Three readers that begin at different times each see an unbroken run of numbers."""
    broadcast = Broadcast()
    seen: dict[int, list[int]] = {1: [], 2: [], 3: []}

    def read(name: int) -> None:
        for news in broadcast.follow(0, heartbeat_s=0.05):
            seen[name] += numbers(news or [])

    threads = [threading.Thread(target=read, args=(name,)) for name in seen]
    for thread in threads:
        thread.start()
        for _ in range(50):
            broadcast.publish("batch", b"{}")
    end = time.monotonic() + 5
    while any(len(got) < 150 for got in seen.values()) and time.monotonic() < end:
        time.sleep(0.01)
    broadcast.close()
    for thread in threads:
        thread.join(2)
    assert all(got == list(range(150)) for got in seen.values())


def test_a_reader_that_was_away_too_long_can_tell() -> None:
    """What is older than the ring keeps is gone: the numbers jump, and nothing else is lost."""
    broadcast = Broadcast(kept_s=0.05)
    follower = broadcast.follow(0, heartbeat_s=0.01)
    broadcast.publish("batch", b"0")
    assert numbers(next(follower)) == [0]
    broadcast.publish("batch", b"1")
    time.sleep(0.1)
    broadcast.publish("batch", b"2")
    assert numbers(next(follower)) == [2]


def test_a_reader_that_does_not_read_holds_up_nobody() -> None:
    """Ten thousand messages beside ten readers that never come back: the ring stays bounded."""
    broadcast = Broadcast()
    sleepers = [broadcast.follow(0) for _ in range(10)]
    for number in range(10_000):
        broadcast.publish("batch", str(number).encode())
    first = [next(sleeper)[0].seq for sleeper in sleepers]
    assert set(first) == {6_000}  # MOST_MESSAGES are kept
    assert broadcast.next_seq == 10_000


def test_silence_is_a_heartbeat() -> None:
    """Without news a reader hears None, so that it can look whether its viewer is still there."""
    assert next(Broadcast().follow(0, heartbeat_s=0.01)) is None


def test_an_old_position_can_be_found_by_its_age() -> None:
    """`since` names the first message that is young enough, or the next one to come."""
    broadcast = Broadcast()
    for _ in range(3):
        broadcast.publish("batch", b"{}")
    assert broadcast.since(back_s=10) == 0
    time.sleep(0.03)
    assert broadcast.since(back_s=0.01) == 3


def test_the_seats_are_counted() -> None:
    """As many viewers as there are seats, one more when one has left, none after the end."""
    broadcast = Broadcast()
    assert [broadcast.admit(2) for _ in range(3)] == [True, True, False]
    broadcast.leave()
    assert broadcast.viewers == 1 and broadcast.admit(2)
    broadcast.close()
    broadcast.leave()
    assert not broadcast.admit(2)


@pytest.mark.parametrize("already_waiting", [True, False])
def test_the_end_wakes_everybody(already_waiting: bool) -> None:
    """A closed broadcast ends each iteration at once, however long its heartbeat."""
    broadcast = Broadcast()
    if not already_waiting:
        broadcast.close()
    thread = threading.Thread(target=lambda: list(broadcast.follow(0, heartbeat_s=60)))
    thread.start()
    time.sleep(0.05)
    broadcast.close()
    thread.join(1)
    assert not thread.is_alive()


def test_each_run_has_a_name_of_its_own() -> None:
    """Numbers of a former run cannot be mistaken for this one's."""
    assert Broadcast().boot != Broadcast().boot
