"""An HTTP request, and whether its failure is final or another attempt may do better."""

import http.client
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator

from ecg_device import __version__
from ecg_device.errors import ConfigError

PARTIAL = 206

_CHUNK = 1 << 16
_UNSATISFIABLE = 416
_TRY_AGAIN = {408, 425, 429, 500, 502, 503, 504}


class BrokenError(Exception):
    """The attempt failed, another may not."""


class NothingLeftError(Exception):
    """The server has no bytes beyond those that are here."""


def opened(url: str, begin: int, timeout_s: float) -> http.client.HTTPResponse:
    """The answer to a request for the bytes from `begin` on; the server may send all of them."""
    request = _request(url)
    if begin:
        request.add_header("Range", f"bytes={begin}-")
    try:
        answer: http.client.HTTPResponse = urllib.request.urlopen(request, timeout=timeout_s)
    except urllib.error.HTTPError as error:
        with error:
            raise _told(url, begin, error) from error
    except urllib.error.URLError as error:
        raise BrokenError(_worded(error.reason)) from error
    except (OSError, http.client.HTTPException) as error:
        raise BrokenError(_worded(error)) from error
    return answer


def chunks(answer: http.client.HTTPResponse) -> Iterator[bytes]:
    """What comes, as it comes; `BrokenError` unless it comes to its end."""
    length, came = answer.headers.get("Content-Length"), 0
    try:
        while chunk := answer.read1(_CHUNK):
            came += len(chunk)
            yield chunk
    except (OSError, http.client.HTTPException) as error:
        raise BrokenError(_worded(error)) from error
    if length is not None and came < int(length):
        raise BrokenError(f"{came} of {length} bytes, then the connection was closed")


def _request(url: str) -> urllib.request.Request:
    try:
        request = urllib.request.Request(url)
    except ValueError as error:
        raise _no_address(url) from error
    if request.type not in ("http", "https") or not request.host:
        raise _no_address(url)
    request.add_header("User-Agent", f"ecg-device/{__version__}")
    return request


def _no_address(url: str) -> ConfigError:
    return ConfigError(
        "--from is not an address", expected="http://... or https://...", received=url
    )


def _told(url: str, begin: int, error: urllib.error.HTTPError) -> Exception:
    """What the server's refusal means for us."""
    if error.code == _UNSATISFIABLE and begin:
        return NothingLeftError()
    if error.code in _TRY_AGAIN:
        return BrokenError(f"HTTP {error.code} {error.reason}")
    return ConfigError(
        f"{url} is not to be had",
        expected="the file",
        received=f"HTTP {error.code} {error.reason}",
        remedy="name the folder that holds the set's SHA256SUMS.txt with --from",
    )


def _worded(error: object) -> str:
    if isinstance(error, socket.gaierror):
        return f"the name of the host is not known here ({error.strerror})"
    return str(error) or type(error).__name__
