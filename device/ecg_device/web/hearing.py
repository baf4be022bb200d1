"""What a peer asks, heard whole before anything is done about it, and not waited for without end.

A thread listens to one peer at a time. Who speaks a byte a second would have it for hours, so a
question must be complete within a set time of its first byte, and sooner while others wait for a
thread.
"""

import socket
import time
from collections.abc import Callable
from io import BytesIO
from typing import Any, TypeVar

from cheroot import errors
from cheroot.server import HTTPRequest
from cheroot.wsgi import Gateway_10

T = TypeVar("T")

PATIENCE_S = 0.5  # while others wait for a thread
_LOOK_EVERY_S = 0.1
_TIMED_OUT = "timed out"  # what Cheroot answers with 408


class Ear:
    """A socket as it is read from: each read ends when the time for the question is over."""

    def __init__(self, sock: socket.socket, longest_s: float, others_wait: Callable[[], bool]):
        self._socket, self._longest_s, self._others_wait = sock, longest_s, others_wait
        self._began = time.monotonic()

    def begin(self) -> None:
        """A question begins now."""
        self._began = time.monotonic()

    def recv_into(self, buffer: Any) -> int:
        return self.listen(lambda: self._socket.recv_into(buffer))

    def listen(self, hear: Callable[[], T]) -> T:
        """What is heard, or the TimeoutError that it took too long."""
        while True:
            self._socket.settimeout(self._slice_s())
            try:
                return hear()
            except TimeoutError:
                continue
            finally:
                self._socket.settimeout(self._longest_s)

    def _slice_s(self) -> float:
        spent_s = time.monotonic() - self._began
        longest_s = PATIENCE_S if self._others_wait() else self._longest_s
        if spent_s >= longest_s:
            raise TimeoutError(_TIMED_OUT)
        return min(_LOOK_EVERY_S, longest_s - spent_s)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._socket, name)


class Question(HTTPRequest):
    """A request; one that is none is told so instead of being called a bug of the server."""

    def parse_request(self) -> None:
        try:
            super().parse_request()
        except (ValueError, UnboundLocalError):  # of urllib for //[, of Cheroot for a folded start
            self.simple_response("400 Bad Request", "Malformed request")

    def read_request_headers(self) -> bool:
        if not super().read_request_headers():  # type: ignore[no-untyped-call]
            return False
        if self.inheaders.get(b"Content-Length", b"0").isdigit():
            return True
        self.simple_response("400 Bad Request", "Malformed Content-Length Header.")
        return False

    def respond(self) -> None:
        try:
            super().respond()
        except UnreadableError as error:
            self.simple_response(*error.args)
            self.close_connection = True

    def simple_response(self, status: str, msg: str = "") -> None:
        """A refusal of the server itself, after which nothing more is heard."""
        self.conn.refused = True
        super().simple_response(status, msg)


class UnreadableError(Exception):
    """The body is not what its headers say: a status and a message."""


class Gateway(Gateway_10):
    """Hands the application a question whose body is all there."""

    def get_environ(self) -> Any:
        environ: dict[str, Any] = super().get_environ()  # type: ignore[no-untyped-call]
        return {**environ, "wsgi.input": BytesIO(self._body())}

    def _body(self) -> bytes:
        rfile = self.req.rfile
        try:
            body: bytes = rfile.read()
        except (TimeoutError, ConnectionError):
            raise
        except (errors.MaxSizeExceeded, OSError) as error:
            raise UnreadableError("413 Request Entity Too Large") from error
        except ValueError as error:
            raise UnreadableError("400 Bad Request", "Malformed chunks") from error
        if getattr(rfile, "remaining", 0):
            raise UnreadableError("400 Bad Request", "The body is shorter than announced")
        return body
