"""One writer, many readers, nobody waits: a ring of numbered messages.

The writer only appends. Each reader goes along at its own pace; one that is slower than the ring
is long finds what it missed overwritten, and is told so.
"""

import secrets
import threading
import time
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

KEPT_S = 60.0
MOST_MESSAGES = 4000  # whatever the pace: the ring's memory is bounded
HEARTBEAT_S = 1.0


class Message(NamedTuple):
    """What is sent to every viewer; `seq` counts up by one from message to message."""

    seq: int
    event: str
    data: bytes
    at_s: float


class Broadcast:
    """`boot` tells one run of the appliance from the next, whose numbers begin anew."""

    def __init__(self, kept_s: float = KEPT_S) -> None:
        self.boot = secrets.token_hex(4)
        self._kept_s = kept_s
        self._ring: deque[Message] = deque(maxlen=MOST_MESSAGES)
        self._next = 0
        self._closed = False
        self._viewers = 0
        self._news = threading.Condition()

    @property
    def closed(self) -> bool:
        return self._closed

    @property
    def viewers(self) -> int:
        """How many look on at present."""
        return self._viewers

    def admit(self, most: int) -> bool:
        """Count a viewer in, unless there are so many already; who was let in must `leave`."""
        with self._news:
            if self._closed or self._viewers >= most:
                return False
            self._viewers += 1
            return True

    def leave(self) -> None:
        """A viewer is gone."""
        with self._news:
            self._viewers -= 1

    @property
    def next_seq(self) -> int:
        """The number of the message after the last one."""
        return self._next

    def publish(self, event: str, data: bytes) -> int:
        """Add a message and wake who waits for it; never blocks on a reader."""
        now = time.monotonic()
        with self._news:
            seq = self._next
            self._ring.append(Message(seq, event, data, now))
            self._next += 1
            while self._ring[0].at_s < now - self._kept_s:
                self._ring.popleft()
            self._news.notify_all()
        return seq

    def close(self) -> None:
        """End every reader's iteration."""
        with self._news:
            self._closed = True
            self._news.notify_all()

    def since(self, back_s: float) -> int:
        """The number of the oldest message not older than so many seconds."""
        oldest = time.monotonic() - back_s
        with self._news:
            return next((m.seq for m in self._ring if m.at_s >= oldest), self._next)

    def follow(
        self, first: int, heartbeat_s: float = HEARTBEAT_S
    ) -> Iterator[list[Message] | None]:
        """Messages from number `first` on, as many at a time as there are; None: still nothing.

        A list that does not begin where the last one ended has lost what lies between.
        """
        wanted = first
        while not self._closed:
            with self._news:
                if self._next <= wanted:
                    self._news.wait(heartbeat_s)
                news = self._from(wanted)
            if news:
                wanted = news[-1].seq + 1
            yield news or None

    def _from(self, wanted: int) -> list[Message]:
        """What the ring holds from a number on; its messages are numbered without a hole."""
        if not self._ring or self._next <= wanted:
            return []
        skipped = max(0, wanted - self._ring[0].seq)
        return [self._ring[at] for at in range(skipped, len(self._ring))]
