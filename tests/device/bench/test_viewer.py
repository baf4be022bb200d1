"""The viewer without a browser, before a server whose every byte is known."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from ecg_device.bench.viewer import Viewer

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
STREAM = (
    b"retry: 1000\n\n",
    b'id: ab-1\nevent: batch\ndata: {"uv":',
    b'[1,2]}\n\n: still here\n\nid: ab-2\nevent: state\ndata: {"a": 1}\n\n',
)


class Streamer:
    """A server of one connection that sends the stream in awkward pieces, then waits."""

    def __init__(self, head: bytes) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.asked = b""
        self._head = head
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    @property
    def page(self) -> str:
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def _serve(self) -> None:
        connection, _ = self.listener.accept()
        with connection:
            self.asked = connection.recv(65536)
            connection.sendall(self._head)
            if b"200 OK" in self._head:
                for piece in STREAM:
                    connection.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))
                    time.sleep(0.05)
            connection.recv(1)  # until the viewer goes

    def close(self) -> None:
        self._thread.join(5)
        self.listener.close()


@pytest.fixture
def streamer(request: pytest.FixtureRequest) -> Iterator[Streamer]:
    streamer = Streamer(getattr(request, "param", HEAD))
    yield streamer
    streamer.close()


def test_messages_come_whole_and_stamped(streamer: Streamer) -> None:
    """Two messages in pieces and a comment are two messages, each stamped when it was whole."""
    before = time.time_ns()
    viewer = Viewer(streamer.page, back_s=2.5, after="ab-0")
    until = time.monotonic() + 5
    while viewer.count < 2 and time.monotonic() < until:
        time.sleep(0.01)
    assert [(m.id, m.event, m.value) for m in viewer.messages] == [
        ("ab-1", "batch", {"uv": [1, 2]}),
        ("ab-2", "state", {"a": 1}),
    ]
    assert before + 0.1e9 <= viewer.messages[0].at_ns <= time.time_ns()
    following = [viewer.ended]
    viewer.close()
    assert [*following, viewer.ended] == [False, True]
    assert b"GET /api/v1/live?back=2.5 " in streamer.asked
    assert b"Last-Event-ID: ab-0" in streamer.asked


FULL = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"


@pytest.mark.parametrize("streamer", [FULL], indirect=True)
def test_a_viewer_too_many_is_told(streamer: Streamer) -> None:
    """A status other than 200 is the answer, and nothing is followed."""
    viewer = Viewer(streamer.page)
    assert viewer.status == 503 and viewer.ended
    viewer.close()
