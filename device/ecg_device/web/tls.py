"""TLS whose handshake comes with the first byte, in the thread that then reads."""

import socket
import ssl
from collections.abc import Callable
from typing import Any

from cheroot.ssl.builtin import BuiltinSSLAdapter


class PlainError(Exception):
    """The peer does not speak TLS."""

    answer = (
        b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n"
        b"This port speaks HTTPS: begin the address with https://\n"
    )


class Tls(BuiltinSSLAdapter):
    """Wraps a socket that is accepted, and no more."""

    def wrap(self, sock: socket.socket) -> tuple[ssl.SSLSocket, dict[str, Any]]:
        wrapped = self.context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        return wrapped, {"wsgi.url_scheme": "https", "HTTPS": "on"}


def shake_hands(sock: socket.socket, patiently: Callable[[Callable[[], object]], object]) -> None:
    """Once; nothing where there is no TLS. ConnectionError where it does not come about."""
    if not isinstance(sock, ssl.SSLSocket) or sock.version() is not None:
        return
    try:
        patiently(sock.do_handshake)
    except ssl.SSLError as error:
        if error.reason == "HTTP_REQUEST":
            raise PlainError from error
        raise ConnectionAbortedError(str(error)) from error
    except (OSError, ValueError) as error:
        raise ConnectionAbortedError(str(error)) from error
