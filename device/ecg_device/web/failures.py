"""What a request that cannot be answered gets: a status and a message, never a trace."""

import logging
import queue
from collections.abc import Mapping
from concurrent.futures import CancelledError

from flask import Flask, Response, render_template, request
from flask.typing import ResponseReturnValue
from jinja2 import TemplateError
from markupsafe import escape
from werkzeug.exceptions import HTTPException

from ecg_device.errors import (
    ConfigError,
    EcgDeviceError,
    InUseError,
    NotFoundError,
    SourceError,
    StoreError,
)
from ecg_device.web.replies import reply

_log = logging.getLogger(__name__)

_STATUS: tuple[tuple[type[Exception], int], ...] = (
    (NotFoundError, 404),
    (InUseError, 409),
    (ConfigError, 400),
    (StoreError, 503),
    (SourceError, 503),
)

_WHAT = {
    404: "there is no such page",
    405: "this address does not take that method",
    413: "the request is too large",
    415: "the request is not JSON",
}
_REMEDY = {404: "begin at /", 405: "see /api/v1/openapi.json", 415: "send JSON"}


class RefusedError(EcgDeviceError):
    """A request is refused with a status of its own."""

    def __init__(
        self,
        status: int,
        what: str,
        *,
        expected: str | None = None,
        received: str | None = None,
        remedy: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(what, expected=expected, received=received, remedy=remedy)
        self.status = status
        self.headers = dict(headers or {})


def install(app: Flask) -> None:
    """Every exception of the app ends here."""
    app.register_error_handler(RefusedError, _refused)
    app.register_error_handler(EcgDeviceError, _told)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(queue.Full, _engine_silent)
    app.register_error_handler(TimeoutError, _engine_silent)
    app.register_error_handler(CancelledError, _engine_silent)
    app.register_error_handler(Exception, _bug)


def _refused(error: RefusedError) -> Response:
    return _answer(error.status, error, error.headers)


def _told(error: EcgDeviceError) -> Response:
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 500)
    return _answer(status, error)


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if error.response is not None or status < 400:
        return error.get_response()  # a redirect to the address with its slash
    headers = error.get_response().headers
    kept = {name: value for name, value in headers.items() if name in ("Allow", "Retry-After")}
    what = _WHAT.get(status, error.name[0].lower() + error.name[1:])
    received = f"{request.method} {request.path}"[:200]
    told = EcgDeviceError(what, received=received, remedy=_REMEDY.get(status))
    return _answer(status, told, kept)


def _engine_silent(error: Exception) -> Response:
    _log.warning("the engine did not answer %s %s", request.method, request.path)
    told = EcgDeviceError("the appliance does not answer", remedy="try again in a moment")
    return _answer(503, told, {"Retry-After": "2"})


def _bug(error: Exception) -> Response:
    _log.error("a bug met by %s %s", request.method, request.path, exc_info=error)
    told = EcgDeviceError(
        "a bug in ecg-device, not in what you did", remedy="the log holds the details"
    )
    return _answer(500, told)


def _answer(
    status: int, error: EcgDeviceError, headers: Mapping[str, str] | None = None
) -> Response:
    told = {
        "status": status,
        "what": error.what,
        "expected": error.expected,
        "received": error.received,
        "remedy": error.remedy,
    }
    if not _for_a_person():
        return reply({"error": told}, status, headers)
    response = Response(_page(told), status, mimetype="text/html")
    response.headers.update(headers or {})
    return response


def _for_a_person() -> bool:
    """A browser that follows a link; programs and the pages' own scripts get JSON."""
    path = request.path
    machine = path.startswith("/api/") or path in ("/health", "/metrics")
    return not machine and request.accept_mimetypes.accept_html


def _page(told: Mapping[str, object]) -> str:
    """The page of an error, however broken the templates are."""
    try:
        return render_template("error.html", error=told)
    except TemplateError:
        _log.warning("the error page cannot be shown", exc_info=True)
        return f"<!doctype html><title>{told['status']}</title><p>{escape(told['what'])}</p>"
