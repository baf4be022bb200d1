"""What is looked at before any request is served, and what every response carries.

Host names are an allow-list: a page of another name that its owner points at this machine (DNS
rebinding) is told that it is in the wrong place. The machine's own names cannot be had by others,
and an address in digits cannot be pointed anywhere: these are always taken. Whatever changes
something must come from the appliance's own pages, or from a program that is no browser.
"""

import ipaddress
import re
import socket

from flask import Flask, Response, request
from flask.typing import ResponseReturnValue

from ecg_device.web.failures import RefusedError

MOST_BODY_BYTES = 32_768  # the longest note, were each of its characters \uD83D\uDE00
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN_SITES = frozenset({"same-origin", "none"})  # none: typed, or a bookmark
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::([0-9]{1,5}))?", re.ASCII)

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def install(app: Flask, hosts: frozenset[str]) -> None:
    """Check each request, dress each response."""
    app.config["MAX_CONTENT_LENGTH"] = MOST_BODY_BYTES
    names = own_names() | {host.lower() for host in hosts}

    @app.before_request
    def look() -> ResponseReturnValue | None:
        _check_host(names)
        _check_site()
        if request.method not in _READING:
            _check_origin()
        return None

    @app.after_request
    def dress(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


def own_names() -> frozenset[str]:
    """What this machine is called, also by those who find it by mDNS."""
    name = socket.gethostname().lower()
    return frozenset({"localhost", name, f"{name}.local"})


def _check_host(names: frozenset[str]) -> None:
    told = request.headers.get("Host", "")
    match = _HOST.fullmatch(told.lower())
    if match and (match[1] in names or _is_address(match[1])):
        return
    raise RefusedError(
        421,
        "this appliance is not called that",
        expected="an address, or one of " + ", ".join(sorted(names)),
        received=told[:100] or "no Host header",
        remedy="use another name, or add this one to the setting hosts",
    )


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def _check_site() -> None:
    """Pages of others may link here, and that is all they may."""
    site = request.headers.get("Sec-Fetch-Site", "none")
    is_link = request.headers.get("Sec-Fetch-Mode") == "navigate" and request.method in _READING
    if site not in _OWN_SITES and not is_link:
        raise _foreign(f"Sec-Fetch-Site: {site[:40]}")


def _check_origin() -> None:
    """Browsers name the page that sends; its host and port must be the ones asked for."""
    origin = request.headers.get("Origin")
    if origin is not None and origin.partition("://")[2].lower() != request.host.lower():
        raise _foreign(f"Origin: {origin[:100]}")


def _foreign(received: str) -> RefusedError:
    return RefusedError(
        403,
        "the request comes from another site's page",
        expected="a page of this appliance",
        received=received,
    )
