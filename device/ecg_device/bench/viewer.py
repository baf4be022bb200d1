"""A viewer of the live stream without a browser: it stamps what comes, and that is all it does."""

import contextlib
import http.client
import json
import socket
import threading
import time
from typing import Any, NamedTuple
from urllib.parse import urlsplit

PATH = "/api/v1/live"
_PATIENCE_S = 10.0


class Received(NamedTuple):
    """One message of the stream."""

    at_ns: int  # wall clock when its last byte had come
    id: str
    event: str
    data: bytes

    @property
    def value(self) -> Any:
        return json.loads(self.data)


class Viewer:
    """Follows the stream in a thread of its own until it is closed or the stream ends.

    Parameters
    ----------
    page
        The appliance's address.
    back_s
        How many seconds of history to ask for.
    after
        The id of the last message seen, to go on from there.
    keep
        Whether messages are kept; else only their number is.
    """

    def __init__(
        self, page: str, *, back_s: float = 0, after: str | None = None, keep: bool = True
    ) -> None:
        where = urlsplit(page)
        self.messages: list[Received] = []
        self.count = 0
        self._keep = keep
        self._connection = http.client.HTTPConnection(
            where.hostname or "", where.port, timeout=_PATIENCE_S
        )
        self._connection.connect()
        self._socket: socket.socket = self._connection.sock
        asked = {"Accept": "text/event-stream"} | ({"Last-Event-ID": after} if after else {})
        self._connection.request("GET", f"{PATH}?back={back_s:g}", headers=asked)
        self._answer = self._connection.getresponse()
        self._thread = threading.Thread(target=self._follow, name="viewer", daemon=True)
        if self.status == http.HTTPStatus.OK:
            self._thread.start()

    @property
    def status(self) -> int:
        """200 where the stream was granted, 503 where there are too many viewers already."""
        return self._answer.status

    @property
    def ended(self) -> bool:
        return not self._thread.is_alive()

    def values(self, event: str) -> list[Any]:
        """What the messages of one kind say."""
        return [message.value for message in list(self.messages) if message.event == event]

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        if self._thread.ident is not None:
            self._thread.join(_PATIENCE_S)
        self._answer.close()
        self._connection.close()
        self._socket.close()

    def _follow(self) -> None:
        with contextlib.suppress(OSError, http.client.HTTPException, ValueError, AttributeError):
            fields: dict[str, bytes] = {}
            for line in self._answer:
                if line.strip():
                    name, _, value = line.rstrip(b"\r\n").partition(b":")
                    fields[name.decode()] = value.removeprefix(b" ")
                    continue
                self._take(fields)
                fields = {}

    def _take(self, fields: dict[str, bytes]) -> None:
        """A message is whole; what has no data is a heartbeat or the stream's own setting."""
        if "data" not in fields:
            return
        self.count += 1
        if self._keep:
            id, event = (fields.get(name, b"").decode() for name in ("id", "event"))
            self.messages.append(Received(time.time_ns(), id, event, fields["data"]))
