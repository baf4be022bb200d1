"""Connections that cost no thread before they speak, and that can be cut.

Cheroot gives each new connection to a thread at once, and shakes hands for TLS in the one that
accepts. A browser's spare connection would so hold a thread, and a silent stranger the whole
server. Here a connection waits with the idle ones until its first byte is there, and the thread
that reads it shakes hands.
"""

import contextlib
import errno
import logging
import select
import socket
import ssl
import weakref
from functools import partial
from typing import Any

from cheroot.connections import ConnectionManager
from cheroot.server import HTTPConnection
from cheroot.ssl.builtin import BuiltinSSLAdapter
from cheroot.wsgi import Gateway_10, Server

_HEARD_BYTES = 65_536  # what a viewer may leave unread before its thread is held up
GONE_KEY = "ecg_device.gone"
_log = logging.getLogger(__name__)


class Connection(HTTPConnection):
    """A connection that its server can find again."""

    def __init__(self, server: "Http", sock: socket.socket, *rest: Any) -> None:
        super().__init__(server, sock, *rest)
        server.open_connections.add(self)

    def cut(self) -> None:
        """Wake a thread that waits for this connection, whatever it does there."""
        with contextlib.suppress(OSError):  # it has ended by itself
            socket.socket.shutdown(self.socket, socket.SHUT_RDWR)


class Gateway(Gateway_10):
    """Tells the application whether who asked is still there."""

    def get_environ(self) -> Any:
        environ: dict[str, Any] = super().get_environ()  # type: ignore[no-untyped-call]
        return {**environ, GONE_KEY: partial(_has_left, self.req.conn.socket)}


class Http(Server):
    """Cheroot's server with the connections above."""

    ConnectionClass = Connection
    _connections: ConnectionManager

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.gateway = Gateway
        self.open_connections: weakref.WeakSet[Connection] = weakref.WeakSet()

    def process_conn(self, conn: Connection) -> None:
        if conn.last_used is None:
            self._connections.put(conn)  # until it has something to say
        else:
            super().process_conn(conn)

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

    def cut_all(self) -> None:
        """End whatever is still going on."""
        for connection in list(self.open_connections):
            connection.cut()


class Tls(BuiltinSSLAdapter):
    """TLS whose handshake comes with the first read."""

    def wrap(self, sock: socket.socket) -> tuple[ssl.SSLSocket, dict[str, Any]]:
        wrapped = self.context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        return wrapped, {"wsgi.url_scheme": "https", "HTTPS": "on"}


def _has_left(sock: socket.socket) -> bool:
    """Whether the other side has closed; never known where poll cannot tell."""
    hung_up = getattr(select, "POLLRDHUP", 0) | select.POLLHUP | select.POLLERR
    poll = select.poll()
    try:
        poll.register(sock, hung_up)
        return bool(poll.poll(0))
    except (OSError, ValueError) as error:
        return getattr(error, "errno", errno.EBADF) == errno.EBADF
