"""The server against peers that are slow, silent, too many or no browsers at all."""

import http.client
import json
import socket
import struct
import time
from collections.abc import Callable
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest

from ecg_device.errors import ServerError
from ecg_device.live import Broadcast
from ecg_device.web import Appliance, Server

pytestmark = pytest.mark.slow  # real sockets, and peers that wait

HEAD = b"Host: localhost\r\n\r\n"
STATUS = b"GET /api/v1/status HTTP/1.1\r\n" + HEAD
LIVE = b"GET /api/v1/live HTTP/1.1\r\n" + HEAD


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\n" + HEAD, 414),
        (b"x" * 100_000, 414),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 100_000 + b"\r\n" + HEAD, 413),
        (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 20_000 + HEAD, 413),
        (b"POST / HTTP/1.1\r\nContent-Length: 9999999999\r\n" + HEAD, 413),
        (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n" + HEAD, 400),
        (b"POST / HTTP/1.1\r\nContent-Length: ten\r\n" + HEAD, 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 10\r\n" + HEAD + b"half", 400),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + HEAD + b"zz\r\n", 400),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + HEAD + b"4\r\nabcdXX", 400),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + HEAD + b"ffffffff\r\n", 413),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n" + HEAD, 501),
        (b"GET //[ HTTP/1.1\r\n" + HEAD, 400),
        (b"GET http://[:::1/ HTTP/1.1\r\n" + HEAD, 400),
        (b"GET http://evil.example/ HTTP/1.1\r\n" + HEAD, 400),
        (b"GET /#part HTTP/1.1\r\n" + HEAD, 400),
        (b"CONNECT evil.example:443 HTTP/1.1\r\n" + HEAD, 405),
        (b"GET / HTTP/2.0\r\n" + HEAD, 505),
        (b"GET / HTTP/x.y\r\n" + HEAD, 400),
        (b"GET /\r\n\r\n", 400),
        (b"GET / HTTP/1.1\nHost: localhost\n\n", 400),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n folded\r\n\r\n", 400),
        (b"get / HTTP/1.1\r\n" + HEAD, 400),
        (b"GET / HTTP/1.1\r\n\r\n", 421),
        (b"GET /\x00 HTTP/1.1\r\n" + HEAD, 404),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200), 400),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        (bytes(range(256)) * 10 + b"\r\n\r\n", 400),
    ],
    ids=lambda value: repr(value)[:45],
)
def test_what_is_no_request(page, data: bytes, expected: int) -> None:
    """A status for each, that arrives although more was being sent; and the next is served."""
    said = page.sent(data)
    assert page.status(said) == expected, said[:300]
    assert b"Traceback" not in said and b".py" not in said
    assert page.asked()[0] == 200


def test_nothing_at_all_is_no_request(page) -> None:
    """Who connects and leaves, says half a line, or only line breaks, is not answered for it."""
    for data in (b"", b"GET", b"\r\n", b"\r\n\r\n", b"GET / HTTP/1.1\r\nHost: loc"):
        said = page.sent(data)
        assert said == b"" or page.status(said) == 400
    assert page.asked()[0] == 200


def test_requests_in_a_row_are_answered_in_a_row(page) -> None:
    """Twenty sent at once on one connection: twenty answers, each to its own question."""
    paths = [f"/api/v1/sessions/{number}" for number in range(1, 20)]
    requests = [f"GET {path} HTTP/1.1\r\n".encode() + HEAD for path in paths]
    last = b"GET /nowhere/last HTTP/1.1\r\nConnection: close\r\n" + HEAD
    with page.connect() as peer:
        peer.sendall(b"".join(requests) + last)
        said = page.answered(peer)
    answers = said.split(b"HTTP/1.1 ")[1:]
    assert [int(one[:3]) for one in answers] == [503] * 19 + [404]
    assert b"/nowhere/last" in answers[-1]


def test_a_body_nobody_read_is_no_next_request(page, engine) -> None:
    """Refused before its body was looked at, that body is not taken for a question of its own."""
    inner = b"DELETE /api/v1/alarms/pause HTTP/1.1\r\n" + HEAD
    chunked = f"{len(inner):x}\r\n".encode() + inner + b"\r\n0\r\n\r\n"
    for how, body in (
        (f"Content-Length: {len(inner)}".encode(), inner),
        (b"Transfer-Encoding: chunked", chunked),
    ):
        outer = b"POST /nowhere HTTP/1.1\r\n" + how + b"\r\n" + HEAD + body
        said = page.sent(outer + STATUS)
        assert [int(one[:3]) for one in said.split(b"HTTP/1.1 ")[1:]] == [404, 200]
    assert engine.asked == []


def test_chunks_are_a_body_like_any_other(page, engine) -> None:
    body = b'8\r\n{"second\r\n7\r\ns": 30}\r\n0\r\n\r\n'
    said = page.sent(
        b"POST /api/v1/alarms/pause HTTP/1.1\r\nContent-Type: application/json\r\n"
        b"Transfer-Encoding: chunked\r\n" + HEAD + body,
    )
    assert page.status(said) == 200 and len(engine.asked) == 1


def test_connections_that_have_ended_are_not_counted(
    serve: Callable[..., Server], appliance: Appliance, raw_page
) -> None:
    """After many came and went, also those that were refused, nothing of them is held."""
    server = serve(appliance, viewers=2)
    page = raw_page(server)
    for _ in range(30):
        page.sent(b"nonsense\r\n\r\n")
        page.asked()
    until = time.monotonic() + 5
    while server._http.open_connections:
        assert time.monotonic() < until
        time.sleep(0.02)


def test_who_closes_its_half_still_gets_its_answer(page) -> None:
    """A peer that says that it has asked all is answered before it is let go."""
    said = page.sent(STATUS)
    body = said.partition(b"\r\n\r\n")[2]
    assert page.status(said) == 200 and json.loads(body)["model"] == "aami"


@pytest.mark.parametrize("path", ["/api/v1/models", "/nowhere", "/static/js/review/review.js"])
def test_who_leaves_without_its_answer(page, path: str) -> None:
    """Reset in the middle of it, again and again: no error of ours."""
    for _ in range(20):
        with page.connect() as peer:
            peer.sendall(3 * (f"GET {path} HTTP/1.1\r\n".encode() + HEAD))
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    assert page.asked()[0] == 200


def test_viewers_beyond_the_most_are_told_so(page, broadcast: Broadcast) -> None:
    """503, when to come again and why, while everything else is served; a seat left is free."""
    with ExitStack() as stack:
        seated = [stack.enter_context(page.connect()) for _ in range(2)]
        for peer in seated:
            peer.sendall(LIVE)
            assert peer.recv(12) == b"HTTP/1.1 200"
        refused = page.sent(LIVE)
        assert page.status(refused) == 503 and b"Retry-After" in refused
        assert b"all seats are taken" in refused
        assert page.asked()[0] == 200
        seated[0].close()
        until = time.monotonic() + 10
        while broadcast.viewers == 2:  # noticed with the next writes
            assert time.monotonic() < until
            time.sleep(0.05)
        with page.connect() as peer:
            peer.sendall(LIVE)
            assert peer.recv(12) == b"HTTP/1.1 200"


def test_a_port_in_use_is_told(
    serve: Callable[..., Server], appliance: Appliance, raw_page
) -> None:
    """With the port, and what to do."""
    port = raw_page(serve(appliance)).port
    with pytest.raises(ServerError, match=rf"port {port}.*--port"):
        serve(appliance, port=port)


@pytest.mark.parametrize("host", ["no.such.host.invalid", "203.0.113.7"])
def test_a_host_that_is_not_this_machine(serve, appliance: Appliance, host: str) -> None:
    with pytest.raises(ServerError, match="--host"):
        serve(appliance, host)


def test_the_other_ip(serve: Callable[..., Server], appliance: Appliance) -> None:
    """IPv6: its address stands in brackets, and is served under it."""
    with socket.socket(socket.AF_INET6) as probe:
        try:
            probe.bind(("::1", 0))
        except OSError:
            pytest.skip("this machine has no IPv6")
    url = serve(appliance, "::1").url
    assert url.startswith("http://[::1]:")
    client = http.client.HTTPConnection("::1", urlsplit(url).port, timeout=10)
    client.request("GET", "/api/v1/status")
    assert client.getresponse().status == 200
    client.close()


def test_it_is_gone_in_a_second(
    serve: Callable[..., Server], appliance: Appliance, broadcast: Broadcast, raw_page
) -> None:
    """Whatever goes on: viewers, silent ones, half a request; then nobody listens there."""
    server = serve(appliance)
    page = raw_page(server)
    with ExitStack() as stack:
        for data in (LIVE, LIVE, b"", b"GET /", STATUS):
            stack.enter_context(page.connect()).sendall(data)
        time.sleep(0.2)
        broadcast.close()
        begun = time.monotonic()
        server.stop()
        assert time.monotonic() - begun < 2.0
        with pytest.raises(ConnectionRefusedError):
            page.connect()
