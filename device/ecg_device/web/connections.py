"""Connections that cost no thread before they speak, and that can be cut.

Cheroot gives each new connection to a thread at once, and shakes hands for TLS in the one that
accepts. A browser's spare connection would so hold a thread, and a silent stranger the whole
server. Here a connection waits with the idle ones until its first byte is there, and the thread
that reads it shakes hands. At most a set number wait: a newcomer takes the place of the one that
has been silent for longest.
"""

import contextlib
import errno
import logging
import select
import socket
import time
from functools import partial
from typing import Any

from cheroot.connections import ConnectionManager
from cheroot.server import HTTPConnection
from cheroot.wsgi import Server

from ecg_device.web.hearing import Ear, Gateway, Question
from ecg_device.web.tls import PlainError, shake_hands

MOST_CONNECTIONS = 200  # a process may have 1024 files open, and the store needs some
_REFUSED_S = 0.3  # for a peer that is still sending to read why it was refused
_HEARD_BYTES = 65_536  # what a viewer may leave unread before its thread is held up
GONE_KEY = "ecg_device.gone"
_log = logging.getLogger(__name__)


class Connection(HTTPConnection):
    """A connection that its server can find again."""

    RequestHandlerClass = Question

    def __init__(self, server: "Http", sock: socket.socket, makefile: Any) -> None:
        self._ear = ear = Ear(sock, server.timeout, server.others_wait)

        def file(of: socket.socket, mode: str, size: int) -> Any:
            return makefile(ear if mode == "rb" else of, mode, size)

        super().__init__(server, sock, file)
        self.refused = self.is_heard = False
        server.open_connections.add(self)

    def communicate(self) -> bool:
        self.is_heard = True
        self._ear.begin()
        try:
            shake_hands(self.socket, self._ear.listen)
            return bool(super().communicate())  # type: ignore[no-untyped-call]
        except PlainError as error:
            with contextlib.suppress(OSError):
                socket.socket.send(self.socket, error.answer)
            self.refused = True
            return False
        finally:
            self.is_heard = False

    def cut(self) -> None:
        """Wake a thread that waits for this connection, whatever it does there."""
        with contextlib.suppress(OSError):  # it has ended by itself
            socket.socket.shutdown(self.socket, socket.SHUT_RDWR)

    def close(self) -> None:
        self.server.open_connections.discard(self)
        if self.refused or self.linger:
            _let_read(self.socket)
        self.linger = False
        super().close()


class Answering(Gateway):
    """Tells the application whether who asked is still there."""

    def get_environ(self) -> Any:
        return {**super().get_environ(), GONE_KEY: partial(_has_left, self.req.conn.socket)}


class Http(Server):
    """Cheroot's server with the connections above."""

    ConnectionClass = Connection
    _connections: ConnectionManager

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.gateway = Answering
        self.open_connections: set[Connection] = set()

    def process_conn(self, conn: Connection) -> None:
        if conn.last_used is not None:
            super().process_conn(conn)
            return
        if len(self.open_connections) > MOST_CONNECTIONS:
            self._cut_one()
        self._connections.put(conn)  # until it has something to say

    def others_wait(self) -> bool:
        """Whether there are requests without a thread."""
        return bool(self.requests.qsize)

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
        """What Cheroot has to say; connections that end early are the peers' affair."""
        bad = level >= logging.ERROR
        _log.log(level if bad else logging.DEBUG, "%s", msg, exc_info=traceback and bad)

    def bind(self, family: int, type: int, proto: int = 0) -> socket.socket:
        bound: socket.socket = super().bind(family, type, proto)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _HEARD_BYTES)
        if hasattr(socket, "TCP_USER_TIMEOUT"):  # a peer that vanished: its accepted ones inherit
            bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 1000 * int(self.timeout))
        return bound

    @staticmethod
    def bind_socket(socket_: socket.socket, bind_addr: Any) -> socket.socket:
        """Bound, or closed."""
        try:
            socket_.bind(bind_addr)
        except OSError:
            socket_.close()
            raise
        return socket_

    def _cut_one(self) -> None:
        known = list(self.open_connections)  # at once: others come and go
        silent = [one for one in known if one.last_used and not one.is_heard]
        if silent:
            longest = min(silent, key=lambda one: one.last_used)
            self.open_connections.discard(longest)
            longest.cut()

    def cut_all(self) -> None:
        """End whatever is still going on."""
        for connection in list(self.open_connections):
            connection.cut()


def _has_left(sock: socket.socket) -> bool:
    """Whether the other side has closed; never known where poll cannot tell."""
    hung_up = getattr(select, "POLLRDHUP", 0) | select.POLLHUP | select.POLLERR
    poll = select.poll()
    try:
        poll.register(sock, hung_up)
        return bool(poll.poll(0))
    except (OSError, ValueError) as error:
        return getattr(error, "errno", errno.EBADF) == errno.EBADF


def _let_read(sock: socket.socket) -> None:
    """Take what is still being sent, for else the peer's system throws the last answer away."""
    until = time.monotonic() + _REFUSED_S
    with contextlib.suppress(OSError):
        socket.socket.shutdown(sock, socket.SHUT_WR)
        while (left := until - time.monotonic()) > 0:
            sock.settimeout(left)
            if not socket.socket.recv(sock, _HEARD_BYTES):
                return
