"""TLS with a certificate made here: page and stream; and peers that speak something else."""

import http.client
import shutil
import socket
import ssl
import struct
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from ecg_device.errors import ConfigError
from ecg_device.live import Broadcast
from ecg_device.web import Appliance, Server

pytestmark = pytest.mark.slow  # likewise, encrypted

HEAD = b" HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for this machine and its key, as openssl makes them."""
    if not shutil.which("openssl"):
        pytest.skip("no openssl to make a certificate with: sudo apt install openssl")
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    options = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    command = ["openssl", *options.split(), *names, "-out", cert, "-keyout", key]
    subprocess.run(command, check=True, capture_output=True)
    return cert, key


@pytest.fixture
def trusting(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    """A client that trusts this certificate and nobody else's."""
    return ssl.create_default_context(cafile=str(certificate[0]))


@pytest.fixture
def page(
    serve: Callable[..., Server],
    appliance: Appliance,
    certificate: tuple[Path, Path],
    unconcerned: None,
) -> int:
    """The port of a server with TLS."""
    cert, key = certificate
    url = serve(appliance, cert=cert, key=key, viewers=2).url
    assert url.startswith("https://127.0.0.1:")
    return int(url.rstrip("/").rpartition(":")[2])


def asked(port: int, trusting: ssl.SSLContext, path: str) -> tuple[http.client.HTTPResponse, bytes]:
    client = http.client.HTTPSConnection("127.0.0.1", port, timeout=10, context=trusting)
    client.request("GET", path)
    answer = client.getresponse()
    body = answer.read()
    client.close()
    return answer, body


def test_the_page_and_its_scripts(page: int, trusting: ssl.SSLContext) -> None:
    """What is served without TLS is served with it, by TLS 1.2 or later."""
    answer, body = asked(page, trusting, "/")
    assert answer.status == 200 and b"<html" in body
    assert asked(page, trusting, "/static/icon.svg")[0].status == 200
    assert asked(page, trusting, "/api/v1/status")[0].status == 200
    with (
        socket.create_connection(("127.0.0.1", page), timeout=10) as plain,
        trusting.wrap_socket(plain, server_hostname="localhost") as peer,
    ):
        assert peer.version() in ("TLSv1.2", "TLSv1.3")


def test_several_requests_share_a_connection(page: int, trusting: ssl.SSLContext) -> None:
    """One handshake is enough; a body arrives as well."""
    client = http.client.HTTPSConnection("localhost", page, timeout=10, context=trusting)
    for _ in range(3):
        client.request("GET", "/api/v1/status")
        assert client.getresponse().read()
        used = client.sock
        client.request(
            "POST",
            "/api/v1/alarms/pause",
            body=b'{"seconds": 30}',
            headers={"Content-Type": "application/json", "Origin": f"https://localhost:{page}"},
        )
        answer = client.getresponse()
        answer.read()
        assert answer.status == 200 and client.sock is used
    client.close()


def test_the_stream(page: int, trusting: ssl.SSLContext, broadcast: Broadcast) -> None:
    """State, then each message as it comes, then goodbye; a seat that is left is free again."""
    with (
        socket.create_connection(("127.0.0.1", page), timeout=10) as plain,
        trusting.wrap_socket(plain, server_hostname="localhost") as peer,
        peer.makefile("rb") as lines,
    ):
        peer.sendall(b"GET /api/v1/live" + HEAD)
        until(lines, b"event: state")
        broadcast.publish("batch", b'{"n": 1}')
        until(lines, b'data: {"n": 1}')
        broadcast.publish("batch", b'{"n": 2}')
        until(lines, b'data: {"n": 2}')
    give_up = time.monotonic() + 10
    while broadcast.viewers:
        assert time.monotonic() < give_up
        time.sleep(0.05)


def until(lines, wanted: bytes) -> None:
    while (line := lines.readline()) != wanted + b"\n":
        assert line


def test_plain_http_is_told_where_to_go(page: int, trusting: ssl.SSLContext) -> None:
    """400 in plain text that says https, not a reset nor a trace in the log."""
    client = http.client.HTTPConnection("127.0.0.1", page, timeout=10)
    client.request("GET", "/")
    answer = client.getresponse()
    assert answer.status == 400 and b"https://" in answer.read()
    client.close()
    assert asked(page, trusting, "/api/v1/status")[0].status == 200


NO_HANDSHAKES = {
    "nothing": b"",
    "a broken one": b"\x16\x03\x01\x00\x05hello",
    "ssh": b"SSH-2.0-OpenSSH_9.2\r\n",
    "zeros": bytes(2000),
    "ones": b"\xff" * 2000,
    "half a word": b"GET",
}


@pytest.mark.parametrize("data", NO_HANDSHAKES.values(), ids=NO_HANDSHAKES)
def test_what_is_no_handshake_is_let_go(page: int, trusting: ssl.SSLContext, data: bytes) -> None:
    """The connection ends, nobody hears of it, the next is served."""
    with socket.create_connection(("127.0.0.1", page), timeout=10) as peer:
        peer.sendall(data)
        with suppress(OSError):  # already thrown out
            peer.shutdown(socket.SHUT_WR)
        with suppress(ConnectionError):
            while peer.recv(65_536):
                pass
    assert asked(page, trusting, "/api/v1/status")[0].status == 200


def test_a_stranger_to_the_certificate_turns_away(page: int, trusting: ssl.SSLContext) -> None:
    """Who does not trust it breaks off the handshake: no error of ours."""
    with pytest.raises(ssl.SSLCertVerificationError):
        asked(page, ssl.create_default_context(), "/")
    assert asked(page, trusting, "/api/v1/status")[0].status == 200


@pytest.mark.parametrize("path", [b"/api/v1/models", b"/nowhere", b"/static/js/review/review.js"])
def test_who_leaves_without_its_answer(page: int, trusting: ssl.SSLContext, path: bytes) -> None:
    """Reset in the middle of it, again and again: no error of ours."""
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", page), timeout=10) as plain:
            peer = trusting.wrap_socket(plain, server_hostname="localhost")
            peer.sendall(3 * (b"GET " + path + HEAD))
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            peer.close()
    assert asked(page, trusting, "/api/v1/status")[0].status == 200


@pytest.mark.slow
def test_half_a_handshake_holds_nobody_up(page: int, trusting: ssl.SSLContext) -> None:
    """Thrice as many as there are threads begin one and fall silent: others are served."""
    hello = client_hello(trusting)
    with ExitStack() as stack:
        for _ in range(24):
            peer = socket.create_connection(("127.0.0.1", page), timeout=10)
            stack.enter_context(peer).sendall(hello[:20])
        for _ in range(3):
            begun = time.monotonic()
            assert asked(page, trusting, "/api/v1/status")[0].status == 200
            assert time.monotonic() - begun < 4.0


def client_hello(context: ssl.SSLContext) -> bytes:
    """What a client begins a handshake with."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    with pytest.raises(ssl.SSLWantReadError):
        context.wrap_bio(incoming, outgoing, server_hostname="localhost").do_handshake()
    return outgoing.read()


@pytest.mark.parametrize("which", ["missing", "no key", "nonsense", "other key"])
def test_a_certificate_that_cannot_be_used(
    serve: Callable[..., Server],
    appliance: Appliance,
    certificate: tuple[Path, Path],
    tmp_path: Path,
    which: str,
) -> None:
    """Told before anything is served: which file, what is expected, what is wrong with it."""
    cert, key = certificate
    other = tmp_path / "other.pem"
    other.write_text("nonsense")
    pair = {
        "missing": (tmp_path / "none.pem", key),
        "no key": (cert, None),
        "nonsense": (other, key),
        "other key": (cert, other),
    }[which]
    with pytest.raises(ConfigError, match=r"cannot be used.*PEM"):
        serve(appliance, cert=pair[0], key=pair[1])
