"""Peers that are slow, silent or too many: whoever asks in one breath does not wait for them."""

import socket
import threading
import time
from contextlib import ExitStack, suppress

import pytest

from ecg_device.web import connections, hearing
from ecg_device.web import server as server_module

pytestmark = [pytest.mark.timed, pytest.mark.slow]  # whole processes, and the clock

HEAD = b"Host: localhost\r\n\r\n"
STATUS = b"GET /api/v1/status HTTP/1.1\r\n" + HEAD


def dripping(stop: threading.Event, peers: list[socket.socket]) -> threading.Thread:
    """Sends each peer's request a byte at a time, for ever."""

    def drip() -> None:
        while not stop.wait(0.1):
            for peer in peers:
                with suppress(OSError):
                    peer.send(b"x")

    thread = threading.Thread(target=drip)
    thread.start()
    return thread


@pytest.mark.slow
@pytest.mark.parametrize(
    "beginning",
    [b"GET /", b"GET / HTTP/1.1\r\nX: ", b"POST / HTTP/1.1\r\nContent-Length: 9999\r\n" + HEAD],
)
def test_slow_senders_hold_nobody_up(page, beginning: bytes) -> None:
    """Thrice as many as there are threads, who send a byte now and then: others are served.

    The first may wait until those before it have had their patience; none waits for good.
    """
    stop, peers = threading.Event(), []
    with ExitStack() as stack:
        for _ in range(24):
            peers.append(stack.enter_context(page.connect()))
            peers[-1].sendall(beginning)
        thread = dripping(stop, peers)
        stack.callback(thread.join)
        stack.callback(stop.set)
        taken = [page.asked() for _ in range(5)]
        assert [found for found, _ in taken] == [200] * 5
        assert taken[0][1] < 3 * hearing.PATIENCE_S + 3.0
        assert max(seconds for _, seconds in taken[1:]) < 4.0


@pytest.mark.slow
def test_a_slow_sender_is_told_that_it_took_too_long(page) -> None:
    """408 within the time set, though it never was silent for as long; alone, it is given time."""
    stop = threading.Event()
    with page.connect() as peer:
        peer.sendall(b"GET /")
        begun = time.monotonic()
        thread = dripping(stop, [peer])
        said = page.answered(peer)
        took_s = time.monotonic() - begun
        stop.set()
        thread.join()
    assert page.status(said) == 408
    assert hearing.PATIENCE_S < took_s < server_module.STALLED_S + 2.0


def test_a_sender_who_is_only_a_little_slow_is_heard(page) -> None:
    """A request that comes in three pieces is a request."""
    with page.connect() as peer:
        for piece in (STATUS[:10], STATUS[10:30], STATUS[30:]):
            time.sleep(0.15)
            peer.sendall(piece)
        peer.shutdown(socket.SHUT_WR)
        assert page.status(page.answered(peer)) == 200


def test_silent_connections_cost_nobody_a_thread(page) -> None:
    """Fifty that say nothing, as a browser's spare ones: others are served at once."""
    with ExitStack() as stack:
        for _ in range(50):
            stack.enter_context(page.connect())
        assert page.asked()[0] == 200


@pytest.mark.slow
def test_too_many_connections_make_room_for_new_ones(page) -> None:
    """Far more than are kept: those silent for longest are closed, a newcomer is served."""
    with ExitStack() as stack:
        peers = [
            stack.enter_context(page.connect()) for _ in range(connections.MOST_CONNECTIONS + 60)
        ]
        assert page.asked()[0] == 200
        peers[0].settimeout(5)
        assert peers[0].recv(1) == b""
        peers[-1].sendall(STATUS)
        assert peers[-1].recv(12) == b"HTTP/1.1 200"
