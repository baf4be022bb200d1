"""The WSGI server: a set number of threads, TLS if a certificate is given, gone in a second."""

import ssl
import threading
from pathlib import Path

from flask import Flask

from ecg_device.errors import ConfigError, ServerError
from ecg_device.web.connections import Http
from ecg_device.web.tls import Tls

STALLED_S = 5.0  # who has not asked whole by then, or does not read, has lost its thread
_SPARE_THREADS = 6  # for all other requests, two exports among them
_GRACE_S = 0.3  # for requests to end by themselves when the server stops
_IDLE_CHECK_S = 0.25  # also the longest that a stop waits for the accepting thread
_MOST_WAITING = 64  # requests without a thread; more are told 503
_MOST_HEAD_BYTES = 16_384
_MOST_BODY_BYTES = 1_000_000  # read and thrown away, so that the application's 413 is heard
_CONNECTIONS_KEPT = 64


class Server:
    """Serves an application until it is stopped.

    Parameters
    ----------
    port
        0 takes a free one; `url` tells which.
    cert, key
        PEM files of a certificate chain and its private key; None: without TLS.
    viewers
        Live pages at once: each holds a thread as long as it looks on.
    """

    def __init__(
        self,
        app: Flask,
        host: str,
        port: int,
        cert: Path | None = None,
        key: Path | None = None,
        viewers: int = 8,
    ) -> None:
        self._host = host
        self._scheme = "https" if cert else "http"
        self._http = Http(
            (host, port),
            app,
            numthreads=viewers + _SPARE_THREADS,
            max=viewers + _SPARE_THREADS,
            server_name="ecg-device",
            request_queue_size=_MOST_WAITING,
            timeout=STALLED_S,
            shutdown_timeout=_GRACE_S,
            accepted_queue_size=_MOST_WAITING,
            accepted_queue_timeout=0,
        )
        self._http.expiration_interval = _IDLE_CHECK_S
        self._http.keep_alive_conn_limit = _CONNECTIONS_KEPT
        self._http.max_request_header_size = _MOST_HEAD_BYTES
        self._http.max_request_body_size = _MOST_BODY_BYTES
        self._http.ssl_adapter = _tls(cert, key) if cert else None
        self._thread = threading.Thread(target=self._http.serve, name="web", daemon=True)

    @property
    def url(self) -> str:
        """Where the page is, once the server has started."""
        port = self._http.bind_addr[1]
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self._host, self._host)
        shown = f"[{host}]" if ":" in host and not host.startswith("[") else host
        return f"{self._scheme}://{shown}:{port}/"

    def start(self) -> None:
        """Listen, and serve in threads of its own."""
        try:
            self._http.prepare()
        except OSError as error:
            host, port = self._http.bind_addr
            raise ServerError(
                f"the page cannot be served at {host}, port {port}",
                received=str(error),
                remedy="give another --port (0 takes a free one) or another --host",
            ) from error
        self._thread.start()

    def stop(self) -> None:
        """Let requests end for a moment, then end them; within a second. Streams: close first."""
        if not self._thread.is_alive():
            return
        cutter = threading.Timer(_GRACE_S, self._http.cut_all)
        cutter.daemon = True
        cutter.start()
        self._http.stop()
        cutter.cancel()
        self._thread.join(_IDLE_CHECK_S)


def _tls(cert: Path, key: Path | None) -> Tls:
    try:
        adapter = Tls(str(cert), str(key or cert))
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(
            f"the certificate {cert} cannot be used",
            expected="a PEM certificate and its unencrypted private key",
            received=str(error),
        ) from error
    adapter.context.minimum_version = ssl.TLSVersion.TLSv1_2
    return adapter
